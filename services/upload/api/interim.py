"""uvicorn's HTTP protocol, which also sends interim responses (1xx): ASGI has none, and the IETF's resumable uploads want a 104.

It is offered in the scope's extensions under `INTERIM`. Everything else of uvicorn stays as it is, bodies above all; under a
server that does not offer this, clients learn an upload's address with the final answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

INTERIM = "askframe.interim"


class InterimProtocol(HttpToolsProtocol):
    """For `uvicorn.Config(http=…)`."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        offered: dict[str, Any] = {INTERIM: self.send_interim}
        self.scope["extensions"] = offered

    def send_interim(self, status: str, headers: Mapping[str, str]) -> None:
        """`status` with its phrase. After the answer has begun it is too late: nothing is sent."""
        if not self.cycle.response_started and not self.transport.is_closing():
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
            self.transport.write("\r\n".join(lines).encode("latin-1"))
