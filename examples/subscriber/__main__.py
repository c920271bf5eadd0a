"""Run it with the `ASKFRAME_*` settings of the stack: `python -m examples.subscriber`; it listens on 127.0.0.1:8090."""

from __future__ import annotations

import os

import uvicorn

from examples.subscriber.app import create_app
from shared.settings import CommonSettings

if __name__ == "__main__":
    uvicorn.run(create_app(CommonSettings()), host="127.0.0.1", port=int(os.environ.get("PORT", "8090")))
