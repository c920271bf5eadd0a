"""S3 multipart uploads whose parts are sent by many requests, and perhaps by many copies of this service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from xml.etree import ElementTree as ET  # nosec B405 - only the store's own answers are parsed
from xml.sax.saxutils import escape  # nosec B406 - it writes, it parses nothing

from services.upload.ports import MultipartGone, OpenMultipart, StoredObject
from services.upload.records import Part, Segment
from services.upload.storage.signing import Signer
from services.upload.storage.wire import Answer, Body, Wire
from shared.objects import StorageUnavailable

Result = TypeVar("Result")


class S3Parts:
    """The `PartStore` over any server that speaks S3."""

    def __init__(self, signer: Signer, now: Callable[[], datetime], threads: int, public_endpoint: str = "") -> None:
        self._signer = signer
        self._now = now
        self._public = public_endpoint
        self.wire = Wire(signer, now)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="s3")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def put(self, key: str, tail: Sequence[Segment], view: memoryview) -> None:
        body = Body(tuple(s.key for s in tail), view, sum(s.size for s in tail) + len(view))
        await self.run(lambda: expect(self.wire.call("PUT", key, body=body), key))

    async def begin(self, key: str) -> str:
        answer = await self.run(lambda: expect(self.wire.call("POST", key, {"uploads": ""}), key))
        return text_of(answer, "UploadId")

    async def send(self, key: str, upload: str, number: int, tail: Sequence[Segment], view: memoryview) -> Part:
        size = sum(s.size for s in tail) + len(view)
        body = Body(tuple(s.key for s in tail), view, size)
        query = {"partNumber": str(number), "uploadId": upload}
        answer = await self.run(lambda: expect(self.wire.call("PUT", key, query, body), key))
        return Part(number=number, size=size, etag=answer.headers.get("etag", ""))

    async def duplicate(self, source: str, key: str) -> None:
        extra = {"x-amz-copy-source": self._signer.path(source)}
        await self.run(lambda: expect(self.wire.call("PUT", key, headers=extra), key))

    async def copy(self, key: str, upload: str, number: int, source: str, start: int, size: int) -> Part:
        """Let the store copy a range of another object of the bucket; the bytes do not come this way."""
        extra = {
            "x-amz-copy-source": self._signer.path(source),
            "x-amz-copy-source-range": f"bytes={start}-{start + size - 1}",
        }
        query = {"partNumber": str(number), "uploadId": upload}
        answer = await self.run(lambda: expect(self.wire.call("PUT", key, query, headers=extra), key))
        return Part(number=number, size=size, etag=text_of(answer, "ETag"))

    async def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        rows = "".join(f"<Part><PartNumber>{p.number}</PartNumber><ETag>{escape(p.etag)}</ETag></Part>" for p in parts)
        document = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
        body = Body(view=memoryview(document), size=len(document))
        answer = await self.run(lambda: expect(self.wire.call("POST", key, {"uploadId": upload}, body), key))
        if b"<Error>" in answer.body:  # S3 answers 200 before it knows, and then says so in the body
            raise StorageUnavailable(
                "The object store could not put the parts together.", hint="Try again in a moment."
            )

    async def abort(self, key: str, upload: str) -> None:
        answer = await self.run(lambda: self.wire.call("DELETE", key, {"uploadId": upload}))
        if answer.status not in (200, 204, 404):
            expect(answer, key)

    async def parts(self, key: str, upload: str) -> list[Part]:
        found: list[Part] = []
        while True:
            marker = str(found[-1].number) if found else "0"
            query = {"uploadId": upload, "part-number-marker": marker, "max-parts": "1000"}
            answer = await self.run(lambda query=query: expect(self.wire.call("GET", key, query), key))  # type: ignore[misc]
            root = parse(answer)
            page = [
                Part(
                    number=int(p.findtext("{*}PartNumber", "0")),
                    size=int(p.findtext("{*}Size", "0")),
                    etag=p.findtext("{*}ETag", ""),
                )
                for p in root.findall("{*}Part")
            ]
            found += page
            if not page or root.findtext("{*}IsTruncated") != "true":
                return found

    async def unfinished(self, prefix: str) -> list[OpenMultipart]:
        found: list[OpenMultipart] = []
        query = {"uploads": "", "prefix": prefix, "max-uploads": "1000"}
        while True:
            answer = await self.run(lambda query=dict(query): expect(self.wire.call("GET", "", query), prefix))  # type: ignore[misc]
            root = parse(answer)
            found += [
                OpenMultipart(
                    u.findtext("{*}Key", ""), u.findtext("{*}UploadId", ""), moment(u.findtext("{*}Initiated", ""))
                )
                for u in root.findall("{*}Upload")
            ]
            if root.findtext("{*}IsTruncated") != "true" or not root.findtext("{*}NextKeyMarker"):
                return found
            query |= {
                "key-marker": root.findtext("{*}NextKeyMarker", ""),
                "upload-id-marker": root.findtext("{*}NextUploadIdMarker", ""),
            }

    async def objects(self, prefix: str) -> AsyncIterator[StoredObject]:
        query = {"list-type": "2", "prefix": prefix, "max-keys": "1000"}
        while True:
            answer = await self.run(lambda query=dict(query): expect(self.wire.call("GET", "", query), prefix))  # type: ignore[misc]
            root = parse(answer)
            for row in root.findall("{*}Contents"):
                yield StoredObject(row.findtext("{*}Key", ""), moment(row.findtext("{*}LastModified", "")))
            token = root.findtext("{*}NextContinuationToken")
            if root.findtext("{*}IsTruncated") != "true" or not token:
                return
            query |= {"continuation-token": token}

    def part_url(self, key: str, upload: str, number: int, expires: int) -> str:
        query = {"partNumber": str(number), "uploadId": upload}
        return self._signer.presign("PUT", key, query, self._now(), expires, self._public)

    async def run(self, call: Callable[[], Result]) -> Result:
        """In one of the threads that hold a connection."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def expect(answer: Answer, key: str) -> Answer:
    if answer.status in (200, 204, 206):
        return answer
    code = error_code(answer)
    if code in ("NoSuchUpload", "NoSuchKey", "InvalidPart") or answer.status == 404:
        raise MultipartGone(f"{key}: {code or answer.status}")
    raise StorageUnavailable(
        f"The object store refused a request ({code or answer.status}).", hint="Try again in a moment."
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def error_code(answer: Answer) -> str:
    try:
        return parse(answer).findtext("{*}Code") or parse(answer).findtext("Code") or ""
    except ET.ParseError:
        return ""


def parse(answer: Answer) -> ET.Element:
    return ET.fromstring(answer.body)  # noqa: S314  # nosec B314 - the store's own answer


def text_of(answer: Answer, name: str) -> str:
    value = parse(answer).findtext(f"{{*}}{name}")
    if not value:
        raise StorageUnavailable(f"The object store's answer has no {name}.", hint="Try again in a moment.")
    return value
