"""The routes over HTTP, with everything behind them in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from services.upload.app import create_app
from services.upload.settings import Settings
from shared.auth import Principal
from shared.errors import Unauthorized
from shared.events import TableFact, TableParsingFinished
from tests.fakes.upload import BEGINNING
from tests.unit.upload.conftest import MIB, TABLE, World, build
from tests.unit.upload.contents import REFUSED

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Tokens:
    """A `SessionVerifier` for which the token is the session."""

    async def verify(self, token: str, address: str | None = None) -> Principal:
        if not token.startswith("s_"):
            raise Unauthorized("Unknown.")
        return Principal(session_id=token, expires_at=BEGINNING + timedelta(days=1))


def client_of(world: World, settings: Settings | None = None) -> httpx.AsyncClient:
    app = create_app(settings or Settings())
    app.state.service, app.state.verifier = world.service, Tokens()
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://gateway",
        headers={"Authorization": f"Bearer {world.sid}"},
    )


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(world) as client:
        yield client


def form(*files: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("file", (name, content, "text/csv")) for name, content in files]


async def test_one_file_is_answered_as_that_file(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/files", files=form(("été.csv", TABLE)))
    body = answer.json()
    assert answer.status_code == 201
    assert (body["filename"], body["state"], body["size"], body["format"]) == ("été.csv", "received", len(TABLE), "csv")
    assert (await http.get(f"/v1/files/{body['file_id']}")).json() == body


async def test_several_files_have_each_their_own_outcome(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/v1/files", files=form(("a.csv", TABLE), ("b.pdf", b"%PDF-1.7"), ("c.csv", TABLE + b"\n"))
    )
    files = answer.json()["files"]
    assert answer.status_code == 207
    assert [file["status"] for file in files] == [201, 422, 201]
    assert files[1]["problem"]["code"] == "unsupported_format"
    assert (await http.post("/v1/files", files=form(("d.csv", TABLE), ("e.csv", TABLE)))).status_code == 201


async def test_fields_that_are_no_files_are_passed_over(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/files", files=form(("a.csv", TABLE)), data={"note": "x" * 100_000, "other": "y"})
    assert answer.json()["size"] == len(TABLE)


@pytest.mark.parametrize(
    ("send", "status", "code"),
    [
        ({"content": b"x", "headers": {"Content-Type": "text/csv"}}, 415, "wrong_content_type"),
        (
            {
                "data": {"note": "x"},
                "files": {},
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
                "content": b"--b--\r\n",
            },
            400,
            "invalid_form",
        ),
        ({"content": b"garbage", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400, "invalid_form"),
        (
            {
                "content": b"--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nx",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
            400,
            "invalid_form",
        ),
        ({"files": form(("a.csv", b""))}, 422, "empty_file"),
        ({"files": form(("a.csv", REFUSED["truncated parquet"][0]))}, 422, "corrupt_file"),
    ],
)
async def test_bad_form_is_answered_with_a_problem(
    http: httpx.AsyncClient, world: World, send: dict[str, object], status: int, code: str
) -> None:
    answer = await http.post(
        "/v1/files",
        **{key: value for key, value in send.items() if value != {}}
        if "data" not in send
        else {"content": send["content"], "headers": send["headers"]},
    )  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    assert answer.json()["hint"]
    assert world.objects.objects == {}


async def test_form_over_the_limit_is_refused_before_it_is_read(http: httpx.AsyncClient) -> None:
    read = False

    async def content() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"x"

    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "600000000"}
    answer = await http.post("/v1/files", content=content(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


async def test_list_is_paged_oldest_first(http: httpx.AsyncClient) -> None:
    sent = [
        (await http.post("/v1/files", files=form((f"{n}.csv", TABLE + b"%d\n" % n)))).json()["file_id"]
        for n in range(5)
    ]
    listed, cursor = [], None
    while True:
        page = (await http.get("/v1/files", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        listed += [file["file_id"] for file in page["files"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert listed == sent
    assert (await http.get("/v1/files", params={"cursor": "bad"})).status_code == 422


async def test_ready_file_lists_its_tables(http: httpx.AsyncClient, world: World) -> None:
    file_id = (await http.post("/v1/files", files=form(("a.csv", TABLE)))).json()["file_id"]
    fact = TableFact(table_id="t_1", name="a", rows=3, columns=4)
    await world.service.files.mark_ready(TableParsingFinished(session_id=world.sid, file_id=file_id, tables=(fact,)))
    shown = (await http.get(f"/v1/files/{file_id}", params={"wait": 5})).json()
    assert shown["tables"] == [{"table_id": "t_1", "name": "a", "rows": 3, "columns": 4}]


async def test_deleted_file_is_gone(http: httpx.AsyncClient) -> None:
    file_id = (await http.post("/v1/files", files=form(("a.csv", TABLE)))).json()["file_id"]
    assert (await http.delete(f"/v1/files/{file_id}")).status_code == 204
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        assert (await http.request(method, f"/v1/files/{file_id}{path}")).status_code == 404


async def test_another_session_finds_nothing(http: httpx.AsyncClient) -> None:
    file_id = (await http.post("/v1/files", files=form(("a.csv", TABLE)))).json()["file_id"]
    upload = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "5"})).headers["location"]
    stranger = {"Authorization": "Bearer s_stranger"}
    for method, path in (
        ("GET", f"/v1/files/{file_id}"),
        ("GET", f"/v1/files/{file_id}/content"),
        ("DELETE", f"/v1/files/{file_id}"),
        ("HEAD", upload),
        ("DELETE", upload),
    ):
        assert (await http.request(method, path, headers={**TUS, **stranger})).status_code == 404
    answer = await http.patch(upload, content=b"a", headers={**OCTETS, **stranger, "Upload-Offset": "0"})
    assert answer.status_code == 404
    assert (await http.get("/v1/files", headers=stranger)).json()["files"] == []
    assert (await http.get("/v1/files", headers={"Authorization": "Bearer nobody"})).status_code == 401


# Content


@pytest.fixture
async def stored(http: httpx.AsyncClient) -> str:
    answer = await http.post("/v1/files", files=form(('a"é\u202e.html', TABLE)))
    return f"/v1/files/{answer.json()['file_id']}/content"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=10-9999", 10, None)],
)
async def test_range_is_answered_in_part(
    http: httpx.AsyncClient, stored: str, asked: str, start: int, end: int | None
) -> None:
    answer = await http.get(stored, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, TABLE[start:end])
    first, last = answer.headers["content-range"].removeprefix("bytes ").split("/")[0].split("-")
    assert TABLE[int(first) : int(last) + 1] == answer.content


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "rows=1-2", "bytes=9-3", "bytes=-", "nonsense"])
async def test_odd_range_is_answered_whole(http: httpx.AsyncClient, stored: str, asked: str) -> None:
    answer = await http.get(stored, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, TABLE)


async def test_range_behind_the_end_is_not_satisfiable(http: httpx.AsyncClient, stored: str) -> None:
    answer = await http.get(stored, headers={"Range": "bytes=99999-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(TABLE)}")


async def test_unchanged_content_is_not_sent_again(http: httpx.AsyncClient, stored: str) -> None:
    etag = (await http.get(stored)).headers["etag"]
    assert (await http.get(stored, headers={"If-None-Match": f'"x", {etag}'})).status_code == 304
    assert (await http.get(stored, headers={"If-Range": '"other"', "Range": "bytes=0-1"})).status_code == 200
    assert (await http.get(stored, headers={"If-Range": etag, "Range": "bytes=0-1"})).status_code == 206


async def test_content_is_a_download_that_no_browser_runs(http: httpx.AsyncClient, stored: str) -> None:
    headers = (await http.head(stored)).headers
    assert headers["content-disposition"] == "attachment; filename=\"a__.html\"; filename*=UTF-8''a%22%C3%A9.html"
    assert (headers["x-content-type-options"], headers["content-length"]) == ("nosniff", str(len(TABLE)))
    assert "sandbox" in headers["content-security-policy"]


async def test_unfinished_upload_has_no_content(http: httpx.AsyncClient) -> None:
    upload = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "5"})).headers["location"]
    assert (await http.get(f"/v1/files/{upload.rsplit('/', 1)[1]}/content")).json()["code"] == "file_not_complete"


# tus


async def test_upload_in_two_requests_becomes_a_file_under_the_same_id(http: httpx.AsyncClient) -> None:
    made = await http.post(
        "/v1/uploads",
        headers={**TUS, "Upload-Length": str(len(TABLE)), "Upload-Metadata": "filename YS5jc3Y=,note eA=="},
    )
    url = made.headers["location"]
    first = await http.patch(url, content=TABLE[:30], headers={**OCTETS, "Upload-Offset": "0"})
    assert (first.status_code, first.headers["upload-offset"]) == (204, "30")
    assert first.headers["upload-expires"].endswith("GMT")
    shown = await http.head(url, headers=TUS)
    assert (shown.headers["upload-metadata"], shown.headers["upload-offset"], shown.headers["cache-control"]) == (
        "filename YS5jc3Y=,note eA==",
        "30",
        "no-store",
    )
    await http.patch(url, content=TABLE[30:], headers={**OCTETS, "Upload-Offset": "30"})
    file_id = url.rsplit("/", 1)[1]
    assert (await http.get(f"/v1/files/{file_id}")).json()["filename"] == "a.csv"
    assert (await http.get(f"/v1/files/{file_id}/content")).content == TABLE


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({}, "http://gateway"),
        ({"X-Forwarded-Host": "data.example", "X-Forwarded-Proto": "https"}, "https://data.example"),
        ({"X-Forwarded-Host": "public.example", "X-Forwarded-Proto": "http"}, "https://public.example"),
    ],
)
async def test_upload_is_at_the_address_that_the_client_used(
    world: World, headers: dict[str, str], origin: str
) -> None:
    async with client_of(world, Settings(public_url="https://public.example")) as http:
        made = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "5", **headers})
    assert made.headers["location"].startswith(f"{origin}/v1/uploads/f_")


async def test_upload_with_its_bytes_in_the_first_request(http: httpx.AsyncClient) -> None:
    made = await http.post("/v1/uploads", content=TABLE, headers={**OCTETS, "Upload-Length": str(len(TABLE))})
    assert (made.status_code, made.headers["upload-offset"]) == (201, str(len(TABLE)))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Upload-Offset": "3"}, 409),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Checksum": "crc0 YQ=="}, 400),
        ({"Upload-Checksum": "sha1 YQ=="}, 460),
    ],
)
async def test_patch_that_breaks_the_protocol_changes_nothing(
    http: httpx.AsyncClient, change: dict[str, str], status: int
) -> None:
    url = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "10"})).headers["location"]
    answer = await http.patch(url, content=b"a,b", headers={**OCTETS, "Upload-Offset": "0", **change})
    assert answer.status_code == status
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert (answer.headers.get("tus-version") == "1.0.0") is (status == 412)
    assert (await http.head(url, headers=TUS)).headers["upload-offset"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "5", "Upload-Defer-Length": "1"},
        {"Upload-Defer-Length": "2"},
        {"Upload-Length": "5", "Upload-Metadata": "a !"},
        {"Upload-Length": "5", "Upload-Concat": "whole"},
        {"Upload-Length": "5", "Upload-Concat": "final;/v1/uploads/a"},
    ],
)
async def test_creation_with_odd_headers_is_refused(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await http.post("/v1/uploads", headers={**TUS, **headers})).status_code == 400


async def test_method_override_reaches_patch_and_delete(http: httpx.AsyncClient) -> None:
    url = (await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "10"})).headers["location"]
    sent = await http.post(
        url, content=b"a,b", headers={**OCTETS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    )
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, "3")
    assert (await http.post(url, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert (await http.head(url, headers=TUS)).status_code == 404


async def test_options_need_neither_token_nor_version(http: httpx.AsyncClient) -> None:
    answer = await http.options("/v1/uploads", headers={"Authorization": ""})
    assert answer.status_code == 204
    assert answer.headers["tus-max-size"] == str(500 * MIB)
    assert "sha1" in answer.headers["tus-checksum-algorithm"]
    assert {"creation", "termination", "checksum", "concatenation"} <= set(answer.headers["tus-extension"].split(","))


async def test_browser_of_another_origin_is_told_what_it_may_send_and_read(http: httpx.AsyncClient) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PATCH", "Authorization": ""}
    preflight = await http.options("/v1/uploads/f_1", headers=asked)
    assert preflight.status_code == 204
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "Upload-Offset" in preflight.headers["access-control-allow-headers"]
    made = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "5", "Origin": "https://app.example"})
    assert made.headers["access-control-allow-origin"] == "*"
    assert "Location" in made.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in made.headers


async def test_origins_can_be_limited(world: World) -> None:
    async with client_of(world, Settings(upload_cors_origins="https://good.example")) as http:
        for origin, allowed in (("https://good.example", "https://good.example"), ("https://bad.example", None)):
            for answer in (
                await http.options("/v1/uploads", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
                await http.get("/v1/files", headers={"Origin": origin}),
            ):
                assert answer.headers.get("access-control-allow-origin") == allowed


async def test_parts_sent_side_by_side_are_joined(http: httpx.AsyncClient) -> None:
    urls = [
        (
            await http.post(
                "/v1/uploads",
                content=piece,
                headers={**OCTETS, "Upload-Length": str(len(piece)), "Upload-Concat": "partial"},
            )
        ).headers["location"]
        for piece in (TABLE[:40], TABLE[40:])
    ]
    value = "final;" + " ".join([urls[0], urls[1].removeprefix("http://gateway")])
    final = (await http.post("/v1/uploads", headers={**TUS, "Upload-Concat": value})).headers["location"]
    shown = (await http.head(final, headers=TUS)).headers
    assert (shown["upload-concat"], shown["upload-offset"], shown["upload-length"]) == (
        value,
        str(len(TABLE)),
        str(len(TABLE)),
    )
    assert (await http.get(f"/v1/files/{final.rsplit('/', 1)[1]}/content")).content == TABLE
    assert (
        await http.patch(final, content=b"x", headers={**OCTETS, "Upload-Offset": str(len(TABLE))})
    ).status_code == 403


async def test_every_refusal_is_a_problem_with_something_to_do(http: httpx.AsyncClient) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: http.get("/v1/files/nothing"),
        lambda: http.post("/v1/uploads", headers={**TUS, "Upload-Length": str(600 * 10**6)}),
        lambda: http.post("/v1/uploads", headers=TUS),
        lambda: http.delete("/v1/uploads/nothing", headers=TUS),
        lambda: http.post("/v1/files/direct", json={"filename": "a.csv", "size": 5}),
    ]
    for attempt in attempts:
        answer = await attempt()  # type: ignore[misc]
        body = json.loads(answer.content)
        assert 400 <= answer.status_code < 500
        assert body["code"]
        assert body["detail"].endswith(".")
        assert body["hint"]


async def test_direct_upload_gives_urls_when_it_is_on(world: World) -> None:
    world.service = build(upload_direct=True).service
    async with client_of(world) as http:
        answer = await http.post("/v1/files/direct", json={"filename": "a.csv", "size": 40 * MIB})
    assert answer.status_code == 201
    assert [part["size"] for part in answer.json()["parts"]] == [16 * MIB, 16 * MIB, 8 * MIB]
