"""Which date of a table is meant where none is named."""

from __future__ import annotations

from services.nlq.planner.linking.schema import Column

ITS_OWN_DATE, FIRST_DATE, ANOTHER_DATE, NOT_ITS_OWN = 0.05, 0.35, 0.42, 0.8
"""Without its column, a period may be about any date of the table. Of several that are as good, the second costs so little more than
the first (less than choosing.decide.TIED) that it is asked about where the two come to different figures."""
_LATER = frozenset(
    "updat modifi chang edit clos end return resolv ship deliveri deliver cancel cancell due expir expiri deadlin paid pay payment complet finish "
    "left back last next plan schedul expect promis target review renew".split()
)
"""Stems of what becomes of a row, or is to become of it, after the day that it came about on."""


def doubts_of_dates(columns: list[Column]) -> list[float]:
    """What it costs to take each of them for the date that was not named. A table's own date is the one called as its rows are
    (`loaned_on` of loans, `order_date` of orders), or the only one that does not say what became of them later (`opened`, before
    `closed`), or that every row has; a date that is due is none. Others are as good as one another."""
    own = _own_date(columns)
    if own is not None:
        return [ITS_OWN_DATE if c is own else NOT_ITS_OWN for c in columns]
    return [FIRST_DATE if at == 0 else ANOTHER_DATE for at in range(len(columns))]


def _own_date(columns: list[Column]) -> Column | None:
    if len(columns) == 1:
        return columns[0]
    complete = [c for c in columns if not c.facts.nullable]
    first = [c for c in columns if not _LATER & set(c.stems)]
    dated = [c for c in complete if "date" in c.stems]
    for likely in ([c for c in complete if set(c.stems) & set(c.home.stems)], first, dated or complete):
        if len(likely) == 1 and (likely[0] in first or set(likely[0].stems) & set(likely[0].home.stems)):
            return likely[0]
    return None
