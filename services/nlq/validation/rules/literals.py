"""Which texts an expression can stand for, from all that is ever bound to the names in it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence


class LiteralTexts:
    """A name whose binding is anything but an assignment, as a parameter, can be any text."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            for name, value in _bindings(node):
                self._values.setdefault(name, []).append(value)
        bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
        self._unknown = {name for name in bound if bound[name] != len(self._values.get(name, []))}
        self._functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        self.all = frozenset(
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    def may_be_any(self, name: str) -> bool:
        """Whether a name can hold a text that is not known: it is a parameter, or unpacked from something."""
        return name in self._unknown and name not in self._functions

    def bound_to(self, name: str) -> Sequence[ast.expr]:
        return self._values.get(name, [])

    def texts(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The literal texts among a function argument's possible values."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name) and node.id not in seen:
            for value in self._values.get(node.id, []):
                yield from self.texts(value, seen | {node.id})
        else:
            for part in _parts(node):
                yield from self.texts(part, seen)

    def only_texts(self, node: ast.expr | None, seen: frozenset[str] = frozenset()) -> list[str] | None:
        """The texts that an expression can be, the elements of what it holds included; None when it can be something else."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            if node.id in self._unknown or node.id in seen:
                return None
            return self._of_all(self._values.get(node.id, []), seen | {node.id})
        if isinstance(node, ast.Subscript):
            return self.only_texts(node.value, seen)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined(node, seen)
        return self._of_all(_parts(node), seen) if node is not None else None

    def _of_all(self, nodes: Sequence[ast.expr], seen: frozenset[str]) -> list[str] | None:
        found = [self.only_texts(node, seen) for node in nodes]
        known = [texts for texts in found if texts is not None]
        return [text for texts in known for text in texts] if found and len(known) == len(found) else None

    def _joined(self, node: ast.BinOp, seen: frozenset[str]) -> list[str] | None:
        if isinstance(node.left, ast.List | ast.Tuple) or isinstance(node.right, ast.List | ast.Tuple):
            return self._of_all([node.left, node.right], seen)
        left, right = self.only_texts(node.left, seen), self.only_texts(node.right, seen)
        if left is None or right is None or len(left) * len(right) > 1:
            return None
        return [left[0] + right[0]]


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return items
        case ast.Dict(values=items):
            return items
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.DictComp(value=one):
            return [one]
        case _:
            return []


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are bound to; a loop's variable stands for the elements of what it runs over."""
    if isinstance(node, ast.Assign):
        yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and isinstance(node.target, ast.Name):
        if node.value is not None:
            yield node.target.id, node.value
    elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter


def _bound(node: ast.AST) -> Iterator[str]:
    """Every way in which a name can get a value."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in aliases)
