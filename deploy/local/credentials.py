"""The secrets of a stack's servers: made once per stack, kept where only its owner can read them."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

PRIVATE = 0o600


@dataclass(frozen=True)
class Credentials:
    """The object store's key pair, and the passwords of the bus and of the state."""

    access_key: str = field(repr=False, default_factory=partial(secrets.token_hex, 10))
    secret_key: str = field(repr=False, default_factory=partial(secrets.token_urlsafe, 30))
    # They stand in URLs, where hexadecimal digits need no quoting.
    nats_password: str = field(repr=False, default_factory=partial(secrets.token_hex, 24))
    valkey_password: str = field(repr=False, default_factory=partial(secrets.token_hex, 24))


def kept_credentials(path: Path) -> Credentials:
    """Those of an earlier start of the same stack; what it had none of yet is made."""
    found = Credentials(**json.loads(path.read_text())) if path.exists() else Credentials()
    write_private(path, json.dumps(asdict(found)))
    return found


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step; nobody but its owner can ever read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as out:
        out.write(text)
    part.replace(path)
