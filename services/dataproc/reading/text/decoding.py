"""Files read as text in bounded pieces: lines with what was lost or replaced in them, and copies in UTF-8 for readers that know no other encoding."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from services.dataproc.reading.text.encoding import LOSSY_UTF8, Encoding
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import LONGEST_FIELD
from shared.formats.refusals import corrupt_file

BLOCK = 1 << 20
MARK = "\ufeff"
LOST = "\ufffd"
C1 = re.compile("[\x80-\x9f]")
C1_AS_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
NO_UTF8 = re.compile("[\udc80-\udcff]")
"""Bytes that are not UTF-8, as the decoder hands them on."""
NO_UTF8_AS_CP1252 = {0xDC00 + code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0x100)}
NO_UTF8_AS_LOST = dict.fromkeys(NO_UTF8_AS_CP1252, LOST)


def codec_of(encoding: Encoding) -> tuple[str, str]:
    """(Python's name, what is done about bytes that are no letters)"""
    utf8 = encoding.name in ("ascii", "utf-8", LOSSY_UTF8)
    return ("utf-8", "surrogateescape") if utf8 else (encoding.name, "replace")


def text_lines(path: Path, encoding: Encoding, repairs: Repairs | None = None) -> Iterator[str]:
    """Physical lines with their ends; CR, LF and CRLF all end one. What is dropped or replaced is noted in `repairs`."""
    name, errors = codec_of(encoding)
    noted = Repairs() if repairs is None else repairs
    with path.open("rb") as file:
        file.seek(encoding.skip)
        text = io.TextIOWrapper(file, encoding=name, errors=errors, newline="")
        first = ""
        for number, line in enumerate(iter(partial(text.readline, LONGEST_FIELD), ""), 1):
            if len(line) >= LONGEST_FIELD:
                raise corrupt_file("text", "one line is longer than 128 MB")
            first = first or line
            if line.isascii() and "\x00" not in line:
                yield line
            else:
                note_losses(line, number, encoding, noted)
                yield from (mended(part, encoding) for part in parted_at_marks(line, first, number, noted))


def note_losses(line: str, number: int, encoding: Encoding, repairs: Repairs) -> None:
    if "\x00" in line:
        repairs.note(Repair.NULS_DROPPED, number)
    if C1.search(line):
        repairs.note(Repair.CONTROLS_AS_CP1252, number)
    if NO_UTF8.search(line) and encoding.name == LOSSY_UTF8:
        repairs.note(Repair.BYTES_AS_CP1252, number)
    elif NO_UTF8.search(line) or (LOST in line and not encoding.name.startswith("utf-8")):
        repairs.note(Repair.LETTERS_LOST, number, encoding.name)


def parted_at_marks(line: str, first: str, number: int, repairs: Repairs) -> list[str]:
    """The line without the byte-order mark with which a file begins that was put behind another one; its first line may stand on the other's last one.

    A first line of words that comes back behind the mark is the header again; one with digits may be data, and is looked at with the rows.
    """
    if MARK not in line:
        return [line]
    before, _, after = line.partition(MARK)
    if before and after.rstrip("\r\n") != first.rstrip("\r\n"):
        return [line]
    repairs.note(Repair.MARKS_DROPPED, number)
    parts = [f"{before}\n"] if before else []
    if after.rstrip("\r\n") == first.rstrip("\r\n") and not any(map(str.isdigit, after)):
        repairs.note(Repair.HEADER_LEFT_OUT, number)
        return parts
    return [*parts, after]


def decoded_blocks(path: Path, encoding: Encoding) -> Iterator[str]:
    name, errors = codec_of(encoding)
    decoder = codecs.getincrementaldecoder(name)(errors)
    with path.open("rb") as file:
        file.seek(encoding.skip)
        while block := file.read(BLOCK):
            yield decoder.decode(block)
    if rest := decoder.decode(b"", final=True):
        yield rest


def copied_as_utf8(path: Path, encoding: Encoding, copy: Path) -> Repairs | None:
    """Write the text to `copy`, and note what was replaced; None where it holds something that a reader line by line has to note: NULs, and bytes that are no letters."""
    repairs, lines = Repairs(), 1
    with copy.open("w", encoding="utf-8", newline="") as out:
        for text in decoded_blocks(path, encoding):
            if "\x00" in text or (not text.isascii() and LOST in text):
                break
            if not text.isascii():
                note_replaced(text, lines, encoding, repairs)
            lines += text.count("\n")
            out.write(mended(text, encoding))
        else:
            return repairs
    copy.unlink()
    return None


def note_replaced(text: str, line: int, encoding: Encoding, repairs: Repairs) -> None:
    """`line` is that on which the text begins."""
    for pattern, repair in ((NO_UTF8, Repair.BYTES_AS_CP1252), (C1, Repair.CONTROLS_AS_CP1252)):
        if pattern.search(text):
            for number, part in enumerate(text.split("\n"), line):
                if pattern.search(part):
                    repairs.note(repair, number)


def mended(text: str, encoding: Encoding) -> str:
    """Without NULs, with letters in place of control characters and of bytes that are not UTF-8."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    if NO_UTF8.search(text):
        text = text.translate(NO_UTF8_AS_CP1252 if encoding.name == LOSSY_UTF8 else NO_UTF8_AS_LOST)
    return text.translate(C1_AS_CP1252) if C1.search(text) else text
