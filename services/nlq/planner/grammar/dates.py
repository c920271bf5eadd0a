"""Which date of a table is meant where none is named."""

from __future__ import annotations

from services.nlq.planner.linking.schema import Column

ANOTHER_DATE = 0.5
"""Without its column, a period may be about any date of the table: more than one makes the choice uncertain."""
ITS_OWN_DATE, FIRST_DATE, NOT_ITS_OWN = 0.05, 0.35, 0.8


def doubts_of_dates(columns: list[Column]) -> list[float]:
    """What it costs to take each of them for the date that was not named. A table's own date is the one called as its rows are
    (`loaned_on` of loans, `order_date` of orders), or the only one that every row has (`opened`, before `closed`); of others that are all as good, the first is somewhat likelier."""
    complete = [c for c in columns if not c.facts.nullable]
    dated = [c for c in complete if "date" in c.stems]
    own = [c for c in complete if set(c.stems) & set(c.home.stems)] or dated or complete
    if len(columns) == 1 or len(own) == 1:
        return [ITS_OWN_DATE if len(columns) == 1 or c is own[0] else NOT_ITS_OWN for c in columns]
    return [FIRST_DATE if at == 0 else ANOTHER_DATE for at in range(len(columns))]
