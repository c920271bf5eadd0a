"""What the client promises its callers, against a whole server in memory."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from askframe import ApiError, Askframe, FileRefused, NotFound, TimedOut, Unauthorized, UnexpectedAnswer, uploading
from tests.fakes.askframe_server import FakeAskframe, ambiguous, answered, declined, problem


def client_of(fake: FakeAskframe, *, session: bool = True) -> Askframe:
    client = Askframe("http://fake", http=fake.transport(), sleep=lambda seconds: None)
    if session:
        client.create_session()
    return client


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "Füße & sales.csv"
    path.write_bytes(b"city,amount\nParis,1\nLyon,2\n")
    return path


def test_every_call_after_create_session_carries_its_token() -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    list(client.files())
    assert fake.requests[-1].headers["Authorization"] == f"Bearer {client.token}"


def test_the_token_is_not_shown_when_a_session_is_printed() -> None:
    session = client_of(FakeAskframe(), session=False).create_session()
    assert session.token not in repr(session)


def test_a_call_without_a_session_is_refused_with_the_servers_code() -> None:
    with pytest.raises(Unauthorized) as refused:
        list(client_of(FakeAskframe(), session=False).files())
    assert refused.value.code == "unauthorized"


def test_an_uploaded_file_arrives_whole_with_its_name(csv: Path) -> None:
    fake, progress = FakeAskframe(), list[tuple[int, int]]()
    file = client_of(fake).upload(csv, on_progress=lambda sent, total: progress.append((sent, total)))
    assert fake.contents[file.file_id] == csv.read_bytes()
    assert fake.names[file.file_id] == "Füße & sales.csv"
    assert progress[-1] == (csv.stat().st_size, csv.stat().st_size)


def test_an_upload_that_the_server_postpones_is_sent_again_from_its_start(csv: Path) -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    fake.interruptions = [problem(503, "service_unavailable", **{"Retry-After": "1"})]
    file = client.upload(csv)
    assert fake.contents[file.file_id] == csv.read_bytes()


def test_waiting_for_a_file_ends_with_its_tables(csv: Path) -> None:
    fake, states = FakeAskframe(polls=2), list[str]()
    client = client_of(fake)
    ready = client.wait_file(client.upload(csv), on_state=lambda file: states.append(file.state))
    assert [table.name for table in ready.tables] == ["sales"]
    assert states == ["parsing", "ready"]


def test_a_refused_file_is_an_error_with_the_reason(csv: Path) -> None:
    fake = FakeAskframe(file_end={"state": "rejected", "code": "empty_file", "reason": "The file is empty."})
    with pytest.raises(FileRefused, match="The file is empty") as refused:
        client_of(fake).load(csv)
    assert refused.value.code == "empty_file"


def test_lists_are_read_over_all_their_pages(csv: Path) -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    sent = [client.upload(csv).file_id for _ in range(5)]
    assert [file.file_id for file in client.files()] == sent


def test_a_question_is_waited_for_until_it_ends(csv: Path) -> None:
    fake = FakeAskframe(polls=3)
    client = client_of(fake)
    tables = client.load(csv).tables
    query = client.ask("How many rows are there?", tables, conversation="c1")
    assert query.answered
    assert query.answer is not None
    assert query.answer.value == 3
    assert fake.asked() == [
        {"question": "How many rows are there?", "table_ids": [tables[0].table_id], "conversation_id": "c1"}
    ]


def test_without_tables_all_of_the_session_are_meant() -> None:
    fake = FakeAskframe()
    client_of(fake).ask("How many rows are there?")
    assert fake.asked() == [{"question": "How many rows are there?"}]


def test_steps_of_a_question_are_reported_up_to_its_end() -> None:
    steps: list[str] = []
    client_of(FakeAskframe()).ask("How many?", on_event=lambda event: steps.append(str(event.data["state"])))
    assert steps == ["classified", "generated", "answered"]


def test_text_is_reported_as_it_grows_apart_from_the_steps() -> None:
    texts: list[str] = []
    steps: list[str] = []
    fake = FakeAskframe(written=["No.", None, "Yes.", " All of it."])
    client_of(fake).ask("All?", on_text=texts.append, on_event=lambda event: steps.append(event.name))
    assert texts == ["No.", "", "Yes.", "Yes. All of it."]
    assert set(steps) == {"state"}


def test_a_clarification_is_answered_with_an_option() -> None:
    fake = FakeAskframe(answers=[ambiguous("gross", "net"), answered("The net total is 7.", 7)])
    client = client_of(fake)
    asked = client.ask("What is the total?")
    assert asked.clarification is not None
    assert asked.text == "Which one do you mean?"
    query = client.clarify(asked, asked.clarification.options[1].id)
    assert (query.text, fake.choices) == ("The net total is 7.", ["option-2"])


def test_a_declined_question_is_no_exception() -> None:
    query = client_of(FakeAskframe(answers=[declined("No column looks like 'price'.")])).ask("What is the price?")
    assert query.error is not None
    assert (query.answered, query.error.code, query.text) == (False, "cannot_answer", "No column looks like 'price'.")


def test_edited_code_makes_a_new_question() -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    assert client.edit(client.ask("How many?"), "result = 3").query_id == "edited"


def test_a_broken_event_stream_does_not_cost_the_answer() -> None:
    fake = FakeAskframe()
    client = client_of(fake)

    def without_events(request: httpx.Request) -> httpx.Response:
        return problem(500, "internal_error") if request.url.path.endswith("/events") else fake.handle(request)

    client = Askframe("http://fake", client.token, http=httpx.MockTransport(without_events))
    assert client.ask("How many?", on_event=lambda event: None).answered


def test_waiting_ends_when_the_callers_time_is_up() -> None:
    fake, seconds = FakeAskframe(polls=10_000), iter(range(10_000))
    client = Askframe("http://fake", http=fake.transport(), clock=lambda: float(next(seconds)))
    client.create_session()
    with pytest.raises(TimedOut):
        client.ask("How many?", timeout=5)


def test_refused_code_is_an_outcome() -> None:
    fake = FakeAskframe(code_run={"outcome": "rejected", "reasons": ["import is not allowed"], "timings": {}})
    run = client_of(fake).run_code("import os", ["t1"])
    assert (run.outcome, run.reasons) == ("rejected", ("import is not allowed",))


def test_an_export_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    target = tmp_path / "out.csv"
    client.export("t1", target, "csv", raw=True)
    assert target.read_bytes() == b"a,b\r\n1,2\r\n"
    assert dict(fake.requests[-1].url.params) == {"format": "csv", "raw": "true"}
    target.unlink()
    fake.interruptions = [problem(404, "not_found")]
    with pytest.raises(NotFound):
        client.export("t1", target)
    assert list(tmp_path.iterdir()) == []


def test_fields_of_a_newer_server_are_kept() -> None:
    fake = FakeAskframe(answers=[{**answered(), "followups": ["by city?"]}])
    assert client_of(fake).ask("How many?").model_dump()["followups"] == ["by city?"]


def test_another_kind_of_server_is_recognised() -> None:
    fake = FakeAskframe(interruptions=[httpx.Response(200, content=b"<html>hello</html>")])
    with pytest.raises(UnexpectedAnswer):
        client_of(fake)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Big files of a few kilobytes."""
    monkeypatch.setattr(uploading, "RESUMABLE_FROM", 1000)
    monkeypatch.setattr(uploading, "PIECE", 3000)


