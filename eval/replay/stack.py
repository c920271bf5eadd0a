"""A stack whose model is the recordings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.stack import Stack
from tests.fakes.api_thread import ApiThread
from tests.fakes.messages_api import Choose

# Nothing waits here for a limit that protects an account, nor long for code without an end; a real model that is recorded may take its time.
SETTINGS = {
    "ASKFRAME_REQUESTS_PER_MINUTE": "100000",
    "ASKFRAME_QUESTION_SECONDS": "1800",
    "ASKFRAME_RUN_SECONDS": "5",
}


@contextmanager
def stack_with(model: Choose) -> Iterator[Stack]:
    """Every request of its services to the Messages API is answered by `model`."""
    api = ApiThread(model)
    env = {"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "recorded", "ANTHROPIC_BASE_URL": api.start(), **SETTINGS}
    try:
        with tempfile.TemporaryDirectory(prefix="askframe-replay-") as home, Stack(Path(home), env=env) as stack:
            yield stack
    finally:
        api.stop()
