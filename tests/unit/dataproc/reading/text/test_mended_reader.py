"""Large texts with rows that break the rules: a mended copy gives the cells and the notes that the careful reader gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from services.dataproc.reading.sources import Irregular
from services.dataproc.reading.text import files as csv_files
from services.dataproc.reading.text import row_reader
from tests.unit.dataproc.reading.readings import Read, Reading

HEADER = ["id", "city", "day", "amount", "note", "ratio", "code"]
ROWS = 6_000
WORDS = "invoice for the new chair and two lamps paid late".split()


def rows(rng: random.Random) -> Iterator[list[str]]:
    for n in range(ROWS):
        ratio = f"{rng.random():.2f}" if rng.random() < 0.5 else ""
        code = f"A{n % 90}" if rng.random() < 0.5 else ""
        yield [
            str(n),
            rng.choice(["Lyon", "Zürich", "Évian"]),
            f"2024-{n % 12 + 1:02}-11",
            f"{rng.random() * 900:.2f}",
            " ".join(rng.choices(WORDS, k=4)),
            ratio,
            code,
        ]


def lines_of(kind: str, end: str) -> str:
    rng, out = random.Random(kind), ["# made by a tool", "# station 7"] if kind == "comments" else []
    out.append((", " if kind == "spaced" else ",").join(HEADER))
    for n, row in enumerate(rows(rng)):
        out.extend(changed(kind, n, row, rng))
    return end.join(out) + end


def changed(kind: str, n: int, row: list[str], rng: random.Random) -> Iterator[str]:
    """The line or lines of a row."""
    late, plain = n > 3500, ",".join(row)
    if kind == "short":
        yield plain.rstrip(",")
    elif kind == "long":
        yield f"{plain}," if n % 3 else plain
    elif kind == "spaced":
        yield ", ".join(row) + "  " * (n % 700 == 1)
    elif kind == "comments":
        yield from [plain, "# sensor replaced, see log"] if n % 500 == 7 else [plain]
    elif kind == "unquoted":
        yield ",".join([*row[:4], "paid, and late", *row[5:]]) if late and n % 50 == 0 else plain
    elif kind == "quoted":
        yield ",".join([*row[:4], '"said ""no"", then left"', *row[5:]]) if late and n % 20 == 0 else plain
    elif kind == "blank":
        yield from [plain, ["", ",,,,,,", " "][n % 3]] if n % 400 == 0 else [plain]
    elif kind == "repeated":
        yield from [plain, ",".join(HEADER)] if n % 2500 == 2499 else [plain]
    elif kind == "regular":
        yield plain
    elif kind == "notes":
        yield from [plain, "", "Source: Ministry, 2024", "No guarantee for anything"] if n == ROWS - 1 else [plain]


def switched_off(*_: object) -> None:
    raise Irregular("switched off")


@pytest.fixture
def both(read: Read, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Reading, Reading]]:
    """Read a text as a large one, with a mended copy and without."""
    for module in (csv_files, row_reader):
        monkeypatch.setattr(module, "HELD_BYTES", 1 << 10)
    monkeypatch.setattr(csv_files, "FAST_BYTES", 1 << 10)

    def read_both(text: str) -> tuple[Reading, Reading]:
        quick = read(text)
        quick_rows = quick.raw()
        monkeypatch.setattr(csv_files, "plan_of_file", switched_off)
        slow = read(text)
        assert quick_rows == slow.raw()
        return quick, slow

    return read_both


def test_single_row_that_no_sample_shows_is_mended_and_stands_in_the_raw_cells(
    both: Callable[[str], tuple[Reading, Reading]],
) -> None:
    lines = lines_of("regular", "\n").splitlines()
    lines[3700] = lines[3700].replace(",", ",paid, and late,", 1)
    quick, slow = both("\n".join(lines) + "\n")
    assert (quick.table.reading["reader"], slow.table.reading["path"]) == ("mended copy", "careful")
    assert quick.cells() == slow.cells() and quick.table.warnings == slow.table.warnings


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "kind", ["short", "long", "spaced", "comments", "unquoted", "quoted", "blank", "repeated", "notes"]
)
def test_mended_copy_has_the_cells_and_notes_of_the_careful_reader(
    both: Callable[[str], tuple[Reading, Reading]], kind: str, end: str
) -> None:
    quick, slow = both(lines_of(kind, end))
    assert (quick.table.reading["path"], slow.table.reading["path"]) == ("fast", "careful")
    assert quick.cells() == slow.cells()
    told = [[text for text in reading.table.warnings if "below the table" not in text] for reading in (quick, slow)]
    assert told[0] == told[1]
    # The careful reader holds no rows of so large a file: it names the lines of the notes, where the other quotes them.
    below = [len(reading.table.warnings) - len(others) for reading, others in zip((quick, slow), told, strict=True)]
    assert below == [kind == "notes"] * 2
    assert [c.type for c in quick.table.columns] == [c.type for c in slow.table.columns]


@pytest.mark.parametrize(
    "line", ['7,Lyon,2024-01-01,1,"two\nlines",,', "7,a\0b,2024-01-01,1,x,,,,", "7;Lyon;2024-01-01;1;x;2.5;A1"]
)
def test_row_that_depends_on_others_leaves_the_file_to_the_careful_reader(
    both: Callable[[str], tuple[Reading, Reading]], line: str
) -> None:
    text = lines_of("short", "\n") + line + "\n"
    quick, slow = both(text)
    assert quick.table.reading["path"] == "careful"
    assert (quick.cells(), quick.table.warnings) == (slow.cells(), slow.table.warnings)
