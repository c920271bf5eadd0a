"""What the service keeps out of its memory stays out, and nothing that it needs misses it."""

from __future__ import annotations

import subprocess
import sys

from services.upload.__main__ import UNUSED

SCRIPT = """
import sys
from services.upload.__main__ import UNUSED
sys.modules.update(dict.fromkeys(UNUSED))
from services.upload.api.interim import InterimProtocol
from services.upload.app import create_app
from services.upload.settings import Settings
from shared.telemetry import tracing
tracing.configure("upload", "http://127.0.0.1:9")
create_app(Settings()).openapi()
print(*(name for name, module in sys.modules.items() if module))
"""


def test_service_comes_up_with_tracing_and_without_what_it_does_not_use() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "opentelemetry.exporter.otlp.proto.http.trace_exporter" in loaded
    assert loaded.isdisjoint({*UNUSED, "obstore", "minio", "pandas", "numpy", "pyarrow", "duckdb", "polars"})
