"""Results as files: every cell as it is, made beside the event loop and not in it, within bounds."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as dtime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.responses import StreamingResponse

from services.dataproc.jail.wire import COLUMN_TYPES
from services.nlq.api import router
from services.nlq.errors import NoResult, RenderingFailed, ResultTooLarge, TooManyDownloads
from services.nlq.rendering import formats, places, renderer, workbook
from services.nlq.rendering.model import MEDIA_TYPES, DoesNotFit, Format
from services.nlq.rendering.renderer import Renderer
from services.nlq.service import Download
from shared.auth import Principal
from shared.auth.dependency import current_session
from shared.objects import MemoryObjectStore, ObjectMissing
from tests.fakes.nlq import House

KEY = "sessions/s_1/results/q_1/a1.parquet"
CELLS = pa.table(
    {
        "name": pa.array(["Oslo", None, '=1+1, "q"'], pa.large_string()),
        "whole": pa.array([7, None, 2**53 + 1], pa.int64()),
        "exact": pa.array([0.1 + 0.2, float("nan"), float("inf")], pa.float64()),
        "true": pa.array([True, False, None], pa.bool_()),
        "day": pa.array([date(2024, 1, 5), None, date(1850, 6, 1)], pa.date32()),
        "moment": pa.array(
            [datetime(2024, 1, 5, 10, 0, 1), None, datetime(2024, 1, 5, 0, 0, 0, 5)], pa.timestamp("us")
        ),
    }
)


async def stored(table: pa.Table, tmp_path: Path) -> Renderer:
    objects, out = MemoryObjectStore(), io.BytesIO()
    pq.write_table(table, out)
    await objects.put(KEY, out.getvalue())
    return Renderer(objects, tmp_path / "downloads")


async def made(table: pa.Table, form: Format, tmp_path: Path) -> bytes:
    subject = await stored(table, tmp_path)
    body = b"".join([piece async for piece in await subject.of_table("s_1", KEY, form)])
    assert list((tmp_path / "downloads").glob("*")) == []
    return body


def sheet_of(body: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(values_only=True))


@pytest.fixture(params=["thread", "process"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "process":
        monkeypatch.setattr(renderer, "SMALL", 0)
    return str(request.param)


async def test_csv_has_every_cell(tmp_path: Path, where: str) -> None:
    assert (await made(CELLS, "csv", tmp_path)).decode().split("\r\n") == [
        '"name","whole","exact","true","day","moment"',
        '"Oslo",7,0.30000000000000004,true,2024-01-05,2024-01-05 10:00:01.000000',
        ",,,false,,",
        '"=1+1, ""q""",9007199254740993,inf,,1850-06-01,2024-01-05 00:00:00.000005',
        "",
    ]


async def test_csv_shows_no_empty_fractions_of_a_second(tmp_path: Path) -> None:
    body = await made(CELLS.slice(0, 1), "csv", tmp_path)
    assert body.decode().endswith("2024-01-05 10:00:01\r\n")


async def test_json_has_every_cell(tmp_path: Path, where: str) -> None:
    assert json.loads(await made(CELLS, "json", tmp_path)) == {
        "columns": ["name", "whole", "exact", "true", "day", "moment"],
        "rows": [
            ["Oslo", 7, 0.30000000000000004, True, "2024-01-05", "2024-01-05T10:00:01"],
            [None, None, None, False, None, None],
            ['=1+1, "q"', 9007199254740993, "inf", None, "1850-06-01", "2024-01-05T00:00:00.000005"],
        ],
        "total_rows": 3,
    }


async def test_workbook_has_every_cell_and_as_text_what_no_worksheet_cell_can_hold(tmp_path: Path, where: str) -> None:
    assert sheet_of(await made(CELLS, "xlsx", tmp_path)) == [
        ("name", "whole", "exact", "true", "day", "moment"),
        ("Oslo", 7, pytest.approx(0.3), True, datetime(2024, 1, 5), datetime(2024, 1, 5, 10, 0, 1)),
        (None, None, None, False, None, None),
        ('=1+1, "q"', "9007199254740993", "inf", None, "1850-06-01", datetime(2024, 1, 5)),
    ]


