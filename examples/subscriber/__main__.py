"""Run it: `python -m examples.subscriber` with ASKFRAME_NATS_URL set; it listens on 127.0.0.1:8090."""

from __future__ import annotations

import os

import uvicorn

from examples.subscriber.app import create_app

if __name__ == "__main__":
    nats_url = os.environ.get("ASKFRAME_NATS_URL", "nats://127.0.0.1:4222")
    uvicorn.run(create_app(nats_url), host="127.0.0.1", port=int(os.environ.get("PORT", "8090")))
