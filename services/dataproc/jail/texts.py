"""Texts are no numbers. pandas joins the cells of a text column when it is asked for their sum, and lists one after the other; it repeats
them when they are multiplied; and its windows and correlations take `"12"` for 12, which its sums and averages do not. Here each is an
error like the average of texts, which tells whoever wrote the code what to do instead."""

from __future__ import annotations

import functools
import importlib
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.core.arrays import ArrowExtensionArray, ExtensionArray
from pandas.core.arrays.string_ import StringArray
from pandas.core.arrays.string_arrow import ArrowStringArray
from pandas.errors import DataError

REASON = "texts cannot be added up: make numbers of the column with pd.to_numeric, or count it"
REPEATED = (
    "texts cannot be multiplied: make numbers of the column with pd.to_numeric, or repeat its texts with .str.repeat"
)
NOT_NUMBERS = "texts are no numbers: make numbers of the column with pd.to_numeric"
_ADDING = frozenset({"sum", "cumsum"})
_JOINED_BY_ADDING = (str, bytes, list, tuple)


def refuse_texts_as_numbers() -> None:
    """Change pandas and numpy in this process, at the few places that all such computations come through."""
    _join_without_sums()
    _refuse_sums()
    _refuse_products()
    _refuse_windows_and_correlations()


def _join_without_sums() -> None:
    """`.str.cat` is meant to join texts, and does it by numpy's sum."""
    accessor: Any = importlib.import_module("pandas.core.strings.accessor")
    accessor.cat_core = lambda columns, sep: functools.reduce(lambda left, right: left + sep + right, columns)


def _refuse_sums() -> None:
    """Of columns, frames, groups, products, and of arrays that were taken out of pandas.

    The method `cumsum` of such an array, and numpy's `add.reduce` and its kin, come through no place that can be changed: the validator looks for those.
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
    arrays: Any = importlib.import_module("numpy._core._methods")
    arrays.umr_sum = _refusing(arrays.umr_sum, lambda values, *_, **__: _holds_text(np.asarray(values)))
    functions: Any = importlib.import_module("numpy._core.fromnumeric")
    functions._wrapreduction = _refusing(
        functions._wrapreduction, lambda values, ufunc, *_, **__: ufunc is np.add and _holds_text(np.asarray(values))
    )
    functions._wrapfunc = _refusing(
        functions._wrapfunc, lambda values, method, *_, **__: method == "cumsum" and _holds_text(np.asarray(values))
    )
    nanops.nansum = _refusing(nanops.nansum, lambda values, **_: _holds_text(values))
    nanops.na_accum_func = _refusing(
        nanops.na_accum_func, lambda values, function, **_: function is np.cumsum and _holds_text(values)
    )
    groups.WrappedCythonOp.cython_operation = _refusing(
        groups.WrappedCythonOp.cython_operation, lambda op, *, values, **_: op.how in _ADDING and _holds_text(values)
    )


def _refuse_products() -> None:
    ops: Any = importlib.import_module("pandas.core.ops")
    array_ops: Any = importlib.import_module("pandas.core.ops.array_ops")
    products = {operator.mul, ops.rmul}

    def is_product_of_text(left: Any, right: Any, op: Any) -> bool:
        return op in products and (_is_text(left) or _is_text(right))

    ops.arithmetic_op = array_ops.arithmetic_op = _refusing(
        array_ops.arithmetic_op, is_product_of_text, TypeError(REPEATED)
    )
    series: Any = pd.Series  # whose methods take one another's columns by a way of their own
    series._binop = _refusing(
        series._binop, lambda left, right, func, *_, **__: is_product_of_text(left, right, func), TypeError(REPEATED)
    )


def _refuse_windows_and_correlations() -> None:
    windows: Any = importlib.import_module("pandas.core.window.rolling")
    # Not a TypeError: windows put a sentence of their own in its place.
    windows.BaseWindow._prep_values = _refusing(
        windows.BaseWindow._prep_values, lambda _, values: _holds_text(values), DataError(NOT_NUMBERS)
    )
    holder: Any
    for holder in (pd.Series, pd.DataFrame):
        for method in ("corr", "cov", "corrwith"):
            if hasattr(holder, method):
                setattr(holder, method, _refusing(getattr(holder, method), _correlates_texts, TypeError(NOT_NUMBERS)))


def _correlates_texts(*sides: Any, numeric_only: bool = False, **named: Any) -> bool:
    """Where only the numeric columns count, no text does."""
    return not numeric_only and any(
        _holds_text(side.iloc[:, at]) if isinstance(side, pd.DataFrame) else _holds_text(side)
        for side in (*sides, named.get("other"))
        if isinstance(side, pd.DataFrame | pd.Series)
        for at in range(side.shape[1] if isinstance(side, pd.DataFrame) else 1)
    )


def _refusing(
    function: Callable[..., Any], is_refused: Callable[..., bool], error: Exception | None = None
) -> Callable[..., Any]:
    @functools.wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        if is_refused(*arguments, **named):
            raise type(error)(*error.args) if error else TypeError(REASON)
        return function(*arguments, **named)

    return checked


def _is_sum_of_array(array: pd.api.extensions.ExtensionArray, name: str, **_: Any) -> bool:
    return name in _ADDING and _holds_text(array)


def _is_text(operand: Any) -> bool:
    """Of a scalar or a column."""
    return isinstance(operand, str | bytes) or (hasattr(operand, "dtype") and _holds_text(operand))


def _holds_text(values: Any) -> bool:
    if values.dtype == object:
        return any(isinstance(cell, _JOINED_BY_ADDING) for cell in np.asarray(values, dtype=object).ravel())
    return bool(pd.api.types.is_string_dtype(values.dtype))
