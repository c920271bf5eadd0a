"""From text to a syntax tree, without letting the text exhaust the parser."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

from services.nlq.validation.model import Finding
from services.nlq.validation.texts import unusable

MOST_CHARACTERS = 20_000
MOST_NODES = 6_000
_DEEPEST_BRACKETS = 40
_DEEPEST_TREE = 80
_LONGEST_OPERATOR_RUN = 30
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_BREAK_IT_UP = "Break the expression up into several short statements."


def parse(code: str) -> ast.Module | Finding:
    """The tree, or why there is none."""
    if problem := unusable(code, "code", MOST_CHARACTERS, "Assign the answer to `result`.") or _too_deep_to_parse(code):
        return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code, "<snippet>")
    except SyntaxError as error:
        return Finding(
            "syntax_error",
            f"The code is not valid Python: {error.msg}.",
            error.lineno,
            _offset(error),
            "Correct this line.",
        )
    except (ValueError, RecursionError, MemoryError):
        return Finding("too_deep", "The code is nested too deeply to be read.", hint=_BREAK_IT_UP)
    return _too_large(tree) or tree


def _offset(error: SyntaxError) -> int | None:
    return max(error.offset - 1, 0) if error.offset is not None else None


def _too_deep_to_parse(code: str) -> Finding | None:
    """CPython's parser recurses once per bracket and per prefix operator; whatever else is wrong is left to it."""
    depth = run = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.OP and token.string in _OPENING:
                depth += 1
            elif token.type == tokenize.OP and token.string in _CLOSING:
                depth -= 1
            is_prefix = token.string in ("-", "+", "~", "not", "lambda", "await", "**")
            run = run + 1 if is_prefix else 0
            if depth > _DEEPEST_BRACKETS or run > _LONGEST_OPERATOR_RUN:
                return Finding("too_deep", "The code is nested too deeply to be read.", *token.start, _BREAK_IT_UP)
    except (tokenize.TokenError, SyntaxError):
        return None
    return None


def _too_large(tree: ast.Module) -> Finding | None:
    """Counted level by level, because every later walk over the tree recurses."""
    level: list[ast.AST] = [tree]
    depth = nodes = 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > _DEEPEST_TREE:
            return Finding.at(level[0], "too_deep", "The code is nested too deeply to be followed.", _BREAK_IT_UP)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if nodes > MOST_NODES:
        return Finding(
            "too_long", f"The code has {nodes:,} parts; at most {MOST_NODES:,} are accepted.", hint="Shorten it."
        )
    return None
