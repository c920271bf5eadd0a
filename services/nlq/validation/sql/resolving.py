"""What every table and every column of a statement is, by the scopes of SQL."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from services.nlq.validation.model import Finding
from services.nlq.validation.names import did_you_mean, listed
from services.nlq.validation.sql.model import finding_at

# The session's tables have a schema of their own in DuckDB: no name of theirs can stand for a view of the system, a file, or a variable.
TABLES = "tables"
Tables = Mapping[str, Collection[str]]
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Resolved:
    """`tables` are the nodes that stand for a table of the session, with its name."""

    findings: tuple[Finding, ...]
    tables: Sequence[tuple[exp.Table, str]]
    columns_used: Mapping[str, frozenset[str]]


def resolve(tree: exp.Query, tables: Tables) -> Resolved:
    """Follow every name of `tree`; subqueries in it that have none are given one."""
    _name_subqueries(tree)
    try:
        found, findings = _stored_tables(tree, tables)
        if not findings:
            findings = list(_unknown_columns(tree, found, tables))
    except OptimizeError as error:
        hint = "Give every table and subquery a name of its own, and write alias.column."
        return Resolved((Finding("forbidden_syntax", f"The SQL cannot be followed: {error}.", hint=hint),), (), {})
    used = _columns_used(tree, {name for _, name in found}, tables)
    return Resolved((*findings, *_told_apart_by_case(used)), found, used)


def _name_subqueries(tree: exp.Query) -> None:
    """DuckDB needs no name for a subquery in FROM, sqlglot's scopes do."""
    for number, subquery in enumerate(tree.find_all(exp.Subquery), start=1):
        is_query = isinstance(subquery.unnest(), exp.Select | exp.SetOperation)
        if is_query and isinstance(subquery.parent, exp.From | exp.Join) and not subquery.alias:
            subquery.set("alias", exp.TableAlias(this=exp.to_identifier(f"subquery_{number}", quoted=True)))


def _stored_tables(tree: exp.Query, tables: Tables) -> tuple[list[tuple[exp.Table, str]], list[Finding]]:
    """A name is a table of the session unless it is that of a step of a WITH, and a scope says that it stands for it."""
    named = {_lower(step.alias) for step in tree.find_all(exp.CTE)}
    steps = {
        id(node)
        for scope in traverse_scope(tree)
        for node, source in scope.selected_sources.values()
        if isinstance(source, Scope) and isinstance(node, exp.Table) and _lower(node.name) in named
    }
    found: list[tuple[exp.Table, str]] = []
    findings: list[Finding] = []
    for node in tree.find_all(exp.Table):
        if id(node) in steps:
            continue
        names = _same_but_for_case(node.name, tables)
        if node.catalog or node.db.lower() not in ("", TABLES) or not names:
            hint = did_you_mean(node.name, tables) or f"The tables are: {listed(tables)}."
            findings.append(finding_at(node, "unknown_table", f"There is no table '{_written(node)}'.", hint))
        elif len(names) > 1:
            message = f"{' and '.join(names)} differ only in upper and lower case, which SQL does not tell apart."
            findings.append(finding_at(node, "ambiguous_name", message, "Use one of them under another name."))
        else:
            found.append((node, names[0]))
    return found, findings


def _same_but_for_case(name: str, known: Collection[str]) -> list[str]:
    """DuckDB tells no names apart by case, quoted or not."""
    return [other for other in known if _lower(other) == _lower(name)]


def _lower(name: str) -> str:
    """As DuckDB and sqlglot do it: the letters of ASCII only."""
    return name.translate(_LOWER)


def _written(node: exp.Table) -> str:
    return ".".join(part.name for part in node.parts)


def _unknown_columns(tree: exp.Query, found: Sequence[tuple[exp.Table, str]], tables: Tables) -> Iterator[Finding]:
    """Told from a copy in which sqlglot has put its table before every column."""
    schema: dict[str, dict[str, dict[str, str]]] = {
        TABLES: {_lower(name): dict.fromkeys(map(_lower, tables[name]), "TEXT") for _, name in found}
    }
    qualified = qualify(
        tree.copy(),
        dialect=DuckDB,
        db=TABLES,
        schema=MappingSchema(dict(schema), dialect=DuckDB, normalize=False),
        validate_qualify_columns=False,
        allow_partial_qualification=True,
    )
    known = {column for _, name in found for column in tables[name]}
    seen: set[int] = set()
    for scope in traverse_scope(qualified):
        if not isinstance(scope.expression, exp.Select):
            continue
        offered = known | {name for source in scope.sources.values() for name in _columns_of(source, schema)}
        for column in scope.columns:
            if id(column) not in seen and (problem := _problem_of(column, scope, schema, offered)):
                seen.add(id(column))
                yield problem
    for row in qualified.find_all(exp.TableColumn):
        message = f"'{row.name}' is a table and no column."
        yield finding_at(row, "unknown_column", message, "Name the columns that are meant.")


Schema = Mapping[str, Mapping[str, Mapping[str, str]]]


def _problem_of(column: exp.Column, scope: Scope, schema: Schema, offered: Collection[str]) -> Finding | None:
    if not column.table:
        owners = [name for name, (_, s) in scope.selected_sources.items() if column.name in _columns_of(s, schema)]
        if len(owners) > 1:
            message = f"{' and '.join(owners)} each have a column '{column.name}'."
            return finding_at(column, "ambiguous_name", message, f"Write {owners[0]}.{column.name}.")
        return _unknown(column, offered)
    source = _source_named(column.table, scope)
    if source is None:
        message = f"There is no table or alias '{column.table}' where '{column.name}' is taken from it."
        return finding_at(column, "unknown_table", message, did_you_mean(column.table, scope.sources))
    names = _columns_of(source, schema)
    return _unknown(column, names) if names and column.name not in names else None


def _unknown(column: exp.Column, offered: Collection[str]) -> Finding:
    hint = did_you_mean(column.name, offered) or f"The columns are: {listed(offered)}."
    return finding_at(column, "unknown_column", f"There is no column '{column.name}'.", hint)


def _source_named(name: str, scope: Scope | None) -> exp.Expr | Scope | None:
    """Of this scope, or of one around it: a subquery may hang on the row that it stands in."""
    while scope is not None:
        if name in scope.sources:
            return scope.sources[name]
        scope = scope.parent
    return None


def _columns_of(source: exp.Expr | Scope, schema: Schema) -> Collection[str]:
    """Nothing for rows written out with VALUES: their alias names them, or DuckDB does."""
    if isinstance(source, exp.Table):
        return schema[TABLES].get(source.name, {})
    expression = source.expression if isinstance(source, Scope) else source
    return expression.named_selects if isinstance(expression, exp.Query) else ()


def _columns_used(tree: exp.Query, names: Collection[str], tables: Tables) -> dict[str, frozenset[str]]:
    """Every column of a table that some name in the statement could mean, and all where a star stands: which of two things a name means
    may hang on a column that is there, so that none is left out that could be meant."""
    words = {_lower(node.name) for node in tree.find_all(exp.Identifier)}
    everything = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    return {name: frozenset(c for c in tables[name] if everything or _lower(c) in words) for name in names}


def _told_apart_by_case(used: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    for table, columns in used.items():
        for name in sorted(columns):
            if len(same := sorted(_same_but_for_case(name, columns))) > 1 and name == same[0]:
                message = f"{' and '.join(map(repr, same))} of {table} differ only in upper and lower case, which SQL does not tell apart."
                yield Finding("ambiguous_name", message, hint="They can be told apart in pandas code only.")
