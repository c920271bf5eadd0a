"""The tus 1.0.0 headers as values: https://tus.io/protocols/resumable-upload. Pure parsing, no framework."""

from services.upload.tus.checksums import ALGORITHMS, Checksum, parse_checksum
from services.upload.tus.concatenation import parse_concat
from services.upload.tus.metadata import filename_of, parse_metadata
from services.upload.tus.numbers import parse_deferred, parse_length, parse_offset

VERSION = "1.0.0"
EXTENSIONS = (
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "expiration",
    "checksum",
    "termination",
    "concatenation",
)
OCTETS = "application/offset+octet-stream"
ROOT = "/v1/uploads"

__all__ = [
    "ALGORITHMS",
    "EXTENSIONS",
    "OCTETS",
    "ROOT",
    "VERSION",
    "Checksum",
    "filename_of",
    "parse_checksum",
    "parse_concat",
    "parse_deferred",
    "parse_length",
    "parse_metadata",
    "parse_offset",
]
