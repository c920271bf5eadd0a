"""From a file to what the model is told of it, byte for byte: dataproc reads, profiles and counts, nlq tells, llm writes.

`python -m tests.contract.test_told_tables` writes the golden texts anew. A change of them is a change of every prompt: what was cached of it is paid for again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest

from services.dataproc.domain import column_fact
from services.dataproc.reading import Limits, read_file
from services.llm.context import read_context
from services.llm.prompt import build_prompt
from services.nlq.facts import model_context, table_facts
from services.nlq.planner.facts import TableFacts
from services.nlq.service.relating import RelateTables
from shared.dictionary import Dictionary, DictionaryDocument, bind
from shared.events import ChosenTable
from tests.fakes.nlq import EvaluatorHere, announced
from tests.fakes.prompts import tables_text

GOLDEN = Path(__file__).parent / "golden_told"
MODES = ("schema_only", "profile")
CANARIES = ("Ines", "Lisbon", "2025-02", "5.25", "stolen", "sum of 60")
PEOPLE = [("Ines", "Porto"), ("Ben", "Lisbon"), ("Zoé", "Porto"), ("Ada", ""), ("Bo", "Lisbon"), ("Kim", "Faro")]
CUSTOMERS = "\n".join(["id,Name,Home town", *(f"{n},{name},{town}" for n, (name, town) in enumerate(PEOPLE, 101))])
ORDERS = "\n".join([
    "Order no.;Customer id;Ordered on;Amount (EUR);Paid;Note",
    *(f"A-{n:03d};{101 + n % 7};{'' if n % 20 == 3 else f'2025-02-{n % 28 + 1:02d}'};{n * 0.75 + 4.5};{'no' if n % 3 else 'yes'};"
      f"{'left at the door, then stolen' if n % 9 == 4 else ''}" for n in range(1, 61)),
    "Total;;;1642.5;;"])  # fmt: skip
SAID = {
    "synonyms": ["purchases"],
    "columns": {"Note": {"definition": "What the courier wrote."}},
    "measures": [{"name": "settled", "aggregate": "count", "where": [{"column": "Paid", "value": True}]}],
}


def read_as_uploaded(
    evaluator: EvaluatorHere, name: str, text: str, folder: Path, said: Mapping[str, object] | None = None
) -> TableFacts:
    upload, into = folder / f"{name}.csv", folder / name
    upload.write_text(text, encoding="utf-8")
    into.mkdir()
    (draft,) = read_file(upload, filename=upload.name, into=into, limits=Limits(threads=1)).tables
    evaluator.tables[name] = pq.read_table(draft.data_path)
    columns = [column_fact(column) for column in draft.columns]
    ready = announced("s_1", name, len(columns)).model_copy(update={"rows": draft.rows})
    described = bind(DictionaryDocument.model_validate(said), name, columns) if said else Dictionary()
    profile = json.loads(json.dumps(draft.profile, default=str))
    return table_facts(ready, columns, profile, draft.values, described)


def told(tables: tuple[TableFacts, ...], privacy: str) -> str:
    document = {"question": "?", "privacy": privacy, "tables": model_context(tables, privacy=privacy)}
    return tables_text(build_prompt(read_context(json.dumps(document).encode())))


@pytest.fixture(scope="module")
def tables() -> Iterator[tuple[TableFacts, ...]]:
    with TemporaryDirectory() as folder:
        yield uploaded(Path(folder))


def uploaded(folder: Path) -> tuple[TableFacts, ...]:
    evaluator = EvaluatorHere()
    facts = (
        read_as_uploaded(evaluator, "customers", CUSTOMERS, folder),
        read_as_uploaded(evaluator, "orders", ORDERS, folder, SAID),
    )
    chosen = [ChosenTable(table_id=t.table_id, name=t.name, version=1, data_key=t.table_id) for t in facts]
    return tuple(asyncio.run(RelateTables(evaluator)("s_1", chosen, facts)))


@pytest.mark.parametrize("privacy", MODES)
def test_what_is_told_of_tables_has_not_drifted(tables: tuple[TableFacts, ...], privacy: str) -> None:
    assert told(tables, privacy) == (GOLDEN / f"{privacy}.txt").read_text(encoding="utf-8")


def test_no_cell_is_told_with_the_schema(tables: tuple[TableFacts, ...]) -> None:
    assert [canary for canary in CANARIES if canary in told(tables, "schema_only")] == []
    assert [canary for canary in CANARIES if canary not in told(tables, "profile")] == []


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        found = uploaded(Path(scratch))
        for mode in MODES:
            (GOLDEN / f"{mode}.txt").write_text(told(found, mode), encoding="utf-8")