@pytest.mark.usefixtures("small_pieces")
def test_a_big_file_is_sent_in_pieces_and_goes_on_after_breaks(tmp_path: Path) -> None:
    fake, big = FakeAskframe(tus=True), tmp_path / "big.csv"
    big.write_bytes(bytes(range(256)) * 50)
    client = client_of(fake)
    seen = iter(
        [None, None, httpx.ReadError("reset"), problem(503, "service_unavailable"), None, problem(423, "locked")]
    )
    patches = fake.handle

    def unreliable(request: httpx.Request) -> httpx.Response:
        interruption = next(seen, None) if request.method == "PATCH" else None
        if interruption is not None:
            fake.interruptions.append(interruption)
        return patches(request)

    client = Askframe("http://fake", client.token, http=httpx.MockTransport(unreliable), sleep=lambda _: None)
    file = client.upload(big)
    assert fake.contents[file.file_id] == big.read_bytes()
    assert fake.names[file.file_id] == "big.csv"
    assert sum(r.method == "HEAD" for r in fake.requests) == 3


@pytest.mark.usefixtures("small_pieces")
def test_a_big_file_goes_in_one_request_where_the_server_has_no_tus(tmp_path: Path) -> None:
    fake, big = FakeAskframe(tus=False), tmp_path / "big.csv"
    big.write_bytes(b"x" * 5000)
    file = client_of(fake).upload(big)
    assert fake.contents[file.file_id] == big.read_bytes()


@pytest.mark.usefixtures("small_pieces")
def test_an_upload_that_never_gets_further_gives_up(tmp_path: Path) -> None:
    fake, big = FakeAskframe(tus=True), tmp_path / "big.csv"
    big.write_bytes(b"x" * 5000)

    def stuck(request: httpx.Request) -> httpx.Response:
        return problem(423, "locked") if request.method == "PATCH" else fake.handle(request)

    client = Askframe("http://fake", client_of(fake).token, http=httpx.MockTransport(stuck), sleep=lambda _: None)
    with pytest.raises(uploading.errors.ApiError) as stopped:
        client.upload(big)
    assert stopped.value.code == "locked"


def test_the_token_is_not_sent_to_another_host() -> None:
    fake = FakeAskframe(tus=True)
    client = client_of(fake)
    request = client._transport.request("PATCH", "http://elsewhere/v1/uploads/1")
    assert "Authorization" not in request.headers


def test_a_dictionary_is_read_changed_and_written_back() -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    read = client.dictionary("t1")
    written = client.write_dictionary("t1", read.model_copy(update={"label": "deals"}))
    assert (read.version, written.version, written.label) == (0, 1, "deals")
    assert client.write_dictionary("t1", {"label": "orders"}).label == "orders"
    assert client.dictionary_yaml("t1") == "label: orders\n"


def test_a_text_is_sent_as_yaml_and_only_over_the_version_that_was_seen() -> None:
    fake = FakeAskframe()
    client = client_of(fake)
    assert client.write_dictionary("t1", "label: größer\n", version=0).label == "label: größer\n"
    with pytest.raises(ApiError) as refused:
        client.write_dictionary("t1", "label: x\n", version=0)
    assert (refused.value.status, refused.value.code, fake.dictionary["version"]) == (412, "dictionary_changed", 1)


def test_what_claude_may_be_told_is_chosen_at_creation_and_later() -> None:
    server = FakeAskframe()
    client = client_of(server, session=False)
    client.create_session("schema_only")
    assert server.privacy == "schema_only"
    shown = client.choose_privacy(None)
    assert (shown.privacy, shown.privacy_from) == ("profile", "house")
    client.choose_privacy("schema_only")
    assert client.current_session().privacy_from == "session"
