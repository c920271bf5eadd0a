"""One HTTP request, answered as (status, headers, body) whatever the status."""

from __future__ import annotations

import http.client
import json
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    base_url: str,
    path: str,
    method: str = "GET",
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    forgiving: bool = False,
) -> Answer:
    """`path` is sent as it is. `forgiving`: the other side may close its ear to the body, as long as it answers."""
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=30)
    try:
        with suppress(BrokenPipeError, ConnectionResetError) if forgiving else nullcontext():
            connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()
