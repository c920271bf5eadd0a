"""What the planner and the model may know of a table, from its profile, its values and its dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from services.nlq.planner.facts import ColumnFacts, TableFacts, TotalsCell
from shared.dictionary import ColumnEntry, Dictionary, NamedMeasure, fit, measure_document
from shared.events import ColumnFact, TableReady
from shared.open_choices import WORDINGS, OpenChoice, OpenQuestion

NOTHING_SAID = Dictionary()


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
    )


def _open_choice(column: ColumnFact, said: ColumnEntry | None) -> OpenChoice | None:
    """Who says in the dictionary what all numbers are in has answered the question of their unit."""
    choice = column.open_choice
    settled = choice is not None and choice.question is OpenQuestion.UNIT and said is not None and bool(said.unit)
    return None if settled else choice


def model_context(tables: Sequence[TableFacts], *, privacy: str, question: str = "") -> list[dict[str, Any]]:
    """The schema as the model sees it; with `schema_only` not one cell value is in it. Of a wide table the model may see a part, for which the
    values that the question names, and the keys, are pointed out.

    The dictionary belongs to the schema: people wrote it to be understood, the values in a measure's conditions too.
    """
    said = phrases(question) if privacy == "profile" else frozenset()
    return [_table_for_model(table, privacy, said) for table in tables]


def _table_for_model(table: TableFacts, privacy: str, said: frozenset[str]) -> dict[str, Any]:
    keys = frozenset(table.candidate_keys)
    return {
        "name": table.name,
        "rows": table.rows,
        "labels": list(table.labels),
        "definition": table.definition,
        "columns": [
            _for_model(column, privacy)
            | ({"key": True} if column.name in keys else {})
            | ({"named": named} if (named := named_values(column.values, said)) else {})
            for column in table.columns
        ],
        "measures": [_measure_for_model(measure) for measure in table.measures],
        **_totals_for_model(table, privacy),
    }


LONGEST_PHRASE = 6  # words of a value that is looked for in a question
MOST_NAMED = 8
SHORTEST_FOLDED = 3  # letters: "no" and "in" are words of any question, "CA" is meant
_EDGES = ".,;:!?\"'“”‘’()[]"


def phrases(question: str) -> frozenset[str]:
    """Everything in it that may be a cell's text: its words and their neighbours, folded; words of one or two letters as they are written."""
    words = [word.strip(_EDGES).removesuffix("'s").removesuffix("’s") for word in question.split()]
    short = {word for word in words if len(word) < SHORTEST_FOLDED and word.isupper()}
    runs = {
        " ".join(words[at:end]).casefold()
        for at in range(len(words))
        for end in range(at + 1, min(at + LONGEST_PHRASE, len(words)) + 1)
    }
    long = {run for run in runs if len(run) >= SHORTEST_FOLDED}
    return frozenset(short | long | {run.removesuffix("s") for run in long})


def named_values(values: Sequence[str], said: frozenset[str]) -> list[str]:
    """Those of a column's values that the question names."""
    found = (value for value in values if (value if len(value) < SHORTEST_FOLDED else value.casefold()) in said)
    return list(islice(found, MOST_NAMED)) if said else []


def _totals_for_model(table: TableFacts, privacy: str) -> dict[str, Any]:
    """By which cells such rows are told; of the schema alone, in which columns these stand."""
    if not table.totals or table.counts_totals:
        return {}
    told: dict[str, Any] = {"totals_columns": list(dict.fromkeys(cells[0].column for cells in table.totals))}
    return told | (
        {"totals": [[vars(cell) for cell in cells] for cells in table.totals]} if privacy == "profile" else {}
    )


def _measure_for_model(measure: NamedMeasure) -> dict[str, Any]:
    return measure_document(measure).model_dump(mode="json", exclude_defaults=True)


def _for_model(column: ColumnFacts, privacy: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "unit": f"mixed: {', '.join(column.mixed_units)}" if column.mixed_units else column.unit,
        "nullable": column.nullable,
        "distinct": column.distinct,
        "labels": list(column.labels),
        "definition": column.definition,
    }
    if (choice := column.open_choice) is not None and choice.question is not OpenQuestion.UNIT:
        known["undecided"] = _undecided(choice, privacy)
    if privacy == "profile":
        known |= {"examples": list(column.values[:8]), "min": column.minimum, "max": column.maximum}
    return known


def _undecided(choice: OpenChoice, privacy: str) -> dict[str, Any]:
    """How the column was read, though it could be read otherwise. The example is a cell."""
    told = {"whether": WORDINGS[choice.question].whether, "read_as": choice.called(choice.taken)}
    if privacy != "profile" or choice.example is None:
        return told
    values = dict(zip(map(choice.called, choice.options), choice.example.values, strict=True))
    return told | {"example": {"cell": choice.example.cell, "values": values}}
