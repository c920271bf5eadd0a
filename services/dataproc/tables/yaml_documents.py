"""YAML as people write settings: no anchors, no tags, no key twice, and words stay words.

YAML 1.1 reads `no` as false, `2024-12-31` as a date and `12:30` as 750. Here only true, false, null and decimal numbers are no text, as in
YAML 1.2. Aliases are refused: ten lines of them unfold into gigabytes.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

DEEPEST = 16  # a dictionary nests six deep
MOST_NODES = 50_000  # words and brackets, read in a second; three thousand described columns have as many
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it was built in: ten times as fast


class NotReadable(ValueError):
    """The text is no such YAML; the sentence says where."""


class _Loader(_Parser):  # type: ignore[misc, valid-type]
    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            keys = [key.value for key, _ in node.value]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise NotReadable(f"the key {twice!r} stands twice in the block that begins in {_line(node.start_mark)}")
        return found


# Each of these is read so by YAML 1.1, too: what `write_yaml` leaves without quotes is the text that it was.
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?", "-+0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_yaml(content: bytes) -> Any:
    """The value of one document. Raises `NotReadable`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(f"it is not UTF-8: byte {error.start + 1}") from error
    try:
        _check_events(text)
        return yaml.load(text, Loader=_Loader)  # nosec B506  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        where = f" in {_line(mark)}" if (mark := _place_of(error)) else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise NotReadable(f"it is no YAML{where}: {problem}") from error


# What is not closed is noticed lines later, often at the end: wrong is the line in which it began.
_UNFINISHED = ("while scanning a simple key", "while scanning a quoted scalar", "while parsing a flow")


def _place_of(error: yaml.YAMLError) -> Any:
    begun = (getattr(error, "context", None) or "").startswith(_UNFINISHED)
    return getattr(error, "context_mark" if begun else "problem_mark", None)


def _check_events(text: str) -> None:
    """What may not be there is found before anything is built of it."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Parser)):
        match event:
            case yaml.CollectionStartEvent():
                depth += 1
            case yaml.CollectionEndEvent():
                depth -= 1
            case yaml.DocumentStartEvent():
                documents += 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise NotReadable(f"anchors and aliases are not read ({_line(event.start_mark)})")
        if getattr(event, "tag", None):
            raise NotReadable(f"tags are not read ({_line(event.start_mark)})")
        if depth > DEEPEST:
            raise NotReadable(f"it is nested more than {DEEPEST} deep ({_line(event.start_mark)})")
        if number > MOST_NODES:
            raise NotReadable(f"it has more than {MOST_NODES:,} parts")
        if documents > 1:
            raise NotReadable(f"there is more than one document ({_line(event.start_mark)})")


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}"


def write_yaml(value: Any) -> str:
    """Keys in their order, lines within a hundred characters."""
    text: str = yaml.dump(value, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, width=100)
    return text
