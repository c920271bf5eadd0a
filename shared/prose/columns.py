"""What a column of a result is for the prose about it: names of rows, or figures; and what its name says of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.prose.moments import FIRST_YEAR, LAST_YEAR
from shared.prose.results import VALUE, ShownResult

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_KEYS = frozenset(
    "id key code no nr num number year month day hour week quarter weekday rank zip plz size cluster group level class bin decile rating grade "
    "fold step index segment store customer user product decade jahr monat tag stunde woche".split()
)
"""What whole numbers under such a name are: which row it is, not how much."""
_PERCENT = re.compile(r"%|percent|pct|prozent|perc\b|points\b|pourcent|porcent", re.IGNORECASE)
_RATE = re.compile(
    r"share|rate|ratio|proportion|growth|margin|anteil|quote|yoy|mom\b|cagr|accuracy|fraction|part\b|change",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"chang|growth|diff|delta|coef|slope|trend|net\b|effect|yoy|mom\b|correl|veränder", re.IGNORECASE)
_FALL = re.compile(r"loss|lost|drop|declin|decreas|fall|fell|deficit|reduc|discount|verlust|saving", re.IGNORECASE)
_P_VALUE = re.compile(r"^p$|p[ _-]?val|^pr\(|signific|sig\b", re.IGNORECASE)
_FEW_ABOVE_ONE = 5.0
"""Growth of 2.5 may stand among fractions (250 %), growth of 28.9 is in percent already."""


@dataclass(frozen=True)
class Column:
    """`is_label`: its cells say which row it is. `percent`: whether a 0.41 in it is 41 % (`fraction`) or 0.41 % (`whole`)."""

    at: int
    name: str
    words: frozenset[str]
    is_label: bool
    is_key: bool
    percent: str

    @property
    def is_change(self) -> bool:
        return _CHANGE.search(self.name) is not None

    @property
    def is_fall(self) -> bool:
        return _FALL.search(self.name) is not None

    @property
    def is_p_value(self) -> bool:
        return _P_VALUE.search(self.name) is not None


def stem(word: str) -> str:
    """Singular and plural are one word here."""
    folded = word.casefold()
    if folded.endswith("ies") and len(folded) > 4:
        return folded[:-3] + "y"
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") and len(folded) > 3 else folded


def words_of(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(_CAMEL.sub(" ", name)))


def columns_of(result: ShownResult, first: int, *, asks_percent: bool) -> list[Column]:
    """`first` numbers them through all results. Under `asks_percent` a value that is the whole result may be a percent."""
    cells = [[row[at] for row in result.rows if at < len(row)] for at in range(len(result.columns))]
    has_text = any(_is_text(column) for column in cells)
    found = []
    for at, (name, column) in enumerate(zip(result.columns, cells, strict=True)):
        others = any(_numbers(other) for place, other in enumerate(cells) if place != at)
        is_key = _is_key(str(name), column, is_first=at == 0 and not has_text, others=others)
        said = f"{name} {result.name}" if result.is_value or name == VALUE else str(name)
        asked = asks_percent and (result.is_value or len(result.columns) == 1)
        found.append(
            Column(first + at, str(name), words_of(str(name)), is_key or _is_text(column), is_key, _percent(said, column, asked=asked))
        )  # fmt: skip
    return found


def _is_text(cells: Sequence[Any]) -> bool:
    return any(isinstance(cell, str | bool) for cell in cells)


def _numbers(cells: Sequence[Any]) -> list[float]:
    return [float(cell) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]


def _is_key(name: str, cells: Sequence[Any], *, is_first: bool, others: bool) -> bool:
    """Whole numbers that name their rows, beside others that are figures."""
    there = [cell for cell in cells if cell is not None]
    if not others or not there or any(isinstance(cell, bool) or not isinstance(cell, int | float) or cell != int(cell) for cell in there if not isinstance(cell, str)):  # fmt: skip
        return False
    if any(isinstance(cell, str) for cell in there):
        return False
    words = words_of(name)
    if all(FIRST_YEAR <= cell <= LAST_YEAR for cell in there) and (
        is_first or words & {"year", "jahr", "season", "decade"}
    ):
        return True
    distinct = len(set(there)) == len(there) > 1
    return (distinct and is_first) or (
        bool(words & _KEYS) and not words & {"of", "count", "total", "avg", "mean", "sum", "per", "n"}
    )


def _percent(name: str, cells: Sequence[Any], *, asked: bool) -> str:
    numbers = [abs(number) for number in _numbers(cells)]
    if not numbers:
        return ""
    if _PERCENT.search(name):
        return "whole"
    if max(numbers) <= 1:
        return "fraction"
    if _RATE.search(name) or asked:
        small = sum(number <= 1 for number in numbers)
        return "fraction" if max(numbers) <= _FEW_ABOVE_ONE and small * 2 > len(numbers) else "whole"
    return ""
