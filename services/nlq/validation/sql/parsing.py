"""From text to one tree, without letting the text exhaust the parser."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser

from services.nlq.validation.model import Finding
from services.nlq.validation.texts import unusable

MOST_CHARACTERS = 10_000
MOST_NODES = 3_000
# sqlglot 30.30: 20 dates in one another, `date(date(…))`, took 39 s, each level twice as long as the one before; 6 take 7 ms.
DEEPEST_TYPES = 6
# As well for joins that wait for their ON: 10 take 20 ms, 20 some 20 s.
MOST_OPEN_JOINS = 8
DEEPEST_BRACKETS = 30
DEEPEST_TREE = 120
_LONGEST_OPERATOR_RUN = 30

_OPENING, _CLOSING = frozenset({TokenType.L_PAREN}), frozenset({TokenType.R_PAREN})
_LISTS = frozenset({TokenType.L_BRACKET, TokenType.L_BRACE})
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_JOIN_CONDITIONS = frozenset({TokenType.ON, TokenType.USING})
_BREAK_IT_UP = "Break it up into common table expressions: WITH step AS (SELECT …) SELECT …"


def parse_select(text: str) -> exp.Query | Finding:
    """The tree of the only statement, or why there is none."""
    if problem := unusable(text, "SQL", MOST_CHARACTERS, "Write one SELECT."):
        return problem
    try:
        tokens = sqlglot.tokenize(text, read=DuckDB)
        return _too_deep_to_parse(tokens) or _only_select(text)
    except TokenError:
        message = "A text or a comment in the SQL has no end."
        return Finding("syntax_error", message, hint="Close every quote; a quote inside a text is doubled: 'it''s'.")
    except ParseError as error:
        place = error.errors[0] if error.errors else {}
        message = f"The SQL is not valid: {place.get('description') or 'it cannot be parsed'}."
        return Finding("syntax_error", message, place.get("line"), None, "Correct it.")
    except RecursionError:
        return Finding("too_deep", "The SQL is nested too deeply to be read.", hint=_BREAK_IT_UP)


def _only_select(text: str) -> exp.Query | Finding:
    statements = [tree for tree in sqlglot.parse(text, read=DuckDB) if tree is not None]
    if len(statements) != 1:
        message = f"There are {len(statements)} statements; exactly one is accepted."
        return Finding("forbidden_syntax", message, hint="Write one SELECT, with WITH for its steps.")
    tree = statements[0]
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        return Finding("forbidden_syntax", "The statement is no SELECT.", hint="Write one SELECT.")
    return _too_large(tree) or tree


def _too_deep_to_parse(tokens: Sequence[Token]) -> Finding | None:
    """Everything on which the parser recurses or tries again, counted on the way through the tokens."""
    open_types: list[bool] = []
    run = open_joins = 0
    before: Token | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _LISTS:
            message = "Lists, structs and their items are not used here."
            return Finding("forbidden_syntax", message, token.line, None, "Compute with plain columns.")
        if kind in _OPENING:
            open_types.append(before is not None and before.token_type in Parser.TYPE_TOKENS)
        elif kind in _CLOSING and open_types:
            open_types.pop()
        elif kind is TokenType.JOIN and not (before is not None and before.token_type is TokenType.CROSS):
            open_joins += 1
        elif kind in _JOIN_CONDITIONS:
            open_joins = max(0, open_joins - 1)
        run = run + 1 if kind in _PREFIXES else 0
        too_deep = len(open_types) > DEEPEST_BRACKETS or sum(open_types) > DEEPEST_TYPES
        if too_deep or run > _LONGEST_OPERATOR_RUN or open_joins > MOST_OPEN_JOINS:
            return Finding("too_deep", "The SQL is nested too deeply to be read.", token.line, None, _BREAK_IT_UP)
        before = token
    return None


def _too_large(tree: exp.Query) -> Finding | None:
    """Counted level by level, because what follows recurses."""
    level: list[exp.Expr] = [tree]
    depth = nodes = 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEEPEST_TREE:
            return Finding("too_deep", "The SQL is nested too deeply to be followed.", hint=_BREAK_IT_UP)
        level = [child for node in level for child in node.iter_expressions()]
    if nodes > MOST_NODES:
        message = f"The SQL has {nodes:,} parts; at most {MOST_NODES:,} are accepted."
        return Finding("too_long", message, hint="Shorten it.")
    return None
