"""Words by which a row says that it sums up others. They only make it worth a look: whether it does, the arithmetic decides.

The one table of such words, for reading and for cleaning. Locale data (CLDR) has names of months, units and currencies, but no
word for "total": these were taken from what spreadsheets and statistics offices write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Figure(StrEnum):
    """What such a row tells of the rows that it sums up. The values are what sentences call it."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    COUNT = "count"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOTALS = _words("""
    total totals subtotal subtotals overall sum sums grandtotal
    gesamt gesamtsumme insgesamt summe summen zwischensumme endsumme gesamtergebnis teilergebnis teilsumme
    totaux somme ensemble totale totali subtotale totales suma sumas subtotales soma totais
    totaal totalen subtotaal eindtotaal totalt delsumma summa slutsumma delsum sammenlagt yhteensä välisumma
    razem łącznie ogółem celkem mezisoučet součet spolu súčet medzisúčet összesen részösszeg ukupno međuzbroj skupaj skupno
    kokku kopā viso toplam итого всего сумма усього разом всього общо вкупно укупно σύνολο άθροισμα
    jumlah tổng कुल योग รวม المجموع الإجمالي إجمالي סהכ סך ∑ σ
""")
IDEOGRAPHS = ("合計", "合计", "总计", "總計", "総計", "小计", "小計", "总和", "累計合計", "합계", "총계", "소계")
"""Scripts without blanks between words: the word stands at either end of the cell."""
BESIDE = _words("""
    grand sub overall general général générale generale gran geral partial partiel parziale parcial sous intermédiaire częściowa
    of the for all sum total amount in im am der die das de des du del della di i alt cộng over and und et y e по к
    usd eur gbp chf jpy row rows line
""")
"""Words that leave a bare total what it is: "Grand total (USD)"."""
MEMBERS = _words("""
    all both combined together alle alles beide zusammen sämtliche tous toutes todos todas ambos tutti tutte entrambi allemaal samtliga
    samtlige kaikki wszystkie wszyscy všichni vše všetci minden sve svi все обе όλα όλοι tümü hepsi semua 全部 全体 すべて 전체 الكل
""")
"""A member of a dimension that stands for its others: "All", "Both sexes". Of a film it may say who is admitted."""
SPANS = _words("q1 q2 q3 q4 h1 h2 fy ytd year quarter")
"""Rows of longer periods among those of months."""
OTHER_FIGURES = {
    Figure.MEAN: _words(
        "average averages avg mean mittelwert durchschnitt schnitt moyenne media promedio média gemiddelde genomsnitt medel medelvärde "
        "gennemsnit gjennomsnitt keskiarvo średnia průměr priemer átlag prosjek povprečje ortalama среднее середнє "
        "средно μέσος ø 平均 평균"
    ),
    Figure.MEDIAN: _words("median médiane mediana mediaan медиана 中央値 中位数"),
    Figure.MINIMUM: _words("minimum min minimo mínimo минимум 最小 最小値"),
    Figure.MAXIMUM: _words("maximum max massimo máximo максимум 最大 最大値"),
    Figure.COUNT: _words("count anzahl nombre conteggio aantal antal количество 件数"),
}
NAMES_TOO = _words("min max media")
"""Names of people and things as well: one such row proves nothing where no other summary stands beside it."""
LONGEST = 60
"""Characters; what is longer is a sentence, and no label."""
MOST_MEMBER_WORDS = 3
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_WORD = re.compile(r"[^\W\d_]+\d?|∑", re.UNICODE)


@dataclass(frozen=True)
class Label:
    """`bare`: nothing but such a word stands there. `of` is the rest: "Nord" in "Summe Nord"."""

    figure: Figure
    bare: bool
    of: str = ""
    is_name_too: bool = False
    is_span: bool = False


@lru_cache(maxsize=4096)
def label_of(cell: str) -> Label | None:
    """What a cell says of its row, if it may say that this sums up others."""
    if not cell or len(cell) > LONGEST:
        return None
    outside = _IN_BRACKETS.sub(" ", cell) if _IN_BRACKETS.sub("", cell).strip() else cell
    words = _WORD.findall(outside.casefold().replace("״", "").replace('"', ""))
    if not words:
        return None
    if found := _sum_in(words, outside):
        return found
    for figure, known in OTHER_FIGURES.items():
        if words[0] in known or (len(words) > 1 and words[-1] in known):
            return Label(figure, len(words) == 1, is_name_too=bool(NAMES_TOO.intersection(words)))
    if words[0] in MEMBERS and len(words) <= MOST_MEMBER_WORDS:
        return Label(Figure.SUM, bare=False)
    return Label(Figure.SUM, bare=False, is_span=True) if words[0] in SPANS and len(words) == 1 else None


def _sum_in(words: list[str], outside: str) -> Label | None:
    compact = "".join(outside.casefold().split()).strip(":： .")
    for ideograph in IDEOGRAPHS:
        if compact.startswith(ideograph) or compact.endswith(ideograph):
            rest = compact.removeprefix(ideograph).removesuffix(ideograph)
            return Label(Figure.SUM, not rest, rest)
    if not TOTALS.intersection((words[0], words[-1])) and not _begins_with_beside(words):
        return None
    rest_words = [word for word in words if word not in TOTALS and word not in BESIDE]
    return Label(Figure.SUM, not rest_words, " ".join(rest_words))


def _begins_with_beside(words: list[str]) -> bool:
    """ "Grand total North", "Sub-total of rent"."""
    return len(words) > 1 and words[0] in BESIDE and words[1] in TOTALS


def total_like_pattern() -> str:
    """An expression (RE2) that every label fits, and few other cells: to find them in long columns."""
    known = _either(TOTALS | MEMBERS | SPANS | frozenset().union(*OTHER_FIGURES.values()))
    qualified = rf"^\W*{_either(BESIDE)}\W+{_either(TOTALS)}"
    return (
        rf"(?i)^\W*{known}(?:\W|\d|$)|(?:^|\W|\d){known}\W*(?:[(\[].*)?$|{qualified}|{_either(frozenset(IDEOGRAPHS))}"
    )


def _either(words: frozenset[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words)))})"


def bare_total_words() -> tuple[str, ...]:
    """For a pattern of cells that hold nothing else."""
    phrases = (
        "grand total",
        "sub total",
        "sub-total",
        "sous-total",
        "total général",
        "total general",
        "suma częściowa",
    )
    return tuple(sorted({*TOTALS, *IDEOGRAPHS, *phrases, "all"}))
