"""Calls whose arguments are little programs of their own: functions by name, query expressions, format strings, writers."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean
from services.nlq.validation.vocabulary import (
    AGGREGATING_KEYWORDS,
    EXPRESSION_CALLS,
    EXPRESSION_KEYWORDS,
    FORBIDDEN_ATTRIBUTES,
    FUNCTION_CALLS,
    FUNCTION_NAMES,
    TARGET_KEYWORDS,
    TEXT_WRITERS,
)

_BACKTICKS = re.compile(r"`([^`]*)`")
_AT_NAME = re.compile(r"@(?=[A-Za-z_])")
AT_PREFIX = "at_variable_"
_QUOTED = "quoted_column_"
_QUOTED_NAME = re.compile(_QUOTED + r"((?:[0-9a-f]{2})*)")
_KEYWORD_OF_COLUMNS = frozenset(
    {"arg", "args", "na_action", "axis", "raw", "engine", "result_type", "include_groups", "numeric_only"}
)


class FunctionNames:
    """Which texts a name can stand for, from all its assignments; None where one is not a literal."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            for name, value in _bindings(node):
                self._values.setdefault(name, []).append(value)

    def texts(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[ast.Constant]:
        """The literal texts among a function argument's possible values."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for item in node.elts:
                yield from self.texts(item, seen)
        elif isinstance(node, ast.Dict):
            for item in node.values:
                yield from self.texts(item, seen)
        elif isinstance(node, ast.IfExp):
            yield from self.texts(node.body, seen)
            yield from self.texts(node.orelse, seen)
        elif isinstance(node, ast.DictComp):
            yield from self.texts(node.value, seen)
        elif isinstance(node, ast.Name) and node.id not in seen:
            for value in self._values.get(node.id, []):
                yield from self.texts(value, seen | {node.id})

    def only_texts(self, node: ast.expr | None) -> list[str] | None:
        """The texts that an expression can be; None when it can be something else."""
        values = self._values.get(node.id, [None]) if isinstance(node, ast.Name) else [node]
        found = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        return found if len(found) == len(values) else None


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are bound to; a loop's variable stands for the elements of what it runs over."""
    if isinstance(node, ast.Assign):
        yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr, ast.AugAssign)) and isinstance(node.target, ast.Name):
        if node.value is not None:
            yield node.target.id, node.value
    elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter


def check_method(node: ast.Call, method: str, functions: FunctionNames) -> list[Finding]:
    """What is wrong with the arguments of a method call."""
    if method in TEXT_WRITERS:
        return _check_writer(node, method)
    if method in EXPRESSION_CALLS:
        return _check_expression(node, method, functions)
    arguments = [keyword.value for keyword in node.keywords if keyword.arg in AGGREGATING_KEYWORDS]
    if method in FUNCTION_CALLS:
        arguments += node.args[:1]
        arguments += [
            _second(k.value) for k in node.keywords if k.arg not in _KEYWORD_OF_COLUMNS | AGGREGATING_KEYWORDS
        ]
    return [
        finding for argument in arguments for text in functions.texts(argument) for finding in _check_function(text)
    ]


def _second(value: ast.expr) -> ast.expr:
    """Of a named aggregation `total=("amount", "sum")` only the function; other keywords pass values to a function."""
    return (
        value.elts[1]
        if isinstance(value, ast.Tuple) and len(value.elts) == 2
        else ast.copy_location(ast.Constant(None), value)
    )


def _check_function(text: ast.Constant) -> list[Finding]:
    name = str(text.value)
    if name in FUNCTION_NAMES:
        return []
    hint = did_you_mean(name, FUNCTION_NAMES) or "Name a function such as 'sum', 'mean' or 'count', or write a lambda."
    return [Finding.at(text, "unknown_function", f"'{name}' is not a function that can be used by name.", hint)]


def _check_writer(node: ast.Call, method: str) -> list[Finding]:
    if not node.args and not any(k.arg in TARGET_KEYWORDS or k.arg is None for k in node.keywords):
        return []
    return [
        Finding.at(
            node,
            "forbidden_call",
            f"'.{method}' cannot write a file.",
            f"Call .{method}() without a target to get the text.",
        )
    ]


def _check_expression(node: ast.Call, method: str, functions: FunctionNames) -> list[Finding]:
    extra = [k.arg or "**" for k in node.keywords if k.arg not in EXPRESSION_KEYWORDS]
    if extra or len(node.args) > 1:
        return [
            Finding.at(
                node, "forbidden_call", f"'.{method}' takes its expression and nothing else.", "Write df[condition]."
            )
        ]
    expression = expression_of(node)
    if isinstance(expression, ast.JoinedStr):
        fixed = "".join(str(part.value) for part in expression.values if isinstance(part, ast.Constant))
        return _forbidden_in_text(node, fixed)
    texts = functions.only_texts(expression)
    if texts is None:
        return [
            Finding.at(
                node, "forbidden_call", f"'.{method}' needs its expression written in place.", "Write df[condition]."
            )
        ]
    trees = filter(None, map(parse_expression, texts))
    return [finding for tree in trees for finding in _forbidden_in_expression(node, tree)]


def expression_of(node: ast.Call) -> ast.expr | None:
    """The expression argument of `query` or `eval`."""
    if node.args:
        return node.args[0]
    return next((k.value for k in node.keywords if k.arg == "expr"), None)


def parse_expression(text: str) -> ast.Module | None:
    """pandas' dialect as Python: `a b` becomes a name, @x a marked name; None when it does not parse (pandas will say why)."""
    quoted = _BACKTICKS.sub(lambda found: quoted_name(found[1]), text)
    try:
        return ast.parse(_AT_NAME.sub(AT_PREFIX, quoted).strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def quoted_name(column: str) -> str:
    """An identifier that stands for a column whose name is none."""
    return _QUOTED + column.encode().hex()


def unquoted_name(name: str) -> str:
    """The column that a name stands for."""
    quoted = _QUOTED_NAME.fullmatch(name)
    return bytes.fromhex(quoted[1]).decode("utf-8", "replace") if quoted else name


def _forbidden_in_text(node: ast.AST, text: str) -> list[Finding]:
    if "@" in text or "__" in text:
        return [
            Finding.at(
                node, "forbidden_call", "A query put together at run time may not use @ or __.", "Write df[condition]."
            )
        ]
    return []


def _forbidden_in_expression(node: ast.AST, tree: ast.Module) -> list[Finding]:
    for part in ast.walk(tree):
        name = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
        if (
            name.startswith("_")
            or name.removeprefix(AT_PREFIX) in ("pd", "np")
            or (isinstance(part, ast.Attribute) and name in FORBIDDEN_ATTRIBUTES)
        ):
            return [
                Finding.at(
                    node,
                    "forbidden_call",
                    f"'{name.removeprefix(AT_PREFIX)}' cannot be used in a query.",
                    "Write df[condition].",
                )
            ]
    return []


def is_plain_format(text: str) -> bool:
    """Whether every field is a position or a name, without attributes and indices, also inside its format."""
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return True  # formatting fails by itself
    return all(
        not set(name or "") & set(".[") and "__" not in (name or "") and is_plain_format(spec or "")
        for _, name, spec, _ in fields
    )


def is_display_option(node: ast.Call) -> bool:
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("display.")
