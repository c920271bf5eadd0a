"""The dictionary of a table over HTTP: written, read and carried over, with the places of what does not fit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import yaml

from services.dataproc.api.dictionary_forms import MOST_BYTES, prefers_yaml
from services.dataproc.tables.unseen_values import unseen_values
from shared.dictionary import MeasureDocument
from shared.events import FileDeleted, TableDictionaryChanged
from tests.unit.dataproc.conftest import SALES, Api
from tests.unit.dataproc.service.conftest import SESSION

DICTIONARY: dict[str, Any] = {
    "label": "sales",
    "synonyms": ["orders"],
    "definition": "One row per sale.",
    "columns": {"amount": {"label": "net amount", "synonyms": ["net"], "definition": "Without tax.", "unit": "EUR"}},
    "measures": [
        {
            "name": "revenue",
            "synonyms": ["turnover"],
            "aggregate": "sum",
            "of": "amount * 1.19",
            "where": [{"column": "city", "op": "!=", "value": "Nice"}],
        }
    ],
}
YAML = """\
label: sales
columns:
  amount: {label: net amount, unit: EUR}
measures:
- name: revenue
  aggregate: sum
  of: amount * 1.19
  where:
  - {column: city, op: not in, value: [Nice, no]}
  - {column: sold, op: ">=", value: 2024-01-01}
