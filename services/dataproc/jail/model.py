"""What goes into a run and what comes out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["ok", "failed", "timed_out", "rejected"]
Kind = Literal["scalar", "series", "table", "text"]
Language = Literal["python", "sql"]


class Failure(StrEnum):
    """What the code raised, where something follows from it."""

    NAME_NOT_FOUND = "name_not_found"  # a key or an attribute, as that of a column that was not loaded
    OTHER = "other"


class Tier(IntEnum):
    """How well this machine can confine a process, weakest first; each tier includes resource limits from RLIMITS on."""

    NONE = 0
    RLIMITS = 1
    LANDLOCK = 2
    SECCOMP = 3
    FULL = 4

    @classmethod
    def of(cls, held: Collection[str]) -> Tier:
        """The tier of the mechanisms that a trial run found to hold."""
        if "rlimits" not in held:
            return cls.NONE
        if "landlock" in held and "seccomp" in held and "no_new_privileges" in held:
            return cls.FULL
        return cls.SECCOMP if "seccomp" in held else cls.LANDLOCK if "landlock" in held else cls.RLIMITS


@dataclass(frozen=True)
class JailLimits:
    """`memory_bytes` comes on top of what the warmed interpreter holds. A result over `result_rows` or `result_bytes` is cut, with
    a warning; a single value over `result_bytes` fails."""

    seconds: float = 20
    cpu_seconds: int = 20
    memory_bytes: int = 2 << 30
    result_bytes: int = 32 << 20
    result_rows: int = 1_000_000
    preview_rows: int = 100


@dataclass(frozen=True)
class TableInput:
    """A table as the code sees it: `tables[name]`. `path` is an Arrow IPC file, or Parquet by its suffix `.parquet`.

    `columns` are the only ones loaded; None loads all of them.
    """

    name: str
    path: Path
    columns: tuple[str, ...] | None = None


MOST_JOINS = 20  # of a run that are told


@dataclass(frozen=True)
class JoinSeen:
    """What a join of a run did with the rows of its two sides. `left_alone` and `right_alone` found no partner: `how` says whether they
    are in the `rows` of the result. `many_to_many`: rows of both sides are repeated."""

    how: str
    keys: tuple[str, ...]
    left: int
    right: int
    left_alone: int
    right_alone: int
    many_to_many: bool
    rows: int


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended.

    `reasons` are sentences for a person, without paths of the host. `value` is typed JSON of a scalar or text (dates ISO 8601, no
    NaN). `failure` is the child's own word: no more may hang on it than whether to run the code once more. A table or series has `columns`, the first rows as typed JSON in `preview`, and all rows kept in the Arrow IPC file
    `result_path`; `total_rows` counts them before any cut. `notes` are what a model step
    says about its numbers besides `warnings`: how large an effect is, which assumptions were checked and hold; `checks` are numbers of
    its that are computed elsewhere once more: what each is, of what, and the value.
    """

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    kind: Kind | None = None
    value: Any = None
    columns: tuple[str, ...] = ()
    preview: tuple[tuple[Any, ...], ...] = ()
    result_path: Path | None = None
    total_rows: int = 0
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    checks: tuple[tuple[str, str, float], ...] = ()
    seconds: float = 0.0
    rows_in: Mapping[str, int] = field(default_factory=dict)
    joins: tuple[JoinSeen, ...] = ()
    failure: Failure | None = None