async def test_parquet_is_passed_on_as_it_is_stored(tmp_path: Path) -> None:
    subject = await stored(CELLS, tmp_path)
    body = b"".join([piece async for piece in await subject.of_table("s_1", KEY, "parquet")])
    assert body == await subject._objects.get(KEY)


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("value", [1350.5, 7, True, "Oslo", None, {"a": [1]}])
async def test_one_value_is_a_table_of_one_cell(form: Format, value: object, tmp_path: Path) -> None:
    subject = Renderer(MemoryObjectStore(), tmp_path / "downloads")
    body = b"".join([piece async for piece in await subject.of_value("s_1", value, form)])
    cell = value if not isinstance(value, dict) else '{"a": [1]}'
    match form:
        case "json":
            assert json.loads(body) == {"columns": ["value"], "rows": [[cell]], "total_rows": 1}
        case "csv":
            assert pacsv.read_csv(pa.BufferReader(body)).num_columns == 1
        case "parquet":
            assert pq.read_table(pa.BufferReader(body)).to_pylist() == [{"value": cell}]
        case "xlsx":
            assert sheet_of(body)[1:] == ([(cell,)] if cell is not None else [])


async def test_rows_of_many_batches_keep_their_order(tmp_path: Path) -> None:
    table = pa.table({"n": range(2 * formats._BATCH + 1)})
    assert [row[0] for row in json.loads(await made(table, "json", tmp_path))["rows"]] == table["n"].to_pylist()
    assert [row[0] for row in sheet_of(await made(table, "xlsx", tmp_path))[1:]] == table["n"].to_pylist()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            pa.table({"n": pa.nulls(1_048_576, pa.int64())}),
            "1,048,575 rows below the header; this result has 1,048,576",
        ),
        (pa.table({f"c{n}": [1] for n in range(16_385)}), "16,384 columns; this result has 16,385"),
        (pa.table({"note": ["x" * 32_768]}), "32,767 characters in a cell; column 'note' has longer ones"),
    ],
)
async def test_what_excel_cannot_hold_is_refused_by_name(
    table: pa.Table, says: str, tmp_path: Path, where: str
) -> None:
    with pytest.raises(ResultTooLarge, match=says) as refused:
        await made(table, "xlsx", tmp_path)
    assert "CSV or Parquet" in refused.value.hint
    assert list((tmp_path / "downloads").iterdir()) == []


def test_what_excel_can_just_hold_is_not_refused() -> None:
    workbook.check_room(pa.table({"n": pa.nulls(workbook.MOST_ROWS, pa.int64())}))
    workbook.check_room(pa.table({"note": ["x" * workbook.LONGEST_TEXT]}))
    with pytest.raises(DoesNotFit):
        workbook.check_room(pa.table({"n": pa.nulls(workbook.MOST_ROWS + 1, pa.int64())}))


async def test_event_loop_stays_free_while_a_large_workbook_is_made(tmp_path: Path) -> None:
    """Measured in processor time and against the work itself, so that a busy machine changes nothing: the work is the other process's.

    How long a busy machine takes, and so how often this process looks whether there are more bytes, is no part of it.
    """
    rows = 120_000
    table = pa.table({name: range(rows) for name in "abcd"})
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.02)
            longest = max(longest, time.thread_time() - before)

    subject = await stored(table, tmp_path)
    ticking = asyncio.create_task(tick())
    before = os.times().children_user
    body = b"".join([piece async for piece in await subject.of_table("s_1", KEY, "xlsx")])
    theirs = os.times().children_user - before
    ticking.cancel()
    assert len(body) > 1_000_000
    assert theirs > 1.0
    assert (
        longest < theirs / 20
    )  # in the loop, or in a thread that takes the interpreter from it, one turn would be all of the work


async def test_bytes_come_while_the_file_grows(tmp_path: Path) -> None:
    out, going_on = tmp_path / "out", asyncio.Event()

    async def make() -> None:
        out.write_bytes(b"first")
        await going_on.wait()
        with out.open("ab") as more:
            more.write(b" second")

    pieces = renderer._growing(out, asyncio.ensure_future(make()))
    assert await anext(pieces) == b"first"
    going_on.set()
    assert b"".join([piece async for piece in pieces]) == b" second"


