"""The routes over tables as HTTP clients see them, with everything behind them in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.dataproc.conftest import SALES, Api

ONE = {"steps": [{"step": "trim"}]}


CHANGES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", "/columns", {"columns": {"city": {"type": "text"}}}), ("POST", "/cleaning", ONE), ("POST", "/cleaning", {"steps": []}), ("POST", "/cleaning", {"nonsense": 1}),
    ("PATCH", "/columns", {}), ("GET", "/cleaning", None), ("DELETE", "/cleaning/last", None), ("GET", "/cleaning/code", None), ("POST", "/replace", {"file_id": "f_1"}),
    ("POST", "/replace", {}), ("GET", "/preview", None), ("GET", "/profile", None), ("GET", "/export", None),
    ("GET", "/dictionary", None), ("PUT", "/dictionary", {}), ("PUT", "/dictionary", {"nonsense": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_another_sessions_table_is_not_found_whatever_is_asked(
    api: Api, method: str, path: str, body: dict[str, Any] | None
) -> None:
    problem = await api(method, path, 404, json=body, headers={"Authorization": "Bearer s_other"})
    unknown = await api.client.request(method, f"/v1/tables/t_unknown{path}", json=body)
    assert problem["code"] == unknown.json()["code"] == "table_not_found"
    assert (await api("GET", ""))["version"] == 1


async def test_nobody_without_a_token_gets_anywhere(api: Api) -> None:
    for method, path, body in CHANGES:
        await api(method, path, 401, json=body, headers={"Authorization": "Bearer nobody"})


@pytest.mark.parametrize("body", [{"steps": []}, {"steps": [{"step": "explode"}]}, {"steps": [{"step": "trim", "colums": ["a"]}]}, {}, {"steps": "trim"},
                                  {"steps": [{"step": "missing", "columns": ["city"], "how": "value"}]}, {"steps": [{"step": "deduplicate", "match": "fuzzy"}]}])  # fmt: skip
async def test_recipe_that_is_none_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert (await api("POST", "/cleaning", 422, json=body))["code"] == "invalid_request"


async def test_columns_are_patched_and_the_answer_is_the_new_table(api: Api) -> None:
    choices = {c["name"]: c["choices"] for c in (await api("GET", ""))["columns"]}
    assert choices == {"city": [], "amount": [], "sold": ["day-first", "month-first"]}
    answer = await api(
        "PATCH", "/columns", json={"columns": {"sold": {"format": "month-first"}, "city": {"name": "town"}}}
    )
    columns = {c["name"]: c for c in answer["table"]["columns"]}
    assert answer["table"]["version"] == 2
    assert (columns["sold"]["format"], columns["sold"]["choices"], columns["town"]["source_name"]) == (
        "%m/%d/%Y",
        [],
        "city",
    )


async def test_cells_that_do_not_fit_are_a_conflict_with_the_way_out(api: Api) -> None:
    problem = await api("PATCH", "/columns", 409, json={"columns": {"amount": {"type": "integer"}}})
    assert problem["code"] == "cells_do_not_fit"
    assert '"misfits": "null"' in problem["hint"]
    answer = await api("PATCH", "/columns", json={"columns": {"amount": {"type": "integer"}}, "misfits": "null"})
    assert answer["misfits"] == [
        {"column": "amount", "type": "integer", "count": 3, "rows": [1, 2, 3], "examples": ["2.5", "1.5"]}
    ]


async def test_steps_are_tried_applied_shown_and_undone(api: Api) -> None:
    recipe = {"steps": [{"step": "trim"}, {"step": "deduplicate"}]}
    trial = await api("POST", "/cleaning", json=recipe | {"preview": True})
    assert (trial["rows_before"], trial["rows_after"], trial["rows_changed"]) == (4, 3, 2)
    nice = {"city": " Nice ", "amount": 9.0, "sold": "2024-06-05"}
    assert trial["changed_rows"] == [
        {"row": 3, "before": {"city": "Lyon", "amount": 2.5, "sold": "2024-04-03"}, "after": None},
        {"row": 4, "before": nice, "after": nice | {"city": "Nice"}},
    ]
    applied = await api("POST", "/cleaning", json=recipe)
    assert (applied["table"]["rows"], applied["table"]["cleaning_steps"]) == (3, 2)
    shown = await api("GET", "/cleaning")
    assert [step["step"] for step in shown["steps"]] == ["trim", "deduplicate"]
    undone = await api("DELETE", "/cleaning/last")
    assert (undone["table"]["rows"], undone["table"]["version"]) == (4, 3)
    await api("DELETE", "/cleaning/last")
    assert (await api("DELETE", "/cleaning/last", 409))["code"] == "nothing_to_undo"


async def test_suggestions_can_be_sent_back_as_they_are(api: Api) -> None:
    suggested = (await api("GET", "/cleaning"))["suggestions"]
    assert "deduplicate" in {s["step"]["step"] for s in suggested}
    await api("POST", "/cleaning", json={"steps": [s["step"] for s in suggested]})


async def test_caller_who_saw_an_older_version_is_told_so(api: Api) -> None:
    await api("POST", "/cleaning", json=ONE | {"version": 1})
    assert (await api("POST", "/cleaning", 409, json=ONE | {"version": 1}))["code"] == "table_changed"


async def test_code_runs_on_the_export_before_cleaning(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api(
        "POST",
        "/cleaning",
        json={"steps": [{"step": "deduplicate"}, {"step": "case", "columns": ["city"], "to": "upper"}]},
    )
    code = await api("GET", "/cleaning/code")
    exported = await api.client.get(f"/v1/tables/{api.table_id}/export?format=parquet&cleaned=false")
    (tmp_path / "sales.parquet").write_bytes(exported.content)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    shown = await api("GET", "/preview")
    assert names["df"]["city"].tolist() == [row[0] for row in shown["rows"]]


async def test_pages_are_filtered_and_sorted_by_several_columns(api: Api) -> None:
    page = await api(
        "GET",
        "/preview",
        params=[
            ("filter", "amount:gt:1.5"),
            ("sort", "-amount"),
            ("sort", "city"),
            ("columns", "amount"),
            ("columns", "sold"),
        ],
    )
    assert page == {
        "columns": ["amount", "sold"],
        "rows": [[9.0, "2024-06-05"], [2.5, "2024-04-03"], [2.5, "2024-04-03"]],
        "total_rows": 4,
        "matching_rows": 3,
    }
    assert (await api("GET", "/preview", 422, params={"filter": "amount:near:1"}))["code"] == "filter_not_valid"


async def test_newer_file_takes_the_tables_place_and_reports_the_drift(api: Api) -> None:
    await api.workshop.upload(SALES.replace("amount", "sum"), "newer.csv", "f_2")
    answer = await api("POST", "/replace", json={"file_id": "f_2"})
    assert (answer["table"]["table_id"], answer["table"]["filename"]) == (api.table_id, "newer.csv")
    assert (answer["drift"]["gone"], answer["drift"]["new"]) == (["amount"], ["sum"])
    assert answer["drift"]["renamed"][0]["after"] == "sum"
    assert (await api("POST", "/replace", 404, json={"file_id": "f_9"}))["code"] == "file_not_found"
