"""A whole Askframe server in memory, as far as a client can tell; over httpx's mock transport or a real port."""

from __future__ import annotations

import json
import re
import threading
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Reply = httpx.Response


def problem(status: int, code: str, detail: str = "It went wrong.", hint: str = "Do this.", **headers: str) -> Reply:
    body = {"title": code, "status": status, "code": code, "detail": detail, "hint": hint}
    return Reply(
        status, content=json.dumps(body).encode(), headers={"Content-Type": "application/problem+json", **headers}
    )


def answered(text: str = "There are 3 rows.", value: Any = 3) -> dict[str, Any]:
    return {
        "state": "answered", "intent": "aggregate", "engine": "offline", "code": "result = len(df)", "warnings": [],
        "answer": {"text": text, "kind": "scalar", "value": value}, "timings": {"total": 0.05},
        "receipt": {"tables": [{"name": "sales", "rows": 3, "rows_in": 3}], "code_sha256": "c0de"},
    }  # fmt: skip


def ambiguous(*labels: str) -> dict[str, Any]:
    options = [{"id": f"option-{number}", "label": label} for number, label in enumerate(labels, 1)]
    return {"state": "needs_clarification", "clarification": {"question": "Which one do you mean?", "options": options}}


def declined(message: str = "No column looks like 'price'.") -> dict[str, Any]:
    return {"state": "failed", "error": {"code": "cannot_answer", "message": message}}


