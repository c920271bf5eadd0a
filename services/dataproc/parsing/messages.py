"""What a parsing process says on its pipe: a JSON object on each line, whose `kind` tells which of these it is.

JSON and not msgspec's own encoding, since profiles may hold NaN and values that are shown as `str` shows them.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec


class Started(msgspec.Struct, frozen=True, tag_field="kind", tag="started"):
    """The first message."""

    pid: Annotated[int, msgspec.Meta(gt=1)]


class Advanced(msgspec.Struct, frozen=True, tag_field="kind", tag="advanced"):
    """How far the reading has come."""

    done: int
    total: int
    rows: int


class Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    """The last message of a job that a file is refused in: the parts of a `FileRefused`."""

    code: str
    detail: str
    hint: str


class Finished(msgspec.Struct, frozen=True, tag_field="kind", tag="finished"):
    """The last message of a job that was done; what came of it depends on the job."""

    result: Any


Message = Started | Advanced | Refused | Finished


class MalformedMessage(Exception):
    """No honest process says this."""


def encode(message: Message) -> bytes:
    """One line."""
    tag = message.__struct_config__.tag
    return json.dumps({"kind": tag, **msgspec.structs.asdict(message)}, default=str).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Raises MalformedMessage."""
    try:
        found: Message = msgspec.convert(json.loads(line), Message)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise MalformedMessage(str(error)[:200]) from error
    return found
