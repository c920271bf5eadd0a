"""What the planner and the model may know of a table, from the documents that lie beside its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.planner.facts import ColumnFacts, Figures, TableFacts, TotalsCell
from shared.dictionary import ColumnEntry, Dictionary, fit
from shared.events import ColumnFact, TableReady
from shared.open_choices import OpenChoice, OpenQuestion

NOTHING_SAID = Dictionary()
QUARTILES = ("25%", "50%", "75%")  # of the quantiles that a profile has


def table_facts(
    table: TableReady,
    described: Sequence[ColumnFact],
    profile: Mapping[str, Any],
    values: Mapping[str, Sequence[str]],
    dictionary: Dictionary = NOTHING_SAID,
) -> TableFacts:
    """All but the first are the documents that dataproc keeps beside the table's data."""
    columns: Mapping[str, Mapping[str, Any]] = profile.get("columns", {})
    in_force = fit(dictionary, table.name, described).dictionary
    said = {entry.column: entry for entry in in_force.columns}
    facts = tuple(
        _column(column, columns.get(column.name, {}), values.get(column.name), said.get(column.name))
        for column in described
    )
    return TableFacts(
        table_id=table.table_id,
        name=table.name,
        rows=table.rows,
        columns=facts,
        candidate_keys=tuple(key for key in profile.get("candidate_keys", ()) if isinstance(key, str)),
        labels=in_force.labels,
        definition=in_force.definition,
        measures=in_force.measures,
        totals=tuple(
            tuple(TotalsCell(**cell) for cell in cells) for cells in profile.get("totals", {}).get("told_by", ())
        ),
        sample_rows=tuple(tuple(row) for row in profile.get("sample_rows", ()) if len(row) == len(described)),
        warnings=tuple(profile.get("warnings", ())),
    )


def _column(
    column: ColumnFact, profile: Mapping[str, Any], values: Sequence[str] | None, said: ColumnEntry | None
) -> ColumnFacts:
    distinct = profile.get("distinct")
    shown = tuple(values) if values is not None else tuple(str(top["value"]) for top in profile.get("top", ()))
    return ColumnFacts(
        name=column.name,
        source_name=column.source_name,
        type=column.type,
        unit=said.unit if said and said.unit else column.unit,
        nullable=column.nullable,
        distinct=distinct,
        values=shown,
        values_complete=values is not None and (distinct is None or len(shown) >= distinct),
        minimum=profile.get("min"),
        maximum=profile.get("max"),
        labels=said.labels if said else (),
        definition=said.definition if said else "",
        open_choice=_open_choice(column, said),
        figures=_figures(profile),
    )


def _figures(profile: Mapping[str, Any]) -> Figures:
    """Profiles of old list no values: where the most frequent ones are all there are, they are these."""
    top = [entry["value"] for entry in profile.get("top", ())]
    quantiles = profile.get("quantiles", {})
    return Figures(
        nulls=profile.get("nulls"),
        values=tuple(profile.get("values", top if len(top) == profile.get("distinct") else ())),
        examples=tuple(profile.get("examples", ())),
        mean=profile.get("mean"),
        quartiles=tuple(quantiles[share] for share in QUARTILES if share in quantiles),
    )


def _open_choice(column: ColumnFact, said: ColumnEntry | None) -> OpenChoice | None:
    """Who says in the dictionary what all numbers are in has answered the question of their unit."""
    choice = column.open_choice
    settled = choice is not None and choice.question is OpenQuestion.UNIT and said is not None and bool(said.unit)
    return None if settled else choice