async def test_one_session_has_one_process_and_another_does_not_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = await stored(CELLS, tmp_path)
    running: list[Path] = []
    enough = asyncio.Event()

    async def slow(form: Format, source: Path, out: Path) -> None:
        running.append(out)
        await enough.wait()
        out.write_bytes(b"made")

    monkeypatch.setattr(renderer, "SMALL", 0)
    monkeypatch.setattr(renderer, "_in_process", slow)

    async def download(session_id: str) -> bytes:
        return b"".join([piece async for piece in await subject.of_table(session_id, KEY, "csv")])

    flood = [asyncio.create_task(download("s_1")) for _ in range(4)]
    await _until(lambda: len(running) == 1)
    other = asyncio.create_task(download("s_2"))
    await _until(lambda: len(running) == 2)
    enough.set()
    assert await asyncio.gather(*flood, other) == [b"made"] * 5


async def test_more_downloads_than_are_made_at_once_are_refused_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = await stored(CELLS, tmp_path)
    monkeypatch.setattr(places, "MOST_TOGETHER", 0)
    with pytest.raises(TooManyDownloads) as refused:
        await subject.of_table("s_1", KEY, "csv")
    assert (refused.value.http_status, refused.value.retry_after) == (429, 10)


async def test_one_session_cannot_take_every_place(tmp_path: Path) -> None:
    """Its finished files, which it does not read on, count as well; so do single values."""
    subject = await stored(CELLS, tmp_path)
    unread = [await subject.of_value("s_1", 7, "csv") for _ in range(places.MOST_OF_SESSION)]
    for refused in (subject.of_table("s_1", KEY, "csv"), subject.of_value("s_1", 7, "csv")):
        with pytest.raises(TooManyDownloads, match="This session"):
            await refused
    assert b"".join([piece async for piece in await subject.of_table("s_2", KEY, "csv")])
    assert [b"".join([piece async for piece in pieces]) for pieces in unread] == [b'"value"\r\n7\r\n'] * len(unread)
    assert b"".join([piece async for piece in await subject.of_table("s_1", KEY, "csv")])


async def test_file_that_nobody_reads_on_is_removed_and_its_place_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = await stored(CELLS, tmp_path)
    monkeypatch.setattr(renderer, "STALLED", 0.05)
    monkeypatch.setattr(places, "MOST_TOGETHER", 1)
    stalled = await subject.of_value("s_1", 7, "csv")
    assert await anext(stalled)
    await _until(lambda: not list((tmp_path / "downloads").iterdir()))
    assert b"".join([piece async for piece in await subject.of_table("s_2", KEY, "csv")])
    with pytest.raises(RenderingFailed):  # and not an end that looks like the whole file
        await anext(stalled)


async def test_nothing_more_is_made_while_too_much_waits_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = await stored(CELLS, tmp_path)
    monkeypatch.setattr(renderer, "MOST_BYTES", 0)
    unread = await subject.of_value("s_1", 7, "csv")
    with pytest.raises(TooManyDownloads, match="wait to be read"):
        await subject.of_table("s_2", KEY, "csv")
    assert [piece async for piece in unread]
    assert b"".join([piece async for piece in await subject.of_table("s_2", KEY, "csv")])


