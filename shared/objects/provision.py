"""Make the bucket and its life-cycle rules, and on MinIO a user who may use this bucket and nothing else:
`python -m shared.objects.provision`, once per deployment.

Safe to run again and in several copies at once: what is already so stays so, and what differs is set anew, the user's secret key too.
Users and policies are MinIO's own; without an administrator's keys only bucket and rules are made, on any store that speaks S3.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any
from urllib.parse import urlsplit

from minio import Minio, MinioAdmin
from minio.commonconfig import ENABLED, Filter
from minio.credentials.providers import StaticProvider
from minio.error import InvalidResponseError, MinioAdminException, S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, Expiration, LifecycleConfig, Rule
from pydantic import Field, SecretStr
from urllib3.exceptions import HTTPError

from shared.settings import CommonSettings

POLICY = "askframe-bucket"
PREFIX = "sessions/"
DAY = 86_400
# Sessions are forgotten by their service, and unfinished uploads removed by theirs, within two days. The store's rules are for what
# both have lost sight of; a week later nobody is still about to do it himself.
MARGIN_DAYS = 7
MADE_ALREADY = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


class StoreSettings(CommonSettings):
    """The administrator of the store, and how old a session may get."""

    s3_admin_access_key: SecretStr = Field(
        default=SecretStr(""), description="empty: bucket and user are there already"
    )
    s3_admin_secret_key: SecretStr = Field(default=SecretStr(""))
    session_max_seconds: float = Field(default=30 * DAY, gt=0, description="as the session service has it")

    @property
    def has_administrator(self) -> bool:
        return bool(self.s3_admin_access_key.get_secret_value())

    def keys(self) -> tuple[str, str]:
        """The administrator's keys, or those of the services where there is none."""
        pair = (
            (self.s3_admin_access_key, self.s3_admin_secret_key)
            if self.has_administrator
            else (self.s3_access_key, self.s3_secret_key)
        )
        return pair[0].get_secret_value(), pair[1].get_secret_value()


def provide_bucket(store: Minio, settings: StoreSettings) -> None:
    """The bucket, with rules for what its services have lost sight of."""
    if not store.bucket_exists(bucket_name=settings.s3_bucket):
        try:
            store.make_bucket(bucket_name=settings.s3_bucket)
        except S3Error as error:
            if error.code not in MADE_ALREADY:  # another copy of this program was faster
                raise
    store.set_bucket_lifecycle(bucket_name=settings.s3_bucket, config=rules(settings.session_max_seconds))


def rules(session_max_seconds: float) -> LifecycleConfig:
    """One rule: MinIO takes none that ends unfinished uploads alone (it does that by itself, within a day)."""
    rule = Rule(
        status=ENABLED,
        rule_id="forgotten",
        rule_filter=Filter(prefix=PREFIX),
        expiration=Expiration(days=math.ceil(session_max_seconds / DAY) + MARGIN_DAYS),
        abort_incomplete_multipart_upload=AbortIncompleteMultipartUpload(days_after_initiation=MARGIN_DAYS),
    )
    return LifecycleConfig(rules=[rule])


def provide_user(admin: MinioAdmin, settings: StoreSettings) -> None:
    """The services' user, who may use the bucket and nothing else."""
    user = settings.s3_access_key.get_secret_value()
    admin.policy_add(policy_name=POLICY, policy=policy(settings.s3_bucket))
    admin.user_add(access_key=user, secret_key=settings.s3_secret_key.get_secret_value())
    if has_policy(admin, user):
        return
    try:
        admin.attach_policy(policies=[POLICY], user=user)
    except MinioAdminException:
        if not has_policy(admin, user):  # else another copy of this program was faster: attaching twice is an error
            raise


def has_policy(admin: MinioAdmin, user: str) -> bool:
    attached: str = json.loads(admin.user_info(access_key=user)).get("policyName", "")
    return POLICY in attached.split(",")


def policy(bucket: str) -> dict[str, Any]:
    of_bucket = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    of_objects = ["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "ListMultipartUploadParts"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": of_bucket, "Resource": [f"arn:aws:s3:::{bucket}"]},
            {
                "Effect": "Allow",
                "Action": [f"s3:{action}" for action in of_objects],
                "Resource": [f"arn:aws:s3:::{bucket}/*"],
            },
        ],
    }


def provision(settings: StoreSettings) -> None:
    address, (access_key, secret_key) = urlsplit(settings.s3_endpoint), settings.keys()
    provider, is_secure = StaticProvider(access_key, secret_key), address.scheme == "https"
    store = Minio(endpoint=address.netloc, credentials=provider, region=settings.s3_region, secure=is_secure)
    provide_bucket(store, settings)
    if settings.has_administrator:
        provide_user(MinioAdmin(endpoint=address.netloc, credentials=provider, secure=is_secure), settings)


def main() -> int:
    settings = StoreSettings()
    try:
        provision(settings)
    except (S3Error, InvalidResponseError, MinioAdminException, HTTPError) as error:
        print(f"the object store at {settings.s3_endpoint} could not be provisioned: {error}", file=sys.stderr)
        return 1
    made = f" and the user {settings.s3_access_key.get_secret_value()}" if settings.has_administrator else ""
    print(f"provisioned the bucket {settings.s3_bucket}{made}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
