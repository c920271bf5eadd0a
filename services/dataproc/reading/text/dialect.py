"""Which delimiter, quote and escape a text file uses: each candidate reads a sample, the most regular and plausible wins."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

from services.dataproc.reading.text.drawn import Gaps, column_gaps, is_boxed, is_framed, is_rule
from services.dataproc.reading.text.lines.brackets import stand_in_brackets
from services.dataproc.reading.text.lines.touching_columns import UNDECIDED, touching_columns
from services.dataproc.reading.text.plausibility import (
    STRONG,
    TYPED,
    least_score,
    plausibility,
    single_column_score,
    typed_column,
)
from services.dataproc.reading.text.quoting import (
    backslash_escapes,
    quote_candidates,
    quoting_holds,
    share_of_width,
    with_bare_escape,
    with_escape,
)
from services.dataproc.reading.text.records import RecordReader
from services.dataproc.reading.text.repairs import Repairs
from services.dataproc.reading.text.separators import control_characters
from services.dataproc.reading.text.splitting import Dialect, Row

DELIMITERS = (",", ";", "\t", "|", ":", " ", "~", "^", "¦", "¬", "§", "#", "&")
LONGEST_NAME = 30
FEWEST_LINES = 3  # aligned ones, below which nothing but values tells of columns
SAMPLE_LINES = 300
LONGEST_SAMPLED_LINE = 20_000
DECIMAL_COMMA = re.compile(r"[-+]?(?:\d{1,3}(?:[.' ]\d{3})+|\d+),\d{1,2}\s?[%€]?")


def sniff(lines: list[str], forced: str | None = None) -> Dialect:
    """The dialect of a file whose first lines are given; `forced` is a delimiter that a person chose."""
    sample = [line for line in lines if line.strip() and not is_rule(line, "")] or lines[:1]
    sample = sample[: whole_records(sample)]
    sample = [line for line in sample if len(line) < LONGEST_SAMPLED_LINE] or sample[:1]
    best, score = likeliest(sample, forced)
    if best.quote and not quoting_holds(sample, best):
        best = replace(best, quote="", escape="")
    best = with_bare_escape(sample, best)
    best = best if forced else undivided(sample, best)
    if best.delimiter == " " and stand_in_brackets(sample):
        best = replace(best, bracketed=True)
    boxed = not best.delimiter and not best.gaps and not forced and is_boxed(lines)
    if (best.delimiter == "|" and is_framed(sample, "|")) or boxed:
        best = replace(
            best,
            delimiter="|",
            framed=True,
            quote="",
            escape="",
            skip_space=True,
            evidence="every line begins and ends with '|'",
        )
    evidence = best.evidence or f"delimiter {best.delimiter!r} gives the most regular rows (score {score:.2f} of 1)"
    return replace(best, evidence=evidence)


def likeliest(sample: list[str], forced: str | None) -> tuple[Dialect, float]:
    """The delimiter and quote that make the most regular and plausible rows, and how much so."""
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
    return best, best_score


def undivided(sample: list[str], best: Dialect) -> Dialect:
    """What delimiters do not tell: one column of decimal commas, and columns that stand below one another."""
    if best.delimiter == "," and decimals_below_a_name(sample):
        best = Dialect(quote=best.quote, delimiter="", evidence="one column of numbers with decimal commas")
    if (not best.delimiter or best.collapse) and (aligned := aligned_columns(sample)):
        better = not best.delimiter or share_of_width(sample, aligned) > share_of_width(sample, best)
        best = aligned if better else best
    if best.delimiter in ("", " ") and (cuts := touching_columns(sample)) is not None:
        best = touching_dialect(cuts)
    return best


def touching_dialect(cuts: Gaps) -> Dialect:
    """Columns of fixed width that begin where their names do; one column of lines where nothing parts them."""
    if not cuts:
        return Dialect(delimiter="", quote="", evidence="one column", remark=UNDECIDED)
    return Dialect(delimiter="", quote="", gaps=cuts, evidence="columns of a fixed width begin where their names do")


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
    if not rows:
        return None
    values = any(typed_column(tuple(filter(str.strip, column[1:]))) for column in zip(*rows, strict=True))
    return (
        dialect
        if values or (len(sample) > FEWEST_LINES and len(rows) == len(sample) and names_columns(rows[0]))
        else None
    )


def names_columns(row: Row) -> bool:
    """Several different short words, one over each column: what lines of running text do not begin with."""
    short = all(0 < len(cell) <= LONGEST_NAME and not TYPED.fullmatch(cell) for cell in row)
    return short and len(set(row)) == len(row) > 2


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


def not_inside_cells(sample: list[str], found: list[str]) -> list[str]:
    """Without blanks, colons and the like of which the first line, of names, has none, where commas (or tabs …) stand on every line equally often."""
    counts = ({line.count(delimiter) for line in sample} for delimiter in found if delimiter in STRONG)
    if len(sample) < 3 or not any(len(count) == 1 and 0 not in count for count in counts):
        return found
    return [delimiter for delimiter in found if delimiter in STRONG or delimiter in sample[0].strip()]


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
