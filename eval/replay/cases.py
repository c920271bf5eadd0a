"""Questions of our own with all that a person is to see of their answers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from askframe.models import Answer, Query, Result

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).resolve().parents[2]
MOST_ROWS = 12  # of a result that are compared, beside how many there are


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(_Part):
    """What a person sees of a question at its end, in short. `steps` are "purpose outcome" in their order; `chart` is its mark with the column of each
    channel; `results` are those that stand beside the answer, by name."""

    state: str = "answered"
    engine: str | None = "claude"
    kind: str | None = None
    value: Any = None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    total_rows: int = 0
    text: str = ""
    chart: dict[str, str] | None = None
    suggestions: tuple[str, ...] = ()
    results: dict[str, Any] = {}
    warnings: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    error: str | None = None


class Turn(_Part):
    """A question, or what is answered to one asked back. `sql` computes the answer's rows a second time, by DuckDB over the same files."""

    question: str | None = None
    choose: str | None = None
    expect: Shown
    sql: str | None = None

    @model_validator(mode="after")
    def _asks_or_chooses(self) -> Turn:
        if (self.question is None) == (self.choose is None):
            raise ValueError("a turn has either a question or a choice")
        return self


class Case(_Part):
    """Turns of one conversation, where there are several questions. `about`: what the case is there to notice."""

    id: str
    about: str
    turns: tuple[Turn, ...]

    @property
    def is_conversation(self) -> bool:
        return sum(turn.question is not None for turn in self.turns) > 1


class CaseSet(_Part):
    """Cases over the same tables: files of this folder's, or of the repository's."""

    name: str
    tables: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(ROOT / name if "/" in name else DATA / "tables" / name for name in self.tables)

    @property
    def questions(self) -> Iterator[str]:
        return (turn.question for case in self.cases for turn in case.turns if turn.question is not None)


def read_sets(folder: Path) -> list[CaseSet]:
    return [
        CaseSet.model_validate({"name": file.stem, **json.loads(file.read_text(encoding="utf-8"))})
        for file in sorted(folder.glob("*.json"))
    ]


def write_set(cases: CaseSet, folder: Path) -> None:
    body = cases.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
    text = json.dumps(body, ensure_ascii=False, indent=1)
    (folder / f"{cases.name}.json").write_text(text + "\n", encoding="utf-8")


def shown(query: Query) -> Shown:
    facts: dict[str, Any] = {
        "state": query.state,
        "engine": query.engine,
        "text": query.text,
        "warnings": tuple(map(str, query.warnings)),
        "steps": tuple(f"{step.purpose or 'reply'} {step.outcome}" for step in query.steps),
        "error": query.error.code if query.error else None,
    }
    if query.state == "needs_clarification" and query.clarification:
        facts["options"] = tuple(option.label for option in query.clarification.options)
    return Shown(**facts, **(_of_answer(query.answer) if query.answer else {}))


def _of_answer(answer: Answer) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": answer.kind,
        "value": answer.value if answer.kind == "scalar" else None,
        "chart": _chart(answer.chart),
        "suggestions": answer.suggestions,
        "results": {result.name: _cells(result) for result in answer.results},
    }
    if (table := answer.table_preview) is not None:
        facts |= {"columns": table.columns, "rows": table.rows[:MOST_ROWS], "total_rows": table.total_rows}
    return facts


def _cells(result: Result) -> Any:
    return result.table_preview.rows[:MOST_ROWS] if result.table_preview else result.value


def _chart(spec: Mapping[str, Any] | None) -> dict[str, str] | None:
    if spec is None:
        return None
    layer = spec["layer"][0] if "layer" in spec else spec
    encoding = spec.get("encoding") or layer.get("encoding") or {}
    mark = layer["mark"]
    fields = {
        channel: given["field"] for channel, given in encoding.items() if isinstance(given, dict) and "field" in given
    }
    return {"mark": mark["type"] if isinstance(mark, dict) else mark, **fields}


def differences(wanted: Shown, got: Shown) -> dict[str, tuple[Any, Any]]:
    """Of each field that is not as it should be: what was wanted and what came."""
    pairs = {name: (getattr(wanted, name), getattr(got, name)) for name in Shown.model_fields}
    return {name: pair for name, pair in pairs.items() if not same(*pair)}


def same(one: Any, other: Any) -> bool:
    """Numbers to the last bits that adding up leaves; lists and tuples alike."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
