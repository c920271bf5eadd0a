"""The session that a command works in: its own, gone afterwards, or one that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from askframe.cli.stacks import Server, server
from askframe.cli.terminal import Terminal
from askframe.client import Askframe, Privacy
from askframe.errors import AskframeError


@dataclass(frozen=True)
class Place:
    """Where to work, as the options say."""

    url: str | None
    token: str | None
    keep: bool
    privacy: Privacy | None = None


@contextmanager
def session(place: Place, terminal: Terminal) -> Iterator[Askframe]:
    """A client with a session. One that was made here is deleted at the end unless it is kept."""
    must_stay = place.keep or place.token is not None
    with server(place.url, terminal, must_stay=must_stay) as where, Askframe(where.url, place.token) as client:
        if place.token:
            if place.privacy:
                client.choose_privacy(place.privacy)
            yield client
            return
        client.create_session(place.privacy)
        try:
            yield client
        finally:
            _leave(client, place, where, terminal)


def _leave(client: Askframe, place: Place, where: Server, terminal: Terminal) -> None:
    if place.keep:
        terminal.note(
            f'Session kept. To ask more of these files: askframe ask --url {where.url} --token {client.token} "question"'
        )
    elif not where.temporary:
        with suppress(AskframeError):  # it expires by itself; the answer is what counts
            client.delete_session()
