"""`python -m services.upload`."""

from __future__ import annotations

from services.upload.app import create_app
from services.upload.settings import Settings
from shared.web import serve

if __name__ == "__main__":
    settings = Settings()
    serve("upload", settings, lambda: create_app(settings))
