"""The text encoding of a file, decided from its bytes, with the evidence."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from services.dataproc.reading.text.code_pages import best_fit_of_pages, letters_fit, likeliest_page
from shared.formats.text import byte_order_mark, decodes, wide_by_zeros

SAMPLE = 1 << 20
BLOCK = 1 << 20
LETTERS = 32_768  # bytes of lines beyond ASCII on which an East Asian encoding is decided
JUDGED = 16_384  # bytes of lines beyond ASCII on which a code page is decided
MULTIBYTE = ("gb18030", "gbk", "shift_jis", "cp932", "euc_jp", "big5", "euc_kr", "cp949")
LEGACY = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "cp437",
    "cp850",
    "mac_roman",
    *MULTIBYTE,
]
WIDER = {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}  # the same letters and more
ISO_2022 = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")
PRIVATE_OR_HALF = re.compile("[\ue000-\uf8ff\uff61-\uff9f]")
JAPANESE = re.compile("[\u3041-\u30ff\u3131-\u318e]")  # syllables, which Korean encodings have as letters on their own
FEWEST_SYLLABLES = 0.05
LOSSY_UTF8 = "utf-8-lossy"
UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
FEWEST_LETTERS, TIMES_OTHERS = (
    6,
    3,
)  # bytes after the first; by chance Thai has about as many as other bytes, other pages far fewer
SURE_FIT = 0.8  # of 1; texts in other code pages, read so, reach .6, and Western ones .9


@dataclass(frozen=True)
class Encoding:
    """How to decode a file; `skip` is the length of its byte-order mark."""

    name: str
    skip: int
    evidence: str


def detect_encoding(path: Path) -> Encoding:
    """Byte-order mark, then UTF-16 by its zero bytes, then valid UTF-8 throughout, then the likeliest legacy code page."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if marked := marked_encoding(head):
        return marked
    if ISO_2022.search(head) and decodes(head, "iso2022_jp_ext"):
        return Encoding("iso2022_jp_ext", 0, "escape sequences of ISO-2022-JP")
    if (broken := first_invalid_utf8(path)) is None:
        return Encoding("ascii" if head.isascii() and len(head) < SAMPLE else "utf-8", 0, "valid UTF-8 throughout")
    return legacy(head, path, broken)


def chosen_encoding(path: Path, chosen: Mapping[str, Any]) -> Encoding:
    return Encoding(str(chosen["encoding"]), 0, "as chosen") if chosen.get("encoding") else detect_encoding(path)


def marked_encoding(head: bytes) -> Encoding | None:
    """The encoding that a byte-order mark, zero bytes or escape sequences tell."""
    if mark := byte_order_mark(head):
        return Encoding(*mark, "byte-order mark")
    wide = wide_by_zeros(head)
    return Encoding(wide, 0, "its zero bytes stand where this encoding has them") if wide else None


def presumed_encoding(path: Path) -> Encoding | None:
    """UTF-8, when the beginning of the file is; the rest is for the reader to check. None when it is something else."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if marked := marked_encoding(head):
        return marked
    if not decodes(head, "utf-8") or ISO_2022.search(head):
        return None
    return None if b"\x00" in head else Encoding("utf-8", 0, "valid UTF-8 throughout")


def first_invalid_utf8(path: Path) -> int | None:
    """Offset of the block with the first byte that is not UTF-8, or None."""
    decoder, offset = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not block.isascii() or decoder.getstate()[0]:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    return offset
            offset += len(block)
    return offset if decoder.getstate()[0] else None


def legacy(head: bytes, path: Path, offset: int) -> Encoding:
    """The likeliest code page, judged on the lines that hold bytes beyond ASCII."""
    lines = [line for line in whole_lines(head) if not line.isascii()]
    if offset >= len(head):
        with path.open("rb") as file:
            file.seek(offset)
            lines += [line for line in whole_lines(file.read(SAMPLE)) if not line.isascii()]
    if is_damaged_utf8(lines):
        return Encoding(LOSSY_UTF8, 0, "UTF-8 with a few broken bytes, which are read as Windows-1252")
    sample = b"\n".join(beginning(lines, LETTERS))
    if name := multibyte(sample):
        return Encoding(name, 0, f"not valid UTF-8; the letters fit {name}")
    return Encoding(*with_place(likeliest_page(sample[:JUDGED])))


def whole_lines(head: bytes) -> list[bytes]:
    """The lines of a beginning, without the one that its end cuts."""
    lines = re.split(rb"[\r\n]+", head)
    return lines[:-1] if len(head) == SAMPLE and len(lines) > 1 else lines


def beginning(lines: list[bytes], size: int) -> list[bytes]:
    """The first lines, as many as come to about `size` bytes: a letter cut in two would speak against its encoding."""
    kept, held = [], 0
    for line in lines:
        kept.append(line)
        held += len(line)
        if held >= size:
            break
    return kept


def with_place(found: tuple[str, str]) -> tuple[str, int, str]:
    return found[0], 0, found[1]


def multibyte(sample: bytes) -> str | None:
    """The East Asian encoding that the letters fit, if they fit one."""
    best = from_bytes(sample, cp_isolation=LEGACY, threshold=0.4).best()
    name = str(best.encoding) if best else ""
    if (
        name in ("shift_jis", "cp932")
        and strange_japanese(sample.decode(name, "replace"))
        and decodes(sample, "big5hkscs")
    ):
        name = "big5hkscs"
    if (
        name in ("cp949", "euc_kr", "gb18030", "gbk")
        and syllables(sample.decode(name, "replace"))
        and decodes(sample, "euc_jp")
    ):
        name = "euc_jp"
    return WIDER.get(name, name) if name in (*MULTIBYTE, "big5hkscs") else None


def syllables(text: str) -> bool:
    """Many Japanese syllables, or what stands in their place in Korean encodings."""
    return len(JAPANESE.findall(text)) > FEWEST_SYLLABLES * sum(ord(char) > 127 for char in text)


def strange_japanese(text: str) -> bool:
    """Half-width syllables and private letters, which Chinese text gives when it is read as Japanese."""
    beyond = sum(ord(char) > 127 for char in text)
    return len(PRIVATE_OR_HALF.findall(text)) > 0.3 * beyond


def is_damaged_utf8(lines: list[bytes]) -> bool:
    """Are there letters of UTF-8 beyond ASCII, which other encodings give by chance only, and few bytes besides?

    Where these are not few, the letters have to fit a language better so than in any code page; and well, where they are more: lines of UTF-8 were put
    among lines of Windows-1252.
    """
    text = b"\n".join(lines)
    letters = UTF8_LETTER.findall(text)
    others = sum(byte > 127 for byte in text) - sum(map(len, letters))
    if sum(len(letter) - 1 for letter in letters) >= max(FEWEST_LETTERS, TIMES_OTHERS * others):
        return True
    sample = b"\n".join(beginning(lines, JUDGED))
    fit = letters_fit(as_utf8_or_cp1252(sample)) if letters and others else 0.0
    likely = others <= len(letters) or (fit >= SURE_FIT and any(decodes(line, "utf-8") for line in lines))
    return likely and fit > best_fit_of_pages(sample)


def as_utf8_or_cp1252(sample: bytes) -> str:
    """UTF-8, with bytes that are none read as Windows-1252, so that no byte is dropped."""
    parts, place = [], 0
    for found in UTF8_LETTER.finditer(sample):
        parts += [sample[place : found.start()].decode("cp1252", "replace"), found[0].decode("utf-8", "replace")]
        place = found.end()
    return "".join([*parts, sample[place:].decode("cp1252", "replace")])
