"""Provisioning against a fake MinIO: bucket, rules, user and policy, again and again with the same end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from minio import Minio
from minio.error import S3Error

from shared.objects import provision as program
from shared.objects.provision import MARGIN_DAYS, POLICY, StoreSettings, policy, provide_bucket
from tests.fakes.minio_server import MinioServer, minio_server

USER, SECRET, BUCKET = "askframe", "the services' secret", "some-bucket"


@pytest.fixture
def server() -> Iterator[MinioServer]:
    with minio_server() as running:
        yield running


def settings_for(server: MinioServer, **changes: object) -> StoreSettings:
    given = {
        "s3_endpoint": server.url,
        "s3_bucket": BUCKET,
        "s3_access_key": USER,
        "s3_secret_key": SECRET,
        "s3_admin_access_key": server.access_key,
        "s3_admin_secret_key": server.secret_key,
    }
    return StoreSettings.model_validate(given | changes)


def test_a_new_store_gets_bucket_rules_user_and_policy(server: MinioServer) -> None:
    program.provision(settings_for(server))
    assert list(server.buckets) == [BUCKET]
    assert server.users == {USER: SECRET}
    assert server.attached == {USER: [POLICY]}
    assert server.policies == {POLICY: policy(BUCKET)}


def test_running_again_changes_nothing_and_is_no_error(server: MinioServer) -> None:
    program.provision(settings_for(server))
    program.provision(settings_for(server))
    assert server.attached == {USER: [POLICY]}
    assert server.calls.count("idp/builtin/policy/attach") == 1
    assert server.calls.count(f"PUT {BUCKET}") == 1


def test_what_differs_is_set_anew(server: MinioServer) -> None:
    program.provision(settings_for(server))
    program.provision(settings_for(server, s3_secret_key="another", s3_bucket="other"))
    assert server.users == {USER: "another"}
    assert server.policies == {POLICY: policy("other")}
    assert list(server.buckets) == [BUCKET, "other"]


def test_another_copy_that_attaches_first_is_no_error(server: MinioServer) -> None:
    server.racing = True
    program.provision(settings_for(server))
    assert server.attached == {USER: [POLICY]}


def test_another_copy_that_makes_the_bucket_first_is_no_error(
    server: MinioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.provision(settings_for(server))
    monkeypatch.setattr(Minio, "bucket_exists", lambda self, bucket_name: False)
    program.provision(settings_for(server))
    assert server.calls.count(f"PUT {BUCKET}") == 2


def test_other_errors_of_making_a_bucket_are_raised(server: MinioServer) -> None:
    store = Minio(endpoint=server.url.removeprefix("http://"), access_key="stranger", secret_key="x", secure=False)
    with pytest.raises(S3Error):
        provide_bucket(store, settings_for(server))


def test_without_an_administrator_only_bucket_and_rules_are_made(server: MinioServer) -> None:
    server.access_key = USER
    program.provision(settings_for(server, s3_admin_access_key="", s3_admin_secret_key=""))
    assert list(server.buckets) == [BUCKET]
    assert server.users == server.policies == {}


def test_rule_outlives_every_session_and_concerns_sessions_only(server: MinioServer) -> None:
    program.provision(settings_for(server, session_max_seconds=2.5 * 86_400))
    written = server.buckets[BUCKET]
    assert f"<Days>{3 + MARGIN_DAYS}</Days>" in written
    assert f"<DaysAfterInitiation>{MARGIN_DAYS}</DaysAfterInitiation>" in written
    assert "<Prefix>sessions/</Prefix>" in written


def test_the_services_user_may_use_its_bucket_only() -> None:
    statements = policy(BUCKET)["Statement"]
    resources = {resource for statement in statements for resource in statement["Resource"]}
    assert resources == {f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"}
    assert {statement["Effect"] for statement in statements} == {"Allow"}
    assert not [action for statement in statements for action in statement["Action"] if "*" in action]


def test_the_program_reads_its_environment_and_says_what_it_made(
    server: MinioServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = settings_for(server).model_dump(mode="json", include={"s3_endpoint", "s3_bucket"})
    given |= {"s3_access_key": USER, "s3_secret_key": SECRET, "s3_admin_access_key": server.access_key}
    for name, value in (given | {"s3_admin_secret_key": server.secret_key}).items():
        monkeypatch.setenv(f"ASKFRAME_{name.upper()}", value)
    assert program.main() == 0
    assert capsys.readouterr().out == f"provisioned the bucket {BUCKET} and the user {USER}\n"
    assert server.attached == {USER: [POLICY]}


@pytest.mark.parametrize("wrong", ["keys", "address"])
def test_a_store_that_refuses_or_is_away_ends_the_program_with_a_sentence_and_no_secret(
    server: MinioServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    monkeypatch.setattr("minio.api.Retry", lambda **_: False)
    changes = {"s3_admin_access_key": "nobody"} if wrong == "keys" else {"s3_endpoint": "http://127.0.0.1:1"}
    monkeypatch.setattr(program, "StoreSettings", lambda: settings_for(server, **changes))
    assert program.main() == 1
    said = capsys.readouterr().err
    assert "could not be provisioned" in said
    assert SECRET not in said + json.dumps(server.calls)
    assert server.secret_key not in said
