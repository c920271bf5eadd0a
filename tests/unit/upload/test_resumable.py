"""The IETF's resumable uploads, over HTTP: the draft's headers, its answers, its words for what is wrong."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.unit.upload.conftest import World, build, table_of
from tests.unit.upload.test_http import client_of

MIB = 1 << 20
DRAFT = {"Upload-Draft-Interop-Version": "8"}
PATCH = {**DRAFT, "Content-Type": "application/partial-upload"}
TYPES = "https://iana.org/assignments/http-problem-types#"


@pytest.fixture
async def http(world: World) -> httpx.AsyncClient:
    return client_of(world)


async def begun(http: httpx.AsyncClient, content: bytes = b"", **headers: str) -> str:
    answer = await http.post("/v1/uploads", content=content, headers={**DRAFT, "Upload-Complete": "?0", **headers})
    assert (answer.status_code, answer.headers.get("upload-complete")) == (201, "?0"), answer.text
    return answer.headers["location"]


async def append(
    http: httpx.AsyncClient, url: str, content: bytes, offset: int, complete: bool, **headers: str
) -> httpx.Response:
    return await http.patch(
        url,
        content=content,
        headers={**PATCH, "Upload-Offset": str(offset), "Upload-Complete": "?1" if complete else "?0", **headers},
    )


async def test_whole_file_in_one_request_is_answered_as_a_form_would_be(http: httpx.AsyncClient, world: World) -> None:
    content = table_of(6 * MIB)
    answer = await http.post(
        "/v1/uploads",
        content=content,
        headers={
            **DRAFT,
            "Upload-Complete": "?1",
            "Content-Type": "text/csv",
            "Content-Disposition": "attachment; filename*=UTF-8''na%C3%AFve.csv",
        },
    )
    file = answer.json()
    assert (answer.status_code, answer.headers["upload-complete"], file["state"], file["filename"]) == (
        201,
        "?1",
        "received",
        "naïve.csv",
    )
    assert answer.headers["location"].endswith(f"/v1/files/{file['file_id']}")
    assert world.content(await world.record(file["file_id"])) == content
    assert "tus-resumable" not in answer.headers


async def test_file_in_several_requests_is_complete_when_the_client_says_so(
    http: httpx.AsyncClient, world: World
) -> None:
    content = table_of(13 * MIB)
    url = await begun(http, content[: 2 * MIB], **{"Upload-Length": str(len(content))})
    assert (await append(http, url, content[2 * MIB : 9 * MIB], 2 * MIB, complete=False)).status_code == 204
    assert (await append(http, url, content[9 * MIB :], 9 * MIB, complete=False)).headers["upload-complete"] == "?0"
    looked = await http.head(url, headers=DRAFT)
    assert (looked.status_code, looked.headers["upload-offset"], looked.headers["upload-complete"]) == (
        204,
        str(len(content)),
        "?0",
    )
    answer = await append(http, url, b"", len(content), complete=True)
    assert (answer.status_code, answer.headers["upload-complete"], answer.json()["state"]) == (201, "?1", "received")
    assert world.content(await world.record(answer.json()["file_id"])) == content
    assert (await http.head(url, headers=DRAFT)).headers["upload-complete"] == "?1"


async def test_length_need_not_be_told(http: httpx.AsyncClient) -> None:
    url = await begun(http, b"a,b\n")
    assert "upload-length" not in (await http.head(url, headers=DRAFT)).headers
    assert (await append(http, url, b"1,2\n", 4, complete=True)).json()["size"] == 8


async def test_limits_are_told_before_and_while_it_matters(http: httpx.AsyncClient, world: World) -> None:
    most = f"max-size={world.service.uploads.policy.file_bytes}"
    offered = await http.options("/v1/uploads")
    assert "application/partial-upload" in offered.headers["accept-patch"]
    looked = await http.head(await begun(http), headers=DRAFT)
    assert offered.headers["upload-limit"] == looked.headers["upload-limit"] == f"{most}, max-age=86400"
    assert looked.headers["cache-control"] == "no-store"


async def test_wrong_offset_is_told_with_the_right_one(http: httpx.AsyncClient) -> None:
    url = await begun(http, b"a,b\n")
    answer = await append(http, url, b"1,2\n", 9, complete=False)
    problem = answer.json()
    assert (answer.status_code, answer.headers["upload-offset"], answer.headers["upload-complete"]) == (409, "4", "?0")
    assert (problem["type"], problem["expected-offset"], problem["provided-offset"]) == (
        f"{TYPES}mismatching-upload-offset",
        4,
        9,
    )


@pytest.mark.parametrize("content", [b"", b"3,4\n"])
async def test_complete_upload_takes_nothing_more(http: httpx.AsyncClient, content: bytes) -> None:
    url = await begun(http, b"a,b\n")
    await append(http, url, b"1,2\n", 4, complete=True)
    answer = await append(http, url, content, 8, complete=not content)
    expected = "inconsistent-upload-length" if content else "completed-upload"
    assert (answer.status_code, answer.json()["type"]) == (400, TYPES + expected)


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"Upload-Length": "20"}, b"1,2\n"),  # ends before the length told now
        ({"Upload-Length": "9", "Transfer-Encoding": "chunked"}, b"1,2\n"),
    ],
)
async def test_lengths_that_contradict_each_other_are_refused_and_change_nothing(
    http: httpx.AsyncClient, headers: dict[str, str], content: bytes
) -> None:
    url = await begun(http, b"a,b\n")
    answer = await append(http, url, content, 4, complete=True, **headers)
    assert (answer.status_code, answer.json()["type"]) == (400, f"{TYPES}inconsistent-upload-length")
    looked = await http.head(url, headers=DRAFT)
    assert (looked.headers["upload-offset"], looked.headers["upload-complete"]) == ("4", "?0")


async def test_content_that_cannot_be_taken_is_a_complete_upload_that_failed(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/uploads", content=b"PAR1 cut off", headers={**DRAFT, "Upload-Complete": "?1"})
    assert (answer.status_code, answer.json()["code"], answer.headers["upload-complete"]) == (422, "corrupt_file", "?1")


async def test_cancelled_upload_is_gone(http: httpx.AsyncClient) -> None:
    url = await begun(http, b"a,b\n")
    assert (await http.delete(url, headers=DRAFT)).status_code == 204
    assert (await http.head(url, headers=DRAFT)).status_code == 404


async def test_one_protocol_goes_on_where_the_other_stopped(http: httpx.AsyncClient) -> None:
    url = await begun(http, b"a,b\n", **{"Upload-Length": "8"})
    tus = {"Tus-Resumable": "1.0.0"}
    assert (await http.head(url, headers=tus)).headers["upload-offset"] == "4"
    octets = {**tus, "Upload-Offset": "4", "Content-Type": "application/offset+octet-stream"}
    assert (await http.patch(url, content=b"1,2\n", headers=octets)).status_code == 204
    assert (await http.head(url, headers=DRAFT)).headers["upload-complete"] == "?1"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {**DRAFT}, 400),
        ("POST", {"Upload-Complete": "yes"}, 400),
        ("PATCH", {"Upload-Complete": "?1", "Upload-Offset": "0"}, 415),
        ("PATCH", {**PATCH, "Upload-Complete": "?1"}, 400),
        ("PATCH", {**PATCH, "Upload-Complete": "?1", "Upload-Offset": "-1"}, 400),
        ("PATCH", {**PATCH, "Upload-Offset": "0"}, 400),
        ("POST", {}, 412),
        ("HEAD", {}, 412),
    ],
)
async def test_request_that_breaks_the_draft_is_refused(
    http: httpx.AsyncClient, method: str, headers: dict[str, str], status: int
) -> None:
    url = "/v1/uploads" if method == "POST" else await begun(http)
    assert (
        await http.request(method, url, content=b"x" if method != "HEAD" else None, headers=headers)
    ).status_code == status


async def test_file_over_the_limit_is_refused_before_its_bytes_are_read() -> None:
    http = client_of(build(upload_max_file_bytes=100))
    answer = await http.post("/v1/uploads", content=b"x" * 101, headers={**DRAFT, "Upload-Complete": "?1"})
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    url = await begun(http, b"x" * 60)
    async with asyncio.timeout(5):
        assert (await append(http, url, b"x" * 60, 60, complete=False)).status_code == 413
