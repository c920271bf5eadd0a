"""The order in which groups or rows are shown."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Figure, Key, Order, Value


@ENGLISH.rule(
    "ORDERING",
    "sort|sorted|ordered|order|ranked|arranged it|them? SUP|DIRECTION",
    "DIRECTION",
    "SUP first",
    "DIRECTION order",
    "in DIRECTION order",
)
def ordering(descending: bool) -> Order:
    return Order(None, descending)


ENGLISH.phrases("DIRECTION", {True: "descending|desc|highest first|largest first|highest to lowest|from high to low|best first|biggest first|most expensive first|dearest first|priciest first|greatest first|from highest to lowest|most first|decreasing|sorted descending|sort descending|sort it descending", False: "ascending|asc|lowest first|smallest first|cheapest first|least first|fewest first|least expensive first|lowest to highest|from low to high|from lowest to highest|increasing|sorted ascending|sort ascending|sort it ascending|alphabetically"})  # fmt: skip


@ENGLISH.rule(
    "ORDERING", "sorted|ordered|sort|order|ranked|rank by EXPR|FIG DIRECTION?", "sorted|ordered by KEY DIRECTION?"
)
def ordered_by(by: Figure | Value | Key, descending: bool = False) -> Order:
    return Order(by, descending)
