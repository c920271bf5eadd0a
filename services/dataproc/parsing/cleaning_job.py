"""Cleaning jobs as they travel between the service and its parsing processes: what to do in a file, what came out in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from services.dataproc.cleaning import (
    ChangedRow,
    Cleaned,
    Misfits,
    SkippedStep,
    StepReport,
    Suggestion,
    Trial,
    Workspace,
    clean,
    recipe_from_json,
    suggest,
    try_steps,
)
from services.dataproc.reading import Column
from services.dataproc.reading.model import columns_from
from services.dataproc.reading.profile.correlations import correlations
from shared.columns import ColumnType

SPEC = "spec.json"
RESULT = "table.parquet"


@dataclass(frozen=True)
class CleaningSpec:
    """A table's columns and what is to be done with it. `lenient` leaves out steps that do not fit and says so."""

    columns: tuple[Column, ...]
    steps: tuple[Mapping[str, Any], ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    comma_likely: bool = False
    lenient: bool = False

    def store(self, folder: Path) -> None:
        """Recipes may be longer than a message between processes can be."""
        (folder / SPEC).write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, folder: Path) -> CleaningSpec:
        body = json.loads((folder / SPEC).read_text())
        return cls(
            columns_from(body["columns"]), tuple(body["steps"]), body["profile"], body["comma_likely"], body["lenient"]
        )


def run(kind: str, source: Path, folder: Path, memory_bytes: int) -> Any:
    """Do the job that lies in `folder`; the result is JSON, except for the table, which becomes a file there."""
    spec = CleaningSpec.load(folder)
    workspace = Workspace(folder, memory_bytes, comma_likely=spec.comma_likely, lenient=spec.lenient)
    steps = recipe_from_json(list(spec.steps))
    if kind == "try":
        return asdict(try_steps(source, spec.columns, steps, workspace))
    if kind == "suggest":
        return [asdict(found) for found in suggest(source, spec.columns, spec.profile, workspace)]
    out = folder / RESULT
    cleaned = clean(source, spec.columns, steps, out, workspace)
    cleaned.profile["correlations"] = correlations(out, cleaned.rows, cleaned.columns)
    return asdict(cleaned)


def misfits_from(body: list[dict[str, Any]]) -> tuple[Misfits, ...]:
    return tuple(
        Misfits(
            **found
            | {"type": ColumnType(found["type"]), "rows": tuple(found["rows"]), "examples": tuple(found["examples"])}
        )
        for found in body
    )


def reports_from(body: list[dict[str, Any]]) -> tuple[StepReport, ...]:
    return tuple(
        StepReport(
            **found
            | {"columns_added": tuple(found["columns_added"]), "columns_removed": tuple(found["columns_removed"])}
        )
        for found in body
    )


def cleaned_from(body: Mapping[str, Any]) -> Cleaned:
    return Cleaned(
        rows=int(body["rows"]),
        columns=columns_from(body["columns"]),
        profile=body["profile"],
        values=body["values"],
        recipe=body["recipe"],
        reports=reports_from(body["reports"]),
        misfits=misfits_from(body["misfits"]),
        skipped=tuple(SkippedStep(**found) for found in body["skipped"]),
    )


def trial_from(body: Mapping[str, Any]) -> Trial:
    return Trial(**{**body, "columns_before": tuple(body["columns_before"]), "columns_after": tuple(body["columns_after"]), "reports": reports_from(body["reports"]),
                    "changed": tuple(ChangedRow(**row) for row in body["changed"]), "misfits": misfits_from(body["misfits"])})  # fmt: skip


def suggestions_from(body: list[dict[str, Any]]) -> list[Suggestion]:
    return [Suggestion(**found) for found in body]
