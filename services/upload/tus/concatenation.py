"""Upload-Concat: `partial`, or `final;` with the URLs of the parts."""

from __future__ import annotations

from urllib.parse import urlsplit

from services.upload.errors import BadHeader

MOST_PARTS = 1000


def parse_concat(header: str | None, root: str) -> tuple[str, tuple[str, ...]]:
    """(kind, upload ids): kind is '', 'partial' or 'final'. URLs may be absolute or just paths; only their path counts."""
    if header is None:
        return "", ()
    value = header.strip()
    if value == "partial":
        return "partial", ()
    kind, _, urls = value.partition(";")
    if kind != "final" or not urls.split():
        raise BadHeader(
            "Upload-Concat is neither `partial` nor `final;` with the URLs of partial uploads.",
            hint="Send `final;<url> <url> …`.",
        )
    if len(urls.split()) > MOST_PARTS:
        raise BadHeader(f"More than {MOST_PARTS} parts cannot be joined.", hint="Use fewer, larger parts.")
    return "final", tuple(_upload_id(url, root) for url in urls.split())


def _upload_id(url: str, root: str) -> str:
    head, _, upload_id = urlsplit(url).path.rstrip("/").rpartition("/")
    if not head.endswith(root) or not upload_id:
        raise BadHeader(
            f"{url[:100]!r} is not the URL of an upload of this service.", hint=f"Parts are at {root}/<id>."
        )
    return upload_id
