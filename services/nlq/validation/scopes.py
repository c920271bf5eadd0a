"""What can be read off a whole snippet before it is followed: which names and columns cannot be relied on."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping


def tested_columns(tree: ast.Module) -> frozenset[str]:
    """Names that the code itself looks for (`"x" in df.columns`) or makes inside a function, which may be called any time."""
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    items = [
        part
        for body in bodies
        for part in ast.walk(body)
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store)
    ]
    made = {part.value for item in items for part in ast.walk(item.slice) if isinstance(part, ast.Constant)}
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn))
    ]
    sought = {test.left.value for test in tests if isinstance(test.left, ast.Constant)}
    return frozenset(name for name in made | sought if isinstance(name, str))


def _stores(node: ast.AST) -> Iterator[ast.Name]:
    return (
        part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del))
    )


def unstable_names(tree: ast.Module) -> frozenset[str]:
    """Names that a function or lambda reads and that are bound more than once, counting the two bound from the start; and all that a
    function binds for others."""
    bound = Counter(node.id for node in _stores(tree)) + Counter(("df", "tables"))
    bound += Counter(name for node in ast.walk(tree) if (name := _captured(node)) is not None)
    shared = {name for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    bodies = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    read = {
        part.id
        for body in bodies
        for part in ast.walk(body)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
    own = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
    return frozenset(name for name in read if bound[name] > 1 and name not in own) | shared


def carried_names(loop: ast.For | ast.While) -> set[str]:
    """Names stored in a loop that hold a value before it, or are read in it above their first store."""
    first_store: dict[str, tuple[int, int]] = {}
    for name in _stores(loop):
        place = (name.lineno, name.col_offset)
        first_store[name.id] = min(first_store.get(name.id, place), place)
    loads = [part for part in ast.walk(loop) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
    return {
        part.id
        for part in loads
        if part.id in first_store and (part.lineno, part.col_offset) < _value_end(loop, part.id, first_store)
    }


def _value_end(loop: ast.For | ast.While, name: str, first_store: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Where the statement of the first store ends: `d = d.head()` reads d before it stores it."""
    for node in ast.walk(loop):
        if isinstance(node, (ast.Assign, ast.AugAssign)) and any(
            (s.lineno, s.col_offset) == first_store[name] for s in _stores(node)
        ):
            return (node.end_lineno or 0, node.end_col_offset or 0)
    return first_store[name]


def captured_names(pattern: ast.pattern) -> set[str]:
    """Names that a pattern of `match` binds."""
    return {name for part in ast.walk(pattern) if (name := _captured(part)) is not None}


def _captured(part: ast.AST) -> str | None:
    match part:
        case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
            return name
        case _:
            return None
