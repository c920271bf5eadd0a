"""One stack with fake services for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.servers import Endpoints
from deploy.local.stack import Stack
from tests.integration.deploy.fake_stack import fakes

CALLER = {
    "ANTHROPIC_API_KEY": "made-up-key",
    "ASKFRAME_ANYTHING": "1",
    "ASKFRAME_HOME": "/elsewhere",
    "OTHER_SECRET": "x",
}


@pytest.fixture(scope="session")
def fake_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home: Path = tmp_path_factory.mktemp("stack")
    with Stack(home, env=CALLER, services=fakes(), provision=None) as stack:
        yield stack


@pytest.fixture(scope="session")
def fake_endpoints(fake_stack: Stack) -> Endpoints:
    return fake_stack.endpoints


@pytest.fixture(scope="session")
def fake_home(fake_stack: Stack) -> Path:
    return fake_stack.home
