"""The access keys of a stack's object store: made once per stack, kept where only its owner can read them."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

PRIVATE = 0o600


@dataclass(frozen=True)
class Credentials:
    """An S3 key pair."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def kept_credentials(path: Path) -> Credentials:
    """Those of an earlier start of the same stack, or new ones."""
    if path.exists():
        return Credentials(**json.loads(path.read_text()))
    made = Credentials(access_key=secrets.token_hex(10), secret_key=secrets.token_urlsafe(30))
    write_private(path, json.dumps(asdict(made)))
    return made


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step; nobody but its owner can ever read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as out:
        out.write(text)
    part.replace(path)
