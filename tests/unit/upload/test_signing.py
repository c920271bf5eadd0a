"""Signatures are those of AWS's own example (S3 API reference, "Authenticating requests: using query parameters")."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from services.upload.storage.signing import Signer

WHEN = datetime(2013, 5, 24, tzinfo=UTC)
KEYS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


class VirtualHosted(Signer):
    """The example addresses its bucket by host; ours does by path."""

    def path(self, key: str) -> str:
        return f"/{key}"


def test_presigned_url_has_the_published_signature() -> None:
    url = VirtualHosted("https://examplebucket.s3.amazonaws.com", "examplebucket", "us-east-1", *KEYS).presign(
        "GET", "test.txt", {}, WHEN, 86400
    )
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Signature"] == ["aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"]
    assert query["X-Amz-Expires"] == ["86400"]


def test_key_is_encoded_once_in_path_and_signature() -> None:
    signer = Signer("http://store:9000", "bucket", "us-east-1", *KEYS)
    url = signer.presign(
        "PUT", "a b/ü", {"partNumber": "1", "uploadId": "x/y+z"}, WHEN, 60, endpoint="https://public.example"
    )
    assert url.startswith("https://public.example/bucket/a%20b/%C3%BC?")
    assert "uploadId=x%2Fy%2Bz" in url


def test_secret_is_in_no_representation_and_no_request() -> None:
    signer = Signer("http://store:9000", "bucket", "us-east-1", *KEYS)
    assert KEYS[1] not in repr(signer)
    assert KEYS[1] not in str(signer.headers("GET", "k", {}, WHEN, {}))
