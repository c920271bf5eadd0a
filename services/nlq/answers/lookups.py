"""The values that code looks for by name: when it finds no rows, these are what may not occur. Pure."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | float
How: TypeAlias = Literal["is", "contains", "starts", "ends"]
MOST_LOOKUPS = 8
_PARTS: Mapping[str, How] = {"contains": "contains", "startswith": "starts", "endswith": "ends"}
_FOLDING = frozenset({"lower", "casefold", "upper"})


@dataclass(frozen=True)
class LookUp:
    """`how` a cell of `column` has to stand to `value`; `folded` when the code compares without regard to case."""

    column: str
    value: Value
    how: How = "is"
    folded: bool = False


def lookups_in(code: str, columns: Collection[str]) -> tuple[LookUp, ...]:
    """What valid code compares columns with, in the order in which it stands there, without what is negated."""
    return tuple(dict.fromkeys(_found(ast.parse(code), columns)))[:MOST_LOOKUPS]


def _found(node: ast.AST, columns: Collection[str]) -> Iterator[LookUp]:
    match node:
        case ast.UnaryOp(op=ast.Invert() | ast.Not()):
            return
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            yield from _compared(left, right, columns)
            yield from _compared(right, left, columns)
        case ast.Call(func=ast.Attribute(attr="query"), args=[ast.Constant(value=str(text)), *_]):
            yield from _in_expression(text, columns)
        case ast.Call(func=ast.Attribute(value=of, attr=method), args=[given, *_]):
            yield from _called(of, method, given, columns)
    for child in ast.iter_child_nodes(node):
        yield from _found(child, columns)


def _compared(of: ast.expr, given: ast.expr, columns: Collection[str]) -> Iterator[LookUp]:
    column, value = _column(of), _value(given)
    if column in columns and value is not None:
        yield LookUp(str(column), value, folded=_folds(of))


def _called(of: ast.expr, method: str, given: ast.expr, columns: Collection[str]) -> Iterator[LookUp]:
    column = _column(of)
    if column not in columns:
        return
    if method == "isin" and isinstance(given, ast.List | ast.Tuple | ast.Set):
        for item in given.elts:
            yield from _compared(of, item, columns)
    elif method == "eq":
        yield from _compared(of, given, columns)
    elif method in _PARTS and isinstance(value := _value(given), str) and _is_plain(value):
        yield LookUp(str(column), value, _PARTS[method], folded=True)


def _is_plain(text: str) -> bool:
    """Anything but words may be a pattern."""
    return text.replace(" ", "").isalnum()


def _in_expression(text: str, columns: Collection[str]) -> Iterator[LookUp]:
    """Of `DataFrame.query`, where columns are names."""
    try:
        tree = ast.parse(text.replace("`", ""), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[given]) if name in columns:
                if (value := _value(given)) is not None:
                    yield LookUp(name, value)


def _column(node: ast.expr) -> str | None:
    """The column that a chain such as `df["city"].str.strip()` starts from."""
    while True:
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(name)), value=of) if not _is_tables(of):
                return name
            case ast.Call(func=ast.Attribute(value=of)):
                node = of
            case ast.Attribute(value=of, attr="str"):
                node = of
            case ast.Attribute(value=ast.Name() | ast.Subscript(), attr=name):
                return name
            case _:
                return None


def _is_tables(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "tables"


def _folds(node: ast.expr) -> bool:
    called = {
        call.func.attr for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    }
    return bool(called & _FOLDING)


def _value(node: ast.expr) -> Value | None:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str | int | float)
        and not isinstance(node.value, bool)
    ):
        return node.value
    return None
