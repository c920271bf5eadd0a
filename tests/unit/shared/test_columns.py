"""Every column type has what the rest of the house takes from the registry."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from services.dataproc.reading.typing.storage import STORAGE, native_type
from shared.columns import TRAITS, ColumnType, Family

NAMES = "integer decimal boolean date datetime time duration category text identifier email url json empty"
DOCUMENT = Path(__file__).parents[3] / "docs" / "tables.md"
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
ROOMS = [Path(__file__).parents[3] / "services", Path(__file__).parents[3] / "shared"]


def those(trait: str) -> str:
    return " ".join(kind for kind in ColumnType if getattr(kind, trait))


def test_names_are_those_of_the_interface() -> None:
    assert " ".join(ColumnType) == NAMES
    assert json.dumps({"type": ColumnType.INTEGER}) == '{"type": "integer"}'


@pytest.mark.parametrize("kind", ColumnType)
def test_every_type_has_its_traits(kind: ColumnType) -> None:
    traits = TRAITS[kind]
    assert traits.label
    assert traits.label != kind or kind is ColumnType.TEXT
    assert kind.label == traits.label
    assert pa.type_for_alias(traits.arrow) == STORAGE[kind]
    if not pa.types.is_string(STORAGE[kind]):
        assert native_type(STORAGE[kind]) is kind
    assert kind.is_text == (pa.types.is_string(STORAGE[kind]) and kind is not ColumnType.EMPTY)


def test_labels_tell_types_apart() -> None:
    assert len({traits.label for traits in TRAITS.values()}) == len(ColumnType) == len(TRAITS)


def test_every_type_is_told_to_people_and_programs() -> None:
    assert f"`{NAMES.removesuffix(' empty')}`" in DOCUMENT.read_text()
    listed = json.loads((REFERENCE / "openapi-dataproc.json").read_text())["components"]["schemas"]["ColumnType"]
    assert listed["enum"] == list(ColumnType)


@pytest.mark.parametrize(("trait", "names"), [
    ("is_number", "integer decimal"), ("is_time", "date datetime time duration"), ("is_ordered", "integer decimal date datetime time duration"),
    ("sums", "integer decimal duration"), ("is_text", "category text identifier email url json"), ("is_plain_text", "category text identifier email url"),
    ("trims", "category identifier email url"), ("names_rows", "integer category text identifier email url"),
    ("lists_values", "boolean category text identifier email url")])  # fmt: skip
def test_traits_of_all_types(trait: str, names: str) -> None:
    assert those(trait) == names


def test_families() -> None:
    assert {family: [kind for kind in ColumnType if kind.family is family] for family in Family} == {
        Family.NUMBER: ["integer", "decimal"],
        Family.TEXT: ["category", "text", "identifier", "email", "url", "json", "empty"],
        Family.BOOLEAN: ["boolean"],
        Family.DATE: ["date", "datetime"],
        Family.TIME: ["time", "duration"],
    }


def lists_of_type_names(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Set, ast.Tuple, ast.List)) and len(node.elts) > 1:
            names = [part.value if isinstance(part, ast.Constant) else None for part in node.elts]
            if set(names) <= set(ColumnType):
                yield ast.unparse(node)


def test_private_lists_of_types_are_found() -> None:
    assert list(lists_of_type_names('TEXTS = frozenset({"text", "url"}); OTHERS = {"text", "series"}')) == [
        "{'text', 'url'}"
    ]


def test_no_module_keeps_a_list_of_types_of_its_own() -> None:
    files = [file for room in ROOMS for file in room.rglob("*.py")]
    assert len(files) > 100
    assert {file.name: found for file in files if (found := list(lists_of_type_names(file.read_text())))} == {}
