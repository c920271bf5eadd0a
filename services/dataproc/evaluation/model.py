"""What comes out of an evaluation, and how much of it there may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

from shared.rpc.evaluation import RefusalCode


@dataclass(frozen=True)
class Limits:
    """For all plans of one call together, but for `rows` and `size`, which are of one result."""

    seconds: float = 2.0
    rows: int = 20_000
    size: int = 16 << 20  # bytes, as Arrow


@dataclass(frozen=True)
class Rows:
    """A whole result: the values of each column, in the plan's order where it has one."""

    table: pa.Table


@dataclass(frozen=True)
class Refusal:
    """Why there is no result. `rows`: how many there would have been, where that is known."""

    code: RefusalCode
    reason: str
    rows: int | None = None


Outcome: TypeAlias = Rows | Refusal
