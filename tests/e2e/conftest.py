"""One whole stack for the end-to-end tests: five services behind the gateway, on free ports, in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from askframe import Askframe
from deploy.local.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("stack")
    with Stack(home, env={"PATH": os.environ["PATH"]}) as found:
        yield found


@pytest.fixture
def client(stack: Stack) -> Iterator[Askframe]:
    """A client with a session of its own."""
    with Askframe(stack.base_url) as found:
        found.create_session()
        yield found
        found.delete_session()
