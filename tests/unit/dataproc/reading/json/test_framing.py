"""Large files are cut where elements end: exactly by quotes and brackets, whatever texts and windows do, or where a seam is likely and reading shows whether it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import FileRefused
from services.dataproc.reading.json import framing as json_framing
from services.dataproc.reading.json.framing import Block, Place, blocks_at, find_seam, list_of_file, text_of
from services.dataproc.reading.json.scanning import Unclosed, end_of_list, scanned_blocks

TEXTS = st.text('\\"[]{},a\n', max_size=8)
ELEMENTS = st.lists(
    st.recursive(
        TEXTS | st.integers(-9, 9) | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=12,
)


def read_in_blocks(path: Path, blocks: Sequence[Block]) -> list[Any]:
    return [element for block in blocks for element in json.loads(b"[" + text_of(path, block, listed=True) + b"]")]


@given(elements=ELEMENTS, size=st.integers(1, 40), indent=st.sampled_from([None, 1]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scanned_blocks_hold_whole_elements_and_all_of_them(
    tmp_path: Path, elements: list[Any], size: int, indent: int | None
) -> None:
    path = tmp_path / "t.json"
    text = json.dumps(elements, indent=indent)
    path.write_text('{"x": ' + text + ', "y": "]"}')
    blocks = list(scanned_blocks(path, Block(0, 7, 7), size))
    assert read_in_blocks(path, blocks) == elements
    assert [block.begin for block in blocks[1:]] == [block.end for block in blocks[:-1]]
    assert blocks[-1].end == end_of_list(path, 7, size) == 5 + len(text)


def test_list_without_an_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"a": "]"}, {"a": 2}')
    with pytest.raises(Unclosed):
        end_of_list(path, 1, 8)


def test_seam_is_what_stands_between_the_first_elements_with_their_first_key(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    rows = [{"id": n, "lines": [{"sku": 1}, {"sku": n}]} for n in range(50)]
    path.write_text(" " + json.dumps(rows) + " \n")
    place = list_of_file(path)
    assert place is not None and find_seam(path, place) == b'}, {"id"'
    blocks = list(blocks_at(path, place, b'}, {"id"', 300))
    assert len(blocks) > 5 and read_in_blocks(path, blocks) == rows


@pytest.mark.parametrize(("text", "seam"), [("[[1, [2]],\n [3]]", b"],\n ["), ('[{"a": 1}, 5]', None), ("[{}]", None)])
def test_seam_of_other_elements(tmp_path: Path, text: str, seam: bytes | None) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    assert find_seam(path, Place(1, len(text) - 1)) == seam


def test_comma_without_an_element_behind_it_stays_in_its_block(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"a": 1}, ]')
    texts = [text_of(path, block, listed=True) for block in scanned_blocks(path, Block(0, 1, 1), 9)]
    assert texts == [b'{"a": 1}', b", "]


def test_element_without_an_end_in_sight_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_framing, "LARGEST_OBJECT", 100)
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{"a": "x" * 500}, {"a": 1}]))
    with pytest.raises(FileRefused, match="larger than"):
        list(scanned_blocks(path, Block(0, 1, 1), 50))