"""
YAML_HEADERS = {"content-type": "application/yaml"}


def told(api: Api) -> list[int]:
    return [event.version for event in api.workshop.bus.of(TableDictionaryChanged)]


async def test_a_table_has_the_empty_dictionary_until_somebody_writes_one(api: Api) -> None:
    answer = await api.client.get(f"/v1/tables/{api.table_id}/dictionary")
    assert answer.json() == {
        "version": 0, "label": None, "synonyms": [], "definition": "", "columns": {}, "measures": [], "warnings": [],
    }  # fmt: skip
    assert (answer.headers["etag"], answer.headers["vary"]) == ('"0"', "Accept")


async def test_what_is_written_is_read_back_and_told(api: Api) -> None:
    written = await api("PUT", "/dictionary", json=DICTIONARY)
    read = await api("GET", "/dictionary")
    assert written == read and read["version"] == 1
    assert {name: read["columns"]["amount"][name] for name in DICTIONARY["columns"]["amount"]} == DICTIONARY["columns"][
        "amount"
    ]
    assert {name: read["measures"][0][name] for name in DICTIONARY["measures"][0]} == DICTIONARY["measures"][0]
    (event,) = api.workshop.bus.of(TableDictionaryChanged)
    assert (event.session_id, event.table_id, event.version) == (SESSION, api.table_id, 1)
    assert event.dictionary_key.startswith(f"sessions/{SESSION}/tables/{api.table_id}/dictionary/")


async def test_what_was_read_can_be_changed_and_sent_back(api: Api) -> None:
    await api("PUT", "/dictionary", json=DICTIONARY)
    read = await api("GET", "/dictionary")
    again = await api("PUT", "/dictionary", json=read | {"label": "deals"})
    assert (again["version"], again["label"], again["measures"]) == (2, "deals", read["measures"])
    assert (await api("PUT", "/dictionary", json={}))["measures"] == []


async def test_yaml_in_and_out(api: Api) -> None:
    answer = await api.client.put(
        f"/v1/tables/{api.table_id}/dictionary", content=YAML, headers=YAML_HEADERS | {"accept": "application/yaml"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/yaml")
    assert yaml.safe_load(answer.text)["measures"][0]["where"] == [
        {"column": "city", "op": "not in", "value": ["Nice", "no"]},
        {"column": "sold", "op": ">=", "value": "2024-01-01"},
    ]
    exported = (await api.client.get(f"/v1/tables/{api.table_id}/dictionary", headers={"accept": "text/yaml"})).text
    assert exported == answer.text and "version" not in exported
    before = await api("GET", "/dictionary")
    after = await api("PUT", "/dictionary", content=exported, headers=YAML_HEADERS)
    assert after == before | {"version": 2}


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/yaml", True), ("text/yaml, application/json", True), ("application/json, text/yaml", False), ("*/*", False), ("", False),
        ("application/json;q=0.5, application/x-yaml;q=0.9", True), ("application/yaml;q=0.1, */*", False), ("application/yaml;q=x", False),
    ],
)  # fmt: skip
def test_the_form_that_is_liked_best_is_answered(accept: str, wanted: bool) -> None:
    assert prefers_yaml(accept) is wanted


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"columns": {"amuont": {}}}, "columns.amuont"),
        ({"lable": "x"}, "lable"),
        ({"measures": [{"name": "a", "aggregate": "sum", "of": "city"}]}, "measures.0.of"),
        ({"measures": [{"name": "a", "aggregate": "sum", "of": "amount +"}]}, "measures.0.of"),
        ({"measures": [{"name": "a", "aggregate": "count", "where": [{"column": "city", "value": 3}]}]}, "measures.0.where.0.value"),
        ({"measures": [{"name": "a", "aggregate": "count", "where": [{"column": "city", "value": {"x": 1}}]}]}, "measures.0.where.0.value"),
        ({"measures": [{"name": "a", "aggregate": "count", "where": [{"column": "sold", "value": "1.1.2024"}]}]}, "measures.0.where.0.value"),
        ({"columns": {"amount": {"synonyms": [3]}}}, "columns.amount.synonyms.0"),
        ([], ""),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_named_with_its_place_and_changes_nothing(
    api: Api, body: object, place: str
) -> None:
    problem = await api("PUT", "/dictionary", 422, json=body)
    assert problem["code"] == "dictionary_not_valid"
    assert [fault["field"] for fault in problem["errors"]] == [place]
    assert (await api("GET", "/dictionary"))["version"] == 0
    assert told(api) == []


async def test_it_is_said_that_the_columns_are_looked_at_once_the_form_is_right(api: Api) -> None:
    sent = {"columns": {"amuont": {}}, "measures": [{"name": "a", "aggregate": "total", "of": "amount"}]}
    problem = await api("PUT", "/dictionary", 422, json=sent)
    assert [fault["field"] for fault in problem["errors"]] == ["measures.0.aggregate"]
    assert "only then" in problem["hint"] and "columns" in problem["hint"]
    right = sent | {"measures": [{"name": "a", "aggregate": "sum", "of": "city"}]}
    problem = await api("PUT", "/dictionary", 422, json=right)
    assert [fault["field"] for fault in problem["errors"]] == ["columns.amuont", "measures.0.of"]
    assert "only then" not in problem["hint"]


async def test_yaml_that_cannot_be_read_is_refused_with_its_line_and_a_hint(api: Api) -> None:
    problem = await api("PUT", "/dictionary", 422, content="label: x\ncolumns\n  a: {}\n", headers=YAML_HEADERS)
    assert "line 2" in problem["detail"] and "quote" in problem["hint"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", {"content-type": "application/json"}, 422, "dictionary_not_valid"),
        (b"a: &a [1]\nb: *a", YAML_HEADERS, 422, "dictionary_not_valid"),
        (b"- a", YAML_HEADERS, 422, "dictionary_not_valid"),
        (b"", YAML_HEADERS, 422, "dictionary_not_valid"),
        (b"<x/>", {"content-type": "application/xml"}, 415, "unsupported_media_type"),
        (b"label: x\n#" + b" " * MOST_BYTES, YAML_HEADERS, 413, "payload_too_large"),
    ],
)
async def test_what_cannot_be_read_is_refused(
    api: Api, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    assert (await api("PUT", "/dictionary", status, content=content, headers=headers))["code"] == code


@pytest.mark.parametrize(
    ("headers", "version", "status"),
    [
        ({"if-match": '"1"'}, None, 200), ({"if-match": "*"}, None, 200), ({}, 1, 200), ({"if-match": '"1"'}, 1, 200), ({}, None, 200),
        ({"if-match": '"0"'}, None, 412), ({"if-match": '"2"'}, None, 412), ({"if-match": 'W/"1"'}, None, 412), ({"if-match": "1"}, None, 412),
        ({}, 0, 412), ({"if-match": '"1"'}, 0, 412), ({"if-match": '"0"'}, 1, 412),
    ],
)  # fmt: skip
async def test_only_the_version_that_was_seen_is_replaced(
    api: Api, headers: dict[str, str], version: int | None, status: int
) -> None:
    await api("PUT", "/dictionary", json=DICTIONARY)
    answer = await api("PUT", "/dictionary", status, json={"label": "new", "version": version}, headers=headers)
    now = await api("GET", "/dictionary")
    if status == 200:
        assert (now["version"], now["label"]) == (2, "new")
    else:
        assert (answer["code"], now["version"], now["label"]) == ("dictionary_changed", 1, "sales")
        assert told(api) == [1]


async def test_what_a_writer_could_not_tell_before_it_died_is_told_by_the_one_who_comes_too_late(api: Api) -> None:
    api.workshop.bus.fail_next = 1
    await api("PUT", "/dictionary", 503, json={"label": "x", "version": 0})
    assert told(api) == []
    await api("PUT", "/dictionary", 412, json={"label": "x", "version": 0})
    assert told(api) == [1]


async def test_of_writers_that_saw_the_same_version_one_wins(api: Api) -> None:
    answers = await asyncio.gather(
        *(
            api.client.put(f"/v1/tables/{api.table_id}/dictionary", json={"label": str(n), "version": 0})
            for n in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (winner,) = [answer.json()["label"] for answer in answers if answer.status_code == 200]
    assert (await api("GET", "/dictionary"))["label"] == winner


async def test_writers_that_do_not_mind_all_succeed_one_after_the_other(api: Api) -> None:
    answers = await asyncio.gather(*(api("PUT", "/dictionary", json={"label": str(n)}) for n in range(6)))
    assert sorted(answer["version"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_the_dictionary_follows_a_renamed_column(api: Api) -> None:
    await api("PUT", "/dictionary", json=DICTIONARY)
    await api("PATCH", "/columns", json={"columns": {"amount": {"name": "net total"}}})
    read = await api("GET", "/dictionary")
    assert list(read["columns"]) == ["net total"]
    assert (read["measures"][0]["of"], read["warnings"]) == ("`net total` * 1.19", [])


async def test_a_dictionary_survives_a_newer_file_and_says_what_rests(api: Api) -> None:
    await api("PUT", "/dictionary", json=DICTIONARY)
    await api.workshop.upload(SALES.replace("amount", "sum"), "newer.csv", "f_2")
    await api("POST", "/replace", json={"file_id": "f_2"})
    read = await api("GET", "/dictionary")
    assert (read["version"], read["label"], read["columns"], read["measures"]) == (1, "sales", {}, [])
    assert read["warnings"] == [
        "What is said of 'amount' is not in force: the table has no column 'amount'.",
        "The measure 'revenue' is not in force: the table has no column 'amount'.",
    ]
    answer = await api.client.get(f"/v1/tables/{api.table_id}/dictionary", headers={"accept": "application/yaml"})
    assert answer.text.startswith("# What is said of 'amount'") and yaml.safe_load(answer.text)["label"] == "sales"
    await api.workshop.upload(SALES, "again.csv", "f_3")
    await api("POST", "/replace", json={"file_id": "f_3"})
    assert (await api("GET", "/dictionary"))["measures"][0]["name"] == "revenue"


async def test_a_table_that_is_deleted_while_its_dictionary_is_written_is_not_found(api: Api) -> None:
    current = api.workshop.dictionaries.current

    async def then_gone(table: Any) -> Any:
        found = await current(table)
        await api.workshop.forget.file(FileDeleted(session_id=SESSION, file_id="f_1"))
        return found

    api.workshop.dictionaries.current = then_gone  # type: ignore[method-assign]
    assert (await api("PUT", "/dictionary", 404, json=DICTIONARY))["code"] == "table_not_found"
    assert told(api) == []


@pytest.mark.parametrize(
    ("op", "value", "unseen"),
    [
        ("!=", "Nise", ["Nise"]), ("in", ["Paris", "Rome", "Bonn"], ["Rome", "Bonn"]), ("=", " PARIS ", []), ("=", "nice", []),
        ("contains", "Rome", []), ("not in", ["Lyon"], []), ("missing", None, []),
    ],
)  # fmt: skip
async def test_a_condition_that_no_cell_fulfils_is_written_and_warned_of(
    api: Api, op: str, value: object, unseen: list[str]
) -> None:
    condition = {"column": "city", "op": op, "value": value}
    sent = {"measures": [{"name": "m", "aggregate": "count", "where": [condition]}]}
    warned = [f"The measure 'm' asks for {text!r} in 'city', and no cell holds that." for text in unseen]
    assert (await api("PUT", "/dictionary", json=sent))["warnings"] == warned
    assert (await api("GET", "/dictionary"))["warnings"] == warned


def test_of_a_column_whose_values_are_not_all_listed_nothing_is_said() -> None:
    measure = MeasureDocument.model_validate(
        {"name": "m", "aggregate": "count", "where": [{"column": "city", "value": "Rome"}]}
    )
    profile = {"columns": {"city": {"distinct": 2}}}
    assert list(unseen_values([measure], {"city": ["Paris"]}, profile)) == []
    assert list(unseen_values([measure], {}, profile)) == []
    assert len(list(unseen_values([measure], {"city": ["Paris", "Lyon"]}, profile))) == 1
