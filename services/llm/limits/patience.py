"""How long things may take at the model. Every bound derives from one deadline, the question's, so that they fit into one another."""

from __future__ import annotations

from dataclasses import dataclass

# Of the seconds that are left a tenth is kept for what comes after the model: its code is checked and run, or the planner answers in its place.
FOR_THE_END = 0.1
# A first exchange takes half of the rest: should its code be refused or crash, another one has at least as much. A repair takes all of the rest;
# seldom does one need a second, and cutting both short would lose both.
FOR_A_REPAIR = 0.5
# The API pings while a model thinks, and any byte is a sign of life. Models behind other servers may say nothing until they begin.
SILENT = 0.5
WAITING = 0.5


@dataclass(frozen=True)
class Patience:
    """Seconds: of an exchange, of silence within it, and of waiting for a turn before it."""

    exchange: float
    silence: float
    turn: float

    @classmethod
    def of(cls, left: float, *, is_repair: bool) -> Patience:
        """`left` are the seconds until the question's deadline. Under the default of 300 a first exchange may take 135, 67 of them silent."""
        rest = max(0.0, left) * (1 - FOR_THE_END)
        exchange = rest if is_repair else rest * (1 - FOR_A_REPAIR)
        return cls(exchange, exchange * SILENT, exchange * WAITING)
