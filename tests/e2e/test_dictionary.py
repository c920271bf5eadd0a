"""The dictionary through the gateway, as docs/dictionary.md tells it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest

from askframe import ApiError, Askframe, NotFound
from deploy.local.stack import Stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs/dictionary.md").read_text()


def example(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_worked_example_works(client: Askframe, stack: Stack, page: str, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(example(page, "csv"))
    (table,) = client.load(tmp_path / "sales.csv").tables
    assert client.dictionary(table).version == 0
    written = client.write_dictionary(table, example(page, "yaml"))
    assert (written.version, written.warnings) == (1, ())
    assert client.dictionary(table) == written
    assert written.measures[0]["of"] == "price * quantity * (1 - disc / 100)"
    assert client.write_dictionary(table, client.dictionary_yaml(table)).measures == written.measures
    with pytest.raises(ApiError) as late:
        client.write_dictionary(table, written)
    assert (late.value.status, late.value.code) == (412, "dictionary_changed")
    with pytest.raises(ApiError) as wrong:
        client.write_dictionary(table, {"measures": [{"name": "x", "aggregate": "sum", "of": "prise"}]})
    assert (wrong.value.status, wrong.value.errors[0]["field"]) == (422, "measures.0.of")
    with Askframe(stack.base_url) as other:
        other.create_session()
        for call in (lambda: other.dictionary(table), lambda: other.write_dictionary(table, {"label": "mine"})):
            with pytest.raises(NotFound):
                call()
        other.delete_session()
    assert client.dictionary(table).version == 2


def test_the_dictionary_stays_with_a_newer_file_and_goes_with_the_table(
    client: Askframe, stack: Stack, page: str, tmp_path: Path
) -> None:
    (tmp_path / "sales.csv").write_text(example(page, "csv"))
    (table,) = client.load(tmp_path / "sales.csv").tables
    client.write_dictionary(table, example(page, "yaml"))
    (tmp_path / "newer.csv").write_text(example(page, "csv").replace("disc", "discount"))
    newer = client.load(tmp_path / "newer.csv")
    replaced = httpx.post(
        f"{stack.base_url}/v1/tables/{table.table_id}/replace",
        json={"file_id": newer.file_id},
        headers={"Authorization": f"Bearer {client.token}"},
        timeout=60,
    )
    assert replaced.status_code == 200, replaced.text
    kept = client.dictionary(table)
    assert (kept.label, [measure["name"] for measure in kept.measures]) == ("order lines", ["large orders"])
    assert len(kept.warnings) == 2
    client.delete_file(newer.file_id)
    for _ in range(100):
        try:
            client.dictionary(table)
        except NotFound:
            break
        time.sleep(0.1)  # the deletion goes over the bus
    with pytest.raises(NotFound):
        client.dictionary(table)
