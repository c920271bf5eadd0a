"""What of people's tables may be told to a model: `schema_only` names, types and shapes; `profile` values of cells, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Privacy = Literal["schema_only", "profile"]


@dataclass(frozen=True)
class HousePrivacy:
    """`default` holds for sessions that chose nothing; `floor` is the laxest mode that a session may choose."""

    default: Privacy
    floor: Privacy

    def in_force(self, chosen: Privacy | None) -> Privacy:
        """A floor that was raised after the session had chosen holds all the same."""
        return stricter(chosen or self.default, self.floor)

    def allows(self, chosen: Privacy) -> bool:
        return self.in_force(chosen) == chosen


def stricter(one: Privacy, other: Privacy) -> Privacy:
    return "schema_only" if "schema_only" in (one, other) else "profile"
