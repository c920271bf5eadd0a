"""What analysts write runs behind the locked door, with the answers that it has outside: nothing is loaded late, opened or started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from services.dataproc.jail import Jail, TableInput
from tests.analyst import Snippet, snippets
from tests.analyst.tables import TABLES

SNIPPETS = snippets()
STYLES = sorted({snippet.style for snippet in SNIPPETS})


@pytest.fixture
def tables(store: Callable[[str, pa.Table], TableInput]) -> list[TableInput]:
    return [store(name, table) for name, table in TABLES.items()]


@pytest.mark.parametrize("style", STYLES)
async def test_code_runs_in_the_jail_and_is_right(
    style: str, jail: Jail, tables: list[TableInput], tmp_path: Path
) -> None:
    """One style at a time, each snippet in a child of its own; its assertions run in there, on the very objects."""

    async def wrong(snippet: Snippet) -> str | None:
        code = f"{snippet.code}\n{snippet.check}\nresult = 'as expected'"
        outcome = await jail.run(code, tables, out_dir=tmp_path)
        return None if outcome.value == "as expected" else f"{snippet.task}: {outcome.reasons or outcome.outcome}"

    asked = [snippet for snippet in SNIPPETS if snippet.style == style]
    found = await asyncio.gather(*map(wrong, asked))
    assert [one for one in found if one is not None] == []
