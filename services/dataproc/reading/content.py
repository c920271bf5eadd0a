"""What a reader is given: one file that is not packed, and what reading it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from services.dataproc.reading.archives import Member
from services.dataproc.reading.metering import Meter
from services.dataproc.reading.model import Limits
from services.dataproc.reading.naming import stem
from services.dataproc.reading.sources import Irregular


@dataclass(frozen=True)
class Content:
    """`chosen` is what a person fixed, `surprise` why an earlier try did not come to its end.

    What holds no table beside others (a sheet of notes) is said in `aside`. A reader that goes through the file before it gives any rows tells `meter.parsed` how far it has come.
    """

    member: Member
    scratch: Path
    limits: Limits
    meter: Meter
    chosen: Mapping[str, Any] = field(default_factory=dict)
    surprise: Irregular | None = None
    aside: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.member.path

    @property
    def name(self) -> str:
        return stem(self.member.filename)

    @property
    def suffix(self) -> str:
        return PurePath(self.member.filename).suffix.lower()
