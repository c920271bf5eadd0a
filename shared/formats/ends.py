"""Last bytes of columnar files: a file that was cut off is refused before anybody opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.formats.refusals import corrupt_file, encrypted_file
from shared.formats.registry import Format

TAIL = 8
"""As many of the last bytes as the checks look at."""


def check_parquet(head: bytes, tail: bytes, size: int) -> None:
    """Length of the footer, then the magic."""
    if head.startswith(b"PARE") or tail.endswith(b"PARE"):
        raise encrypted_file(Format.PARQUET.noun)
    if size < 12 or not tail.endswith(b"PAR1"):
        raise corrupt_file(Format.PARQUET.noun, f"its footer is missing: it stops at byte {size:,}")
    length = int.from_bytes(tail[:4], "little")
    if length > size - 12:
        raise corrupt_file(Format.PARQUET.noun, f"its footer claims {length:,} bytes of the file's {size:,}")


def check_arrow(head: bytes, tail: bytes, size: int) -> None:
    """A stream may end with any message."""
    if head.startswith(b"ARROW1") and not tail.endswith(b"ARROW1"):
        raise corrupt_file(Format.ARROW.noun, f"its end is missing: it stops at byte {size:,}")


def check_orc(head: bytes, tail: bytes, size: int) -> None:
    """The last byte is the length of the postscript before it, which ends with the magic in all files but those of Hive 0.11: these are left to the reader."""
    if not 0 < tail[-1] < size - len(b"ORC"):
        raise corrupt_file(Format.ORC.noun, f"its last byte claims an end of {tail[-1]} bytes of the file's {size:,}")


ENDS: Mapping[Format, Callable[[bytes, bytes, int], None]] = {
    Format.PARQUET: check_parquet,
    Format.ARROW: check_arrow,
    Format.ORC: check_orc,
}
"""Each takes the first bytes, the last `TAIL` bytes and the size, and raises FileRefused."""
