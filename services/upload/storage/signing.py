"""AWS Signature Version 4 for S3, in a header or in the URL. The payload is not signed: it is streamed, and digested elsewhere."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class Signer:
    """Signs requests for one bucket, addressed by path."""

    endpoint: str
    bucket: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    def path(self, key: str) -> str:
        return quote(f"/{self.bucket}/{key}" if key else f"/{self.bucket}", safe="/-_.~")

    def headers(
        self, method: str, key: str, query: Mapping[str, str], now: datetime, extra: Mapping[str, str]
    ) -> dict[str, str]:
        """`extra` are further headers to sign (`x-amz-*`); the answer holds them too."""
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        signed = {"host": self._host(), "x-amz-content-sha256": UNSIGNED, "x-amz-date": stamp, **extra}
        names = ";".join(sorted(signed))
        signature = self._sign(method, key, canonical_query(query), signed, stamp)
        credential = f"{self.access_key}/{self._scope(stamp)}"
        return {
            **signed,
            "Authorization": f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
        }

    def presign(
        self, method: str, key: str, query: Mapping[str, str], now: datetime, expires: int, endpoint: str = ""
    ) -> str:
        """A URL that works for `expires` seconds for whoever holds it. `endpoint`: the store's address as clients see it."""
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        base = endpoint or self.endpoint
        full = {
            **query,
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self.access_key}/{self._scope(stamp)}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(expires),
            "X-Amz-SignedHeaders": "host",
        }
        signature = self._sign(method, key, canonical_query(full), {"host": urlsplit(base).netloc}, stamp)
        return f"{base.rstrip('/')}{self.path(key)}?{canonical_query(full)}&X-Amz-Signature={signature}"

    def _host(self) -> str:
        return urlsplit(self.endpoint).netloc

    def _scope(self, stamp: str) -> str:
        return f"{stamp[:8]}/{self.region}/s3/aws4_request"

    def _sign(self, method: str, key: str, query: str, headers: Mapping[str, str], stamp: str) -> str:
        listed = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
        request = "\n".join([method, self.path(key), query, listed, ";".join(sorted(headers)), UNSIGNED])
        text = "\n".join([ALGORITHM, stamp, self._scope(stamp), hashlib.sha256(request.encode()).hexdigest()])
        secret = f"AWS4{self.secret_key}".encode()
        for part in (stamp[:8], self.region, "s3", "aws4_request", text):
            secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
        return secret.hex()


def canonical_query(query: Mapping[str, str]) -> str:
    """Sorted and percent-encoded, as both the signature and the URL need it."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
