"""The local Messages API beside a stack, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading

from tests.fakes.messages_api import Choose, MessagesApi


class ApiThread:
    """`choose` answers a request by its body."""

    def __init__(self, choose: Choose) -> None:
        self.api = MessagesApi(choose=choose)
        self.base_url = ""
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def start(self) -> str:
        self._thread.start()
        assert self._ready.wait(10)
        return self.base_url

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    async def _serve(self) -> None:
        async with self.api.running() as api:
            self.base_url = api.base_url
            self._ready.set()
            while not self._stop.is_set():
                await asyncio.sleep(0.05)
