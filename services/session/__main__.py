"""Run the session service: `python -m services.session`."""

from __future__ import annotations

from services.session.app import create_app
from services.session.settings import Settings
from shared.web import serve

if __name__ == "__main__":
    settings = Settings()
    serve("session", settings, lambda: create_app(settings))
