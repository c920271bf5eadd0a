"""One warmed jail for all tests of this folder; every test brings its own tables and output folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pyarrow as pa
import pytest

from services.dataproc.jail import Jail, JailLimits, RunOutcome, TableInput

Run = Callable[..., Awaitable[RunOutcome]]
SECRET_NAME = "ASKFRAME_TEST_SECRET"


@pytest.fixture(scope="session")
def secret() -> str:
    """In this process's environment while the jail starts."""
    return secrets.token_hex(16)


@pytest.fixture(scope="session")
async def jail(secret: str) -> AsyncIterator[Jail]:
    os.environ[SECRET_NAME] = secret
    jail = Jail()
    await jail.start()
    yield jail
    await jail.close()
    del os.environ[SECRET_NAME]


@pytest.fixture
def store(tmp_path: Path) -> Callable[[str, pa.Table], TableInput]:
    def stored(name: str, table: pa.Table) -> TableInput:
        path = tmp_path / f"{secrets.token_hex(4)}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        return TableInput(name, path)

    return stored


@pytest.fixture
def orders(store: Callable[[str, pa.Table], TableInput]) -> TableInput:
    days = pa.array([19_000, 19_001, 19_002, 19_003], pa.int32()).cast(pa.date32())
    cities = pa.array(["Oslo", "Rome", "Oslo", None]).dictionary_encode()
    return store(
        "orders", pa.table({"city": cities, "amount": [10.0, 20.5, None, 4.0], "qty": [1, 2, 3, 4], "day": days})
    )


@pytest.fixture
def run(jail: Jail, orders: TableInput, tmp_path: Path) -> Run:
    """Runs code over `orders`, or the given tables."""

    async def run_it(code: str, *tables: TableInput, **limits: float) -> RunOutcome:
        return await jail.run(code, tables or [orders], out_dir=tmp_path / "out", limits=JailLimits(**limits))  # type: ignore[arg-type]

    return run_it


@pytest.fixture
def select(jail: Jail, orders: TableInput, tmp_path: Path) -> Run:
    """Runs SQL over `orders`, or the given tables; nobody has validated it."""

    async def select_it(statement: str, *tables: TableInput, **limits: float) -> RunOutcome:
        bounds = JailLimits(**limits)  # type: ignore[arg-type]
        return await jail.run(statement, tables or [orders], out_dir=tmp_path / "out", limits=bounds, language="sql")

    return select_it
