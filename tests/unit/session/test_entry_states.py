"""What state each set of facts means, and which facts show in it: one row for each rule."""

from __future__ import annotations

from typing import Any

import pytest

from services.session.entries import DELETED, KINDS, STATES, Change, Entry, Kind, Part, merge


def entry(kind: Kind, **orders: int) -> Entry:
    """Parts by name with their order; each knows its own name, so that one sees which of them shows."""
    parts = {
        name: Part(float(at), order, {name: order, "last": name}) for at, (name, order) in enumerate(orders.items())
    }
    return Entry(kind, "x", parts)


@pytest.mark.parametrize(
    ("kind", "orders", "state"),
    [
        ("file", {"uploaded": 1}, "received"),
        ("file", {"uploaded": 1, "read": 1}, "ready"),
        ("file", {"uploaded": 1, "unreadable": 1}, "failed"),
        ("file", {"read": 1, "unreadable": 2}, "failed"),
        ("file", {"read": 2, "unreadable": 1}, "ready"),
        ("file", {"read": 1, "unreadable": 1}, "ready"),
        ("file", {"read": 1, "rejected": 1}, "rejected"),
        ("file", {"read": 1, "rejected": 1, "deleted": 1}, "deleted"),
        ("table", {"ready": 1}, "ready"),
        ("table", {"ready": 1, "deleted": 1}, "deleted"),
        ("conversation", {"started": 1}, "ready"),
        ("conversation", {"started": 1, "deleted": 1}, "deleted"),
        ("question", {"asked": 1}, "asked"),
        ("question", {"asked": 1, "asked_back": 1}, "needs_clarification"),
        ("question", {"asked_back": 1, "chosen": 1}, "asked"),
        ("question", {"asked_back": 2, "chosen": 1}, "needs_clarification"),
        ("question", {"asked_back": 1, "failed": 1}, "failed"),
        ("question", {"failed": 1, "answered": 1}, "answered"),
        ("question", {"answered": 1, "deleted": 1}, "deleted"),
    ],
)
def test_state(kind: Kind, orders: dict[str, int], state: str) -> None:
    assert entry(kind, **orders).state == state


def test_every_kind_has_its_states() -> None:
    assert set(STATES) == set(KINDS)


def test_details_are_those_of_all_parts_and_the_later_one_wins() -> None:
    assert entry("question", answered=1, asked=1).details == {"asked": 1, "answered": 1, "last": "answered"}


@pytest.mark.parametrize(
    ("kind", "orders", "hidden"),
    [("question", {"failed": 1, "answered": 1}, "failed"), ("file", {"unreadable": 1, "read": 2}, "unreadable")],
)
def test_what_is_no_longer_true_does_not_show(kind: Kind, orders: dict[str, int], hidden: str) -> None:
    assert hidden not in entry(kind, **orders).details


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Part(5.0, 2, {}), Part(1.0, 1, {"a": 1})),  # a later version, whenever it came
        (Part(1.0, 1, {}), Part(5.0, 1, {"a": 1})),  # between equals the earlier one
        (Part(1.0, 1, {"a": 1, "b": 2}), Part(1.0, 1, {"a": 1})),  # then the one that says more
        (Part(1.0, 1, {"a": 2}), Part(1.0, 1, {"a": 1})),  # and at last anything that does not hang on arrival
    ],
)
def test_part_that_wins(first: Part, second: Part) -> None:
    assert first.rank() > second.rank()


def test_rank_does_not_hang_on_the_order_of_keys_nor_on_kinds_of_values() -> None:
    there: dict[str, Any] = {"a": 1, "b": object}
    assert Part(1.0, 1, there).rank() == Part(1.0, 1, dict(reversed(there.items()))).rank()


def test_deleted_entry_holds_nothing_else() -> None:
    held = entry("file", uploaded=1)
    gone = merge(held, Change("file", "x", DELETED, Part(9.0)))
    assert set(gone.parts) == {DELETED} and gone.is_deleted
