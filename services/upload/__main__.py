"""`python -m services.upload`."""

from __future__ import annotations

import sys

# What libraries load when it is there, for uses that this service has none of: NATS over websockets, coloured tracebacks, reloading
# on change, metrics of the Redis client, models of pydantic's last version. Left out, they save 15 MB in every copy.
UNUSED = ("aiohttp", "rich", "watchfiles", "opentelemetry.sdk.metrics", "psutil", "pydantic.v1")


def main() -> None:
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]  # None: cannot be imported
    from services.upload.api.interim import InterimProtocol  # noqa: PLC0415
    from services.upload.app import create_app  # noqa: PLC0415
    from services.upload.settings import Settings  # noqa: PLC0415
    from shared.web import serve  # noqa: PLC0415

    settings = Settings()
    serve("upload", settings, lambda: create_app(settings), http=InterimProtocol)


if __name__ == "__main__":
    main()
