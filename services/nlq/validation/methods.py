"""The methods of frames and groupings whose use of columns is known: which they read, and what frame comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from services.nlq.validation.values import NOTHING, OPAQUE, VECTOR, Frame, Grouped, Texts, Value, Vector

if TYPE_CHECKING:
    from services.nlq.validation.expressions import Expressions

# Attributes of every frame that hide a column of the same name.
FRAME_ATTRIBUTES = frozenset("T at attrs axes columns dtypes empty flags iat iloc index loc ndim shape size style values".split())
SCALAR_ATTRIBUTES = frozenset({"name", "size", "shape", "empty", "dtype", "iloc", "iat", "loc", "at", "values", "array"})
# Methods of a column that give a column or a condition of the same length.
COLUMN_METHODS = frozenset(
    "isin between isna isnull notna notnull duplicated eq ne lt le gt ge contains startswith endswith match fullmatch isdigit "
    "isalpha isnumeric lower upper strip title fillna astype abs round str dt".split()
)
QUERY_WORDS = frozenset({"index", "True", "False", "None", "abs", "sqrt", "exp", "log", "sin", "cos", "level_0", "ilevel_0", "nan", "inf"})

# Row operations: all columns stay; the named arguments (position, keyword) are columns that are read.
_ROWS: Mapping[str, tuple[tuple[int | None, str], ...]] = {
    "head": (), "tail": (), "sample": (), "copy": (), "truncate": (), "sort_index": (), "convert_dtypes": (), "infer_objects": (),
    "sort_values": ((0, "by"),), "nlargest": ((1, "columns"),), "nsmallest": ((1, "columns"),), "explode": ((0, "column"),),
    "set_index": ((0, "keys"),), "dropna": ((None, "subset"),), "drop_duplicates": ((0, "subset"),),
}  # fmt: skip
_NEED_ALL_WITHOUT = {"dropna": "subset", "drop_duplicates": "subset"}
_SUMMARIES: Mapping[str, tuple[tuple[int | None, str], ...]] = {
    "pivot_table": ((1, "index"), (2, "columns"), (0, "values")),
    "pivot": ((None, "index"), (None, "columns"), (None, "values")),
    "melt": ((0, "id_vars"), (1, "value_vars")),
    "value_counts": ((0, "subset"),),
    "duplicated": ((0, "subset"),),
    "get": ((0, "key"),),
}
_MUST_NAME = {"pivot_table": "values", "pivot": "values", "melt": "value_vars", "value_counts": "subset", "duplicated": "subset", "get": "key"}
_KEYS_ONLY = frozenset({"size", "ngroup", "cumcount"})
_GROUPING = {"groupby": ((0, "by"),), "resample": ((None, "on"),), "rolling": ((None, "on"),)}


def argument(node: ast.Call, position: int | None, keyword: str) -> ast.expr | None:
    """The expression given for a parameter, None when it is left out."""
    for given in node.keywords:
        if given.arg == keyword:
            return given.value
    if position is None or position >= len(node.args) or any(isinstance(a, ast.Starred) for a in node.args[: position + 1]):
        return None
    return node.args[position]


def call_method(flow: Expressions, node: ast.Call, receiver: Frame | Grouped, method: str) -> Value:
    """The value of `receiver.method(...)`."""
    if any(keyword.arg is None for keyword in node.keywords):
        return _unknown(flow, node, receiver)
    if isinstance(receiver, Grouped):
        return _of_groups(flow, node, receiver, method)
    if (inplace := argument(node, None, "inplace")) is not None and not (isinstance(inplace, ast.Constant) and inplace.value is False):
        return _in_place(flow, node, receiver, method)
    return _of_frame(flow, node, receiver, method)


def _in_place(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    changed = _of_frame(flow, node, frame, method)
    if isinstance(changed, Frame):
        frame.columns.update(changed.columns)
        frame.complete = frame.complete and changed.complete
    else:
        frame.complete = False
    return OPAQUE


def _of_frame(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    if method in _ROWS:
        return _rows(flow, node, frame, method)
    if method in _SUMMARIES:
        return _summary(flow, node, frame, method)
    if method in _GROUPING:
        return _grouped(flow, node, frame, method)
    special = _SPECIAL.get(method)
    return special(flow, node, frame) if special is not None else _unknown(flow, node, frame)


def _unknown(flow: Expressions, node: ast.Call, receiver: Value) -> Value:
    flow.escape(receiver)
    flow.consume_arguments(node)
    return OPAQUE


def _read(flow: Expressions, node: ast.Call, frame: Frame, parameters: tuple[tuple[int | None, str], ...]) -> bool:
    """Touch the columns that these parameters name, consume the rest; False when a parameter names them in an unknown way."""
    expected = [given for position, keyword in parameters if (given := argument(node, position, keyword)) is not None]
    understood = True
    for given in expected:
        value = flow.value_of(given)
        if isinstance(value, Texts):
            flow.touch(frame, value.values, given)
        elif not (isinstance(given, ast.Constant) and given.value is None):
            understood = False
    for other in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if not any(other is given for given in expected):
            flow.visit_unknown(other)
    return understood


def _rows(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    understood = _read(flow, node, frame, _ROWS[method])
    needed = _NEED_ALL_WITHOUT.get(method)
    if not understood or (needed is not None and not any(argument(node, p, k) is not None for p, k in _ROWS[method] if k == needed)):
        flow.escape(frame)
    return frame.copied()


def _summary(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    understood = _read(flow, node, frame, _SUMMARIES[method])
    needed = _MUST_NAME[method]
    if not understood or not any(argument(node, p, k) is not None for p, k in _SUMMARIES[method] if k == needed):
        flow.escape(frame)
    return VECTOR if method in ("duplicated", "get") else OPAQUE


def _grouped(flow: Expressions, node: ast.Call, frame: Frame, method: str) -> Value:
    """Keys may be columns, values computed from columns, `pd.Grouper(key=...)`, or a list of these."""
    keys: list[str] = []
    understood = True
    ((position, keyword),) = _GROUPING[method]
    by = argument(node, position, keyword)
    for key in by.elts if isinstance(by, (ast.List, ast.Tuple)) else [by] if by is not None else []:
        value = _group_key(flow, node, frame, key)
        if isinstance(value, Texts):
            flow.touch(frame, value.values, key)
            keys += value.values
        elif not isinstance(value, Vector):
            understood = False
    for other in [*node.args, *(given.value for given in node.keywords)]:
        if other is not by:
            flow.visit_unknown(other)
    if not understood:
        flow.escape(frame)
    return Grouped(frame, tuple(keys))


def _group_key(flow: Expressions, node: ast.Call, frame: Frame, key: ast.expr) -> Value:
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute) and key.func.attr == "Grouper":
        inner = argument(key, 0, "key")
        flow.consume_arguments(key)
        return flow.value_of(inner) if inner is not None else VECTOR
    if isinstance(key, ast.Constant) and not isinstance(key.value, str):
        return VECTOR
    return flow.value_of(key)


def _of_groups(flow: Expressions, node: ast.Call, groups: Grouped, method: str) -> Value:
    if method in _KEYS_ONLY and not node.args:
        flow.consume_arguments(node)
        return OPAQUE
    if method in ("agg", "aggregate"):
        return _aggregated(flow, node, groups)
    if method in ("apply", "filter", "pipe") and node.args and isinstance(node.args[0], ast.Lambda):
        result = flow.lambda_value(node.args[0], [groups.frame.copied()])
        for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
            flow.visit_unknown(other)
        if method == "filter":
            return groups.frame.copied()
        flow.escape(result)
        return OPAQUE
    return _unknown(flow, node, groups)


def _aggregated(flow: Expressions, node: ast.Call, groups: Grouped) -> Value:
    """By a dict of columns, or by names for pairs of column and function."""
    frame = groups.frame
    if len(node.args) == 1 and isinstance(node.args[0], ast.Dict) and not node.keywords:
        for key, value in zip(node.args[0].keys, node.args[0].values, strict=True):
            named = flow.value_of(key) if key is not None else OPAQUE
            if not isinstance(named, Texts):
                flow.escape(frame)
            else:
                flow.touch(frame, named.values, key)
            flow.visit_unknown(value)
        return OPAQUE
    pairs = {keyword.arg: _pair(keyword.value) for keyword in node.keywords}
    if node.args or not pairs or any(pair is None for pair in pairs.values()):
        return _unknown(flow, node, groups)
    for pair in filter(None, pairs.values()):
        named = flow.value_of(pair[0])
        if isinstance(named, Texts):
            flow.touch(frame, named.values, pair[0])
        else:
            flow.escape(frame)
        flow.visit_unknown(pair[1])
    return Frame({str(name): NOTHING for name in (*(groups.keys or ()), *pairs)}, complete=bool(groups.keys))


def _pair(value: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The column and the function of `("amount", "sum")` or `pd.NamedAgg(...)`."""
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        return value.elts[0], value.elts[1]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "NamedAgg":
        column, function = argument(value, 0, "column"), argument(value, 1, "aggfunc")
        return (column, function) if column is not None and function is not None else None
    return None


