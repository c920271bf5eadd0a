"""A reading whose process or service is killed is done again, once, and nothing of the first attempt stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from askframe import Askframe
from deploy.local.stack import Stack

pytestmark = pytest.mark.e2e
ROWS = 1_200_000


def wait_for_attempt(stack: Stack, within: float = 30) -> Path:
    """The folder of the reading under way."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := list(stack.home.glob("**/scratch/parse-*")):
            return found[0]
        time.sleep(0.01)
    raise AssertionError("no reading began")


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.8])
def test_service_killed_while_it_reads_a_file(stack: Stack, client: Askframe, tmp_path: Path, moment: float) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,amount,note\n" + "".join(f"{i},{i % 1000}.25,order {i} is ok\n" for i in range(ROWS)))
    file = client.upload(path)
    attempt = wait_for_attempt(stack)
    time.sleep(moment)
    stack.kill_service("dataproc")
    stack.wait_ready("dataproc")
    ready = client.wait_file(file.file_id, timeout=120)
    assert [(table.name, table.rows) for table in ready.tables] == [("orders", ROWS)]
    assert [table.name for table in client.tables()] == ["orders"]
    assert client.preview(ready.tables[0], offset=ROWS - 1).rows[0][0] == ROWS - 1
    deadline = time.monotonic() + 10
    while list(attempt.parent.glob("parse-*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not attempt.exists()
    assert list(attempt.parent.glob("parse-*")) == []
