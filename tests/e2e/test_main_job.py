"""The main job over the gateway, and what stays true when a service dies in the middle of it."""

from __future__ import annotations

import concurrent.futures
import json
import time
from pathlib import Path

import httpx
import pytest

from askframe import Askframe
from deploy.local.stack import Stack

pytestmark = pytest.mark.e2e
CSV = "city,amount,day\n" + "".join(
    f"{city},{amount}.5,2024-0{1 + i % 3}-1{i}\n"
    for i, (city, amount) in enumerate(
        [("Paris", 120), ("Lyon", 80), ("Nice", 45), ("Lille", 60), ("Paris", 30), ("Lyon", 5)]
    )
)


@pytest.fixture
def sales(client: Askframe, tmp_path: Path) -> Askframe:
    path = tmp_path / "sales.csv"
    path.write_text(CSV)
    assert client.load(path).state == "ready"
    return client


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many rows are there?", 6),
        ("What is the total amount?", 343.0),
        ("How many rows have city Paris?", 2),
        ("What is the average amount where city is Lyon?", 43.0),
        ("How many distinct cities are there?", 4),
    ],
)
def test_question_is_answered_with_value_code_and_receipt(sales: Askframe, question: str, value: float) -> None:
    query = sales.ask(question)
    assert query.state == "answered", query.error
    assert query.answer is not None
    assert query.answer.value == pytest.approx(value)
    assert query.code
    assert query.receipt is not None
    assert query.receipt["tables"][0]["rows_in"] == 6


def test_group_and_top_n_come_as_a_table(sales: Askframe) -> None:
    query = sales.ask("Which 2 cities have the highest total amount?")
    assert query.answer is not None
    assert query.answer.table_preview is not None
    assert [row[0] for row in query.answer.table_preview.rows] == ["Paris", "Lyon"]


def test_question_about_nothing_in_the_data_is_never_answered(sales: Askframe) -> None:
    query = sales.ask("What is the average wingspan?")
    assert query.state in ("failed", "needs_clarification")
    if query.state == "failed":
        assert query.error is not None
        assert query.error.code == "cannot_answer"


def test_code_is_run_edited_and_refused(sales: Askframe) -> None:
    table = next(sales.tables())
    assert sales.run_code("result = df['amount'].max()", [table]).value == 120.5
    assert sales.run_code("import os", [table]).outcome == "rejected"
    first = sales.ask("What is the total amount?")
    edited = sales.edit(first, "result = df['amount'].min()")
    assert edited.answer is not None
    assert edited.answer.value == 5.5
    assert sales.query(first.query_id).answer == first.answer


@pytest.mark.parametrize("victim", ["nlq", "dataproc", "session", "upload", "llm"])
def test_killing_a_service_while_questions_are_in_flight_still_ends_in_their_answers(
    stack: Stack, sales: Askframe, victim: str
) -> None:
    table = next(sales.tables())
    ids = [later(stack, sales, "What is the total amount?", table.table_id) for _ in range(3)]
    stack.kill_service(victim)
    ids += [_eventually(lambda: later(stack, sales, "What is the total amount?", table.table_id)) for _ in range(2)]
    for query_id in ids:
        query = _eventually(lambda query_id=query_id: sales.wait_query(query_id, timeout=60))
        assert query.state == "answered", query.error
        assert query.answer is not None
        assert query.answer.value == pytest.approx(343.0)
    stack.wait_ready(victim)


def test_killing_dataproc_while_it_parses_still_ends_ready(stack: Stack, client: Askframe, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("id,amount,note\n" + "".join(f"{i},{i % 1000}.25,order {i} ok\n" for i in range(400_000)))
    file = client.upload(path)
    stack.kill_service("dataproc")
    done = _eventually(lambda: client.wait_file(file.file_id, timeout=90))
    assert done.state == "ready", done.reason
    assert done.tables[0].rows == 400_000
    stack.wait_ready("dataproc")


def test_many_questions_at_once_are_all_answered(stack: Stack, sales: Askframe) -> None:
    table = next(sales.tables())
    with concurrent.futures.ThreadPoolExecutor(8) as workers:
        found = list(
            workers.map(
                lambda _: sales.wait_query(later(stack, sales, "How many rows have city Paris?", table.table_id)),
                range(24),
            )
        )
    assert [q.answer.value if q.answer else q.error for q in found] == [2] * 24


def test_events_of_a_question_reach_its_stream(stack: Stack, sales: Askframe) -> None:
    query_id = later(stack, sales, "What is the total amount?", next(sales.tables()).table_id)
    states: list[str] = []
    with httpx.stream(
        "GET",
        f"{stack.base_url}/v1/queries/{query_id}/events",
        headers={"Authorization": f"Bearer {sales.token}"},
        timeout=30,
    ) as stream:
        data = [json.loads(line.removeprefix("data:")) for line in stream.iter_lines() if line.startswith("data:")]
        states += [event["state"] for event in data]
    assert states[-1] == "answered"


def test_bad_requests_get_problem_documents(stack: Stack, sales: Askframe) -> None:
    table = next(sales.tables())
    other = Askframe(stack.base_url)
    other.create_session()
    cases = [
        (sales, "GET", "/v1/queries/q_none", None, 404, "query_not_found"),
        (other, "GET", f"/v1/tables/{table.table_id}", None, 404, "table_not_found"),
        (other, "POST", "/v1/queries", {"question": "How many rows?"}, 422, "no_table"),
        (
            other,
            "POST",
            "/v1/queries",
            {"question": "How many rows?", "table_ids": [table.table_id]},
            404,
            "table_not_found",
        ),
        (sales, "POST", "/v1/queries", {"question": ""}, 422, "invalid_request"),
        (sales, "POST", "/v1/queries", {"nonsense": 1}, 422, "invalid_request"),
        (sales, "GET", "/v1/nothing", None, 404, "unknown_route"),
        (sales, "GET", f"/v1/tables/{table.table_id}/preview?sort=price", None, 422, "unknown_column"),
    ]
    for who, method, path, body, status, code in cases:
        answer = httpx.request(
            method, stack.base_url + path, json=body, headers={"Authorization": f"Bearer {who.token}"}, timeout=10
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["detail"]
    other.delete_session()


@pytest.mark.parametrize("token", ["", "nonsense", "A" * 43])
def test_unknown_tokens_are_refused_everywhere(stack: Stack, token: str) -> None:
    for path in (
        "/v1/files",
        "/v1/tables",
        "/v1/queries",
        "/v1/conversations",
        "/v1/usage",
        "/v1/sessions/current",
        "/v1/events",
    ):
        answer = httpx.get(
            stack.base_url + path, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=10
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path


def later(stack: Stack, client: Askframe, question: str, table_id: str) -> str:
    """Ask without waiting; the question's id."""
    answer = httpx.post(
        f"{stack.base_url}/v1/queries",
        json={"question": question, "table_ids": [table_id]},
        headers={"Authorization": f"Bearer {client.token}"},
        timeout=30,
    )
    answer.raise_for_status()
    return str(answer.json()["query_id"])


def _eventually(action, within: float = 60.0):  # type: ignore[no-untyped-def]
    """Retry what a client would retry: the gateway answers 502/503 while a service comes back."""
    deadline = time.monotonic() + within
    while True:
        try:
            return action()
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