def _query(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    if flow.columns_of_expression(node, frame) is None:
        flow.escape(frame)
        flow.consume_arguments(node)
    return frame.copied()


def _eval(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    made = flow.columns_of_expression(node, frame)
    if made is None:
        return _unknown(flow, node, frame)
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
    return result


def _apply(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    """Row by row a lambda reads the columns it names; column by column it reads all."""
    axis = argument(node, 1, "axis")
    by_rows = isinstance(axis, ast.Constant) and axis.value in (1, "columns")
    if not (by_rows and node.args and isinstance(node.args[0], ast.Lambda)):
        return _unknown(flow, node, frame)
    flow.escape(flow.lambda_value(node.args[0], [frame]))
    for other in [*node.args[1:], *(keyword.value for keyword in node.keywords)]:
        flow.visit_unknown(other)
    return VECTOR


def _pipe(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    if len(node.args) == 1 and isinstance(node.args[0], ast.Lambda) and not node.keywords:
        return flow.lambda_value(node.args[0], [frame])
    return _unknown(flow, node, frame)


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
    _unknown(flow, node, frame)
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


def _astype(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    kinds = argument(node, 0, "dtype")
    if not isinstance(kinds, ast.Dict):
        return _untracked(flow, node, frame)
    for key in kinds.keys:
        value = flow.value_of(key) if key is not None else OPAQUE
        if not isinstance(value, Texts):
            return _untracked(flow, node, frame)
        flow.touch(frame, value.values, key)
    return frame.copied()


def _merge(flow: Expressions, node: ast.Call, frame: Frame) -> Value:
    other = argument(node, 0, "right")
    return _merged(flow, node, frame, flow.value_of(other) if other is not None else OPAQUE, first_option=1)


def _merged(flow: Expressions, node: ast.Call, left: Frame, right: Value, first_option: int) -> Value:
    """Followed when keys are named and no other column is on both sides, whose name would depend on what is loaded."""
    if not isinstance(right, Frame) or len(node.args) > first_option + 1:
        return _unmergeable(flow, node, left, right)
    on_both = argument(node, None, "on")
    on_left, on_right = argument(node, None, "left_on") or on_both, argument(node, None, "right_on") or on_both
    keys_left, keys_right = (flow.value_of(side) if side is not None else OPAQUE for side in (on_left, on_right))
    if not isinstance(keys_left, Texts) or not isinstance(keys_right, Texts):
        return _unmergeable(flow, node, left, right)
    flow.touch(left, keys_left.values, on_left)
    flow.touch(right, keys_right.values, on_right)
    shared = set(left.columns) & set(right.columns) - (set(keys_left.values) & set(keys_right.values))
    if shared or not (left.complete and right.complete):
        return _unmergeable(flow, node, left, right)
    joined = Frame({**right.columns, **left.columns})
    joined.add(("_merge",))
    return joined


def _unmergeable(flow: Expressions, node: ast.Call, left: Frame, right: Value) -> Value:
    flow.escape(left)
    flow.escape(right)
    flow.consume_arguments(node)
    return OPAQUE


def call_of_pandas(flow: Expressions, node: ast.Call, function: str) -> Value:
    """`pd.merge(a, b, …)` and other functions that exist as methods too."""
    first = flow.value_of(node.args[0]) if node.args and not isinstance(node.args[0], ast.Starred) else OPAQUE
    if isinstance(first, Frame) and function == "merge" and len(node.args) == 2:
        return _merged(flow, node, first, flow.value_of(node.args[1]), first_option=1)
    if isinstance(first, Frame) and function in ("pivot_table", "pivot", "melt"):
        as_method = ast.Call(node.func, node.args[1:], node.keywords)
        return _of_frame(flow, ast.copy_location(as_method, node), first, function)
    flow.escape(first)
    flow.consume_arguments(node)
    return VECTOR if function in ("to_datetime", "to_numeric", "isna", "notna", "cut", "qcut") else OPAQUE


Special = Callable[["Expressions", ast.Call, Frame], Value]
_SPECIAL: Mapping[str, Special] = {
    "query": _query, "eval": _eval, "assign": _assign, "apply": _apply, "pipe": _pipe, "rename": _rename, "drop": _drop,
    "reset_index": _reset_index, "astype": _astype, "merge": _merge,
}  # fmt: skip
