"""The `askframe` command against a server on a real port: what is printed where, and the exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from askframe.cli import app, stacks
from tests.fakes.askframe_server import FakeAskframe, ambiguous, answered, declined, listening


@pytest.fixture
def fake() -> FakeAskframe:
    return FakeAskframe()


@pytest.fixture
def url(fake: FakeAskframe) -> Iterator[str]:
    with listening(fake) as address:
        yield address


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "sales.csv"
    path.write_bytes(b"city,amount\nParis,1\nLyon,2\n")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "ASKFRAME_URL": "", "ASKFRAME_TOKEN": ""})


def only_object(result: Result) -> dict[str, Any]:
    """stdout, which must be exactly one JSON object on one line."""
    assert result.stdout.count("\n") == 1
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def test_an_answer_is_printed_with_its_code_and_receipt(url: str, csv: str) -> None:
    result = run("ask", csv, "How many rows are there?", "--url", url)
    assert result.exit_code == 0
    for piece in ("There are 3 rows.", "result = len(df)", "all of", "code sha256 c0de"):
        assert piece in result.stdout
    assert "sales.csv → sales (3 rows)" in result.stderr


def test_a_table_is_printed_up_to_the_rows_wanted(fake: FakeAskframe, url: str, csv: str) -> None:
    preview = {
        "columns": ["city", "amount"],
        "rows": [["Paris", 1.5], ["Lyon", None], ["Nice", 2.123456]],
        "total_rows": 3,
    }
    fake.answers = [
        {
            **answered("Amounts: 3 rows."),
            "answer": {"text": "Amounts: 3 rows.", "kind": "table", "table_preview": preview},
        }
    ]
    result = run("ask", csv, "amounts", "--url", url, "--rows", "2")
    assert "Paris" in result.stdout
    assert "–" in result.stdout
    assert "Nice" not in result.stdout
    assert "and 1 more rows" in result.stdout


def test_machines_get_one_object_and_nothing_else(url: str, csv: str) -> None:
    result = run("ask", csv, "How many rows are there?", "--url", url, "--json")
    document = only_object(result)
    assert (document["state"], document["answer"]["value"], document["files"][0]["state"]) == ("answered", 3, "ready")
    assert "token" not in document


@pytest.mark.parametrize(("given", "asked"), [(("--max-wrong", "0.1"), 0.1), ((), None)])
def test_the_accepted_share_of_wrong_answers_goes_with_the_question(
    fake: FakeAskframe, url: str, csv: str, given: tuple[str, ...], asked: float | None
) -> None:
    assert run("ask", csv, "How many rows are there?", "--url", url, *given).exit_code == 0
    assert fake.asked()[-1].get("max_wrong") == asked


@pytest.mark.parametrize(("given", "asked"), [(("--include-totals",), True), ((), None)])
def test_that_totals_are_counted_goes_with_the_question(
    fake: FakeAskframe, url: str, csv: str, given: tuple[str, ...], asked: bool | None
) -> None:
    assert run("ask", csv, "How many rows are there?", "--url", url, *given).exit_code == 0
    assert fake.asked()[-1].get("include_totals") == asked


@pytest.mark.parametrize(("given", "asked"), [(("--verify",), True), (("--no-verify",), False), ((), None)])
def test_that_an_answer_is_verified_goes_with_the_question(
    fake: FakeAskframe, url: str, csv: str, given: tuple[str, ...], asked: bool | None
) -> None:
    assert run("ask", csv, "How many rows are there?", "--url", url, *given).exit_code == 0
    assert fake.asked()[-1].get("verify") == asked


def test_a_share_that_is_too_large_is_refused_before_anything_is_sent(fake: FakeAskframe, url: str, csv: str) -> None:
    assert run("ask", csv, "How many rows are there?", "--url", url, "--max-wrong", "0.3").exit_code == 2
    assert fake.requests == []


def test_a_clarification_without_a_person_shows_its_options(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.answers = [ambiguous("gross amount", "net amount")]
    result = run("ask", csv, "What is the total?", "--url", url)
    assert result.exit_code == 3
    assert "1  gross amount" in result.stdout
    assert "2  net amount" in result.stdout
    assert fake.choices == []


def test_choose_answers_clarifications_in_order(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.answers = [ambiguous("gross", "net"), ambiguous("2023", "2024"), answered()]
    result = run("ask", csv, "What is the total?", "--url", url, "--choose", "2", "--choose", "1")
    assert result.exit_code == 0
    assert fake.choices == ["option-2", "option-1"]


def test_a_choice_that_is_not_offered_is_a_usage_error(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.answers = [ambiguous("gross", "net")]
    result = run("ask", csv, "What is the total?", "--url", url, "--choose", "3")
    assert result.exit_code == 2
    assert "1 to 2" in result.stderr


def test_a_declined_question_says_why_and_fails(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.answers = [declined("No column looks like 'price'.")]
    result = run("ask", csv, "What is the price?", "--url", url)
    assert result.exit_code == 4
    assert "No column looks like 'price'." in result.stdout


def test_a_refused_file_says_why_and_fails(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.file_end = {"state": "rejected", "code": "empty_file", "reason": "The file is empty."}
    result = run("ask", csv, "How many rows?", "--url", url, "--json")
    assert result.exit_code == 4
    assert only_object(result)["error"]["code"] == "empty_file"
    assert "The file is empty." in result.stderr


def test_an_absent_server_is_said_plainly(csv: str) -> None:
    result = run("ask", csv, "How many rows?", "--url", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "http://127.0.0.1:1 does not answer" in result.stderr
    assert result.stdout == ""


def test_a_token_that_is_not_valid_is_said_plainly(url: str, csv: str) -> None:
    result = run("ask", csv, "How many rows?", "--url", url, "--token", "unknown")
    assert result.exit_code == 2
    assert "unauthorized" in result.stderr


@pytest.mark.parametrize("arguments", [["nowhere.csv", "How many?"], ["How many?"]])
def test_missing_files_are_named_before_anything_starts(fake: FakeAskframe, url: str, arguments: list[str]) -> None:
    result = run("ask", *arguments, "--url", url)
    assert result.exit_code == 2
    assert fake.requests == []
    assert "file" in result.stderr


def test_a_forgotten_question_is_noticed(url: str, csv: str) -> None:
    result = run("ask", csv, csv, "--url", url)
    assert result.exit_code == 2
    assert "The question is missing" in result.stderr


def test_the_session_is_deleted_afterwards(fake: FakeAskframe, url: str, csv: str) -> None:
    run("ask", csv, "How many rows?", "--url", url)
    assert fake.deleted_sessions == 1


def test_the_session_is_deleted_after_a_failure_too(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.file_end = {"state": "failed", "reason": "Broken."}
    run("ask", csv, "How many rows?", "--url", url)
    assert fake.deleted_sessions == 1


def test_a_kept_session_can_be_asked_again_without_files(fake: FakeAskframe, url: str, csv: str) -> None:
    token = only_object(run("ask", csv, "How many rows?", "--url", url, "--keep", "--json"))["token"]
    again = run("ask", "How many rows?", "--url", url, "--token", token)
    assert again.exit_code == 0
    assert (fake.deleted_sessions, len(fake.contents)) == (0, 1)


@pytest.mark.parametrize("option", [["--keep"], ["--token", "abc"]])
def test_keeping_needs_a_server_that_stays(monkeypatch: pytest.MonkeyPatch, csv: str, option: list[str]) -> None:
    monkeypatch.setattr(stacks, "running_stack", lambda: None)
    result = run("ask", csv, "How many rows?", *option)
    assert result.exit_code == 2
    assert "need a server that stays" in result.stderr


def test_without_server_and_launcher_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, csv: str) -> None:
    monkeypatch.setattr(stacks, "launcher_installed", lambda: False)
    result = run("ask", csv, "How many rows?", "--json")
    assert result.exit_code == 2
    assert only_object(result)["error"]["code"] == "no_server"
    assert "--url" in result.stderr


def test_a_running_stack_is_found(monkeypatch: pytest.MonkeyPatch, fake: FakeAskframe, url: str, csv: str) -> None:
    monkeypatch.setattr(stacks, "running_stack", lambda: url)
    assert run("ask", csv, "How many rows?").exit_code == 0
    assert len(fake.asked()) == 1


def test_tables_show_types_and_evidence(url: str, csv: str) -> None:
    result = run("tables", csv, "--url", url)
    assert result.exit_code == 0
    for piece in ("sales · 3 rows", "decimal (EUR)", "[red]12 €"):
        assert piece in result.stdout


def test_code_prints_its_result(url: str, csv: str) -> None:
    result = run("code", csv, "result = len(df)", "--url", url)
    assert (result.exit_code, result.stdout.strip()) == (0, "3")


def test_code_that_is_refused_says_why(fake: FakeAskframe, url: str, csv: str) -> None:
    fake.code_run = {"outcome": "rejected", "reasons": ["line 1: import is not allowed"], "timings": {}}
    result = run("code", csv, "import os", "--url", url)
    assert result.exit_code == 4
    assert "line 1: import is not allowed" in result.stdout


@pytest.fixture
def token(fake: FakeAskframe) -> str:
    fake.tokens.add("kept")
    return "kept"


@pytest.mark.parametrize("table", ["sales", "t1"])
def test_a_dictionary_is_printed_as_yaml_and_nothing_else(fake: FakeAskframe, url: str, token: str, table: str) -> None:
    fake.dictionary = {"version": 3, "label": "deals", "warnings": ["The measure 'x' is not in force."]}
    result = run("dictionary", table, "--url", url, "--token", token)
    assert (result.exit_code, result.stdout) == (0, "label: deals\n")
    assert "The measure 'x' is not in force." in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "label"), [("d.yaml", "label: x\n", "label: x\n"), ("d.json", '{"label": "x"}', "x")]
)
def test_a_dictionary_is_put_from_a_file(
    fake: FakeAskframe, url: str, token: str, tmp_path: Path, name: str, content: str, label: str
) -> None:
    (tmp_path / name).write_text(content)
    result = run("dictionary", "sales", str(tmp_path / name), "--url", url, "--token", token, "--json")
    assert only_object(result)["version"] == 1
    assert fake.dictionary["label"] == label


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dictionary", "sales"], "Give --token"),
        (["dictionary", "salez", "--token", "kept"], "Its tables are: sales."),
        (["dictionary", "sales", "nowhere.yaml", "--token", "kept"], "There is no file"),
        (["dictionary", "sales", "list.json", "--token", "kept"], "is no dictionary"),
        (["dictionary", "sales", "broken.json", "--token", "kept"], "cannot be read"),
    ],
)
def test_a_dictionary_that_cannot_be_found_or_read_is_wrong_usage(
    url: str, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]")
    Path("broken.json").write_text("{")
    result = run(*arguments, "--url", url)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(("given", "chosen"), [(("--privacy", "schema_only"), "schema_only"), ((), None)])
def test_what_claude_may_be_told_is_chosen_for_the_new_session(
    fake: FakeAskframe, url: str, csv: str, given: tuple[str, ...], chosen: str | None
) -> None:
    assert run("ask", csv, "How many rows are there?", "--url", url, *given).exit_code == 0
    assert fake.privacy == chosen


def test_what_claude_may_be_told_is_chosen_for_a_session_that_is_given(fake: FakeAskframe, url: str, csv: str) -> None:
    token = only_object(run("ask", csv, "How many rows?", "--url", url, "--keep", "--json"))["token"]
    again = run("ask", "How many rows?", "--url", url, "--token", token, "--privacy", "schema_only")
    assert again.exit_code == 0, again.output
    assert fake.privacy == "schema_only"
