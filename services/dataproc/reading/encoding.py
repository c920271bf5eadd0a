"""The text encoding of a file, decided from its bytes, with the evidence; and reading it as text in bounded pieces."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

SAMPLE = 1 << 20
BLOCK = 1 << 20
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "cp437", "cp850", "mac_roman",
          "shift_jis", "cp932", "euc_jp", "gb18030", "gbk", "big5", "euc_kr", "cp949"]  # fmt: skip
MULTIBYTE = ("gb18030", "shift_jis", "euc_jp", "big5", "euc_kr")
C1 = re.compile("[\x80-\x9f]")
C1_AS_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


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
    if (broken := first_invalid_utf8(path)) is None:
        return Encoding("ascii" if head.isascii() and len(head) < SAMPLE else "utf-8", 0, "valid UTF-8 throughout")
    return legacy(head, path, broken)


def marked_encoding(head: bytes) -> Encoding | None:
    """The encoding that a byte-order mark or the zero bytes of UTF-16 tell."""
    for bom, name in BOMS:
        if head.startswith(bom):
            return Encoding(name, len(bom), "byte-order mark")
    name16 = utf16_by_zeros(head)
    return Encoding(name16, 0, "every other byte is zero") if name16 else None


def presumed_encoding(path: Path) -> Encoding | None:
    """UTF-8, when the beginning of the file is; the rest is for the reader to check. None when it is something else."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if marked := marked_encoding(head):
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    return None if b"\x00" in head else Encoding("utf-8", 0, "valid UTF-8 throughout")


def utf16_by_zeros(head: bytes) -> str | None:
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


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
    if offset >= len(head):
        with path.open("rb") as file:
            file.seek(offset)
            head = file.read(SAMPLE)
    lines = [line for line in re.split(rb"[\r\n]+", head) if not line.isascii()]
    if mostly_utf8(lines):
        return Encoding("utf-8-lossy", 0, "UTF-8 with a few broken bytes, which are read as Windows-1252")
    sample = b"\n".join(lines)[:65536]
    best = from_bytes(sample, cp_isolation=LEGACY, threshold=0.4).best()
    name = str(best.encoding) if best else "cp1252"
    if name not in MULTIBYTE and western(sample):
        name = "cp1252"
    return Encoding(name, 0, f"not valid UTF-8; the letters fit {name}")


def mostly_utf8(lines: list[bytes]) -> bool:
    """Do nearly all of the lines beyond ASCII decode as UTF-8?"""
    good = 0
    for line in lines:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        good += 1
    return len(lines) >= 4 and good >= 0.8 * len(lines)


def western(sample: bytes) -> bool:
    """Do the bytes beyond ASCII stand alone between ASCII letters, as in western European text and punctuation?"""
    high = [b for b in sample if b >= 0x80]
    pairs = len(re.findall(rb"[\x80-\xff]{2}", sample))
    return bool(high) and pairs * 2 <= 0.25 * len(high)


def looks_binary(head: bytes) -> bool:
    """Control bytes that no text has, outside UTF-16 and UTF-32."""
    if any(head.startswith(bom) for bom, _ in BOMS) or utf16_by_zeros(head):
        return False
    control = sum(head.count(bytes([b])) for b in (*range(1, 8), *range(14, 27)))
    return control > 0.02 * len(head) or head.count(0) > 0.3 * len(head)


def lossy_utf8(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not UTF-8 as Windows-1252, so that no byte is dropped."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("askframe-cp1252", lossy_utf8)


def text_blocks(path: Path, encoding: Encoding) -> Iterator[str]:
    """The file as text, a block at a time; NUL characters dropped, stray C1 controls read as Windows-1252 punctuation."""
    name, errors = ("utf-8", "askframe-cp1252") if encoding.name == "utf-8-lossy" else (encoding.name, "replace")
    decoder = codecs.getincrementaldecoder("utf-8" if name == "ascii" else name)(errors)
    with path.open("rb") as file:
        file.seek(encoding.skip)
        while block := file.read(BLOCK):
            yield mend(decoder.decode(block))
    if rest := decoder.decode(b"", final=True):
        yield mend(rest)


def mend(text: str) -> str:
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() or not C1.search(text) else text.translate(C1_AS_CP1252)
