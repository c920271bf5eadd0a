"""The expressions that `query` and `eval` take as text, in pandas' dialect of Python."""

from __future__ import annotations

import ast
import re

_BACKTICKS = re.compile(r"`([^`]*)`")
_AT_NAME = re.compile(r"@(?=[A-Za-z_])")
AT_PREFIX = "at_variable_"
_QUOTED = "quoted_column_"
_QUOTED_NAME = re.compile(_QUOTED + r"((?:[0-9a-f]{2})*)")


def expression_of(node: ast.Call) -> ast.expr | None:
    """The expression argument of `query` or `eval`."""
    if node.args:
        return node.args[0]
    return next((k.value for k in node.keywords if k.arg == "expr"), None)


def parse_expression(text: str) -> ast.Module | None:
    """As Python: `a b` becomes a name, @x a marked name, each line a statement; None when it does not parse (pandas will say why)."""
    quoted = _BACKTICKS.sub(lambda found: quoted_name(found[1]), text)
    lines = "\n".join(line.strip() for line in _AT_NAME.sub(AT_PREFIX, quoted).strip().splitlines())
    try:
        return ast.parse(lines)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def quoted_name(column: str) -> str:
    """An identifier that stands for a column whose name is none."""
    return _QUOTED + column.encode().hex()


def unquoted_name(name: str) -> str:
    """The column that a name stands for."""
    quoted = _QUOTED_NAME.fullmatch(name)
    return bytes.fromhex(quoted[1]).decode("utf-8", "replace") if quoted else name


def variables_named(tree: ast.Module, is_of_frame: bool) -> ast.Module:
    """An expression of pandas with its variables as Python has them; in a frame's own expressions other names are columns."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Name):
            is_variable = part.id.startswith(AT_PREFIX) or not is_of_frame
            part.id = part.id.removeprefix(AT_PREFIX) if is_variable else "column"
    return tree
