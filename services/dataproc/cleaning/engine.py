"""A recipe over a table: applied, written and profiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from services.dataproc.cleaning.model import Cleaned, Misfits, Workspace
from services.dataproc.cleaning.pipeline import Pipeline
from services.dataproc.cleaning.steps import AnyStep, CastStep, RenameStep
from services.dataproc.reading.model import Column
from services.dataproc.reading.profile import profile_table
from services.dataproc.reading.totals import find_totals


def clean(
    source: Path, columns: Sequence[Column], steps: Sequence[AnyStep], out: Path, workspace: Workspace
) -> Cleaned:
    """Apply `steps` to the Parquet file `source` and write the result to `out`. Raises StepRefused and leaves nothing that counts."""
    pipeline = Pipeline(source, tuple(columns), workspace)
    for position, step in enumerate(steps, 1):
        pipeline.add(step, position)
    rows = pipeline.write(out)
    misfits = pipeline.misfits()
    reports = tuple(applied.report() for applied in pipeline.applied)
    described = columns_with_notes(pipeline)
    profile = profile_table(out, rows, described, workspace.threads, workspace.memory_bytes)
    described = tuple(replace(c, nullable=profile.summary["columns"][c.name]["nulls"] > 0) for c in described)
    totals = find_totals(out, rows, described, profile.summary["columns"], profile.values)
    warnings = [*misfit_warnings(misfits, rows), *totals.warnings, *profile.summary["warnings"]]
    summary = {**profile.summary, "warnings": warnings, "totals": totals.to_json()}
    return Cleaned(
        rows, described, summary, profile.values, pipeline.recipe(), reports, misfits, tuple(pipeline.skipped)
    )


def misfit_warnings(misfits: Sequence[Misfits], rows: int) -> list[str]:
    said = [f"{found.sentence()}; they became missing" for found in misfits]
    return said if rows else [*said, "no row is left"]


def columns_with_notes(pipeline: Pipeline) -> tuple[Column, ...]:
    """The columns, whose evidence says which steps changed their cells."""
    notes: dict[str, list[str]] = {}
    for applied in pipeline.applied:
        if isinstance(applied.step, RenameStep):
            renamed = applied.step.columns
            notes = {renamed.get(name, name): said for name, said in notes.items()}
        if applied.changed and not isinstance(applied.step, CastStep):
            for name in applied.prepared.touches:
                notes.setdefault(name, []).append(f"{applied.step.step.replace('_', ' ')} in cleaning")
    return tuple(replace(c, evidence="; ".join([c.evidence, *notes.get(c.name, [])])) for c in pipeline.columns)
