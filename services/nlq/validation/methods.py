"""The methods of frames whose use of columns is known: which they read, and what frame comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from services.nlq.validation.arguments import Parameter, argument, not_followed, read_columns
from services.nlq.validation.grouping import GROUPING, grouped, of_groups
from services.nlq.validation.joining import merge, merged
from services.nlq.validation.values import NOTHING, OPAQUE, VECTOR, Frame, Grouped, Texts, Value
from services.nlq.validation.vocabulary import words

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions

# Attributes of every frame that hide a column of the same name.
FRAME_ATTRIBUTES = words("T at attrs axes columns dtypes empty flags iat iloc index loc ndim shape size style values")
SCALAR_ATTRIBUTES = frozenset(
    {"name", "size", "shape", "empty", "dtype", "iloc", "iat", "loc", "at", "values", "array"}
)
# Methods of a column that give a column or a condition of the same length.
COLUMN_METHODS = words(
    "isin between isna isnull notna notnull duplicated eq ne lt le gt ge contains startswith endswith match fullmatch isdigit "
    "isalpha isnumeric lower upper strip title fillna astype abs round str dt"
)
# What gives the same cells in another holder: numpy joins texts, too, and nothing in the jail can see it do so.
SAME_CELLS = words("to_numpy to_list tolist values array")
QUERY_WORDS = frozenset(
    {"index", "True", "False", "None", "abs", "sqrt", "exp", "log", "sin", "cos", "level_0", "ilevel_0", "nan", "inf"}
)

# Row operations: all columns stay; the named arguments (position, keyword) are columns that are read.
_ROWS: Mapping[str, tuple[Parameter, ...]] = {
    "head": (), "tail": (), "sample": (), "copy": (), "truncate": (), "sort_index": (), "convert_dtypes": (), "infer_objects": (),
    "sort_values": ((0, "by"),), "nlargest": ((1, "columns"),), "nsmallest": ((1, "columns"),), "explode": ((0, "column"),),
    "set_index": ((0, "keys"),), "dropna": ((None, "subset"),), "drop_duplicates": ((0, "subset"),),
}  # fmt: skip
_NEED_ALL_WITHOUT = {"dropna": "subset", "drop_duplicates": "subset"}
_SUMMARIES: Mapping[str, tuple[Parameter, ...]] = {
    "pivot_table": ((1, "index"), (2, "columns"), (0, "values")),
    "pivot": ((None, "index"), (None, "columns"), (None, "values")),
    "melt": ((0, "id_vars"), (1, "value_vars")),
    "value_counts": ((0, "subset"),),
    "duplicated": ((0, "subset"),),
    "get": ((0, "key"),),
}
_MUST_NAME = {
    "pivot_table": "values",
    "pivot": "values",
    "melt": "value_vars",
    "value_counts": "subset",
    "duplicated": "subset",
    "get": "key",
}


def call_method(flow: Expressions, node: ast.Call, receiver: Frame | Grouped, method: str) -> Value:
    """The value of `receiver.method(...)`."""
    if any(keyword.arg is None for keyword in node.keywords):
        return not_followed(flow, node, receiver)
    if isinstance(receiver, Grouped):
        return of_groups(flow, node, receiver, method)
    inplace = argument(node, None, "inplace")
    if inplace is not None and not (isinstance(inplace, ast.Constant) and inplace.value is False):
        return _in_place(flow, node, receiver, method)
    return _of_frame(flow, node, receiver, method)


def _in_place(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    changed = _of_frame(flow, node, frame, method)
    if isinstance(changed, Frame):
        frame.columns.update(changed.columns)
        frame.complete = frame.complete and changed.complete
        frame.texts &= changed.texts
    else:
        frame.complete = False
        frame.texts.clear()
    return OPAQUE


def _of_frame(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    if method in _ROWS:
        return _rows(flow, node, frame, method)
    if method in _SUMMARIES:
        return _summary(flow, node, frame, method)
    if method in GROUPING:
        return grouped(flow, node, frame, method)
    special = _SPECIAL.get(method)
    return special(flow, node, frame) if special is not None else not_followed(flow, node, frame)


def _rows(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    understood = read_columns(flow, node, frame, _ROWS[method])
    needed = _NEED_ALL_WITHOUT.get(method)
    if not understood or (
        needed is not None and not any(argument(node, p, k) is not None for p, k in _ROWS[method] if k == needed)
    ):
        flow.read_whole(frame)
    return frame.copied()


def _summary(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    understood = read_columns(flow, node, frame, _SUMMARIES[method])
    needed = _MUST_NAME[method]
    if not understood or not any(argument(node, p, k) is not None for p, k in _SUMMARIES[method] if k == needed):
        flow.read_whole(frame)
    return VECTOR if method in ("duplicated", "get") else OPAQUE


def _query(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    if flow.columns_of_expression(node, frame) is None:
        flow.read_whole(frame)
        flow.consume_arguments(node)
    return frame.copied()


def _eval(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    made = flow.columns_of_expression(node, frame)
    if made is None:
        return not_followed(flow, node, frame)
    if not made:
        return VECTOR
    result = frame.copied()
    result.add(made)
    return result


def _assign(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """One new column after the other; each function sees those before it."""
    result = frame.copied()
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda):
            flow.escape(flow.lambda_value(keyword.value, [result]))
        else:
            flow.visit_unknown(keyword.value)
        result.columns[str(keyword.arg)] = NOTHING
        result.texts.discard(str(keyword.arg))
    return result


def _apply(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """Row by row a lambda reads the columns it names; column by column it reads all."""
    axis = argument(node, 1, "axis")
    by_rows = isinstance(axis, ast.Constant) and axis.value in (1, "columns")
    if not (by_rows and node.args and isinstance(node.args[0], ast.Lambda)):
        return not_followed(flow, node, frame)
    flow.escape(flow.lambda_value(node.args[0], [frame]))
    for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
        flow.visit_unknown(other)
    return VECTOR


def _pipe(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    if len(node.args) == 1 and isinstance(node.args[0], ast.Lambda) and not node.keywords:
        return flow.lambda_value(node.args[0], [frame])
    return not_followed(flow, node, frame)


def _rename(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    columns = argument(node, None, "columns")
    if not isinstance(columns, ast.Dict) or node.args:
        return _untracked(flow, node, frame)
    names: dict[str, str] = {}
    for key, value in zip(columns.keys, columns.values, strict=True):
        old, new = flow.value_of(key) if key is not None else OPAQUE, flow.value_of(value)
        if not isinstance(old, Texts) or not isinstance(new, Texts):
            return _untracked(flow, node, frame)
        names[old.values[0]] = new.values[0]
    return frame.renamed(names)


def _untracked(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """A frame with other names than are known."""
    not_followed(flow, node, frame)
    return OPAQUE


def _drop(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """Dropped columns must be there to be dropped."""
    columns = argument(node, None, "columns")
    axis = argument(node, 1, "axis")
    if columns is None and isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        columns = argument(node, 0, "labels")
    if columns is None:
        flow.consume_arguments(node)
        return frame.copied()
    value = flow.value_of(columns)
    if not isinstance(value, Texts):
        return _untracked(flow, node, frame)
    flow.touch(frame, value.values, columns if argument(node, None, "errors") is None else None)
    return frame.copied([name for name in frame.columns if name not in value.values])


def _reset_index(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    result = frame.copied()
    result.add(("index", "level_0", "level_1"))
    names = argument(node, None, "names")
    value = flow.value_of(names) if names is not None else OPAQUE
    result.add(value.values if isinstance(value, Texts) else ())
    flow.consume_arguments(node, but=("names",))
    return result


def _insert(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """The place among the columns depends on all of them."""
    name = argument(node, 1, "column")
    value = flow.value_of(name) if name is not None else OPAQUE
    frame.complete = frame.complete and isinstance(value, Texts)
    frame.add(value.values if isinstance(value, Texts) else ())
    return not_followed(flow, node, frame)


def _astype(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    kinds = argument(node, 0, "dtype")
    if not isinstance(kinds, ast.Dict):
        return _untracked(flow, node, frame)
    changed = frame.copied()
    for key in kinds.keys:
        value = flow.value_of(key) if key is not None else OPAQUE
        if not isinstance(value, Texts):
            return _untracked(flow, node, frame)
        flow.touch(frame, value.values, key)
        changed.texts.difference_update(value.values)
    return changed


def call_of_pandas(flow: Expressions, node: ast.Call, function: str) -> Value:
    """`pd.merge(a, b, …)` and other functions that exist as methods too."""
    first = flow.value_of(node.args[0]) if node.args and not isinstance(node.args[0], ast.Starred) else OPAQUE
    if isinstance(first, Frame) and function == "merge" and len(node.args) == 2:
        return merged(flow, node, first, flow.value_of(node.args[1]), first_option=1)
    if isinstance(first, Frame) and function in ("pivot_table", "pivot", "melt"):
        as_method = ast.Call(node.func, node.args[1:], node.keywords)
        return _of_frame(flow, ast.copy_location(as_method, node), first, function)
    flow.escape(first)
    flow.consume_arguments(node)
    return VECTOR if function in ("to_datetime", "to_numeric", "isna", "notna", "cut", "qcut") else OPAQUE


Special = Callable[["Expressions", ast.Call, Frame], Value]
_SPECIAL: Mapping[str, Special] = {
    "query": _query, "eval": _eval, "assign": _assign, "apply": _apply, "pipe": _pipe, "rename": _rename, "drop": _drop,
    "reset_index": _reset_index, "astype": _astype, "merge": merge, "insert": _insert,
}  # fmt: skip
