"""One view as it will be drawn: a mark, what its channels show, and the rows that it is drawn of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking.tables import POSITIONS
from services.nlq.answers.charts.fields import name_of

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """`encoding` includes what it inherits from the views around it."""

    mark: str
    is_lying: bool
    encoding: Mapping[str, Any]
    frame: Frame

    def definitions(self) -> Iterator[tuple[str, Definition]]:
        for channel, told in self.encoding.items():
            for one in told if isinstance(told, list) else [told]:
                if isinstance(one, Mapping):
                    yield channel, one

    def columns(self) -> Iterator[tuple[str, Definition, str]]:
        """The channels that show a column, what is said of it there, and its name."""
        for channel, one in self.definitions():
            if one.get("field"):
                yield channel, one, name_of(one["field"])

    def counts(self) -> bool:
        return any("aggregate" in one for _, one in self.definitions())

    def is_ranged(self) -> bool:
        """From one value to another, so that no length begins at zero."""
        return bool({"x2", "y2", "theta2", "radius2"} & self.encoding.keys())

    def measure(self) -> str | None:
        """The position whose numbers are lengths or heights."""
        if self.mark == "arc":
            return "theta" if "theta" in self.encoding else "radius"
        drawn = [
            channel
            for channel, one in self.definitions()
            if channel in POSITIONS and one.get("type") == "quantitative" and not one.get("bin")
        ]
        if len(drawn) == 2:
            return "x" if self.is_lying else "y"
        return drawn[0] if drawn else None
