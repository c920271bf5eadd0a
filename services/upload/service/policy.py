"""What a session may do, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.upload.errors import FileTooLarge
from services.upload.inspection import ContentLimits
from services.upload.ports import Limits


@dataclass(frozen=True)
class Policy:
    """Limits and times. `ttl` is how long an unfinished upload is kept after its last byte."""

    file_bytes: int
    session: Limits
    content: ContentLimits
    ttl: timedelta
    idle: float
    parts_in_flight: int
    orphan_age: timedelta = timedelta(hours=48)

    def refuse_length(self, length: int) -> None:
        if length > self.file_bytes:
            raise self.too_large(length)

    def too_large(self, length: int | None = None) -> FileTooLarge:
        size = f"has {length:,} bytes" if length is not None else "goes on"
        return FileTooLarge(
            f"The file {size}; the limit is {self.file_bytes:,} bytes.",
            hint="Split it, compress it with gzip, or save it as Parquet.",
        )
