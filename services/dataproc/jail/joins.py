"""Which rows found no partner in the joins of a snippet, and which were repeated: what its result alone does not show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from pandas.core.reshape import merge as pandas_merge

from services.dataproc.jail.model import MOST_JOINS, JoinSeen

Places = (
    npt.NDArray[np.intp] | None
)  # the row that stands at each place of the result, -1 for none; None for all in their order

# Not public; every way to join by keys comes through here, and a test says so when that changes.
_OPERATION: Any = vars(pandas_merge)["_MergeOperation"]
_FOLLOWED = frozenset({"inner", "left", "right", "outer"})


@contextmanager
def observed_joins() -> Iterator[list[JoinSeen]]:
    """Fills the list while the block runs. Joins that mark the partners themselves (`indicator=True`) are left out: there they are the question."""
    seen: list[JoinSeen] = []
    original = _OPERATION._get_join_info

    def joining(operation: Any) -> Any:
        info = original(operation)
        if len(seen) < MOST_JOINS and operation.how in _FOLLOWED and not operation.indicator:
            _, left, right = info
            seen.append(_seen(operation, left, right))
        return info

    _OPERATION._get_join_info = joining
    try:
        yield seen
    finally:
        _OPERATION._get_join_info = original


def _seen(operation: Any, left: Places, right: Places) -> JoinSeen:
    """Every pair of rows of the result is two places; a side that is alone has -1 at the other."""
    rows_left, rows_right = len(operation.left), len(operation.right)
    rows = next((len(places) for places in (left, right) if places is not None), rows_left)
    at_left = np.arange(rows) if left is None else left
    at_right = np.arange(rows) if right is None else right
    paired = (at_left >= 0) & (at_right >= 0)
    of_left = np.bincount(at_left[paired], minlength=rows_left)
    of_right = np.bincount(at_right[paired], minlength=rows_right)
    return JoinSeen(
        how=operation.how,
        keys=tuple(str(name) for name in operation.join_names),
        left=rows_left,
        right=rows_right,
        left_alone=int((of_left == 0).sum()),
        right_alone=int((of_right == 0).sum()),
        many_to_many=bool((of_left > 1).any() and (of_right > 1).any()),
        rows=rows,
    )
