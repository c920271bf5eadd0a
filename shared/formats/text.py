"""Text or not, in which wide encoding, and whether it is JSON, rows, or text of a kind that holds no table."""

from __future__ import annotations

import codecs
import re

from shared.formats.refusals import Refusal, unsupported_format
from shared.formats.registry import Format

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
"""Bytes of marks and blanks, of wide encodings too."""
CONTROL = bytes((*range(2, 8), *range(14, 26)))
"""No text encoding in use has them. Tab, line ends, form feed and the escapes of ISO-2022 are text; 1 divides cells (Hive) and 26 ends files of DOS."""
MOST_CONTROL = 0.02
MOST_ZEROS = 0.3
FEWEST_ZEROS = 0.1  # of the letters, in UTF-16: blanks, digits and line ends of a text in another script
WIDE_SAMPLE = 4096

FEWEST_EBCDIC = 16
MOSTLY_EBCDIC, EBCDIC_IN_WORDS = 0.97, 0.5
EBCDIC_WORDS = frozenset(
    byte for byte in range(128, 256) if (char := bytes([byte]).decode("cp037")).isascii() and char.isalnum()
)
EBCDIC_PLAIN = EBCDIC_WORDS | frozenset(" .,;:-_/\"'()*+&%$#@=<>!?|\r\n\x85".encode("cp037", "ignore"))
"""The same bytes in all pages of EBCDIC, but for a few signs."""

HTML = "a web page (HTML)"
HOLDS_NO_TABLE: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(
            rb"<\?xml\b.{0,1000}?(?:progid=.excel\.sheet|urn:schemas-microsoft-com:office:spreadsheet)", re.DOTALL
        ),
        "an Excel 2003 workbook in XML",
    ),
    (re.compile(rb"<\?xml\b.{0,1000}?<html\b", re.DOTALL), HTML),
    (re.compile(rb"<\?xml\b"), "an XML document"),
    (re.compile(rb"<(?:!doctype html|html|head|body|meta|style|div|table|center|font)\b"), HTML),
    (re.compile(rb"<!--.{0,60000}?<(?:html|table)\b", re.DOTALL), HTML),
    (re.compile(rb"mime-version:[^\n]*\n(?:[^\n]+\n)*?content-type:\s*multipart/related"), "a web archive (MHTML)"),
    (re.compile(rb"id;p\w*(?:;[a-z]\w*)*\r?\n(?:[bcfpo];)"), "a SYLK file"),
    (re.compile(rb'table\r?\n0,1\r?\n"[^"\n]*"\r?\nvectors\r?\n'), "a DIF file"),
)
"""How the text begins, in lower case, and what it is then; the first that fits."""


def text_format(head: bytes) -> Format:
    """CSV (anything with rows of text) or JSON. Raises FileRefused for bytes that are no text and for text of other kinds."""
    if is_ebcdic(head):
        hint = "Convert it to UTF-8 where it comes from, or by `iconv -f IBM-1047 -t UTF-8`, and upload it again."
        raise Refusal.UNSUPPORTED_FORMAT.because(hint=hint, what="text in EBCDIC, the encoding of mainframes")
    if looks_binary(head):
        raise Refusal.BINARY_CONTENT.because(place=first_control(head))
    start = head.replace(b"\x00", b"").lstrip(BLANK)
    lowered = start.lower()
    if what := next((what for pattern, what in HOLDS_NO_TABLE if pattern.match(lowered)), None):
        raise unsupported_format(what)
    return Format.JSON if start[:1] in (b"{", b"[") else Format.CSV


def is_blank(head: bytes) -> bool:
    return not head.strip(BLANK)


def looks_binary(head: bytes) -> bool:
    """More control bytes than text has, outside UTF-16 and UTF-32; one that divides the cells of lines is not counted."""
    if wide_encoding(head):
        return False
    control = len(head) - len(head.translate(None, CONTROL))
    if control > MOST_CONTROL * len(head):
        control -= max((head.count(byte) for byte in CONTROL if divides_lines(head, byte)), default=0)
    return control > MOST_CONTROL * len(head) or head.count(0) > MOST_ZEROS * len(head)


def divides_lines(head: bytes, byte: int) -> bool:
    """Does a byte stand equally often on every line, of several?"""
    lines = [line for line in head[: head.rfind(b"\n") + 1].splitlines() if line.strip()]
    return len(lines) > 1 and len(counts := {line.count(byte) for line in lines}) == 1 and 0 not in counts


def is_ebcdic(head: bytes) -> bool:
    """Letters, digits and blanks where EBCDIC has them, none of the blanks and line ends of other encodings, and both small shares of what is left."""
    sample = head[:WIDE_SAMPLE]
    if len(sample) < FEWEST_EBCDIC or any(sign in sample for sign in b" \t\n"):
        return False
    plain = sum(byte in EBCDIC_PLAIN for byte in sample)
    words = sum(byte in EBCDIC_WORDS for byte in sample)
    return plain >= MOSTLY_EBCDIC * len(sample) and words >= EBCDIC_IN_WORDS * len(sample)


def is_plain_text(head: bytes) -> bool:
    """Lines of UTF-8 without any control byte."""
    has_lines = b"\n" in head or b"\r" in head
    return has_lines and len(head) == len(head.translate(None, b"\x00" + CONTROL)) and decodes(head, "utf-8")


def first_control(head: bytes) -> int:
    """Where the first byte is that no text has."""
    return next((at for at, byte in enumerate(head) if byte == 0 or byte in CONTROL), 0)


def byte_order_mark(head: bytes) -> tuple[str, int] | None:
    """(encoding, length) of the byte-order mark."""
    return next(((name, len(bom)) for bom, name in BOMS if head.startswith(bom)), None)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or its zero bytes."""
    marked = byte_order_mark(head)
    return (marked[0] if marked[0] != "utf-8" else None) if marked else wide_by_zeros(head)


def wide_by_zeros(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte-order mark, as its zero bytes tell: they stand at the same place of every letter."""
    sample = head[:WIDE_SAMPLE]
    zeros = [sample[place::4].count(0) for place in range(4)]
    quarter = max(1, len(sample) // 4)
    if len(sample) >= 8 and min(zeros[2:]) > 0.95 * quarter and zeros[0] < 0.05 * quarter:
        return "utf-32-le"
    if len(sample) >= 8 and min(zeros[:2]) > 0.95 * quarter and zeros[3] < 0.05 * quarter:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    name = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) <= FEWEST_ZEROS * quarter or min(even, odd) > 0.05 * max(even, odd):
        return None
    mostly = max(even, odd) > 0.8 * quarter
    return name if mostly or is_prose(sample[: len(sample) & ~1].decode(name, "replace")) else None


def is_prose(text: str) -> bool:
    """Letters, digits and punctuation of few scripts, in lines; what bytes of another encoding do not give."""
    strange = sum(not (char.isprintable() or char in "\t\r\n") or char == "\ufffd" for char in text)
    blocks = {ord(char) >> 8 for char in text}
    return strange <= 0.01 * len(text) and any(end in text for end in "\r\n") and len(blocks) <= max(8, len(text) // 8)


def encoding_label(head: bytes) -> str:
    """What the first bytes show of the encoding; of the older 8-bit ones, which only a full look can tell apart, that it is one."""
    if marked := byte_order_mark(head):
        return marked[0]
    if wide := wide_by_zeros(head):
        return wide
    if not decodes(head, "utf-8"):
        return "8-bit"
    return "ascii" if head.isascii() else "utf-8"


def decodes(data: bytes, encoding: str) -> bool:
    """Whole, but for a letter that the end cuts."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True
