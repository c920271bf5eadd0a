"""The refusals of the reading engine are those of the registry that all services share."""

from __future__ import annotations

from shared.formats.refusals import FileRefused as ReadError
from shared.formats.refusals import (
    Refusal,
    corrupt_file,
    empty_file,
    encrypted_file,
    no_table,
    too_large,
    unsupported_format,
)

__all__ = [
    "ReadError",
    "Refusal",
    "corrupt_file",
    "empty_file",
    "encrypted_file",
    "no_table",
    "too_large",
    "unsupported_format",
]
