"""HTTP with the manners of a good guest: retries what may be retried, and turns every failure into one of our errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from askframe import errors
from askframe.retrying import pause_after_answer, pause_after_break
from askframe.waiting import LONG_POLL

TIMEOUT = httpx.Timeout(60.0, connect=5.0, read=LONG_POLL + 70.0)

Build = Callable[[], httpx.Request]


class Transport:
    """`sleep` is given by tests."""

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        http: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.token = token
        self._sleep = sleep
        try:
            self._client = httpx.Client(
                base_url=base_url, timeout=TIMEOUT, transport=http, headers={"User-Agent": "askframe-client"}
            )
        except httpx.InvalidURL as error:
            raise errors.Unreachable(base_url, error) from error

    @property
    def base_url(self) -> str:
        return str(self._client.base_url).rstrip("/")

    def close(self) -> None:
        self._client.close()

    def request(self, method: str, url: str, **parts: Any) -> httpx.Request:
        """A request that carries the session's token; `parts` as httpx takes them."""
        headers = {"Accept": "application/json", **parts.pop("headers", {})}
        if self.token and self._is_ours(url):
            headers["Authorization"] = f"Bearer {self.token}"
        return self._client.build_request(method, url, headers=headers, **parts)

    def call(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """Send until there is an answer below 400, or the error that stands in its place."""
        return self.send(lambda: self.request(method, url, **parts))

    def json(self, method: str, url: str, **parts: Any) -> Any:
        response = self.call(method, url, **parts)
        try:
            return response.json()
        except ValueError:
            raise errors.UnexpectedAnswer(f"What {self.base_url}{url} says") from None

    def send(self, build: Build) -> httpx.Response:
        """Like `call`, for requests whose body is used up by sending: `build` makes each try's request anew."""
        return self._final(build, stream=False)

    def once(self, request: httpx.Request) -> httpx.Response:
        """One try; the caller knows better what to do next."""
        try:
            response = self._client.send(request)
        except httpx.RequestError as error:
            raise self._broken(error) from error
        if response.status_code >= 400:
            raise errors.of_response(response)
        return response

    @contextmanager
    def stream(self, method: str, url: str, **parts: Any) -> Iterator[httpx.Response]:
        """An answer whose body is read by the caller, piece by piece."""
        response = self._final(lambda: self.request(method, url, **parts), stream=True)
        try:
            yield response
        except httpx.RequestError as error:
            raise self._broken(error) from error
        finally:
            response.close()

    def pages(self, url: str, key: str) -> Iterator[dict[str, Any]]:
        """The entries of a list, fetched page by page as they are needed; `key` is the list's name in the answer."""
        cursor: str | None = None
        while True:
            page = self.json("GET", url, params={"cursor": cursor} if cursor else None)
            if not isinstance(page, dict) or not isinstance(page.get(key), list):
                raise errors.UnexpectedAnswer(f"What {self.base_url}{url} says")
            yield from page[key]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def save(self, url: str, params: dict[str, Any], to: Path) -> Path:
        """Write an answer's body to a file, which appears only when it is whole."""
        partial = to.with_name(f".{to.name}.part")
        try:
            with (
                self.stream("GET", url, params=params, headers={"Accept": "*/*"}) as response,
                partial.open("wb") as file,
            ):
                for piece in response.iter_bytes():
                    file.write(piece)
            return partial.replace(to)
        finally:
            partial.unlink(missing_ok=True)

    def _is_ours(self, url: str) -> bool:
        """A token goes to its own server only, whatever address an answer names."""
        target, own = self._client.base_url.join(url), self._client.base_url
        return (target.scheme, target.host, target.port) == (own.scheme, own.host, own.port)

    def _final(self, build: Build, *, stream: bool) -> httpx.Response:
        attempt = 1
        while True:
            request = build()
            failure: errors.AskframeError
            try:
                response = self._client.send(request, stream=stream)
                if response.status_code < 400:
                    return response
                response.read()
            except httpx.RequestError as error:
                pause, failure = pause_after_break(request.method, error, attempt), self._broken(error)
            else:
                response.close()
                pause, failure = pause_after_answer(request.method, response, attempt), errors.of_response(response)
            if pause is None:
                raise failure
            self._sleep(pause)
            attempt += 1

    def _broken(self, error: httpx.RequestError) -> errors.AskframeError:
        unreachable = errors.Unreachable(self.base_url, error)
        unreachable.__cause__ = error
        return unreachable
