"""One way to read bytes as an upload."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.dataproc.reading import Limits, read_file
from tests.unit.dataproc.reading.readings import Read, Reading


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_bytes(
        content: bytes | str,
        filename: str = "upload.csv",
        overrides: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Reading:
        path = tmp_path / uuid.uuid4().hex
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        into = tmp_path / uuid.uuid4().hex
        result = read_file(path, filename=filename, into=into, limits=limits or Limits(), overrides=overrides)
        return Reading(path, filename, result)

    return read_bytes
