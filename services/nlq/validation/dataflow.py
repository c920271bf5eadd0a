"""Follows frames through a snippet, statement by statement: which columns exist where, and which can be touched."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from services.nlq.validation.expressions import Expressions
from services.nlq.validation.model import Finding
from services.nlq.validation.scopes import captured_names, carried_names, tested_columns, unstable_names
from services.nlq.validation.values import OPAQUE, Frame, Grouped, Indexer, TableSet, Texts, Value, either, frames_in

_PASSES_ERRORS_ON = frozenset({"errstate", "option_context", "catch_warnings", "printoptions", "localcontext"})
_GUARDS = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})


class DataFlow(Expressions):
    """One pass over a module. Names whose value may differ between definition and use are given up: their frames count as touched."""

    def __init__(
        self,
        tree: ast.Module,
        tables: Mapping[str, Sequence[str]],
        first: str | None,
        texts: Mapping[str, Collection[str]],
    ) -> None:
        frames = {
            name: Frame({c: frozenset({(name, c)}) for c in columns}, texts=set(texts.get(name, ())))
            for name, columns in tables.items()
        }
        super().__init__(tables, TableSet(frames), tested_columns(tree))
        self._functions: list[ast.FunctionDef] = []
        self._carried: dict[int, set[str]] = {}
        self._unstable = unstable_names(tree)
        self.bind("tables", TableSet(frames))
        if first is not None and first in frames:
            self.bind("df", frames[first])
        self._tree = tree
        self._statements: dict[type[ast.stmt], Callable[[Any], None]] = {
            ast.Assign: lambda node: self._assign(node.targets, node.value),
            ast.AnnAssign: self._on_update,
            ast.AugAssign: self._on_update,
            ast.Expr: self._on_expression,
            ast.If: self._on_if,
            ast.For: self._loop,
            ast.While: self._loop,
            ast.Try: self._try,
            ast.With: self._with,
            ast.Match: self._match,
            ast.FunctionDef: self._on_function,
            ast.ClassDef: self._on_class,
            ast.Delete: self._on_delete,
            ast.Import: lambda node: None,
            ast.ImportFrom: lambda node: None,
        }

    def run(self) -> tuple[list[Finding], dict[str, frozenset[str]]]:
        """The unknown columns and tables, and the columns that can be touched, by table."""
        self._block(self._tree.body)
        for function in self._functions:
            self._function_body(function)
        self.escape(self.names.get("result", OPAQUE))
        return self.findings, {name: frozenset(c for t, c in self.used if t == name) for name in self.tables}

    def bind(self, name: str, value: Value) -> None:
        if name in self._unstable or name in self.read_before_bound:
            self.escape(value)
            value = OPAQUE
        self.names[name] = value

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        self.spend()
        handler = self._statements.get(type(node))
        if handler is not None:
            handler(node)
            return
        for child in ast.iter_child_nodes(node):
            self.visit_unknown(child)

    def _on_expression(self, node: ast.Expr) -> None:
        """The value of the last statement may be the answer."""
        value = self.value_of(node.value)
        if node is self._tree.body[-1]:
            self.escape(value)

    def _on_update(self, node: ast.AnnAssign | ast.AugAssign) -> None:
        if node.value is not None:
            self.escape(self.value_of(node.value))
            self._store(node.target, OPAQUE, touched=isinstance(node, ast.AugAssign))

    def _on_if(self, node: ast.If) -> None:
        self.escape(self.value_of(node.test))
        self._branches([node.body, node.orelse])

    def _on_function(self, node: ast.FunctionDef) -> None:
        """Its body is followed at the end, with the names as the module left them."""
        self._functions.append(node)
        for default in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.escape(self.value_of(default))
        self.bind(node.name, OPAQUE)

    def _on_class(self, node: ast.ClassDef) -> None:
        """Its body runs where it stands; its methods at any time."""
        for part in [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]:
            self.visit_unknown(part)
        outer = self.names
        self.names = dict(outer)
        self._block(node.body)
        self.names = outer
        self.bind(node.name, OPAQUE)

    def _on_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._store(target, OPAQUE, touched=True)

    def _assign(self, targets: Sequence[ast.expr], expression: ast.expr) -> None:
        target = targets[0]
        if (
            isinstance(target, ast.Tuple)
            and isinstance(expression, ast.Tuple)
            and len(target.elts) == len(expression.elts)
        ):
            values = [self.value_of(item) for item in expression.elts]
            for part, value in zip(target.elts, values, strict=True):
                self._store(part, value)
            return
        value = self.value_of(expression)
        for target in targets:
            self._store(target, value)

    def _store(self, target: ast.expr, value: Value, touched: bool = False) -> None:
        """`touched`: the old value is read, or must be there."""
        if isinstance(target, ast.Name):
            if touched:
                self.escape(self.names.get(target.id, OPAQUE))
            self.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List, ast.Starred)):
            self.escape(value)
            for part in target.elts if not isinstance(target, ast.Starred) else [target.value]:
                self._store(part, OPAQUE)
        elif isinstance(target, ast.Subscript):
            self.escape(value)
            self._store_item(self.value_of(target.value), target, touched)
        elif isinstance(target, ast.Attribute):
            self.escape(value)
            for frame in frames_in(self.value_of(target.value)):
                self._lose_track(frame)

    def _store_item(self, container: Value, target: ast.Subscript, touched: bool) -> None:
        """`df["new"] = …` makes a column; through `.loc` the rows left out keep what was there."""
        if isinstance(container, Indexer):
            rows, columns = _rows_and_columns(target.slice)
            self.escape(self.value_of(rows))
            names = self.value_of(columns) if columns is not None else OPAQUE
            touched = True
        else:
            names = self.value_of(target.slice)
        for frame in frames_in(container):
            if isinstance(names, Texts) and not isinstance(container, TableSet):
                if touched:
                    self.touch(frame, [name for name in names.values if name in frame.columns])
                frame.add(names.values)
            else:
                self._lose_track(frame)

    def _lose_track(self, frame: Frame) -> None:
        self.escape(frame)
        frame.complete = False

    def _branches(self, blocks: Sequence[Sequence[ast.stmt]]) -> None:
        """Each from the same start; afterwards a name stands for what either left."""
        start, ends = dict(self.names), []
        for block in blocks:
            self.names = dict(start)
            self._block(block)
            ends.append(self.names)
        self.names = {}
        for name in dict.fromkeys(name for end in ends for name in end):
            found = [end[name] for end in ends if name in end]
            joined: Value | None = found[0]
            for value in found[1:]:
                joined = either(joined, value) if joined is not None else None
            if joined is None:
                for value in found:
                    self.escape(value)
            self.names[name] = joined or OPAQUE

    def _loop(self, node: ast.For | ast.While) -> None:
        """A name that a later turn reads as an earlier turn left it is given up."""
        if id(node) not in self._carried:
            self._carried[id(node)] = carried_names(node)
        for name in self._carried[id(node)]:
            self.escape(self.names.get(name, OPAQUE))
            self.names[name] = OPAQUE
            self.read_before_bound.add(name)
        if isinstance(node, ast.For):
            self._bind_loop(node.target, self.value_of(node.iter))
        else:
            self.escape(self.value_of(node.test))
        for _ in range(
            2
        ):  # the second time with what the first left: a name may be read in another branch than it is set
            self._branches([node.body, []])
        self._block(node.orelse)

    def _bind_loop(self, target: ast.expr, iterated: Value) -> None:
        """`for key, group in df.groupby(...)` gives frames; anything else that is run over is used up."""
        if isinstance(iterated, Grouped) and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            self._store(target.elts[0], OPAQUE)
            self._store(target.elts[1], iterated.frame.copied())
            return
        self.escape(iterated)
        self._store(target, OPAQUE)

    def _try(self, node: ast.Try) -> None:
        known = len(self.findings)
        self._branches([[*node.body, *node.orelse], []])
        if any(_catches_missing_column(handler) for handler in node.handlers):
            del self.findings[known:]
        self._branches([[], *(handler.body for handler in node.handlers)])
        self._block(node.finalbody)

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            self.escape(self.value_of(item.context_expr))
            if item.optional_vars is not None:
                self._store(item.optional_vars, OPAQUE)
        # What leaves the block early, an error that is suppressed included, leaves what was there before.
        self._branches([node.body, []] if _may_suppress(node) else [node.body])

    def _match(self, node: ast.Match) -> None:
        """The subject is read by patterns; what they capture is not followed."""
        self.escape(self.value_of(node.subject))
        for name in (captured for case in node.cases for captured in captured_names(case.pattern)):
            self.escape(self.names.get(name, OPAQUE))
            self.names[name] = OPAQUE
        for part in (part for case in node.cases for part in (case.pattern, case.guard) if part is not None):
            self.visit_unknown(part)
        self._branches([*(case.body for case in node.cases), []])

    def _function_body(self, node: ast.FunctionDef) -> None:
        """With parameters of which nothing is known, and names as the module left them."""
        outer = self.names
        self.names = dict(outer)
        for argument in _arguments(node.args):
            self.names[argument] = OPAQUE
        self._block(node.body)
        self.names = outer


def _may_suppress(node: ast.With) -> bool:
    names = {
        part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
        for item in node.items
        for part in ast.walk(item)
    }
    return not names & _PASSES_ERRORS_ON


def _rows_and_columns(index: ast.expr) -> tuple[ast.expr, ast.expr | None]:
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        return index.elts[0], index.elts[1]
    return index, None


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return (argument.arg for argument in named if argument is not None)


def _catches_missing_column(handler: ast.ExceptHandler) -> bool:
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else _GUARDS
    return bool(names & _GUARDS)
