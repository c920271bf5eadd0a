"""`up` with fake services, as a program of its own, so that signals and deaths of a real launcher can be tried."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from deploy.local.__main__ import up
from deploy.local.services import SERVICES, Service
from deploy.local.settings import LaunchSettings

FAKE = str(Path(__file__).with_name("fake_service.py"))


def fakes(failing: str = "") -> tuple[Service, ...]:
    """The real process list, but for what it runs; the service named `failing` exits at once."""
    return tuple(
        replace(s, arguments=(FAKE, s.name, *(("--fail",) if s.name == failing else ())), tuning={}) for s in SERVICES
    )


if __name__ == "__main__":
    sys.exit(up(LaunchSettings.of(os.environ), fakes(), None))
