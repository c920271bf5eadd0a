"""What the joins of code that somebody wrote left out or repeated, in sentences. Pure. The joins of a plan are told by the plan itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOST_SAID = 5
# By how a join goes: what becomes of the rows of its left and of its right side that find no partner; None where nobody misses them.
_ALONE: Mapping[str, tuple[str | None, str | None]] = {
    "inner": ("are left out", "are left out"),
    "left": ("lack its values", None),
    "right": (None, "lack its values"),
    "outer": ("lack its values", "lack its values"),
}


def joins_said(joins: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Of `joins` as dataproc's result has them."""
    return tuple(dict.fromkeys(sentence for join in joins for sentence in _of(join)))[:MOST_SAID]


def _of(join: Mapping[str, Any]) -> Iterator[str]:
    keys = " and ".join(key for key in join["keys"] if key) or "the index"
    for side, become in zip(("left", "right"), _ALONE.get(join["how"], (None, None)), strict=True):
        alone, rows = join[f"{side}_alone"], join[side]
        if alone and become:
            found = "found no partner" if rows != alone else "found no partner, which is all of them,"
            yield f"In the join on {keys}, {alone:,} of the {rows:,} rows on the {side} side {found} and {become}."
    if join["many_to_many"]:
        yield (
            f"In the join on {keys}, rows are repeated: keys occur several times on both sides, and "
            f"{join['left']:,} and {join['right']:,} rows became {join['rows']:,}. Sums over them may count twice."
        )
