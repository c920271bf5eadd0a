"""The product's offline engine over one business: what must hold of it, whatever is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eval.engines import ENGINES, Engine
from eval.properties import PROPERTIES, run

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return next(iter(ENGINES.values()))(date(2026, 1, 1))


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_it_holds(engine: Engine, tmp_path: Path, name: str) -> None:
    checks = list(run(engine, tmp_path, [name], most=1))
    assert [check for check in checks if check.held is False] == []
    assert any(check.held for check in checks) or name == "opposites_add_up", (
        "nothing was answered, so nothing was tried"
    )
