"""While a large JSON file is parsed, before any row is written, whoever waits hears of it, and its time can run out."""

from __future__ import annotations

import gzip
import json
from itertools import count, pairwise
from pathlib import Path

import pytest

from services.dataproc.reading import FileRefused, Limits, read_file
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.json import large as json_large
from services.dataproc.reading.metering import Meter

ROWS = [{"id": n, "name": f"p{n % 7}", "price": n / 4} for n in range(200)]
FORMS = {
    "lines": "".join(json.dumps(row) + "\n" for row in ROWS),
    "list": json.dumps(ROWS),
    "lists on lines": "".join(json.dumps(list(row.values())) + "\n" for row in ROWS),
    "document": json.dumps({"made": "today", "data": ROWS}),
}
Step = tuple[int, int, int]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", 64)
    monkeypatch.setattr(json_files, "MEMORY_PER_BYTE", 1 << 40)
    monkeypatch.setattr(json_large, "BLOCK", 400)
    monkeypatch.setattr("services.dataproc.reading.json.outline.HEAD_BYTES", 900)


def progress_of(tmp_path: Path, content: bytes, limits: Limits) -> list[Step]:
    upload, seen = tmp_path / "upload", list[Step]()
    upload.write_bytes(content)
    into = tmp_path / "into"
    read_file(upload, filename="t.json", into=into, limits=limits, on_progress=lambda *step: seen.append(step))
    return seen


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("form", FORMS)
def test_parsing_moves_the_bar_up_to_its_half(tmp_path: Path, form: str, threads: int) -> None:
    seen = progress_of(tmp_path, FORMS[form].encode(), Limits(threads=threads))
    size = len(FORMS[form])
    parsing = [done for done, _, rows in seen if rows == 0]
    assert len(parsing) > 8, "one step for each block"
    assert max(after - before for before, after in pairwise(parsing)) < size / 8
    assert size * 0.47 < parsing[-1] <= size // 2
    assert seen[-1] == (size, size, 200)


@pytest.mark.parametrize("form", FORMS)
def test_progress_never_goes_backwards(tmp_path: Path, form: str) -> None:
    seen = progress_of(tmp_path, FORMS[form].encode(), Limits(threads=1))
    assert seen == sorted(seen)
    packed = gzip.compress(FORMS[form].encode())
    seen = progress_of(tmp_path, packed, Limits(threads=1))
    assert seen == sorted(seen) and seen[-1] == (len(packed), len(packed), 200)


@pytest.mark.parametrize("form", FORMS)
def test_parsing_that_takes_too_long_is_refused_before_anything_is_written(tmp_path: Path, form: str) -> None:
    upload, ticks, seen = tmp_path / "upload", count(), list[Step]()
    upload.write_text(FORMS[form])
    with pytest.raises(FileRefused) as refusal:
        read_file(
            upload,
            filename="t.json",
            into=tmp_path / "into",
            limits=Limits(seconds=6, threads=1),
            on_progress=lambda *step: seen.append(step),
            clock=lambda: next(ticks),
        )
    assert refusal.value.code == "took_too_long"
    assert 3 < len(seen) < 8 and all(rows == 0 for _, _, rows in seen)
    assert list((tmp_path / "into").iterdir()) == []


def test_bytes_that_were_parsed_count_once_and_others_when_they_are_written() -> None:
    seen: list[Step] = []
    meter = Meter(1_000, lambda *step: seen.append(step), lambda: 0.0, 1)
    meter.parsed(400)
    meter.advance(1, 300)  # of a table that was parsed before
    meter.advance(1, 300)  # 100 of them
    meter.advance(1, 900)  # of another, and more than the file has
    assert seen == [(0, 1_000, 0), (200, 1_000, 0), (350, 1_000, 1), (600, 1_000, 2), (1_000, 1_000, 3)]
