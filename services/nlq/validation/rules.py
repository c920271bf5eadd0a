"""What code may say, read off the syntax tree: no way to files, network, other programs, or the interpreter's inside."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from services.nlq.validation import calls, model_steps
from services.nlq.validation.model import Finding
from services.nlq.validation.vocabulary import (
    ANALYSIS,
    CHART_ATTRIBUTES,
    CHART_MODULES,
    EXPRESSION_CALLS,
    FILE_WRITERS,
    FORBIDDEN_ATTRIBUTES,
    FORBIDDEN_OF_MODULE,
    MODULES,
    PRELOADED,
    TEXT_WRITERS,
    WITHHELD_NAMES,
)

_SYNTAX = {
    ast.ClassDef: "classes",
    ast.AsyncFunctionDef: "asynchronous functions",
    ast.Await: "await",
    ast.AsyncFor: "asynchronous loops",
    ast.AsyncWith: "asynchronous blocks",
    ast.With: "with-blocks",
    ast.Yield: "generators with yield",
    ast.YieldFrom: "generators with yield",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Match: "match",
    ast.TryStar: "except*",
}
_NO_CHARTS = "Leave the numbers in `result`; the chart is drawn from them."
_NO_FILES = "Leave the table in `result`; it can be downloaded in several formats."
_SETTABLE = frozenset({"columns", "index", "name", "names"})


class Rules(ast.NodeVisitor):
    """Collects findings; `column_names` are attributes that data may claim."""

    def __init__(self, tree: ast.Module, column_names: Iterable[str]) -> None:
        self.findings: list[Finding] = []
        self._columns = frozenset(column_names)
        self._own_names = {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self._own_names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        self._own_names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        self._modules = dict(PRELOADED)
        self._functions = calls.FunctionNames(tree)
        self._called: set[int] = set()
        self._based: set[int] = set()

    def report(self, node: ast.AST, code: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding.at(node, code, message, hint))

    def visit(self, node: ast.AST) -> None:
        if type(node) in _SYNTAX:
            self.report(
                node,
                "forbidden_syntax",
                f"{_SYNTAX[type(node)].capitalize()} cannot be used.",
                "Use functions and expressions.",
            )
        super().visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if self._may_import(node, alias.name):
                top = alias.name if alias.asname else alias.name.partition(".")[0]
                self._modules[alias.asname or top] = top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or "."
        if node.level:
            self.report(node, "forbidden_import", "There is no package to import from.", "Name the module in full.")
            return
        if not self._may_import(node, module):
            return
        for alias in node.names:
            if alias.name == "*" or not self._may_take(module, alias.name):
                self.report(
                    node,
                    "forbidden_import",
                    f"'{alias.name}' cannot be imported from '{module}'.",
                    "Use what pandas offers.",
                )
            elif (taken := f"{module}.{alias.name}") in MODULES or taken == ANALYSIS:
                self._modules[alias.asname or alias.name] = taken

    def _may_import(self, node: ast.AST, module: str) -> bool:
        if module in MODULES:
            return True
        hint = (
            _NO_CHARTS
            if module.partition(".")[0] in CHART_MODULES
            else f"These can be imported: {', '.join(sorted(MODULES))}."
        )
        self.report(node, "forbidden_import", f"'{module}' cannot be imported.", hint)
        return False

    @staticmethod
    def _may_take(module: str, name: str) -> bool:
        offered = MODULES.get(module)
        if offered is not None:
            return name in offered
        withheld = FORBIDDEN_OF_MODULE.get(module, frozenset()) | FORBIDDEN_ATTRIBUTES
        return name not in withheld and not name.startswith(("_", "read_"))

    def visit_Name(self, node: ast.Name) -> None:
        if node.id.startswith("__"):
            self.report(
                node,
                "forbidden_name",
                f"'{node.id}' cannot be used.",
                "Names with two underscores belong to the interpreter.",
            )
        elif node.id in WITHHELD_NAMES and node.id not in self._own_names:
            self.report(node, "forbidden_name", f"'{node.id}' cannot be used.", "Work with the tables that are given.")
        elif node.id in self._modules and node.id not in self._own_names and id(node) not in self._based:
            self.report(
                node,
                "forbidden_name",
                f"The module '{node.id}' cannot be passed around.",
                f"Write `{node.id}.` and a function.",
            )

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._based.add(id(node.value))
        self._check_attribute(node)
        self.generic_visit(node)

    def _check_attribute(self, node: ast.Attribute) -> None:
        name, module = node.attr, self._module_of(node.value)
        if name.startswith("_"):
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
        elif isinstance(node.ctx, ast.Store) and name not in _SETTABLE:
            self.report(
                node, "forbidden_attribute", f"'.{name}' cannot be set.", f"To set a column, write df['{name}'] = … ."
            )
        elif name in CHART_ATTRIBUTES:
            self.report(node, "forbidden_attribute", f"'.{name}' cannot be used.", _NO_CHARTS)
        elif name in FILE_WRITERS or (name in TEXT_WRITERS and id(node) not in self._called):
            self.report(node, "forbidden_call", f"'.{name}' cannot be used: no files are written.", _NO_FILES)
        elif name in FORBIDDEN_ATTRIBUTES or name.startswith("read_"):
            self.report(
                node, "forbidden_attribute", f"'.{name}' cannot be used.", "Work with the tables that are given."
            )
        elif name in EXPRESSION_CALLS and id(node) not in self._called:
            self.report(node, "forbidden_attribute", f"'.{name}' must be called where it is written.", "")
        elif name == "format":
            self._check_format(node)

    def _check_taken(self, node: ast.Attribute, module: str) -> None:
        if module == ANALYSIS:
            self.findings += model_steps.check_step_name(node, is_called=id(node) in self._called)
            return
        if f"{module}.{node.attr}" in MODULES or self._may_take(module, node.attr):
            if isinstance(node.ctx, ast.Store):
                self.report(
                    node, "forbidden_attribute", f"'{module}.{node.attr}' cannot be changed.", "Use a variable."
                )
            return
        hint = (
            "The tables are loaded already: use df and tables['name']."
            if node.attr.startswith("read_")
            else "Use what pandas offers."
        )
        self.report(node, "forbidden_attribute", f"'{module}.{node.attr}' cannot be used.", hint)

    def _module_of(self, node: ast.expr) -> str | None:
        """The module that an expression names, such as `np` or `scipy.stats`."""
        if isinstance(node, ast.Name):
            return self._modules.get(node.id) if node.id not in self._own_names else None
        if isinstance(node, ast.Attribute) and (base := self._module_of(node.value)) is not None:
            name = f"{base}.{node.attr}"
            return name if name in MODULES or name == ANALYSIS else None
        return None

    def _check_format(self, node: ast.Attribute) -> None:
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.report(node, "forbidden_call", "'.format' works on a literal text only.", "Use an f-string.")
        elif not calls.is_plain_format(node.value.value):
            self.report(
                node,
                "forbidden_call",
                "A format may not reach into its values.",
                "Compute the value first, then format it.",
            )

    def visit_Call(self, node: ast.Call) -> None:
        self._called.add(id(node.func))
        if isinstance(node.func, ast.Attribute):
            if self._module_of(node.func.value) == ANALYSIS:
                self.findings += model_steps.check_step_call(node, node.func.attr)
            else:
                self.findings += calls.check_method(node, node.func.attr, self._functions)
            if node.func.attr == "set_option" and not calls.is_display_option(node):
                self.report(
                    node,
                    "forbidden_call",
                    "Only options that begin with 'display.' can be set.",
                    "Leave this line out.",
                )
        elif isinstance(node.func, ast.Name) and node.func.id == "type" and (len(node.args) != 1 or node.keywords):
            self.report(
                node, "forbidden_call", "'type' may only ask for the type of a value.", "Use functions and expressions."
            )
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            self.report(node, "forbidden_syntax", "Decorators cannot be used.", "Call the function directly.")
        if node.name.startswith("__"):
            self.report(
                node, "forbidden_name", f"'{node.name}' cannot be defined.", "Choose a name without underscores."
            )
        self.generic_visit(node)
