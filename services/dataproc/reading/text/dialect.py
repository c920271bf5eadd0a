"""Which delimiter, quote and escape a text file uses: each candidate reads a sample, the most regular and plausible wins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from services.dataproc.reading.text.drawn import column_gaps, is_framed, is_rule
from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.separators import control_characters
from services.dataproc.reading.text.splitting import Dialect, Row, StrictParser, lenient_split

DELIMITERS = (",", ";", "\t", "|", ":", " ", "~", "^", "¦", "¬", "§", "#", "&")
STRONG = frozenset([*",;\t|~^¦¬", *map(chr, range(1, 32))])
WEAK_WEIGHTS = {" ": 0.8}
RUNNING_TEXT, UNUSUAL = 0.5, 0.35
INNER_QUOTES = 0.9
SAMPLE_LINES = 300
LONGEST_SAMPLED_LINE = 20_000
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
DECIMAL_COMMA = re.compile(r"[-+]?(?:\d{1,3}(?:[.' ]\d{3})+|\d+),\d{1,2}\s?[%€]?")
WORDS = re.compile(r"[^\W_][\w .'’()&/+°%$€£@*-]*", re.UNICODE)


def sniff(lines: list[str], forced: str | None = None) -> Dialect:
    """The dialect of a file whose first lines are given; `forced` is a delimiter that a person chose."""
    sample = [line for line in lines if line.strip() and not is_rule(line, "")] or lines[:1]
    sample = sample[: whole_records(sample)]
    sample = [line for line in sample if len(line) < LONGEST_SAMPLED_LINE] or sample[:1]
    text, quotes = "".join(sample), quote_candidates(sample)
    best, best_score = Dialect(delimiter="", evidence="one column"), single_column_score(sample)
    for delimiter in [forced] if forced else not_inside_cells(sample, delimiters_in(sample)):
        for quote in quotes:
            dialect = Dialect(
                delimiter=delimiter,
                quote=quote,
                skip_space=delimiter not in " \t" and blank_follows(sample, delimiter),
                collapse=delimiter == " " and runs_of_blanks(sample),
            )
            if backslash_escapes(text, quote, delimiter):
                dialect = with_escape(sample, dialect)
            score = plausibility(sample, dialect)
            if score < least_score(dialect, text) and not forced:
                continue
            if score > best_score + 1e-9 or forced:
                best, best_score = dialect, score
    if best.quote and not quoting_holds(sample, best):
        best = replace(best, quote="", escape="")
    best = with_bare_escape(sample, best)
    if best.delimiter == "," and not forced and decimals_below_a_name(sample):
        best = Dialect(quote=best.quote, delimiter="", evidence="one column of numbers with decimal commas")
    if (not best.delimiter or best.collapse) and not forced:
        aligned = aligned_columns(sample)
        best = (
            aligned
            if aligned and (not best.delimiter or share_of_width(sample, aligned) > share_of_width(sample, best))
            else best
        )
    if best.delimiter == "|" and is_framed(sample, best.delimiter):
        best = replace(
            best, framed=True, quote="", escape="", skip_space=True, evidence="every line begins and ends with '|'"
        )
    evidence = (
        best.evidence or f"delimiter {best.delimiter!r} gives the most regular rows (score {best_score:.2f} of 1)"
    )
    return replace(best, evidence=evidence)


def whole_records(lines: list[str]) -> int:
    """So many lines are the sample that no cell in quotes is cut by its end, if it can be helped."""
    if len(lines) <= SAMPLE_LINES:
        return SAMPLE_LINES
    quotes = list(accumulate(line.count('"') for line in lines[:SAMPLE_LINES]))
    ends = (place + 1 for place in reversed(range(SAMPLE_LINES)) if quotes[place] % 2 == 0)
    return max(SAMPLE_LINES // 2, next(ends, SAMPLE_LINES))


def aligned_columns(sample: list[str]) -> Dialect | None:
    """The places of the columns where lines are aligned, and some of what stands below one another is values."""
    dialect = Dialect(
        delimiter="",
        quote="",
        gaps=column_gaps(sample),
        evidence="columns stand below one another, with blanks between them",
    )
    if not dialect.gaps:
        return None
    rows = [row for row in RecordReader(sample, dialect, None, Repairs()) if len(row) == len(dialect.gaps) + 1]
    return dialect if any(typed_column(column[1:]) for column in zip(*rows, strict=True)) else None


def least_score(dialect: Dialect, text: str) -> float:
    """Sentences have blanks, also after their commas, and times colons: these divide cells only where rows are fairly regular, or blanks stand in quotes."""
    if dialect.skip_space or (dialect.delimiter == " " and dialect.quote not in text):
        return RUNNING_TEXT
    return 0.0 if dialect.delimiter in STRONG or dialect.delimiter == " " else UNUSUAL


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


def delimiters_in(sample: list[str]) -> list[str]:
    """Candidates that occur in at least a third of the lines, or of those on which no quoted cell runs on."""
    usual = [*DELIMITERS, *(sign for sign in control_characters("".join(sample)) if sign not in DELIMITERS)]
    found = set[str]()
    for lines in (sample, outside_quotes(sample)):
        need = max(1, len(lines) // 3)
        found |= {d for d in usual if sum(d in line for line in lines) >= need}
    return [d for d in usual if d in found]


def outside_quotes(sample: list[str]) -> list[str]:
    """The lines before which every double quote is closed."""
    before = accumulate((line.count('"') for line in sample), initial=0)
    return [line for line, quotes in zip(sample, before, strict=False) if quotes % 2 == 0]


def decimals_below_a_name(sample: list[str]) -> bool:
    """One name without a comma over at least two numbers, each with one comma that can be a decimal one."""
    name, *numbers = (line.strip() for line in sample)
    return (
        len(numbers) > 1
        and "," not in name
        and not TYPED.fullmatch(name)
        and all(map(DECIMAL_COMMA.fullmatch, numbers))
    )


def quote_candidates(sample: list[str]) -> list[str]:
    text = "".join(sample)
    found = ['"'] if '"' in text else []
    if re.search(r"(?:^|[,;\t| ])'(?:[^'\n]|'')*'(?=[,;\t| \r\n]|$)", text, re.MULTILINE):
        found.append("'")
    return found or ['"']


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


def not_inside_cells(sample: list[str], found: list[str]) -> list[str]:
    """Without blanks, colons and the like of which the first line, of names, has none, where commas (or tabs …) stand on every line equally often."""
    counts = ({line.count(delimiter) for line in sample} for delimiter in found if delimiter in STRONG)
    if len(sample) < 3 or not any(len(count) == 1 and 0 not in count for count in counts):
        return found
    return [delimiter for delimiter in found if delimiter in STRONG or delimiter in sample[0].strip()]


def typed_column(cells: tuple[str, ...]) -> bool:
    """Mostly numbers, dates, addresses: what running text, divided at its blanks, does not give."""
    return sum(bool(cell.strip() and TYPED.fullmatch(cell)) for cell in cells) >= 0.7 * len(cells)


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


def backslash_escapes(text: str, quote: str, delimiter: str) -> bool:
    """Backslash before a quote, where the quote cannot be the closing one."""
    quote, delimiter = re.escape(quote), re.escape(delimiter)
    return bool(re.search(rf"\\{quote}(?!{delimiter}|\s*$)", text, re.MULTILINE))


def blank_follows(sample: list[str], delimiter: str) -> bool:
    """Is (nearly) every delimiter outside running text followed by a blank?"""
    pairs = [
        (line.count(delimiter), line.count(delimiter + " ") + line.rstrip("\r\n").endswith(delimiter))
        for line in sample[:100]
    ]
    total, spaced = sum(t for t, _ in pairs), sum(s for _, s in pairs)
    return total > 0 and spaced >= 0.95 * total and all(s >= 1 for t, s in pairs if t)


def runs_of_blanks(sample: list[str]) -> bool:
    lines = [line.strip() for line in sample]
    return sum("  " in line for line in lines) >= 0.5 * len(lines)


def common_width(rows: Iterable[Row]) -> int:
    """The most common number of cells; of equally common ones, the larger."""
    counts = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    return max(counts, key=lambda length: (counts[length], length)) if counts else 1
