"""The fields of pieces of a plan, found and renamed wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from shared.plan import Field
from shared.plan.expressions import Piece

P = TypeVar("P", bound=Piece)


def fields_of(piece: Piece) -> tuple[str, ...]:
    """The names of the columns that a piece speaks of, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_names(piece)))


def _names(value: object) -> Iterator[str]:
    match value:
        case Field(name=name):
            yield name
        case Piece():
            for field in type(value).model_fields:
                yield from _names(getattr(value, field))
        case tuple():
            for item in value:
                yield from _names(item)


def renamed_fields(piece: P, names: Mapping[str, str], table: str) -> P:
    """The same piece over columns that are called otherwise, of a table that is."""
    return type(piece).model_validate(_renamed(piece.model_dump(), names, table))


def _renamed(value: Any, names: Mapping[str, str], table: str) -> Any:
    match value:
        case {"kind": "field", "name": name}:
            return {**value, "name": names[name], "table": table}
        case dict():
            return {key: _renamed(item, names, table) for key, item in value.items()}
        case list() | tuple():
            return tuple(_renamed(item, names, table) for item in value)
    return value
