"""`python -m services.llm`."""

from __future__ import annotations

from services.llm.app import create_app
from services.llm.settings import Settings
from shared.web import serve

if __name__ == "__main__":
    settings = Settings()
    serve("llm", settings, lambda: create_app(settings))
