"""The walk over the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from services.nlq.validation import model_steps
from services.nlq.validation.model import Finding
from services.nlq.validation.query_strings import variables_named
from services.nlq.validation.rules import calls, formulas
from services.nlq.validation.rules.classes import METHODS, OwnClasses, check_class
from services.nlq.validation.rules.literals import LiteralTexts
from services.nlq.validation.rules.members import (
    GETATTR,
    instead_of_member,
    is_looked_at,
    offers,
    refused_import,
    refused_use,
    sentence,
)
from services.nlq.validation.rules.module_names import ANALYSIS, ModuleNames, member
from services.nlq.validation.rules.scoped import ScopedVisitor, annotations_of
from services.nlq.validation.vocabulary import EXPRESSION_CALLS, OPTION_GROUPS, PUBLIC_UNDERSCORES, SETTABLE
from shared.snippets import refusals

_SYNTAX = {
    ast.AsyncFunctionDef: "asynchronous functions",
    ast.Await: "await",
    ast.AsyncFor: "asynchronous loops",
    ast.AsyncWith: "asynchronous blocks",
    ast.TryStar: "except*",
}
_TABLES = "Work with the tables that are given."
_DUNDER = re.compile(r"__[A-Za-z]\w*__")
_TREES = ("KDTree", "BallTree")
_OF_TREES = frozenset({"k", "distance_upper_bound", "return_distance"})


class Rules(ScopedVisitor, ast.NodeVisitor):
    """Collects findings; `column_names` are attributes that data may claim."""

    def __init__(self, tree: ast.Module, column_names: Iterable[str]) -> None:
        self.findings: list[Finding] = []
        self._columns = frozenset(column_names)
        self.names = ModuleNames(tree)
        self._literals = LiteralTexts(tree)
        self._classes = OwnClasses(tree, self.names)
        self._own_names = frozenset(_names_made(tree))
        self._called: set[int] = set()
        self._based: set[int] = set()

    def report(self, node: ast.AST, code: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding.at(node, code, message, hint))

    def visit(self, node: ast.AST) -> None:
        if type(node) in _SYNTAX:
            what = _SYNTAX[type(node)].capitalize()
            self.report(node, "forbidden_syntax", f"{what} cannot be used.", "Use functions and expressions.")
        super().visit(node)

    # imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._may_import(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or "."
        if node.level:
            self.report(node, "forbidden_import", "There is no package to import from.", "Name the module in full.")
        elif self._may_import(node, module):
            for alias in node.names:
                if alias.name == "*" or not offers(module, alias.name):
                    message = f"'{alias.name}' cannot be imported from '{module}'."
                    self.report(node, "forbidden_import", message, instead_of_member(module, alias.name))

    def _may_import(self, node: ast.AST, module: str) -> bool:
        if (refused := refused_import(module)) is not None:
            self.report(node, *refused)
        return refused is None

    # names and texts

    def visit_Name(self, node: ast.Name) -> None:
        if node.id.startswith("__") and node.id not in METHODS:
            hint = (
                "Write the code at the top level."
                if node.id == "__name__"
                else "Names with two underscores belong to the interpreter."
            )
            self.report(node, "forbidden_name", f"'{node.id}' cannot be used.", hint)
        elif node.id in refusals.NAMES and node.id not in self._own_names:
            self.report(node, "forbidden_name", f"'{node.id}' cannot be used.", sentence(refusals.NAMES[node.id]))
        elif isinstance(node.ctx, ast.Load) and id(node) not in self._based:
            self._check_handed_on(node)

    def _check_handed_on(self, node: ast.Name) -> None:
        origin = self.names.origin(node) or node.id
        if self.names.module(node) is not None:
            message = f"The module '{node.id}' cannot be passed around."
            self.report(node, "forbidden_name", message, f"Write `{node.id}.` and a function.")
        elif is_looked_at(origin) and id(node) not in self._called and node.id not in self._own_names:
            self.report(node, "forbidden_name", f"'{node.id}' must be called where it is written.", "Write a lambda.")

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value not in self._columns and (found := _DUNDER.search(node.value)):
            message = f"The name '{found[0]}' cannot be used in a text either."
            self.report(node, "forbidden_name", message, _TABLES)

    # attributes

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._based.add(id(node.value))
        self._check_attribute(node)
        self.generic_visit(node)

    def _check_attribute(self, node: ast.Attribute) -> None:
        name, module = node.attr, self.names.module(node.value)
        if name.startswith("_") and not self._may_be_private(node):
            self.report(
                node,
                "forbidden_attribute",
                f"'.{name}' cannot be used.",
                "Names with underscores are not for analysis.",
            )
        elif module is not None:
            self._check_taken(node, module)
        elif name in self._columns and name != "format" and id(node) not in self._called:
            return
        elif isinstance(node.ctx, ast.Store) and not self._may_be_set(node):
            hint = f"To set a column, write df['{name}'] = … ."
            self.report(node, "forbidden_attribute", f"'.{name}' cannot be set.", hint)
        else:
            self._check_use(node)

    def _check_use(self, node: ast.Attribute) -> None:
        if (refused := refused_use(node.attr, is_called=id(node) in self._called)) is not None:
            self.report(node, *refused)
        elif node.attr == "format":
            self.findings += calls.check_format(node, self._literals)

    def _may_be_private(self, node: ast.Attribute) -> bool:
        if node.attr in PUBLIC_UNDERSCORES or self._classes.allows_private(node):
            return True
        is_of_parent = (
            isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super"
        )
        return is_of_parent and node.attr in METHODS

    def _may_be_set(self, node: ast.Attribute) -> bool:
        return node.attr in SETTABLE | self._classes.attributes or self._is_option(node)

    def _is_option(self, node: ast.Attribute) -> bool:
        """`pd.options.display.width`."""
        match node.value:
            case ast.Attribute(attr=group, value=ast.Attribute(attr="options", value=base)):
                return f"{group}." in OPTION_GROUPS and self.names.module(base) == "pandas"
            case _:
                return False

    def _check_taken(self, node: ast.Attribute, module: str) -> None:
        if module == ANALYSIS:
            self.findings += model_steps.check_step_name(node, is_called=id(node) in self._called)
        elif not offers(module, node.attr):
            message = f"'{module}.{node.attr}' cannot be used."
            self.report(node, "forbidden_attribute", message, instead_of_member(module, node.attr))
        elif isinstance(node.ctx, ast.Store):
            self.report(node, "forbidden_attribute", f"'{module}.{node.attr}' cannot be changed.", "Use a variable.")
        elif is_looked_at(f"{module}.{node.attr}") and id(node) not in self._called:
            message = f"'{module}.{node.attr}' must be called where it is written."
            self.report(node, "forbidden_attribute", message, "Write a lambda.")
        elif (inner := member(module, node.attr)) is not None and id(node) not in self._based:
            message = f"The module '{inner}' cannot be passed around."
            self.report(node, "forbidden_name", message, f"Write `{inner}.` and a function.")

    # calls

    def visit_Call(self, node: ast.Call) -> None:
        self._called.add(id(node.func))
        origin = self.names.origin(node.func)
        if isinstance(node.func, ast.Attribute):
            if self.names.module(node.func.value) == ANALYSIS:
                self.findings += model_steps.check_step_call(node, node.func.attr)
            else:
                self._check_method(node, node.func.attr)
        elif isinstance(node.func, ast.Name):
            self._check_function(node, node.func.id)
        if origin == "operator.attrgetter":
            self._check_named(node, node.args)
        elif origin == "pandas.eval" and isinstance(node.func, ast.Name):
            self._check_expression(node, "eval")
        elif origin is not None and origin.startswith(formulas.MODULE):
            self.findings += calls.check_formula(node, self._literals, self._own_names)
        self.generic_visit(node)

    def _check_method(self, node: ast.Call, method: str) -> None:
        if method == "query" and self._asks_neighbours(node):
            return
        if method in EXPRESSION_CALLS:
            self._check_expression(node, method)
        elif method in formulas.TAKERS:
            self.findings += calls.check_formula(node, self._literals, self._own_names)
        else:
            self.findings += calls.check_method(node, method, self._literals)

    def _asks_neighbours(self, node: ast.Call) -> bool:
        """`KDTree(points).query(points, k=2)`; a frame's `query` takes no such keyword."""
        if any(keyword.arg in _OF_TREES for keyword in node.keywords):
            return True
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        made = self._literals.bound_to(receiver.id) if isinstance(receiver, ast.Name) else [receiver]
        origins = [self.names.origin(value.func) or "" for value in made if isinstance(value, ast.Call)]
        return bool(made) and len(origins) == len(made) and all(origin.endswith(_TREES) for origin in origins)

    def _check_function(self, node: ast.Call, name: str) -> None:
        if name == GETATTR:
            self._check_named(node, node.args[1:2])
        elif name == "type" and (len(node.args) != 1 or node.keywords):
            message = "'type' may only ask for the type of a value."
            self.report(node, "forbidden_call", message, "Write a class.")

    def _check_expression(self, node: ast.Call, method: str) -> None:
        found, trees = calls.check_expression(node, method, self._literals)
        self.findings += found
        for tree in trees:
            is_of_frame = not (isinstance(node.func, ast.Attribute) and self.names.module(node.func.value))
            self._check_inner(node, variables_named(tree, is_of_frame))

    def _check_named(self, node: ast.Call, names: Sequence[ast.expr]) -> None:
        """`getattr(x, "mean")` and `attrgetter("mean")` are held to what `x.mean` is."""
        for name in names:
            texts = self._literals.only_texts(name)
            for text in texts or []:
                self._check_inner(node, ast.parse("x." + text) if text.replace(".", "").isidentifier() else None)
            if texts is None:
                message = "The name of an attribute must be written in place."
                self.report(node, "forbidden_call", message, "Write it after a point, as in df.shape.")

    def _check_inner(self, at: ast.AST, tree: ast.AST | None) -> None:
        """Code that stands in a text, by the same rules; what it holds is reported where the text stands."""
        if tree is None:
            return
        for part in ast.walk(tree):
            ast.copy_location(part, at)
        known = len(self.findings)
        self.visit(tree)
        del self.findings[known + 1 :]

    # functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name.startswith("__") and node.name not in METHODS:
            message = f"'{node.name}' cannot be defined."
            self.report(node, "forbidden_name", message, "Choose a name without underscores.")
        for annotation in annotations_of(node):
            self._check_annotation(annotation)
        super().visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.findings += check_class(node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._check_annotation(node.annotation)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if (self.names.origin(node.value) or "").startswith("typing."):
            self._check_annotation(node.slice)
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        """`case Point(x=…)` reads the attribute x."""
        for name in node.kwd_attrs:
            self._check_use(
                attribute := ast.copy_location(ast.Attribute(ast.Name("x", ast.Load()), name, ast.Load()), node)
            )
            if name.startswith("_"):
                self._check_attribute(attribute)
        self.generic_visit(node)

    def _check_annotation(self, annotation: ast.expr) -> None:
        """A type that is written as a text is run as code where somebody asks for it."""
        for part in ast.walk(annotation):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                try:
                    self._check_inner(part, ast.parse(part.value, mode="eval"))
                except SyntaxError:
                    continue


def _names_made(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                yield name
