"""Texts are not added up. pandas joins the cells of a text column when it is asked for their sum, and lists one after the other;
here that is an error like the average of texts, which tells whoever wrote the code what to do instead."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.core.arrays import ArrowExtensionArray, ExtensionArray
from pandas.core.arrays.string_ import StringArray
from pandas.core.arrays.string_arrow import ArrowStringArray

REASON = "texts cannot be added up: make numbers of the column with pd.to_numeric, or count it"
_ADDING = frozenset({"sum", "cumsum"})
_JOINED_BY_ADDING = (str, bytes, list, tuple)


def refuse_text_sums() -> None:
    """Change pandas in this process, at the few places that all of its sums come through: columns, frames, groups, windows, products.

    A sum of numpy's own, over an array that was taken out of pandas, is not one of them: the validator looks for those.
    """
    for array in (ArrowExtensionArray, ArrowStringArray, StringArray):
        for method in {"_reduce", "_accumulate"} & vars(array).keys():
            setattr(array, method, _refusing(getattr(array, method), _is_sum_of_array))
    holder: Any
    for holder in (ExtensionArray, ArrowExtensionArray, ArrowStringArray, StringArray):
        if "_groupby_op" in vars(holder):  # sums along rows come here, around the groups
            holder._groupby_op = _refusing(
                holder._groupby_op, lambda values, *, how, **_: how in _ADDING and _holds_text(values)
            )
    for holder in (pd.Series, pd.DataFrame):
        holder.dot = _refusing(holder.dot, lambda *sides: any(_holds_text(np.asarray(side)) for side in sides))
    nanops: Any = importlib.import_module("pandas.core.nanops")
    groups: Any = importlib.import_module("pandas.core.groupby.ops")
    nanops.nansum = _refusing(nanops.nansum, lambda values, **_: _holds_text(values))
    nanops.na_accum_func = _refusing(
        nanops.na_accum_func, lambda values, function, **_: function is np.cumsum and _holds_text(values)
    )
    groups.WrappedCythonOp.cython_operation = _refusing(
        groups.WrappedCythonOp.cython_operation, lambda op, *, values, **_: op.how in _ADDING and _holds_text(values)
    )


def _refusing(function: Callable[..., Any], is_text_sum: Callable[..., bool]) -> Callable[..., Any]:
    @functools.wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        if is_text_sum(*arguments, **named):
            raise TypeError(REASON)
        return function(*arguments, **named)

    return checked


def _is_sum_of_array(array: pd.api.extensions.ExtensionArray, name: str, **_: Any) -> bool:
    return name in _ADDING and _holds_text(array)


def _holds_text(values: Any) -> bool:
    if values.dtype == object:
        return any(isinstance(cell, _JOINED_BY_ADDING) for cell in np.asarray(values, dtype=object).ravel())
    return bool(pd.api.types.is_string_dtype(values.dtype))
