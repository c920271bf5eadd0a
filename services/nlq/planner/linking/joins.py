"""How tables hang together: shared keys, and the shortest way between the tables that a plan needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from numbers import Real

from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.schema import Column, ColumnRef, Schema, Table
from shared.columns import ColumnType, Family

_LEAST_OVERLAP = 0.3
_CONTAINED = 0.95  # cells that agree this well make a key even of columns with different names


@dataclass(frozen=True)
class Join:
    """Rows of `right` are attached where its key equals the left one's; `multiplies` when a left row can meet several."""

    left: ColumnRef
    right: ColumnRef
    multiplies: bool = False


def joins_between(schema: Schema, root: str, needed: Iterable[str]) -> tuple[Join, ...] | None:
    """Joins that attach every needed table to the root, in an order that works; None when there is no way."""
    links = _links(schema)
    joined, found = {root}, []
    for table in needed:
        if table in joined:
            continue
        path = _path(links, joined, table)
        if path is None:
            return None
        for left, right in path:
            found.append(Join(left=left.ref, right=right.ref, multiplies=not _is_unique(schema, right)))
            joined.add(right.ref.table)
    return tuple(found)


def _path(
    links: dict[str, list[tuple[Column, Column]]], start: set[str], goal: str
) -> list[tuple[Column, Column]] | None:
    queue = deque((table, list[tuple[Column, Column]]()) for table in sorted(start))
    seen = set(start)
    while queue:
        table, path = queue.popleft()
        for left, right in links.get(table, ()):
            other = right.ref.table
            if other == goal:
                return [*path, (left, right)]
            if other not in seen:
                seen.add(other)
                queue.append((other, [*path, (left, right)]))
    return None


def _links(schema: Schema) -> dict[str, list[tuple[Column, Column]]]:
    links: dict[str, list[tuple[Column, Column]]] = {}
    for a, b in combinations(schema.tables, 2):
        pair = shared_key(a, b)
        if pair:
            links.setdefault(a.name, []).append(pair)
            links.setdefault(b.name, []).append((pair[1], pair[0]))
    return links


@lru_cache(maxsize=1024)
def shared_key(a: Table, b: Table) -> tuple[Column, Column] | None:
    """The pair of columns most likely to be the key that two tables share."""
    scored = [(score, x, y) for x in a.columns for y in b.columns if (score := _key_score(a, b, x, y)) > 0]
    if not scored:
        return None
    _, x, y = max(scored, key=lambda s: (s[0], -s[1].position - s[2].position))
    return x, y


def likely_references(schema: Schema) -> tuple[Join, ...]:
    """The pairs of columns by which rows of one table name rows of another, the key on the right: columns whose cells are keys elsewhere
    (linking/domains), and the key that two tables share."""
    homes = [(column, home) for column in schema.columns if (home := home_of(column)) is not None]
    shared = [_towards_the_key(pair) for a, b in combinations(schema.tables, 2) if (pair := shared_key(a, b))]
    found: dict[frozenset[ColumnRef], Join] = {}
    for left, right in (*homes, *shared):
        join = Join(left=left.ref, right=right.ref, multiplies=not _is_unique(schema, right))
        found.setdefault(frozenset((left.ref, right.ref)), join)
    return tuple(found.values())


def _towards_the_key(pair: tuple[Column, Column]) -> tuple[Column, Column]:
    left, right = pair
    return pair if right.facts.name in right.home.facts.candidate_keys else (right, left)


def reference(table: Table, other: Table) -> Column | None:
    """The column of a table whose cells are keys of the other one."""
    pair = shared_key(table, other)
    return pair[0] if pair is not None and pair[1].facts.name in other.facts.candidate_keys else None


def goes_on_in(table: Table, other: Table) -> tuple[Column, Column] | None:
    """The keys by which both tables have at most one row for a thing: what one of them says is said of the other's rows."""
    pair = shared_key(table, other)
    return pair if pair is not None and all(_is_unique(table.schema, c) for c in pair) else None


def _key_score(a: Table, b: Table, x: Column, y: Column) -> float:
    if x.family != y.family or x.family in (Family.BOOLEAN, Family.TIME) or x.facts.type == ColumnType.DECIMAL:
        return 0.0
    same = x.words == y.words
    named_after = _is_reference(x, b, y) or _is_reference(y, a, x)
    overlap = _overlap(x, y)
    if not same and not named_after:
        contained = (
            x.family is Family.TEXT
            and overlap is not None
            and overlap >= _CONTAINED
            and min(len(x.facts.values), len(y.facts.values)) >= 5
        )
        keyed = x.facts.name in a.facts.candidate_keys or y.facts.name in b.facts.candidate_keys
        return 1.4 + 0.3 * overlap if contained and keyed and overlap is not None else 0.0
    if overlap is not None and overlap < _LEAST_OVERLAP:
        return 0.0
    unique = (x.facts.name in a.facts.candidate_keys) + (y.facts.name in b.facts.candidate_keys)
    key_like = x.is_key_like or y.is_key_like
    if not unique:
        return 0.0  # a join of many to many multiplies rows on both sides: no sum over it is right
    return 1.0 + same + 0.8 * unique + key_like + (overlap or 0.0)


def _is_reference(column: Column, table: Table, key: Column) -> bool:
    """`author_id` refers to the `id` of table `author`; `continent` to the `contid` of `continents` when the cells agree."""
    if not key.is_key_like:
        return False
    rest = column.stems[:-1] if column.is_key_like else column.stems
    return bool(rest) and (
        rest == table.stems or column.stems == table.stems + key.stems or rest == key.stems[:-1] != ()
    )


def _overlap(x: Column, y: Column) -> float | None:
    """The share of the smaller side's cells that the other side has too; None when the cells are not known."""
    if x.facts.values and y.facts.values:
        a, b = set(x.facts.values), set(y.facts.values)
        return len(a & b) / min(len(a), len(b))
    low, high = _range(x), _range(y)
    if low is None or high is None:
        return None
    return 1.0 if low[0] <= high[1] and high[0] <= low[1] else 0.0


def _range(column: Column) -> tuple[float, float] | None:
    low, high = column.facts.minimum, column.facts.maximum
    if isinstance(low, Real) and isinstance(high, Real):
        return float(low), float(high)
    return None


def _is_unique(schema: Schema, column: Column) -> bool:
    facts = schema.table(column.ref.table).facts
    return column.facts.name in facts.candidate_keys or column.facts.distinct == facts.rows
