"""How a table was read decides how its raw cells are found again, and what is no such way is none."""

from __future__ import annotations

import json

import pytest

from services.dataproc.reading.ways import FastReader, Way


@pytest.mark.parametrize("way", Way)
def test_a_way_survives_storage(way: Way) -> None:
    assert Way.of(json.loads(json.dumps({"path": way}))) is way


def test_where_it_is_not_said_it_was_cell_by_cell() -> None:
    assert Way.of({}) is Way.CAREFUL


def test_an_unknown_way_is_not_taken_for_one() -> None:
    with pytest.raises(ValueError, match="quick"):
        Way.of({"path": "quick"})


def test_what_is_stored_and_shown_keeps_its_words() -> None:
    """They stand in manifests and in docs/tables.md."""
    assert [*Way, *FastReader] == ["fast", "careful", "columns", "mended copy", "blocks"]
