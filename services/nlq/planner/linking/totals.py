"""Cells that say that their row sums up others: such a row is never counted with them."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.lexicon.tokens import words

_TOTALS = frozenset(
    spelled
    for said in (
        "total|totals|grand total|subtotal|sub total|subtotals|overall|overall total|all total|sum|sum total|"
        "summe|gesamt|gesamtsumme|insgesamt|zwischensumme|endsumme|total general|total général|sous total|"
        "totale|subtotale|suma total|totaal|subtotaal|eindtotaal|totalt|delsumma|yhteensä|razem|łącznie|"
        "suma częściowa|celkem|mezisoučet|összesen|ukupno|итого|всего|合计|合計|总计|総計|小计|小計|합계|총계"
    ).split("|")
    for spelled in [words(said)]
)
_SUMMING = frozenset({"total", "totals", "subtotal", "sum", "summe", "gesamt", "totaal", "totale"})
_PERHAPS = frozenset(
    {
        "all",
        "overall",
        "somme",
        "suma",
        "summa",
        "toplam",
        "alle",
        "tous",
        "toutes",
        "todos",
        "todas",
        "tutti",
        "alles",
        "combined",
    }
)
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_SPANS = frozenset(words(span) for span in "Q1 Q2 Q3 Q4 H1 H2 FY YTD Year Quarter".split())
_MANY_MONTHS = 4
"""So many names of months in a column make its quarters sums of them: a girl called April stands beside three others at most."""


def sums_up(cell: str, beside: Sequence[str]) -> bool | None:
    """Whether the label says so among those of its column ("East Total" beside "East", a quarter among months); None where it may:
    "All" of a film says who may see it."""
    spelled = words(cell)
    if not spelled:
        return False
    if spelled in _TOTALS or spelled[0] in ("total", "totals", "subtotal"):
        return True
    if spelled[-1] in _SUMMING and len(spelled) > 1:
        return any(words(other) == spelled[:-1] for other in beside) or None
    if spelled in _SPANS:
        return len({words(b)[0][:3] for b in beside if words(b)} & _MONTHS) >= _MANY_MONTHS
    return None if spelled[0] in _PERHAPS else False
