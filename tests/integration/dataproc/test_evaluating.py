"""Plans over the bus: asked as nlq asks, answered as dataproc answers, with the real bus, store and cache."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deploy.local.servers import Endpoints
from services.dataproc.evaluation import EvaluatorPool, Limits
from services.dataproc.jail.places import FairPlaces
from services.dataproc.service import EvaluatePlans
from services.dataproc.tables.arrow_cache import ArrowTableCache
from services.nlq.evaluator import BusEvaluator
from shared import rpc
from shared.bus import Bus
from shared.errors import NotFound
from shared.events import ChosenTable
from shared.objects import S3ObjectStore, keys
from shared.objects.store import s3_store
from shared.plan import Measure
from shared.settings import CommonSettings
from tests.plan_pieces import count, group, of, query

pytestmark = pytest.mark.integration
TOTALS = query(
    "orders", group(Measure(name="total", function="sum", of=of("orders", "amount")), region=of("orders", "region"))
)


def chosen(session_id: str, table_id: str = "t_1") -> ChosenTable:
    key = keys.table_data(session_id, table_id, 1)
    return ChosenTable(table_id=table_id, name="orders", version=1, data_key=key)


@pytest.fixture
def objects(provisioned: Endpoints) -> S3ObjectStore:
    server = {
        "s3_endpoint": provisioned.s3_endpoint,
        "s3_access_key": provisioned.s3_access_key,
        "s3_secret_key": provisioned.s3_secret_key,
        "s3_bucket": provisioned.s3_bucket,
    }
    return S3ObjectStore(s3_store(CommonSettings(**server)))


@pytest.fixture
async def served(bus: Bus, objects: S3ObjectStore, tmp_path: Path) -> AsyncIterator[BusEvaluator]:
    pool = EvaluatorPool(tmp_path / "spill", places=2, memory_bytes=128 << 20, spill_bytes=1 << 20, limits=Limits())
    await rpc.serve(
        bus,
        rpc.EVALUATE_PLANS,
        EvaluatePlans(ArrowTableCache(tmp_path / "cache", objects, 1 << 30), pool, FairPlaces(2)),
    )
    yield BusEvaluator(bus)
    await pool.close()


async def test_a_question_is_evaluated_where_its_tables_are(
    served: BusEvaluator, objects: S3ObjectStore, some_id: str, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"region": ["N", "S", "N"], "amount": [1, 2, 3]}), tmp_path / "t.parquet")
    await objects.put_file(keys.table_data(some_id, "t_1", 1), tmp_path / "t.parquet")
    found, refused = await served.evaluate(some_id, [chosen(some_id)], [TOTALS, query("others", group(count()))])
    assert found.result and found.result.rows == (("N", 4), ("S", 2))
    assert refused.refusal and refused.refusal.code == "ill_typed"


async def test_another_sessions_table_is_not_found(
    served: BusEvaluator, objects: S3ObjectStore, some_id: str, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"region": ["N"], "amount": [1]}), tmp_path / "t.parquet")
    await objects.put_file(keys.table_data(some_id, "t_1", 1), tmp_path / "t.parquet")
    with pytest.raises(NotFound):
        await served.evaluate(f"{some_id}x", [chosen(some_id)], [TOTALS])
