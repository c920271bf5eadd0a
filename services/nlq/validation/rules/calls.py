"""Calls whose arguments are little programs of their own: functions by name, expressions, formulas, format strings, writers."""

from __future__ import annotations

import ast
import string
from collections.abc import Collection, Iterator

from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean
from services.nlq.validation.query_strings import AT_PREFIX, expression_of, parse_expression
from services.nlq.validation.rules import formulas
from services.nlq.validation.rules.literals import LiteralTexts
from services.nlq.validation.vocabulary import (
    AGGREGATING_KEYWORDS,
    EXPRESSION_CALLS,
    EXPRESSION_KEYWORDS,
    FILE_WRITERS,
    FORBIDDEN_ATTRIBUTES,
    FUNCTION_CALLS,
    FUNCTION_NAMES,
    OPTION_CALLS,
    OPTION_GROUPS,
    TARGET_KEYWORDS,
    TEXT_WRITERS,
)

_CONDITION = "Write df[condition]."
_KEYWORD_OF_COLUMNS = frozenset(
    {"arg", "args", "na_action", "axis", "raw", "engine", "result_type", "include_groups", "numeric_only"}
)
_HARMFUL_BY_NAME = FILE_WRITERS | TEXT_WRITERS | EXPRESSION_CALLS | {"pipe"}


def check_method(node: ast.Call, method: str, literals: LiteralTexts) -> list[Finding]:
    """What is wrong with the arguments of a method call."""
    if method in TEXT_WRITERS:
        return _check_writer(node, method)
    if method in OPTION_CALLS:
        return _check_options(node)
    arguments = [keyword.value for keyword in node.keywords if keyword.arg in AGGREGATING_KEYWORDS]
    if method == "NamedAgg":
        arguments += node.args[1:2]
    if method in FUNCTION_CALLS:
        arguments += node.args[:1]
        arguments += [
            _second(k.value) for k in node.keywords if k.arg not in _KEYWORD_OF_COLUMNS | AGGREGATING_KEYWORDS
        ]
    return [finding for argument in arguments for finding in _check_functions(argument, literals)]


def _second(value: ast.expr) -> ast.expr:
    """Of a named aggregation `total=("amount", "sum")` only the function; other keywords pass values to a function."""
    return (
        value.elts[1]
        if isinstance(value, ast.Tuple) and len(value.elts) == 2
        else ast.copy_location(ast.Constant(None), value)
    )


def _check_functions(argument: ast.expr, literals: LiteralTexts) -> Iterator[Finding]:
    """Functions by name; the first of two texts of a pair in a list, `[("total", "sum")]`, is the name that the result gets."""
    if isinstance(argument, ast.List) and argument.elts and all(_is_pair(item) for item in argument.elts):
        argument = ast.copy_location(ast.List([_second(item) for item in argument.elts], ast.Load()), argument)
    known = literals.only_texts(argument)
    for text in literals.texts(argument) if known is None else known:
        yield from _check_function(argument, text)
    if known is None and _is_unknown_text(argument, literals):
        message = "The name of a function must be written in place."
        yield Finding.at(argument, "forbidden_call", message, "Write 'sum', or a lambda.")


def _is_pair(item: ast.expr) -> bool:
    return isinstance(item, ast.Tuple) and len(item.elts) == 2


def _is_unknown_text(node: ast.expr, literals: LiteralTexts) -> bool:
    """A text that is put together; or a parameter, in a snippet that has the name of a harmful method among its texts."""
    if isinstance(node, ast.Name):
        return literals.may_be_any(node.id) and bool(_HARMFUL_BY_NAME & literals.all)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("join", "format", "replace")
    return isinstance(node, (ast.BinOp, ast.JoinedStr))


def _check_function(at: ast.expr, name: str) -> list[Finding]:
    if name in FUNCTION_NAMES:
        return []
    hint = did_you_mean(name, FUNCTION_NAMES) or "Name a function such as 'sum', 'mean' or 'count', or write a lambda."
    return [Finding.at(at, "unknown_function", f"'{name}' is not a function that can be used by name.", hint)]


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


def _check_options(node: ast.Call) -> list[Finding]:
    names = node.args if _sets_several(node) else node.args[:1]
    given = [name.value for name in names[::2] if isinstance(name, ast.Constant) and isinstance(name.value, str)]
    if len(given) == len(names[::2]) and not node.keywords and all(name.startswith(OPTION_GROUPS) for name in given):
        return []
    groups = ", ".join(f"'{group}'" for group in OPTION_GROUPS)
    return [Finding.at(node, "forbidden_call", f"Only options that begin with {groups} can be set.", "Leave this out.")]


