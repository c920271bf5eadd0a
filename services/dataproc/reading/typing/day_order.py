"""Which number of a date is the day, the month, the year: decided from the cells, or said to be open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.dataproc.reading.typing.temporal import fields, readable

CONTRARY = 0.1
"""Share of the deciding cells that may speak for the other order."""


@dataclass(frozen=True)
class DayOrder:
    """The sentence on a format's order of day and month. `day_first` is None when the cells do not decide; `torn` when they say both."""

    note: str = ""
    day_first: bool | None = None
    torn: bool = False


def prefer(fmt: str, day_first_hint: bool | None) -> int:
    """Ties between day-first and month-first go to the hint, then to day-first."""
    wanted = True if day_first_hint is None else day_first_hint
    if not has_order(fmt):
        return 2 if fmt.startswith("%Y") else 1
    return int((fmt.index("%d") < fmt.index("%m")) == wanted)


def has_order(fmt: str) -> bool:
    """Could day and month of this format be taken for each other?"""
    return "%d" in fmt and "%m" in fmt and not fmt.startswith("%Y")


def swapped(fmt: str) -> str:
    return fmt.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def conflicts(fmt: str, chosen: list[str]) -> bool:
    """Two formats that would read the same text as different days cannot stand in one column."""
    return any(fmt in (swapped(other), turned(other)) for other in chosen)


def turned(fmt: str) -> str:
    """The year of two digits at the other end, with day and month in the order that is usual there."""
    if "%y" not in fmt or "%m" not in fmt:
        return fmt
    return (
        swapped(fmt).replace("%y", "\0").replace("%m", "%y").replace("\0", "%m")
        if fmt.startswith("%m")
        else fmt.replace("%y", "\0").replace("%d", "%y").replace("\0", "%d")
    )


def day_order(
    fmt: str, read: set[str], present: Mapping[str, int], parse: Callable[[str, str], Any], hint: bool | None
) -> DayOrder:
    """What the cells say: `read` are those that the format can read."""
    if not has_order(fmt):
        return DayOrder()
    other, first = swapped(fmt), fmt.index("%d") < fmt.index("%m")
    here = sum(present[text] for text in read if not readable(parse, other, text))
    there = sum(count for text, count in present.items() if text not in read and readable(parse, other, text))
    name = "day-first" if first else "month-first"
    if here:
        against = f", but {there:,} can only be the other way round" if there else ""
        said = f"{name}: {here:,} rows have {'day' if first else 'a second number'} > 12{against}"
        return DayOrder(said, first, there > CONTRARY * here)
    if hint is not None:
        return DayOrder(f"undecidable from its values; {name} as in the other date columns")
    return DayOrder(f"undecidable whether day-first or month-first; read as {name}")


def year_place(fmt: str, texts: set[str], weight: Mapping[str, int]) -> tuple[str, str]:
    """(format, what is said of it) where a year of two digits could stand at either end: years vary less than days."""
    rival = turned(fmt)
    if rival == fmt or weight.get(rival, 0) < weight[fmt]:
        return fmt, ""
    best = min((fmt, rival), key=lambda one: len({fields(one, text)["y"] for text in texts}))
    return best, f"undecidable whether the year stands first or last; read as {best}"
