"""How a sample quotes and escapes: whether quotes are signs or characters, and what a backslash does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.splitting import Dialect, Row, StrictParser, lenient_split

INNER_QUOTES = 0.9


def quoting_holds(sample: list[str], dialect: Dialect) -> bool:
    """Do more lines keep to the rules of quoting than break them, or close each quoted cell before a delimiter? Where none do, quotes are ordinary characters."""
    strict, opening = (
        StrictParser(dialect),
        re.compile(rf"(?:^|{re.escape(dialect.delimiter)}) *{re.escape(dialect.quote)}"),
    )
    kept, broken = 0, list[str]()
    for line in sample:
        if opening.search(line):
            good = strict([body := line.rstrip("\r\n")]) is not None
            kept += good
            if not good and not strict.open_quote:
                broken.append(body)
    return len(broken) <= kept or len(broken) < 3 or only_inner_quotes(sample, broken, dialect)


def only_inner_quotes(sample: list[str], broken: list[str], dialect: Dialect) -> bool:
    """Have the lines that break the rules of quoting the cells of the others once quotes inside of quoted cells are characters ("JOHN "TALL"",)?"""
    width = common_width(RecordReader(sample, dialect, None, Repairs(), open_lines=40))
    rows = [lenient_split(line, dialect) for line in broken]
    return width > 1 and sum(row is not None and len(row) == width for row in rows) >= INNER_QUOTES * len(rows)


def with_escape(sample: list[str], dialect: Dialect) -> Dialect:
    """With the backslash as escape where fewer records break the rules of quoting so."""
    escaping = replace(dialect, escape="\\")
    return escaping if broken_records(sample, escaping) < broken_records(sample, dialect) else dialect


def broken_records(sample: list[str], dialect: Dialect) -> int:
    repairs = Repairs()
    for _ in RecordReader(sample, dialect, None, repairs, open_lines=40):
        pass
    return repairs.total()


def with_bare_escape(sample: list[str], dialect: Dialect) -> Dialect:
    """Where cells are cut at delimiters after a backslash, and rows are regular only without that, the backslash escapes.

    It then escapes itself too, if it stands nowhere but before itself, a delimiter or a quote.
    """
    if not any(f"\\{dialect.delimiter}" in line for line in sample):
        return dialect
    itself = (
        "" if re.search(rf"\\(?![\\\"'{re.escape(dialect.delimiter)}])", re.sub(r"\\\\", "", "".join(sample))) else "\\"
    )
    escaping = replace(dialect, bare_escape=dialect.delimiter + itself, escape="\\")
    return escaping if share_of_width(sample, escaping) > share_of_width(sample, dialect) else dialect


def share_of_width(sample: list[str], dialect: Dialect) -> float:
    widths = Counter(len(row) for row in RecordReader(sample, dialect, None, Repairs(), open_lines=40))
    return max(widths.values()) / widths.total()


def quote_candidates(sample: list[str]) -> list[str]:
    text = "".join(sample)
    found = ['"'] if '"' in text else []
    if re.search(r"(?:^|[,;\t| ])'(?:[^'\n]|'')*'(?=[,;\t| \r\n]|$)", text, re.MULTILINE):
        found.append("'")
    return found or ['"']


def backslash_escapes(text: str, quote: str, delimiter: str) -> bool:
    """Backslash before a quote, where the quote cannot be the closing one."""
    quote, delimiter = re.escape(quote), re.escape(delimiter)
    return bool(re.search(rf"\\{quote}(?!{delimiter}|\s*$)", text, re.MULTILINE))


def common_width(rows: Iterable[Row]) -> int:
    """The most common number of cells; of equally common ones, the larger."""
    counts = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    return max(counts, key=lambda length: (counts[length], length)) if counts else 1
