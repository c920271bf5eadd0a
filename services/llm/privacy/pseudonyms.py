"""Names that a model is not to see, as nlq chose them: their pseudonyms go out, and what comes back has the names again. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

Rename = Callable[[str], str]
EXPRESSIONS = frozenset({"query", "eval"})  # methods of tables whose text is code with names of columns in it


class Pseudonyms:
    """`by_real` has the pseudonym of each hidden name."""

    def __init__(self, by_real: Mapping[str, str]) -> None:
        self._shown = dict(by_real)
        self._real = {shown: real for real, shown in by_real.items()}

    def hide(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._shown[found[0]], text) if self._shown else text

    def reveal(self, text: str) -> str:
        return self._shown_pattern.sub(lambda found: self._real[found[0]], text) if self._real else text

    def hide_leaves(self, value: Any) -> Any:
        return _with_leaves(value, self.hide) if self._shown else value

    def reveal_leaves(self, value: Any) -> Any:
        """The JSON value with the names in all of its strings."""
        return _with_leaves(value, self.reveal) if self._real else value

    def hide_code(self, code: str) -> str:
        return _renamed(code, _Rename(self._shown, self.hide)) if self._shown else code

    def reveal_code(self, code: str) -> str:
        """Code that is not Python stays as it is: the validator refuses it in any case."""
        return _renamed(code, _Rename(self._real, self.reveal)) if self._real else code

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{_alternatives(self._shown)})(?!\w)")

    @cached_property
    def _shown_pattern(self) -> re.Pattern[str]:
        """Also within what a model or pandas makes of it ("total_column_3", "column_3_x"), but not as a part of "column_31"."""
        return re.compile(rf"(?<![^\W_])(?:{_alternatives(self._real)})(?![^\W_])")


def _alternatives(names: Mapping[str, str]) -> str:
    """The longest first: "column_3_" before "column_3"."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


def _with_leaves(value: Any, rename: Rename) -> Any:
    match value:
        case str():
            return rename(value)
        case dict():
            return {rename(key): _with_leaves(item, rename) for key, item in value.items()}
        case list() | tuple():
            return [_with_leaves(item, rename) for item in value]
        case _:
            return value


def _renamed(code: str, rename: _Rename) -> str:
    """Formatted anew, and without its comments, where anything is renamed in it."""
    try:
        tree = rename.visit(ast.parse(code))
        return ast.unparse(ast.fix_missing_locations(tree)) if rename.count else code
    except (SyntaxError, ValueError, RecursionError):
        return code


class _Rename(ast.NodeTransformer):
    """Columns and tables stand in code as texts, as attributes (`df.column_3`), as keywords (`agg(column_3=…)`), and within expressions for
    `query`. A name that cannot be an attribute or a keyword becomes a text there."""

    def __init__(self, names: Mapping[str, str], within: Rename) -> None:
        self._names = names
        self._within = within
        self._quoted = False
        self.count = 0

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        renamed = self._in_expression(node.value) if self._quoted else self._within(node.value)
        self.count += renamed != node.value
        return ast.copy_location(ast.Constant(renamed), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        value = self.visit(node.value)
        renamed = self._names.get(node.attr)
        if renamed is None:
            return ast.copy_location(ast.Attribute(value, node.attr, node.ctx), node)
        self.count += 1
        if renamed.isidentifier():
            return ast.copy_location(ast.Attribute(value, renamed, node.ctx), node)
        return ast.copy_location(ast.Subscript(value, ast.Constant(renamed), node.ctx), node)

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        value = self.visit(node.value)
        renamed = node.arg if node.arg is None else self._within(node.arg)
        if renamed is None or renamed == node.arg or renamed.isidentifier():
            self.count += renamed != node.arg
            return ast.keyword(renamed, value)
        self.count += 1
        return ast.keyword(None, ast.Dict([ast.Constant(renamed)], [value]))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        of_table = isinstance(node.func, ast.Attribute) and node.func.attr in EXPRESSIONS
        func = self.visit(node.func)
        quoted, self._quoted = self._quoted, of_table
        arguments = [self.visit(argument) for argument in node.args]
        keywords = [self.visit(keyword) for keyword in node.keywords]
        self._quoted = quoted
        return ast.copy_location(ast.Call(func, arguments, keywords), node)

    def _in_expression(self, text: str) -> str:
        """Names that are none in Python stand in backticks there."""
        return re.sub(
            rf"`?(?<!\w)({_alternatives(self._names)})(?!\w)`?",
            lambda found: f"`{self._names[found[1]]}`",
            text,
        )
