"""Follows frames through expressions: choosing columns and rows, grouping, joining, and the methods that keep a frame a frame."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from services.nlq.validation import arithmetic, methods, model_steps, query_strings, selection
from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean, listed
from services.nlq.validation.values import (
    OPAQUE,
    VECTOR,
    Frame,
    Grouped,
    Source,
    TableSet,
    Texts,
    TextValues,
    Value,
    Vector,
    frames_in,
)

_FUEL = 20_000
_COUNTING = frozenset({"len", "list", "sorted", "set", "enumerate", "iter", "tuple"})
_DESCRIBING = frozenset({"keys"})


class GaveUp(Exception):
    """The code takes too many steps to follow."""


class Expressions:
    """The part of the walk that has to do with expressions. `names` are the variables; `used` grows as columns are touched."""

    def __init__(self, tables: Mapping[str, Sequence[str]], table_set: TableSet, tested: frozenset[str]) -> None:
        self.tables, self.table_set = tables, table_set
        self.names: dict[str, Value] = {}
        self.used: set[Source] = set()
        self.findings: list[Finding] = []
        self.read_before_bound: set[str] = set()
        self.tested = tested
        self._fuel = _FUEL
        self._handlers: dict[type[ast.expr], Callable[[Any], Value]] = {
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.Subscript: lambda node: selection.item(self, node),
            ast.Attribute: lambda node: selection.attribute(self, node),
            ast.Call: self._call,
            ast.NamedExpr: self._named,
            ast.Lambda: lambda node: self.escaped(self.lambda_value(node, [])),
            **dict.fromkeys((ast.List, ast.Tuple), self._sequence),
            **dict.fromkeys((ast.Compare, ast.UnaryOp, ast.BinOp, ast.BoolOp), self._operation),
            **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), self._comprehension),
        }

    def bind(self, name: str, value: Value) -> None:
        raise NotImplementedError

    def read_whole(self, value: Value) -> None:
        """All columns in the value's reach are read, and stay what they are."""
        for frame in frames_in(value):
            self.used |= frame.sources()

    def escape(self, value: Value) -> None:
        """The value goes where it cannot be followed: all columns in its reach may be touched, and changed."""
        self.read_whole(value)
        for frame in frames_in(value):
            frame.texts.clear()

    def touch(self, frame: Frame, names: Iterable[str], at: ast.AST | None = None) -> None:
        """Columns are read by name; with `at`, one that is not there is a finding."""
        for name in names:
            if name in frame.columns:
                self.used |= frame.columns[name]
            elif at is not None and frame.complete and name not in self.tested:
                self._report_column(at, name, frame.columns)

    def _report_column(self, at: ast.AST, name: str, known: Iterable[str]) -> None:
        hint = did_you_mean(name, known) or f"The columns here are: {listed(known)}."
        finding = Finding.at(at, "unknown_column", f"There is no column '{name}'.", hint)
        if finding not in self.findings:
            self.findings.append(finding)

    def value_of(self, node: ast.expr) -> Value:
        """What is known about an expression; all that it reads on the way is noted."""
        self.spend()
        handler = self._handlers.get(type(node))
        if handler is not None:
            return handler(node)
        for child in ast.iter_child_nodes(node):
            self.visit_unknown(child)
        return OPAQUE

    def spend(self) -> None:
        """A step more; raises GaveUp when that is one too many."""
        self._fuel -= 1
        if self._fuel < 0:
            raise GaveUp

    def visit_unknown(self, node: ast.AST) -> None:
        """What is in it goes where it cannot be followed."""
        if isinstance(node, ast.expr):
            self.escape(self.value_of(node))
            return
        for child in ast.iter_child_nodes(node):
            self.visit_unknown(child)

    def _name(self, node: ast.Name) -> Value:
        if node.id not in self.names:
            self.read_before_bound.add(node.id)
        return self.names.get(node.id, OPAQUE)

    def _constant(self, node: ast.Constant) -> Value:
        return Texts((node.value,), many=False) if isinstance(node.value, str) else OPAQUE

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.value_of(node.value)
        self.bind(node.target.id, value)
        return value

    def _sequence(self, node: ast.List | ast.Tuple) -> Value:
        values = [self.value_of(item) for item in node.elts]
        texts = [value.values[0] for value in values if isinstance(value, Texts) and not value.many]
        if values and len(texts) == len(values):
            return Texts(tuple(texts), many=True)
        for value in values:
            self.escape(value)
        return OPAQUE

    def _operation(self, node: ast.Compare | ast.UnaryOp | ast.BinOp | ast.BoolOp) -> Value:
        """Comparisons and conditions; on whole frames they need every column."""
        if (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], (ast.In, ast.NotIn))
            and _is_columns(node.comparators[0])
        ):
            self.value_of(node.left)
            return OPAQUE
        operands = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        values = [self.value_of(operand) for operand in operands]
        for value in values:
            if not (isinstance(value, TableSet) and isinstance(node, ast.Compare)):
                self.read_whole(value)
        is_condition = isinstance(node, ast.Compare) or any(isinstance(value, Vector) for value in values)
        return VECTOR if is_condition else OPAQUE

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Name) and node.func.value.id in ("pd", "pandas"):
                return methods.call_of_pandas(self, node, node.func.attr)
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "analysis" not in self.names:
                return model_steps.follow_step(self, node, node.func.attr)
            receiver = self.value_of(node.func.value)
            arithmetic.check_call(self, node, receiver, node.func.attr)
            if isinstance(receiver, (Frame, Grouped)):
                return methods.call_method(self, node, receiver, node.func.attr)
            if isinstance(receiver, TableSet) and node.func.attr in _DESCRIBING:
                return OPAQUE
            self.escape(receiver)
            self._check_numpy(node, node.func)
            self.consume_arguments(node)
            if isinstance(receiver, TextValues) and node.func.attr in methods.SAME_CELLS:
                return TextValues(receiver.name)
            is_column = isinstance(receiver, Vector) and node.func.attr in methods.COLUMN_METHODS
            return VECTOR if is_column else OPAQUE
        if isinstance(node.func, ast.Name) and node.func.id in _COUNTING and len(node.args) == 1 and not node.keywords:
            value = self.value_of(node.args[0])
            counted = isinstance(value, TableSet) or (isinstance(value, Frame) and node.func.id == "len")
            return OPAQUE if counted else self.escaped(value)
        self.escape(self.value_of(node.func))
        self.consume_arguments(node)
        return OPAQUE

    def _check_numpy(self, node: ast.Call, function: ast.Attribute) -> None:
        if node.args and isinstance(function.value, ast.Name) and function.value.id in ("np", "numpy"):
            arithmetic.check_numpy(self, node, function.attr, self.value_of(node.args[0]))

    def consume_arguments(self, node: ast.Call, but: Iterable[str] = ()) -> None:
        """All arguments go where they cannot be followed."""
        for argument in node.args:
            self.visit_unknown(argument)
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg not in but:
                self.visit_unknown(keyword.value)

    def lambda_value(self, node: ast.Lambda, arguments: Sequence[Value]) -> Value:
        """The value of a lambda's body, its first parameters standing for `arguments`."""
        outer = self.names
        self.names = dict(outer)
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit_unknown(default)
        parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        for position, parameter in enumerate(p for p in parameters if p is not None):
            self.names[parameter.arg] = arguments[position] if position < len(arguments) else OPAQUE
        value = self.value_of(node.body)
        self.names = outer
        return value

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        outer = self.names
        self.names = dict(outer)
        for generator in node.generators:
            self._bind_element(generator.target, self.value_of(generator.iter))
            for condition in generator.ifs:
                self.visit_unknown(condition)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit_unknown(part)
        self.names = outer
        return OPAQUE

    def _bind_element(self, target: ast.expr, iterated: Value) -> None:
        if (
            isinstance(iterated, Grouped)
            and isinstance(target, ast.Tuple)
            and len(target.elts) == 2
            and isinstance(target.elts[1], ast.Name)
        ):
            self._hide(target.elts[0])
            self.names[target.elts[1].id] = iterated.frame.copied()
            return
        if not isinstance(iterated, TableSet):
            self.escape(iterated)
        self._hide(target)

    def _hide(self, target: ast.expr) -> None:
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                self.names[part.id] = OPAQUE

    def escaped(self, value: Value) -> Value:
        """What is left of a value after it has escaped."""
        self.escape(value)
        return OPAQUE

    def columns_of_expression(self, at: ast.Call, frame: Frame) -> list[str] | None:
        """Columns that a literal `query` or `eval` names, touched; assignments are returned as made. None: cannot be told."""
        expression = query_strings.expression_of(at)
        known = self.names.get(expression.id) if isinstance(expression, ast.Name) else None
        if isinstance(known, Texts) and not known.many:
            text: object = known.values[0]
        else:
            text = expression.value if isinstance(expression, ast.Constant) else None
        tree = query_strings.parse_expression(text) if isinstance(text, str) else None
        if tree is None:
            return None
        made: list[str] = []
        for part in ast.walk(tree):
            if isinstance(part, ast.Name):
                name = query_strings.unquoted_name(part.id)
                if isinstance(part.ctx, ast.Store):
                    made.append(name)
                elif name.startswith(query_strings.AT_PREFIX):
                    self.escape(self.names.get(name.removeprefix(query_strings.AT_PREFIX), OPAQUE))
                elif name not in methods.QUERY_WORDS and name not in made:
                    self.touch(frame, [name], at)
        return made


def _is_columns(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "columns"
