"""The walk in the order in which Python binds names: what stands outside of a function or comprehension is read before its body."""

from __future__ import annotations

import ast

from services.nlq.validation.rules.module_names import Comprehension, ModuleNames


class ScopedVisitor(ast.NodeVisitor):
    """Decorators, defaults and annotations belong to where a function stands, as does what a comprehension runs over."""

    names: ModuleNames

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            self._visit_comprehension(node)
        else:
            super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for outer in [*node.decorator_list, *defaults_of(node.args), *annotations_of(node)]:
            self.visit(outer)
        with self.names.inside(node):
            for statement in node.body:
                self.visit(statement)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for outer in defaults_of(node.args):
            self.visit(outer)
        with self.names.inside(node):
            self.visit(node.body)

    def _visit_comprehension(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        with self.names.inside(node):
            self.generic_visit(node)


def defaults_of(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *filter(None, arguments.kw_defaults)]


def annotations_of(node: ast.FunctionDef) -> list[ast.expr]:
    parts = [part.annotation for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    return [part for part in [*parts, node.returns] if part is not None]
