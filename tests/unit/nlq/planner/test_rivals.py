"""What could mean two columns is asked about, each with its value; what a column is called to the letter, and what agrees, is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.dataproc.evaluation.model import Rows
from services.nlq.planner.choosing.decide import Chosen, decide, worth_evaluating
from services.nlq.planner.facts import Clarify, ColumnFacts, Decline, TableFacts
from services.nlq.planner.lexicon.tokens import tokenize
from services.nlq.planner.linking.names import column_links
from services.nlq.planner.linking.rivals import rival_links
from services.nlq.planner.linking.runs import written_together
from services.nlq.planner.linking.schema import build
from services.nlq.planner.plan.remarks import certain_remarks
from shared.columns import ColumnType

from .asking import Tables, result_of

ROWS = ("ann,4,1200,3", "bo,9,310,5", "cy,2,45,11", "di,13,7,6")
TOTALS = ("28", "1,562", "25")


def things(folder: Path, *names: str, rows: tuple[str, ...] = ROWS, name: str = "things") -> Tables:
    """A table of a label and numbers, the columns called so."""
    folder.mkdir(exist_ok=True)
    return Tables(folder, {name: "\n".join((f"label,{','.join(names)}", *rows))})


def offered(decided: object) -> set[str]:
    assert isinstance(decided, Clarify), decided
    return {option.label.split(":")[0] for option in decided.options}


def rivals(question: str, *names: str, labels: tuple[str, ...] = ()) -> set[str]:
    facts = [ColumnFacts(n, n, ColumnType.INTEGER, distinct=9, minimum=3, maximum=900) for n in names]
    facts[0] = ColumnFacts(names[0], names[0], ColumnType.INTEGER, distinct=9, minimum=3, maximum=900, labels=labels)
    schema, tokens = build((TableFacts("t", "things", 10, tuple(facts)),)), tokenize(question)
    return {column.ref.column for *_, column, _ in rival_links(tokens, list(column_links(question, tokens, schema)))}


NAMED_IN_PART = [
    ("total cust qty", ("customer_quantity", "client_quantity")),  # shortened
    ("total amount of refund", ("refund_amount", "refund_value")),  # in another order
    ("total weight", ("parcel_weight", "shipment_load")),  # in part
    ("total donation amount", ("donation_value", "donation_amount_value")),
    ("total visit count", ("number_of_visits", "visit_quantity")),
    ("total number of guests", ("number_of_visitors", "guests_count")),  # two that count, one of them by another word
]


@pytest.mark.parametrize(("question", "names"), NAMED_IN_PART)
def test_a_name_said_in_part_is_asked_about_where_another_column_could_be_called_so(
    question: str, names: tuple[str, str], tmp_path: Path
) -> None:
    decided, _ = things(tmp_path, *names, "Pages").decided(question)
    assert offered(decided) == set(names)
    assert {option.label.split(": ")[1] for option in decided.options} == set(TOTALS[:2])  # type: ignore[union-attr]


@pytest.mark.parametrize(("question", "names"), NAMED_IN_PART)
def test_the_order_of_columns_and_one_that_has_nothing_to_do_with_it_change_nothing(
    question: str, names: tuple[str, str], tmp_path: Path
) -> None:
    for folder, columns in (("a", (*reversed(names), "Pages")), ("b", ("Pages", *names))):
        assert offered(things(tmp_path / folder, *columns).decided(question)[0]) == set(names)


@pytest.mark.parametrize(("_", "names"), NAMED_IN_PART)
def test_each_name_to_the_letter_is_answered(_: str, names: tuple[str, str], tmp_path: Path) -> None:
    table = things(tmp_path, *names, "Pages")
    assert [table.answer(f"total {name}") for name in names] == [[(28,)], [(1562,)]]


def test_columns_that_come_to_the_same_are_not_asked_about(tmp_path: Path) -> None:
    rows = ("ann,4,4,3", "bo,9,9,5", "cy,2,2,11")
    decided, _ = things(tmp_path, "refund_amount", "refund_value", "Pages", rows=rows).decided("total amount of refund")
    assert isinstance(decided, Chosen)


def test_the_only_column_of_that_sense_is_answered_without_a_question(tmp_path: Path) -> None:
    assert things(tmp_path, "refund_amount", "Pages", "Words").answer("total amount of refund") == [(28,)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("total orders", ("number_of_orders", "order_value")),  # the one counts, the other is worth something
        ("total departure delay", ("dep_delay", "arr_delay")),
        ("total price", ("price_new", "price_used", "unit_cost")),  # two are called so: a third is no option
        ("total hours", ("hours", "duration")),
    ],
)
def test_what_nobody_would_mean_is_no_rival(question: str, names: tuple[str, ...]) -> None:
    assert rivals(question, *names) == set()


def test_a_label_of_the_dictionary_settles_it() -> None:
    assert rivals("total emp num", "employee_num", "staff_num") == {"staff_num"}
    assert rivals("total emp num", "employee_num", "staff_num", labels=("emp num",)) == set()


def test_what_the_rows_are_is_no_part_of_the_name_to_the_letter(tmp_path: Path) -> None:
    pets = things(tmp_path / "a", "Age", "Years_old", "Weight", name="pets")
    assert offered(pets.decided("total pet age")[0]) == {"Age", "Years_old"}
    assert things(tmp_path / "b", "Age", "Years_old", "Weight", name="pets").answer("total age") == [(28,)]


GUESSES = [
    ("average visitor age", {"winning_driver_age", "losing_driver_age"}),  # what it is of is none of both
    ("total overtime hours", {"hours_planned", "hours_worked"}),
    ("total shippingcost", {"freight_charge", "postage_fee"}),  # run together
]


@pytest.mark.parametrize(("question", "names"), GUESSES)
def test_what_is_measured_and_names_no_column_is_asked_about_in_so_many_words(
    question: str, names: set[str], tmp_path: Path
) -> None:
    decided, _ = things(tmp_path, *sorted(names), "Pages").decided(question)
    assert offered(decided) == names
    assert "Nothing is called" in decided.question  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("total arsenic", ("Mass", "Load", "Rank")),
        ("average bounce rate", ("price_new", "price_used", "Pages")),
        ("total sales", ("discount", "discount_percent", "Pages")),
        ("total overtime hours", ("hours", "pages", "words")),  # one column is no choice
        ("average rating", ("price_new", "price_used", "Pages")),
    ],
)
def test_what_cannot_be_meant_is_not_offered(question: str, names: tuple[str, ...], tmp_path: Path) -> None:
    decided, _ = things(tmp_path, *names).decided(question)
    assert isinstance(decided, Decline), decided


def test_a_guess_that_has_no_rival_left_is_not_answered(tmp_path: Path) -> None:
    rows = ("ann,4,4,3", "bo,9,9,5", "cy,2,2,11")
    decided, _ = things(tmp_path, "hours_planned", "hours_worked", "Pages", rows=rows).decided("total overtime hours")
    assert isinstance(decided, Decline), decided


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("surfacearea", ("surface", "area")),
        ("unitprice", ("unit", "price")),
        ("dnum", ("d", "num")),
        ("overtime", ("overtime",)),
        ("kevib", ("kevib",)),
    ],
)
def test_words_run_together_are_taken_apart_where_all_of_them_are_words(run: str, words: tuple[str, ...]) -> None:
    assert written_together(run) == words


def test_a_cell_is_no_part_of_a_guess(tmp_path: Path) -> None:
    """Offering all values, where those of one kind were asked for, would leave the word out."""
    rows = ("pH,4,1200,3", "lead,9,310,5", "zinc,2,45,11")
    decided, _ = things(tmp_path, "value_raw", "value_corrected", "Pages", rows=rows).decided("average pH value")
    assert not isinstance(decided, Clarify) or all("4" in o.label or "1,200" in o.label for o in decided.options)


RATES = ("ann,40,12", "bo,55,31", "cy,20,45", "di,13,7")


def test_of_two_that_hardly_add_up_it_is_asked_which_and_the_one_chosen_is_answered(tmp_path: Path) -> None:
    over = things(tmp_path, "seat_occupancy_rate", "room_occupancy_rate", rows=RATES)
    decided, _ = over.decided("total occupancy rate")
    assert offered(decided) == {"seat_occupancy_rate", "room_occupancy_rate"}
    assert isinstance(decided, Clarify)
    readings = over.readings("total occupancy rate")
    choices = {decided.slot: decided.options[0].id}
    considered = worth_evaluating(readings, choices)
    outcomes = [result_of(f) if isinstance(f, Rows) else None for f in over.evaluate([r.query for r in considered])]
    chosen = decide(readings, considered, outcomes, choices)
    assert isinstance(chosen, Chosen)
    assert any("hardly add up" in told for told in certain_remarks(chosen.reading, readings))


def test_one_alone_that_hardly_adds_up_is_not_added_up(tmp_path: Path) -> None:
    decided, _ = things(tmp_path, "occupancy_rate", "rooms", rows=RATES).decided("total occupancy rate")
    assert isinstance(decided, Decline)


def test_what_is_only_called_a_key_has_rivals_of_its_kind(tmp_path: Path) -> None:
    decided, _ = things(
        tmp_path, "employee_code", "staff_code", "calls", rows=("a,7,310,1", "b,66,12,2", "c,480,4,3")
    ).decided("total emp code")
    assert offered(decided) == {"employee_code", "staff_code"}
