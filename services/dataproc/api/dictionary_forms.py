"""The two forms in which a dictionary travels."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import Request
from pydantic import ValidationError

from services.dataproc.errors import DictionaryNotValid, UnknownMediaType
from services.dataproc.schemas.dictionary import DictionaryView
from services.dataproc.tables.yaml_documents import NotReadable, read_yaml, write_yaml
from shared.errors import PayloadTooLarge

JSON_TYPE = "application/json"
YAML_TYPE = "application/yaml"  # RFC 9512; the others were in use before
YAML_TYPES = frozenset({YAML_TYPE, "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml"})
LOOKED_AT_LATER = "Put right what `errors` names and send it again: only then is it held against the table's columns. Nothing was changed."
HOW_YAML_IS_WRITTEN = "Indent with blanks, alike within a block; quote texts with ': ' or ' #' in them, or with a bracket or quote in front."
MOST_BYTES = (
    256 << 10
)  # some three thousand described columns; YAML of that size is read in a second, beside the event loop


async def read_document(request: Request) -> DictionaryView:
    """Raises `DictionaryNotValid` with every place whose form is wrong. Whether what is said fits the table is another question."""
    media_type = _media_type(request.headers.get("content-type", JSON_TYPE))
    if media_type != JSON_TYPE and media_type not in YAML_TYPES:
        raise UnknownMediaType(
            f"A dictionary is not read from {media_type[:80]!r}.", hint=f"Send {JSON_TYPE} or {YAML_TYPE}."
        )
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise PayloadTooLarge(
            f"The dictionary is larger than {MOST_BYTES:,} bytes.", hint="Describe fewer columns, or in fewer words."
        )
    try:
        return await asyncio.to_thread(_parsed, body, as_yaml=media_type in YAML_TYPES)
    except NotReadable as error:
        raise DictionaryNotValid(f"The dictionary cannot be read: {error}.", hint=HOW_YAML_IS_WRITTEN) from error
    except ValidationError as error:
        raise DictionaryNotValid.at(_faults(error), LOOKED_AT_LATER) from error


def _parsed(body: bytes, *, as_yaml: bool) -> DictionaryView:
    return DictionaryView.model_validate(read_yaml(body)) if as_yaml else DictionaryView.model_validate_json(body)


def _faults(error: ValidationError) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """One for each place: a value that is none of the kinds that it might be is one fault, and not one for each kind."""
    told = set()
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        place, sentence = fault["loc"], fault["msg"]
        if "value" in place and "where" in place:
            place = place[: place.index("value") + 1]
            sentence = "a text, a whole or decimal number, true, false, or a list of these is needed"
        if place not in told:
            yield place, sentence
        told.add(place)


def prefers_yaml(accept: str) -> bool:
    """Whether YAML is asked for before JSON; of both at the same weight the first counts."""
    return _media_type(max(_weighed(accept.split(",")), default=(0.0, 0, ""))[2]) in YAML_TYPES


def _weighed(ranges: Iterable[str]) -> Iterator[tuple[float, int, str]]:
    for place, wished in enumerate(ranges):
        media_type, _, weight = wished.partition("q=")
        try:
            yield float(weight or 1), -place, media_type
        except ValueError:
            continue


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def write_document(view: DictionaryView, *, as_yaml: bool) -> tuple[str, str]:
    """The text and its media type. YAML is for keeping beside other files: without a version, so that it can be put on the table of another
    session, and with the warnings as remarks."""
    if not as_yaml:
        return view.model_dump_json(), JSON_TYPE
    said: dict[str, Any] = view.model_dump(mode="json", exclude_defaults=True, exclude={"version", "warnings"})
    return "".join(f"# {warning}\n" for warning in view.warnings) + write_yaml(said), YAML_TYPE