def test_folder_that_goes_while_it_is_counted_counts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another download ended between the list and the look into it."""
    for name in ("gone", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "out").write_bytes(b"12345")
    listed = os.scandir

    def ending(place: str) -> Any:
        if Path(place).name == "gone":
            raise FileNotFoundError(place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", ending)
    assert renderer._bytes_under(tmp_path) == 5


EVERY_TYPE: dict[str, tuple[pa.Array, Any]] = {  # what a workbook shows of the first cell
    **{name: (pa.array([None, None], kind), None) for name, kind in COLUMN_TYPES.items()},
    "time": (pa.array([dtime(10, 30), None]), "10:30:00"),
    "duration": (pa.array([timedelta(days=1, hours=2), None]), "1 day, 2:00:00"),
    "exact": (pa.array([Decimal("12.50"), None]), 12.5),
    "many digits": (pa.array([Decimal("1234567890123456.78"), None]), "1234567890123456.78"),
    "bytes": (pa.array([b"raw", None]), "raw"),
    "list": (pa.array([[1, 2], None]), "[1, 2]"),
    "fields": (pa.array([{"a": date(2024, 1, 5)}, None]), '{"a": "2024-01-05"}'),
    "zoned": (pa.array([datetime(2024, 1, 5, 10, tzinfo=UTC), None]), datetime(2024, 1, 5, 10)),
}


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("kind", EVERY_TYPE)
async def test_cells_of_every_type_come_in_every_form(kind: str, form: Format, tmp_path: Path) -> None:
    cells, in_workbook = EVERY_TYPE[kind]
    body = await made(pa.table({"cell": cells, "last": ["z", "z"]}), form, tmp_path)
    match form:
        case "xlsx":
            assert sheet_of(body)[1:] == [(in_workbook, "z"), (None, "z")]
        case "json":
            assert [row[1] for row in json.loads(body)["rows"]] == ["z", "z"]
            assert json.loads(body)["rows"][1][0] is None
        case "csv":
            assert body.decode().splitlines()[2].endswith('"z"')
        case "parquet":
            assert pq.read_table(pa.BufferReader(body))["cell"].to_pylist() == cells.to_pylist()


async def test_client_that_goes_away_ends_the_process_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "SMALL", 0)
    ended = asyncio.Event()

    async def endless(form: Format, source: Path, out: Path) -> None:
        out.write_bytes(b"begun")
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    monkeypatch.setattr(renderer, "_in_process", endless)
    pieces = await (await stored(CELLS, tmp_path)).of_table("s_1", KEY, "csv")
    assert await anext(pieces) == b"begun"
    await pieces.aclose()  # type: ignore[attr-defined]
    assert ended.is_set()
    assert list((tmp_path / "downloads").iterdir()) == []


async def test_client_that_goes_away_while_a_file_grows_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a server ends a stream: cancelled at each wait and not once."""
    subject = await stored(CELLS, tmp_path)

    async def slow(form: Format, source: Path, out: Path) -> None:
        out.write_bytes(b"begun")
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)  # a process is killed and waited for

    async def goes_away() -> dict[str, Any]:
        await asyncio.sleep(0.1)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        """To nobody."""

    monkeypatch.setattr(renderer, "_written_if_small", lambda *_: False)
    monkeypatch.setattr(renderer, "_in_process", slow)
    response = StreamingResponse(await subject.of_table("s_1", KEY, "csv"))
    await response({"type": "http", "method": "GET", "asgi": {"spec_version": "2.3"}}, goes_away, send)

    async with asyncio.timeout(5):
        while list((tmp_path / "downloads").glob("*")):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("form", MEDIA_TYPES)
async def test_result_that_is_no_longer_stored_is_missing_before_any_byte(form: Format, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        await Renderer(MemoryObjectStore(), tmp_path / "downloads").of_table("s_1", KEY, form)


async def test_question_without_an_answer_has_no_result(tmp_path: Path) -> None:
    house = House()
    question = await house.ask("What is the total amount?")
    with pytest.raises(NoResult):
        await Download(house.read, Renderer(house.objects, tmp_path))(house.session_id, question.query_id, "csv")


async def test_answer_is_streamed_with_its_type_and_a_name(tmp_path: Path) -> None:
    house = House()
    question = (await house.ask("What is the total amount?")).model_copy(
        update={"state": "answered", "answer": {"kind": "scalar", "value": 1350.5}}
    )
    house.store.queries[question.query_id] = question
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[current_session] = lambda: Principal(
        session_id=house.session_id, expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    app.state.download = Download(house.read, Renderer(house.objects, tmp_path))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://nlq") as client:
        answer = await client.get(f"/v1/queries/{question.query_id}/result?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith("result.csv")
    assert answer.text == '"value"\r\n1350.5\r\n'


async def _until(holds: Any) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)