@dataclass
class FakeAskframe:
    """`answers` are the final documents of questions, in order; `polls` how often a job is seen unfinished first.
    `written` is told while a model writes; None where it begins anew. `interruptions` come instead of the next replies: responses, or exceptions of the network."""

    answers: list[dict[str, Any]] = field(default_factory=lambda: [answered()])
    file_end: dict[str, Any] = field(default_factory=lambda: {"state": "ready"})
    code_run: dict[str, Any] = field(
        default_factory=lambda: {"outcome": "ok", "kind": "scalar", "value": 3, "timings": {}}
    )
    whole_result: dict[str, Any] = field(default_factory=lambda: {"columns": ["n"], "rows": [[3]]})
    polls: int = 0
    tus: bool = False
    interruptions: list[Reply | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    deleted_sessions: int = 0
    privacy: str | None = None
    dictionary: dict[str, Any] = field(default_factory=lambda: {"version": 0, "label": None, "warnings": []})
    choices: list[str] = field(default_factory=list)
    written: list[str | None] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def handle(self, request: httpx.Request) -> Reply:
        request.read()
        self.requests.append(request)
        if self.interruptions:
            interruption = self.interruptions.pop(0)
            if isinstance(interruption, Exception):
                raise interruption
            return interruption
        for method, pattern, reply in self._routes():
            match = re.fullmatch(pattern, request.url.path)
            if method == request.method and match:
                open_to_all = request.url.path == "/v1/sessions" or method == "OPTIONS"
                return (
                    reply(request, *match.groups())
                    if open_to_all or self._knows(request)
                    else problem(401, "unauthorized")
                )
        return problem(404, "unknown_route")

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the questions."""
        return [json.loads(r.content) for r in self.requests if (r.method, r.url.path) == ("POST", "/v1/queries")]

    def _routes(self) -> list[tuple[str, str, Callable[..., Reply]]]:
        return [
            ("POST", "/v1/sessions", self._create_session),
            ("GET", "/v1/sessions/current", lambda r: Reply(200, json=self._session())),
            ("PATCH", "/v1/sessions/current", self._choose_privacy),
            ("DELETE", "/v1/sessions/current", self._delete_session),
            ("OPTIONS", "/v1/uploads", lambda r: Reply(204, headers={"Tus-Version": "1.0.0"}) if self.tus else problem(404, "unknown_route")),
            ("POST", "/v1/uploads", self._create_upload),
            ("PATCH", "/v1/uploads/(.+)", self._append),
            ("HEAD", "/v1/uploads/(.+)", lambda r, u: Reply(200, headers={"Upload-Offset": str(len(self.contents[u]))})),
            ("POST", "/v1/files", self._post_file),
            ("GET", "/v1/files", self._list_files),
            ("GET", "/v1/files/([^/]+)", self._get_file),
            ("DELETE", "/v1/files/([^/]+)", lambda r, f: Reply(204)),
            ("GET", "/v1/tables/([^/]+)", lambda r, t: Reply(200, json=self._table(t))),
            ("GET", "/v1/tables", lambda r: Reply(200, json={"tables": [self._table("t1")]})),
            ("GET", "/v1/tables/[^/]+/dictionary", self._get_dictionary),
            ("PUT", "/v1/tables/[^/]+/dictionary", self._put_dictionary),
            ("GET", "/v1/tables/[^/]+/export", lambda r: Reply(200, content=b"a,b\r\n1,2\r\n")),
            ("POST", "/v1/conversations", lambda r: Reply(201, json={"conversation_id": "c1"})),
            ("GET", "/v1/queries/[^/]+/result", lambda r: Reply(200, json=self.whole_result)),
            ("POST", "/v1/queries", lambda r: Reply(202, json={"query_id": f"q{len(self.asked())}"})),
            ("GET", "/v1/queries/([^/]+)", self._get_query),
            ("GET", "/v1/queries/[^/]+/events", self._query_events),
            ("POST", "/v1/queries/[^/]+/clarification", self._clarify),
            ("POST", "/v1/queries/[^/]+/code", lambda r: Reply(202, json={"query_id": "edited"})),
            ("POST", "/v1/code", lambda r: Reply(200, json=self.code_run)),
        ]  # fmt: skip

    def _knows(self, request: httpx.Request) -> bool:
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens

    def _create_session(self, request: httpx.Request) -> Reply:
        self.privacy = json.loads(request.content or b"{}").get("privacy")
        token = uuid.uuid4().hex
        self.tokens.add(token)
        return Reply(201, json={"session_id": uuid.uuid4().hex, "token": token, "expires_at": "2030-01-01T00:00:00Z"})

    def _choose_privacy(self, request: httpx.Request) -> Reply:
        self.privacy = json.loads(request.content)["privacy"]
        return Reply(200, json=self._session())

    def _session(self) -> dict[str, Any]:
        moments = {"created_at": "2029-01-01T00:00:00Z", "expires_at": "2030-01-01T00:00:00Z"}
        told = {"privacy": self.privacy or "profile", "privacy_from": "session" if self.privacy else "house"}
        return {"session_id": "s1", **moments, **told}

    def _delete_session(self, _: httpx.Request) -> Reply:
        self.deleted_sessions += 1
        return Reply(204)

    def _create_upload(self, request: httpx.Request) -> Reply:
        upload = uuid.uuid4().hex
        self.contents[upload], self.sizes[upload] = b"", int(request.headers["Upload-Length"])
        self.names[upload] = b64decode(request.headers["Upload-Metadata"].split()[1]).decode()
        return Reply(201, headers={"Location": f"/v1/uploads/{upload}"})

    def _append(self, request: httpx.Request, upload: str) -> Reply:
        if int(request.headers["Upload-Offset"]) != len(self.contents[upload]):
            return problem(409, "offset_mismatch")
        self.contents[upload] += request.content
        return Reply(204, headers={"Upload-Offset": str(len(self.contents[upload]))})

    def _post_file(self, request: httpx.Request) -> Reply:
        boundary = b"--" + request.headers["Content-Type"].split("boundary=")[1].encode()
        head, _, content = request.content.split(boundary)[1].partition(b"\r\n\r\n")
        file_id = uuid.uuid4().hex
        self.contents[file_id] = content.removesuffix(b"\r\n")
        found = re.search(rb'filename="(.*)"', head)
        self.names[file_id] = found.group(1).decode() if found else ""
        return Reply(201, json={"file_id": file_id, "state": "received"})

    def _list_files(self, request: httpx.Request) -> Reply:
        ids = list(self.contents)
        at = ids.index(request.url.params["cursor"]) + 1 if "cursor" in request.url.params else 0
        page = [{"file_id": f, "state": "ready"} for f in ids[at : at + 2]]
        return Reply(200, json={"files": page, "next_cursor": page[-1]["file_id"] if at + 2 < len(ids) else None})

    def _get_file(self, _: httpx.Request, file_id: str) -> Reply:
        if file_id not in self.contents:
            return problem(404, "not_found")
        file: dict[str, Any] = {"file_id": file_id, "filename": self.names[file_id]}
        if not self._is_over(file_id):
            return Reply(200, json={**file, "state": "parsing"})
        tables = [{"table_id": f"t-{file_id}", "name": "sales", "rows": 3, "columns": 2}]
        return Reply(
            200, json={**file, **({"tables": tables} if self.file_end["state"] == "ready" else {}), **self.file_end}
        )

    def _table(self, table_id: str) -> dict[str, Any]:
        columns = [
            {"name": "city", "source_name": "city", "type": "category", "nullable": False, "evidence": "2 values"},
            {
                "name": "amount",
                "source_name": "amount",
                "type": "decimal",
                "unit": "EUR",
                "nullable": True,
                "evidence": "[red]12 €",
            },
        ]
        return {"table_id": table_id, "name": "sales", "rows": 3, "columns": columns}

    def _get_dictionary(self, request: httpx.Request) -> Reply:
        if "yaml" in request.headers["Accept"]:
            return Reply(200, content=f"label: {self.dictionary['label']}\n".encode())
        return Reply(200, json=self.dictionary)

    def _put_dictionary(self, request: httpx.Request) -> Reply:
        if request.headers.get("If-Match", (now := f'"{self.dictionary["version"]}"')) != now:
            return problem(412, "dictionary_changed")
        is_yaml = request.headers["Content-Type"] == "application/yaml"
        said = {"label": request.content.decode()} if is_yaml else json.loads(request.content)
        self.dictionary |= said | {"version": self.dictionary["version"] + 1}
        return Reply(200, json=self.dictionary)

    def _get_query(self, _: httpx.Request, query_id: str) -> Reply:
        if not self._is_over(query_id):
            return Reply(200, json={"query_id": query_id, "state": "classified"})
        return Reply(
            200,
            json={"query_id": query_id, "question": self.asked()[-1]["question"], **self.answers[len(self.choices)]},
        )

    def _query_events(self, _: httpx.Request) -> Reply:
        states = ("classified", "generated", "answered", "never read")
        events = [("state", {"state": state}) for state in states]
        events[2:2] = [("restart", {}) if text is None else ("delta", {"text": text}) for text in self.written]
        lines = ": alive\n\n" + "".join(
            f"id: {n}\nevent: {name}\ndata: {json.dumps(data)}\n\n" for n, (name, data) in enumerate(events, 1)
        )
        return Reply(200, content=lines.encode(), headers={"Content-Type": "text/event-stream"})

    def _clarify(self, request: httpx.Request) -> Reply:
        self.choices.append(json.loads(request.content)["choice"])
        return Reply(202, json={})

    def _is_over(self, job: str) -> bool:
        self._seen[job] = self._seen.get(job, 0) + 1
        return self._seen[job] > self.polls


@contextmanager
def listening(fake: FakeAskframe) -> Iterator[str]:
    """The fake on a free loopback port; its address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://fake{self.path}"
            reply = fake.handle(httpx.Request(self.command, url, headers=dict(self.headers.items()), content=body))
            self.send_response(reply.status_code)
            for name, value in reply.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it is called with
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
