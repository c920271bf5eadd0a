"""How regular and how plausible a sample is when it is divided by a dialect."""

from __future__ import annotations

import re
from collections import Counter

from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Dialect, Row

STRONG = frozenset([*",;\t|~^¦¬", *map(chr, range(1, 32))])
WEAK_WEIGHTS = {" ": 0.8}
RUNNING_TEXT, UNUSUAL = 0.5, 0.35
TYPED = re.compile(
    r"""\s*(?:
      [-+(]?[$€£¥₹]?\s?(?:\d{1,3}(?:[,.' \u202f\u00a0]\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?[%€)]?
    | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?
    | \d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m)?
    | (?:https?|ftp)://\S+ | [\w.+-]+@[\w-]+\.[\w.]+
    | true|false|yes|no|null|nan|n/?a|none|inf
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
WORDS = re.compile(r"[^\W_][\w .'’()&/+°%$€£@*-]*", re.UNICODE)


def plausibility(sample: list[str], dialect: Dialect) -> float:
    """How regular and how plausible the sample is under a dialect, between 0 and 1."""
    rows = list(RecordReader(sample, dialect, None, Repairs(), open_lines=40))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return 0.0
    regular, width = regularity([len(row) for row in rows])
    if width < 2:
        return 0.0
    main = [row for row in rows if len(row) == width] or rows
    weight = WEAK_WEIGHTS.get(dialect.delimiter, 1.0 if dialect.delimiter in STRONG else 0.5)
    if dialect.delimiter not in STRONG and not any(typed_column(column) for column in zip(*main, strict=False)):
        weight *= 0.3
    return regular * cell_score(main, dialect) * weight * (1 - 0.5 / width)


def typed_column(cells: tuple[str, ...]) -> bool:
    """Mostly numbers, dates, addresses: what running text, divided at its blanks, does not give."""
    return bool(cells) and sum(bool(cell.strip() and TYPED.fullmatch(cell)) for cell in cells) >= 0.7 * len(cells)


def regularity(lengths: list[int]) -> tuple[float, int]:
    """(share of rows with the most common length, that length); rows above the first such row count less."""
    counts = Counter(lengths)
    width = max(counts, key=lambda length: (counts[length] * (length > 1), length))
    first = next(i for i, length in enumerate(lengths) if length == width)
    body = lengths[first:]
    share = sum(length == width for length in body) / len(body)
    covered = len(body) / len(lengths)
    near = sum(abs(length - width) <= 1 for length in body) / len(body)
    return (0.8 * share + 0.2 * near) * (0.5 + 0.5 * covered), width


def cell_score(rows: list[Row], dialect: Dialect) -> float:
    """Share of cells that look like one value; whole columns that are empty count for little."""
    total = good = 0.0
    for row in rows[:200]:
        for cell in row:
            total += 1
            good += value_score(cell, dialect)
    return good / total if total else 0.0


def value_score(cell: str, dialect: Dialect) -> float:
    text = cell.strip()
    if not text:
        return 0.5 if dialect.delimiter in STRONG else 0.2
    if TYPED.fullmatch(text):
        return 1.0
    if text[0] in "\"'" and text[0] != dialect.quote and len(text) > 1 and text[-1] == text[0]:
        return 0.2
    if dialect.quote and (text[0] == dialect.quote or text[-1] == dialect.quote):
        return 0.2
    if WORDS.fullmatch(text):
        return 0.9
    return 0.3 if any(d in text for d in ";\t|" if d != dialect.delimiter) else 0.7


def single_column_score(sample: list[str]) -> float:
    """What a file of one column is worth: high only when every line is one value."""
    if not sample:
        return 0.0
    whole = sum(bool(TYPED.fullmatch(line.strip())) for line in sample) / len(sample)
    return 0.25 + 0.35 * (whole > 0.95)


def least_score(dialect: Dialect, text: str) -> float:
    """Sentences have blanks, also after their commas, and times colons: these divide cells only where rows are fairly regular, or blanks stand in quotes."""
    if dialect.skip_space or (dialect.delimiter == " " and dialect.quote not in text):
        return RUNNING_TEXT
    return 0.0 if dialect.delimiter in STRONG or dialect.delimiter == " " else UNUSUAL