def _sets_several(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in ("option_context", "set_option")


def check_expression(node: ast.Call, method: str, literals: LiteralTexts) -> tuple[list[Finding], list[ast.Module]]:
    """What is wrong with a call of `query` or `eval`, and its expressions as Python, which are held against the same rules."""
    extra = [k.arg or "**" for k in node.keywords if not _is_expression_keyword(k)]
    if extra or len(node.args) > 1:
        return [_forbidden(node, f"'.{method}' takes its expression and nothing else.")], []
    expression = expression_of(node)
    if isinstance(expression, ast.JoinedStr):
        written = "".join(_texts_in(expression))
        spelled = any(isinstance(part, ast.Name) and part.id == "chr" for part in ast.walk(expression))
        if "@" in written or "__" in written or spelled:
            return [_forbidden(node, "A query put together at run time may not use @ or __.")], []
        return [], []
    texts = literals.only_texts(expression)
    if texts is None:
        return [_forbidden(node, f"'.{method}' needs its expression written in place.")], []
    trees = [tree for tree in map(parse_expression, texts) if tree is not None]
    return [finding for tree in trees for finding in _forbidden_in_expression(node, tree)], trees


def _texts_in(node: ast.AST) -> list[str]:
    constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def _is_expression_keyword(keyword: ast.keyword) -> bool:
    if keyword.arg in ("engine", "parser"):
        return isinstance(keyword.value, ast.Constant) and keyword.value.value in ("python", "numexpr", "pandas")
    return keyword.arg in EXPRESSION_KEYWORDS


def _forbidden_in_expression(node: ast.AST, tree: ast.Module) -> list[Finding]:
    for part in ast.walk(tree):
        name = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
        if (
            name.startswith("_")
            or name.removeprefix(AT_PREFIX) in ("pd", "np")
            or (isinstance(part, ast.Attribute) and name in FORBIDDEN_ATTRIBUTES)
        ):
            return [_forbidden(node, f"'{name.removeprefix(AT_PREFIX)}' cannot be used in a query.")]
    return []


def check_formula(node: ast.Call, literals: LiteralTexts, own_names: Collection[str]) -> list[Finding]:
    """Of a formula that is put together what is written of it; of one that a function is given, all formulas of the snippet."""
    given = next((k.value for k in node.keywords if k.arg == "formula"), node.args[0] if node.args else None)
    texts = literals.only_texts(given)
    if texts is None and given is not None:
        texts = [*_written(given, literals), *(text for text in literals.all if "~" in text)]
    found = [formulas.forbidden_in_formula(text, own_names) for text in texts or []]
    return [_wrong_formula(node, what) for what in found if what is not None][:1]


def _written(node: ast.expr, literals: LiteralTexts) -> list[str]:
    """A text that is put together, with a name for each part that is computed."""
    values = literals.bound_to(node.id) if isinstance(node, ast.Name) else [node]
    filled_in = [value for value in values if isinstance(value, ast.Call) or _is_filled_in(value)]
    inner = [text for value in filled_in for text in _texts_in(value)]
    return [*map(_sketch, values), *(text for text in inner if "(" in text and ")" in text)]


def _is_filled_in(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)


def _sketch(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_sketch, parts))
        case ast.BinOp(left=left, right=right):
            return _sketch(left) + _sketch(right)
        case ast.Call(
            func=ast.Attribute(attr="join", value=glue), args=[ast.GeneratorExp(elt=one) | ast.ListComp(elt=one)]
        ):
            return _sketch(one) + _sketch(glue) + _sketch(one)
        case ast.Call(func=ast.Attribute(attr="join", value=glue), args=[ast.List(elts=parts) | ast.Tuple(elts=parts)]):
            return _sketch(glue).join(map(_sketch, parts))
        case _:
            return "x"


def _wrong_formula(node: ast.AST, what: str) -> Finding:
    return Finding.at(
        node,
        "forbidden_call",
        f"'{what}' cannot be used in a formula.",
        "Write 'y ~ x + C(group) + np.log(z)', and compute other columns before.",
    )


def check_format(node: ast.Attribute, literals: LiteralTexts) -> list[Finding]:
    """`.format` of texts that stand in the code and reach into nothing."""
    texts = literals.only_texts(node.value)
    if texts is None:
        return [Finding.at(node, "forbidden_call", "'.format' works on a literal text only.", "Use an f-string.")]
    if all(is_plain_format(text) for text in texts):
        return []
    message = "A format may not reach into its values."
    return [Finding.at(node, "forbidden_call", message, "Compute the value first, then format it.")]


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


def _forbidden(node: ast.AST, message: str) -> Finding:
    return Finding.at(node, "forbidden_call", message, _CONDITION)
