"""Records that end with the record separator of ASCII (0x1E), and have its unit separator (0x1F) between their cells; line ends inside of them are part of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

UNIT, RECORD = "\x1f", "\x1e"
FEWEST_RECORDS = 2


def ends_records(head: Sequence[str]) -> bool:
    """Have the first lines records of equally many units?"""
    if not any(RECORD in line for line in head):
        return False
    *records, _ = "".join(head).split(RECORD)
    counts = {record.count(UNIT) for record in records}
    return len(records) >= FEWEST_RECORDS and len(counts) == 1 and 0 not in counts


def records_of(lines: Iterable[str]) -> Iterator[str]:
    """Each record as a line; the end of line that some programs write behind the separator is none of the next."""
    held: list[str] = []
    for line in lines:
        first, *others = line.split(RECORD)
        held.append(first)
        for other in others:
            yield "".join(held).lstrip("\r\n") + "\n"
            held = [other]
    if (rest := "".join(held)).strip():
        yield rest.lstrip("\r\n")
