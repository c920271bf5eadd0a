"""Which names of a snippet stand for modules, or for things taken from modules, and where in it they do.

A module is followed from attribute to attribute through the table of `shared.snippets`, and never further: what an unknown attribute of
one holds may be a module again, and the next one `builtins`. So a name that is imported anywhere in the snippet, or there from the start,
counts as its module wherever a function or a comprehension has not bound it for itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from shared.snippets.modules import PRELOADED
from shared.snippets.offered import offered_by

ANALYSIS = "askframe.analysis"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class ModuleNames:
    """Filled from the whole snippet at once: a function may use a name that is imported below it."""

    def __init__(self, tree: ast.Module) -> None:
        self._modules: dict[str, list[str]] = {}
        self._taken: dict[str, list[str]] = {}
        for name, what in _imported(tree):
            (self._modules if _is_module(what) else self._taken).setdefault(name, []).append(what)
        self._from_the_start = {
            name: module for name, module in {**PRELOADED, "analysis": ANALYSIS}.items() if name not in self._modules
        }
        self._replaced = dict(_assigned_at_top(tree))
        self._bound: list[frozenset[str]] = []

    def module(self, node: ast.expr) -> str | None:
        """The module that an expression names, such as `np` or `scipy.stats`."""
        if isinstance(node, ast.Name):
            return None if self._is_own(node) else self._of_name(node.id)
        if isinstance(node, ast.Attribute) and (base := self.module(node.value)) is not None:
            return member(base, node.attr)
        return None

    def origin(self, node: ast.expr) -> str | None:
        """`operator.attrgetter` of whatever expression names that, None for what comes from no module."""
        if isinstance(node, ast.Name) and not self._is_bound(node.id):
            return next(iter(self._taken.get(node.id, [])), None)
        if isinstance(node, ast.Attribute) and (base := self.module(node.value)) is not None:
            return f"{base}.{node.attr}"
        return None

    @contextmanager
    def inside(self, node: Function | Comprehension) -> Iterator[None]:
        """While what stands in the body of a function or a comprehension is read."""
        self._bound.append(_bound_by(node))
        try:
            yield
        finally:
            self._bound.pop()

    def _of_name(self, name: str) -> str | None:
        """Of a name that is imported as several, one that offers nothing: what it stands for cannot be told."""
        known = self._modules.get(name)
        if known is not None:
            return known[0] if len(set(known)) == 1 else "several modules"
        return self._from_the_start.get(name)

    def _is_own(self, node: ast.Name) -> bool:
        """A name that is there from the start is the snippet's own below an assignment that runs whatever happens."""
        if self._is_bound(node.id):
            return True
        place = self._replaced.get(node.id)
        return node.id not in self._modules and place is not None and place < (node.lineno, node.col_offset)

    def _is_bound(self, name: str) -> bool:
        return any(name in bound for bound in self._bound)


def member(module: str, name: str) -> str | None:
    """The module that a module has under a name, if it is one to be used."""
    if module == "askframe" and name == "analysis":
        return ANALYSIS
    offered = offered_by(module)
    return offered.modules.get(name) if offered is not None else None


def _is_module(what: str) -> bool:
    return what == ANALYSIS or offered_by(what) is not None


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names, and the full name of the module or the thing that each stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or top, top
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield alias.asname or alias.name, member(node.module, alias.name) or full


def _assigned_at_top(tree: ast.Module) -> Iterator[tuple[str, tuple[int, int]]]:
    """Names with the end of the last statement of the module itself that binds them; the first one counts."""
    for node in reversed(tree.body):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, (node.end_lineno or 0, node.end_col_offset or 0)


def _bound_by(node: Function | Comprehension) -> frozenset[str]:
    if isinstance(node, _FUNCTIONS):
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        bound = {argument.arg for argument in arguments if argument is not None}
        inside = list(_own_nodes(node.body if isinstance(node.body, list) else [node.body]))
        bound |= {part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        imported = {
            (a.asname or a.name).partition(".")[0]
            for p in inside
            if isinstance(p, ast.Import | ast.ImportFrom)
            for a in p.names
        }
        outer = {name for part in inside if isinstance(part, ast.Global | ast.Nonlocal) for name in part.names}
        return frozenset(bound - imported - outer)
    targets = [part for generator in node.generators for part in ast.walk(generator.target)]
    return frozenset(part.id for part in targets if isinstance(part, ast.Name))


def _own_nodes(body: list[ast.stmt] | list[ast.expr]) -> Iterator[ast.AST]:
    """The nodes of a body without those of the functions, classes and comprehensions in it, which bind for themselves."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            waiting += ast.iter_child_nodes(node)
