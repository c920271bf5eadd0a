"""Provisioning on a real S3 server: the bucket and its rules, by the same keys that the services have."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from minio import Minio

from deploy.local.servers import Endpoints
from shared.objects.provision import StoreSettings, provision

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("times", [1, 2])
def test_bucket_and_rule_are_there_however_often_it_is_run(endpoints: Endpoints, some_id: str, times: int) -> None:
    settings = StoreSettings(
        s3_endpoint=endpoints.s3_endpoint,
        s3_access_key=endpoints.s3_access_key,  # type: ignore[arg-type]
        s3_secret_key=endpoints.s3_secret_key,  # type: ignore[arg-type]
        s3_bucket=f"made-{some_id}",
    )
    for _ in range(times):
        provision(settings)
    store = Minio(
        endpoint=urlsplit(endpoints.s3_endpoint).netloc,
        access_key=endpoints.s3_access_key,
        secret_key=endpoints.s3_secret_key,
        secure=False,
    )
    assert store.bucket_exists(bucket_name=settings.s3_bucket)
    config = store.get_bucket_lifecycle(bucket_name=settings.s3_bucket)
    assert config is not None
    assert {rule.expiration.days for rule in config.rules if rule.expiration} == {37}
