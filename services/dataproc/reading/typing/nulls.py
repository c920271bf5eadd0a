"""Words that stand for a missing value."""

from __future__ import annotations

from services.dataproc.reading.typing.spreadsheet_errors import FAILED_TOKENS, NOT_AVAILABLE_TOKENS

ZERO_DAYS = frozenset(
    f"{day}{clock}"
    for day in ("0000-00-00", "0000/00/00", "00/00/0000", "00.00.0000", "00-00-0000", "0/0/0000", "00/00/00", "00.00.00", "1900-01-00", "00/01/1900",
                "01/00/1900", "0/1/1900", "1/0/1900", "00.01.1900")
    for clock in ("", " 00:00", " 00:00:00", "t00:00:00", " 00:00:00.000000", " 0:00", "t00:00:00z")
)  # fmt: skip
"""The day that MySQL stores where there is none, and the zero of spreadsheets, as they are shown."""

STRONG_TOKENS = NOT_AVAILABLE_TOKENS | frozenset({
    "", "na", "n/a", "#n/a", "n.a.", "n.a", "nan", "null", "<na>", "(null)", "\\n", "#null!", "-", "--", "---", "–", "—", "?", "??", "nat",
})  # fmt: skip
"""Missing wherever they stand, unless the column's own values look like them (country codes)."""

WEAK_TOKENS = FAILED_TOKENS | ZERO_DAYS | frozenset({
    "none", "nil", "missing", "unknown", "not available", "not applicable", "not recorded", "not known", "nr", "n.r.", "s", "..", "...", ".", "*", "x",
    "undefined", "blank", "(blank)", "(none)", "[null]", "no data", "nodata", "tbd", "tba", "tbc", "pending", "#n/a n/a", "1.#qnan", "-1.#ind", "-nan", "1.#ind", "-1.#qnan", "suppressed", "withheld", "redacted", "c", ":", "#", "…", "**",
    "***", "not reported", "no answer", "refused", "don't know", "n.d.", "n. d.", "n.v.", "k.a.", "k. a.", "keine angabe", "keine angaben", "unbekannt",
    "nicht verfügbar", "keine daten", "fehlt", "s.o.", "inconnu", "non disponible", "non renseigné", "sans objet", "s.d.", "s/d", "sin dato", "sin datos",
    "desconocido", "no disponible", "no aplica", "não disponível", "desconhecido", "sconosciuto", "non disponibile", "onbekend", "b.d.", "brak", "brak danych",
    "ukjent", "okänd", "ukendt", "нет данных", "н/д",
})  # fmt: skip
"""Missing in a column whose other values are numbers, dates or truth values; in a column of words they are words."""

TEXT_CODES_TOKENS = frozenset({"", "n/a", "null", "<na>", "nan", "\\n"}) | NOT_AVAILABLE_TOKENS
"""Missing in a column of short codes."""

TEXT_TOKENS = TEXT_CODES_TOKENS | {"na", "-", "--", "---", "?", "n.a.", "–", "—"}
"""Missing in a column of words."""

NOTHING_WORDS = "none;nil;missing;not available;not applicable;no data;nodata;nr;n.r.;(none);[null];undefined"
MEANS_NOTHING = STRONG_TOKENS | ZERO_DAYS | frozenset(NOTHING_WORDS.split(";"))
"""A column of nothing but these is empty."""

FEWEST_FOR_SIGNS = 20  # in a shorter column a letter or a sign may as well be a value


LONG_WEAK_TOKENS = frozenset(token for token in WEAK_TOKENS if len(token) > 1)
IN_SHORT_COLUMNS, IN_LONG_COLUMNS = STRONG_TOKENS | LONG_WEAK_TOKENS, STRONG_TOKENS | frozenset(WEAK_TOKENS)


def null_tokens(rows: int) -> frozenset[str]:
    """Tokens that stand for missing among numbers, dates or truth values; single letters and signs only in a long column."""
    return IN_LONG_COLUMNS if rows >= FEWEST_FOR_SIGNS else IN_SHORT_COLUMNS


def says_missing(cell: str) -> bool:
    """A null token that is not also a plausible label, such as a single letter."""
    token = cell.strip().lower()
    return token in STRONG_TOKENS or (len(token) > 1 and token in WEAK_TOKENS)
