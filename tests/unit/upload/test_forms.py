"""Forms cut into pieces anywhere: each file is exactly what was sent, whatever looks like a boundary in it."""

from __future__ import annotations

import random

import pytest

from services.upload.api.forms import Form, FormFile
from services.upload.errors import BadForm

BOUNDARY = b"----q1"
CONTENTS = [
    b"",
    b"\r\n",
    b"a,b\r\n1,2\r\n",
    b"\r\n------q",
    b"--" + BOUNDARY,
    b"\r\n--\r\n------q\r\n-" * 40,
    b"x" * 5000 + b"\r",
    bytes(range(256)) * 20,
]


def form_of(contents: list[bytes], end: bytes = b"--\r\nepilogue") -> bytes:
    parts = (
        b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%d.csv"\r\nContent-Type: text/csv\r\n\r\n%s\r\n'
        % (BOUNDARY, n, content)
        for n, content in enumerate(contents)
    )
    return b"preamble\r\n" + b"".join(parts) + b"--" + BOUNDARY + end


class Sent:
    """A body in pieces of any size."""

    def __init__(self, content: bytes, dice: random.Random) -> None:
        self._left, self._dice = content, dice

    async def read(self) -> memoryview:
        size = self._dice.choice([1, 2, 3, 7, 40, 300, 4000])
        piece, self._left = self._left[:size], self._left[size:]
        return memoryview(piece)


async def content_of(file: FormFile) -> bytes:
    came = b""
    while piece := await file.read():
        came += piece
    return came


@pytest.mark.parametrize("seed", range(60))
async def test_files_come_out_as_they_were_sent(seed: int) -> None:
    dice = random.Random(seed)
    contents = dice.choices(CONTENTS, k=4)
    form = Form(Sent(form_of(contents), dice), BOUNDARY)
    came = {file.filename: await content_of(file) async for file in form.files()}
    assert came == {f"{n}.csv": content for n, content in enumerate(contents)}


@pytest.mark.parametrize("seed", range(10))
async def test_file_that_nobody_reads_is_passed_over(seed: int) -> None:
    dice = random.Random(seed)
    form = Form(Sent(form_of(CONTENTS), dice), BOUNDARY)
    assert [file.filename async for file in form.files()] == [f"{n}.csv" for n in range(len(CONTENTS))]


@pytest.mark.parametrize("cut", [0, 5, 60, 200, 6000])
@pytest.mark.parametrize("seed", range(5))
async def test_form_that_ends_in_the_middle_is_bad(seed: int, cut: int) -> None:
    dice = random.Random(seed)
    form = Form(Sent(form_of([b"x" * 8000])[:cut], dice), BOUNDARY)
    with pytest.raises(BadForm):
        [await content_of(file) async for file in form.files()]


@pytest.mark.parametrize(
    "bad", [b"--" + BOUNDARY + b"what\r\n\r\nx\r\n", b"--" + BOUNDARY + b"\r\n" + b"X: y\r\n" * 9000]
)
async def test_malformed_part_is_bad_without_being_read_for_ever(bad: bytes) -> None:
    form = Form(Sent(bad + form_of([b"x"]), random.Random(1)), BOUNDARY)
    with pytest.raises(BadForm):
        [file async for file in form.files()]
