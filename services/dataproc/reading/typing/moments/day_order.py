"""Which number of a date is the day, the month, the year: decided from the cells, or left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.dataproc.reading.typing.moments.formats import fields, readable
from shared.open_choices import OpenChoice, OpenQuestion

MONTH_WORD = "tháng"
"""The month of Vietnamese dates has this word before it."""

CONTRARY = 0.1
"""Share of the deciding cells that may speak for the other order: a slip of the pen, and not a second habit."""


class DayOrder(StrEnum):
    """The order of day and month, by the names that people choose it by."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"

    @classmethod
    def of(cls, fmt: str) -> DayOrder | None:
        """None where day and month of this format cannot be taken for each other."""
        if "%d" not in fmt or "%m" not in fmt or fmt.startswith("%Y") or MONTH_WORD in fmt:
            return None
        return cls.DAY_FIRST if fmt.index("%d") < fmt.index("%m") else cls.MONTH_FIRST


DAY_ORDERS = frozenset(DayOrder)


@dataclass(frozen=True)
class OrderFinding:
    """The order in which dates were read, and what speaks for it: `deciding` cells can be read in no other, `against` cells only in the other.

    `hinted`: the cells do not decide, but those of other columns do.
    """

    order: DayOrder
    deciding: int = 0
    against: int = 0
    hinted: bool = False

    @property
    def decided(self) -> DayOrder | None:
        return self.order if self.deciding else None

    @property
    def torn(self) -> bool:
        """Do so many cells say both that those between could be either?"""
        return self.deciding > 0 and self.against > CONTRARY * self.deciding

    @property
    def open_choice(self) -> OpenChoice | None:
        if self.deciding or self.hinted:
            return None
        return OpenChoice(OpenQuestion.DAY_ORDER, tuple(DayOrder), self.order)


def find_order(
    fmt: str, read: set[str], present: Mapping[str, int], parse: Callable[[str, str], Any], hint: DayOrder | None
) -> OrderFinding | None:
    """What the cells say: `read` are those that the format can read. None where it has no order."""
    order = DayOrder.of(fmt)
    if order is None:
        return None
    other = swap_day_and_month(fmt)
    here = sum(present[text] for text in read if not readable(parse, other, text))
    there = sum(count for text, count in present.items() if text not in read and readable(parse, other, text))
    return OrderFinding(order, here, there, hinted=hint is not None)


def preference(fmt: str, hint: DayOrder | None) -> int:
    """Ties between day-first and month-first go to the hint, then to day-first."""
    order = DayOrder.of(fmt)
    if order is None:
        return 2 if fmt.startswith("%Y") else 1
    return int(order is (hint or DayOrder.DAY_FIRST))


def swap_day_and_month(fmt: str) -> str:
    return fmt.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def swap_day_and_year(fmt: str) -> str:
    """The year of two digits at the other end, with day and month in the order that is usual there."""
    if "%y" not in fmt or "%m" not in fmt:
        return fmt
    return (
        swap_day_and_month(fmt).replace("%y", "\0").replace("%m", "%y").replace("\0", "%m")
        if fmt.startswith("%m")
        else fmt.replace("%y", "\0").replace("%d", "%y").replace("\0", "%d")
    )


def contradicts(fmt: str, chosen: list[str]) -> bool:
    """Two formats that would read the same text as different days cannot stand in one column."""
    return any(fmt in (swap_day_and_month(other), swap_day_and_year(other)) for other in chosen)


def place_year(fmt: str, texts: set[str], weight: Mapping[str, int]) -> tuple[str, OpenChoice | None]:
    """The format, and whether its year of two digits could stand at the other end as well: years vary less than days."""
    rival = swap_day_and_year(fmt)
    if rival == fmt or weight.get(rival, 0) < weight[fmt]:
        return fmt, None
    best = min((fmt, rival), key=lambda one: len({fields(one, text)["y"] for text in texts}))
    return best, OpenChoice(OpenQuestion.YEAR_PLACE, (best, swap_day_and_year(best)), best)
