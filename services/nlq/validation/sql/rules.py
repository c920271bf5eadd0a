"""Holds a tree against the vocabulary, node by node."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlglot import exp

from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean, listed
from services.nlq.validation.sql.model import finding_at
from services.nlq.validation.sql.vocabulary import FUNCTIONS, NAMED_FUNCTIONS, NODES, SUBSTITUTES, TYPES, WORDS

_SPELLED = NAMED_FUNCTIONS | {
    name.lower() for kind in FUNCTIONS if issubclass(kind, exp.Func) for name in kind.sql_names()
}


def broken_rules(tree: exp.Query, tables: Collection[str]) -> Iterator[Finding]:
    """What the list does not have. Of a function that does not exist, or reads files, one is told what there is."""
    for node in tree.walk():
        if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
            yield finding_at(
                node, "forbidden_syntax", "FROM takes tables and subqueries only.", f"The tables are: {listed(tables)}."
            )
        elif isinstance(node, exp.Anonymous):
            if node.name.lower() not in NAMED_FUNCTIONS:
                yield _unknown_function(node, node.name)
        elif type(node) not in NODES or (isinstance(node, exp.DataType) and node.this not in TYPES):
            yield _refused(node)
        elif isinstance(node, exp.Select) and not node.expressions:
            yield finding_at(node, "syntax_error", "A SELECT names nothing.", "Say which columns.")
        elif isinstance(node, exp.Column) and node.args.get("db"):
            yield finding_at(node, "forbidden_syntax", f"'{node.sql()}' has too many parts.", "Write alias.column.")
        elif any(
            str(node.args.get(word) or "").upper() not in known for word, known in WORDS.get(type(node), {}).items()
        ):
            yield _refused(node)


def _refused(node: exp.Expr) -> Finding:
    if type(node) not in SUBSTITUTES and isinstance(node, exp.Func):
        return _unknown_function(node, node.sql_name().lower())
    what, instead = SUBSTITUTES.get(type(node), (f"{type(node).__name__} is", "Write a plain SELECT."))
    return finding_at(node, "forbidden_syntax", f"{what} not used here.", instead)


def _unknown_function(node: exp.Expr, name: str) -> Finding:
    hint = did_you_mean(name, _SPELLED) or "Use the usual functions of numbers, texts, dates, groups and windows."
    return finding_at(node, "unknown_function", f"The function {name} is not used here.", hint)
