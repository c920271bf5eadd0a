"""What the cells leave open is a type that programs decide by; the sentence about it is for people."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from services.dataproc.domain import column_fact
from services.dataproc.reading import Column
from services.dataproc.reading.model import columns_from
from services.dataproc.reading.typing.chosen import choose, plan_as
from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.examples import choice_with_example
from services.dataproc.reading.typing.infer import infer
from services.dataproc.schemas import ColumnView
from services.dataproc.tables.overrides import choices_to_keep
from shared.columns import ColumnType
from shared.events import ColumnFact
from shared.open_choices import ANSWERED_BY, WORDINGS, Example, OpenChoice, OpenQuestion
from tests.unit.dataproc.reading.readings import Read

OPEN: dict[OpenQuestion, tuple[list[str], str, str]] = {
    OpenQuestion.DAY_ORDER: (
        ["03/04/2020", "05/06/2021"],
        "day-first",
        "undecidable whether day-first or month-first; read as day-first",
    ),
    OpenQuestion.YEAR_PLACE: (
        ["20-01-31", "19-12-15", "20-02-03"],
        "%y-%m-%d",
        "undecidable whether the year stands first or last; read as %y-%m-%d",
    ),
    OpenQuestion.COMMA_MEANING: (
        ["1,234", "5,678"],
        "1,234.5",
        "undecidable whether the comma divides thousands or is the decimal sign; read as thousands",
    ),
    OpenQuestion.POINT_MEANING: (
        ["1.234", "5.678"],
        "1,234.5",
        "undecidable whether the point divides thousands or is the decimal sign; read as the decimal sign",
    ),
    OpenQuestion.CLOCK_PARTS: (
        ["03:45", "12:10", "59:59"],
        "[h]:mm:ss",
        "undecidable whether hours:minutes or minutes:seconds; read as hours:minutes",
    ),
    OpenQuestion.UNIT: (
        ["€5.50", "$6.25", "7.75"],
        "",
        "undecidable whether all numbers are in one unit; read as they are written, without a unit",
    ),
    OpenQuestion.CENTURY: (
        ["31-Dec-63", "04-Sep-58", "15-Apr-03"],
        "%d-%b-%y until 2029",
        "undecidable whether years of two digits go to 2029 or to 2069; read as %d-%b-%y until 2029",
    ),
    OpenQuestion.PART_NUMBERS: (
        ["1.5", "1.10", "1.9"],
        "decimal",
        "undecidable whether 1.10 is the tenth part of 1 or the number 1.1; read as numbers",
    ),
    OpenQuestion.CALENDAR: (
        ["15/01/2567", "27/03/2566"],
        "text",
        "undecidable whether the years are those of the common calendar or of another one (Buddhist, Persian, Islamic); read as they are written",
    ),
    OpenQuestion.MISSING_WORDS: (
        ["12", "null", "13"],
        "integer",
        'undecidable whether strings such as "null" are texts or say that a value is missing; read as missing values',
    ),
}


def column_of(read: Read, question: OpenQuestion) -> Column:
    """In files divided by semicolons the guess about a comma is another; only JSON says which cells are strings."""
    rows = list(enumerate(OPEN[question][0] * 5))
    if question is OpenQuestion.MISSING_WORDS:
        return read(json.dumps([{"k": f"k{n}", "v": cell} for n, cell in rows]), "t.json").column("v")
    return read("k\tv\n" + "".join(f"k{n}\t{cell}\n" for n, cell in rows), "t.tsv").column("v")


@pytest.mark.parametrize("question", OpenQuestion)
def test_every_question_is_found_said_and_shown(read: Read, question: OpenQuestion) -> None:
    _, taken, sentence = OPEN[question]
    column = column_of(read, question)
    assert column.open_choice is not None
    assert (column.open_choice.question, column.open_choice.taken) == (question, taken)
    assert sentence in column.evidence
    shown = ColumnView.of(column)
    assert (shown.undecided, shown.choices) == (question, list(column.open_choice.options))
    assert taken in shown.choices


@pytest.mark.parametrize("question", [question for question in OpenQuestion if question not in ANSWERED_BY])
def test_every_option_can_be_chosen_and_closes_the_question(question: OpenQuestion) -> None:
    cells, taken, _ = OPEN[question]
    counts = ValueCounts("v", dict.fromkeys(cells, 2))
    kind = {OpenQuestion.DAY_ORDER: ColumnType.DATE, OpenQuestion.YEAR_PLACE: ColumnType.DATE, OpenQuestion.CLOCK_PARTS: ColumnType.DURATION, OpenQuestion.CENTURY: ColumnType.DATE}.get(
        question, ColumnType.DECIMAL)  # fmt: skip
    readings = {}
    unsettled = plan_as(counts, kind, None, comma_likely=False)
    assert unsettled is not None
    assert unsettled.open_choice is not None
    for option in unsettled.open_choice.options:
        plan = plan_as(counts, kind, option, comma_likely=False)
        assert plan is not None
        assert plan.open_choice is None or plan.open_choice.question is not question
        readings[option] = plan.parse(cells[0])
    assert len(set(readings.values())) == len(readings) == 2
    assert readings[taken] == unsettled.parse(cells[0])


EXAMPLES: dict[OpenQuestion, Example | None] = {
    OpenQuestion.DAY_ORDER: Example("03/04/2020", ("3 April 2020", "4 March 2020")),
    OpenQuestion.YEAR_PLACE: Example("20-01-31", ("31 January 2020", "20 January 2031")),
    OpenQuestion.COMMA_MEANING: Example("1,234", ("1,234", "1.234")),
    OpenQuestion.POINT_MEANING: Example("1.234", ("1.234", "1,234")),
    OpenQuestion.CLOCK_PARTS: Example("03:45", ("3 h 45 min", "3 min 45 s")),
    OpenQuestion.UNIT: None,
    OpenQuestion.CENTURY: Example("31-Dec-63", ("31 December 1963", "31 December 2063")),
    OpenQuestion.PART_NUMBERS: Example("1.10", ("1.10", "1.1")),
    OpenQuestion.CALENDAR: Example("15/01/2567", ("15/01/2567", "15 January 2567")),
    OpenQuestion.MISSING_WORDS: None,
}


@pytest.mark.parametrize("question", OpenQuestion)
def test_example_cell_says_what_each_option_makes_of_it(read: Read, question: OpenQuestion) -> None:
    column = column_of(read, question)
    assert column.open_choice is not None
    assert column.open_choice.example == EXAMPLES[question]


def test_day_that_is_the_same_either_way_is_no_example() -> None:
    plan = infer(ValueCounts("v", dict.fromkeys(["05/05/2021", "06/07/2021"], 3)))
    choice = choice_with_example(plan)
    assert choice is not None and choice.example is not None
    assert choice.example.cell == "06/07/2021"
    assert (alike := choice_with_example(infer(ValueCounts("v", {"05/05/2021": 3})))) is not None
    assert alike.example is None


@pytest.mark.parametrize(
    ("cells", "complete", "scaled"),
    [
        (["59.913", "12.500", "7.250"], True, True),
        (["59.913", "12.500", "-1.250"], True, True),
        (["59.913", "100"], True, False),  # 100 is more than 59.9, and less than 59,913
        (["59.913", "12.500"], False, False),  # what the other cells are nobody has seen
        (["03:45", "12:10", "59:59"], True, True),
        (["03:45", "30:10:00"], True, False),
    ],
)
def test_options_that_only_scale_all_cells_alike_are_known(cells: list[str], complete: bool, scaled: bool) -> None:
    counts = ValueCounts("v", dict.fromkeys(cells, 3), complete)
    choice = choice_with_example(infer(counts))
    assert choice is not None and choice.scaled is scaled


@pytest.mark.parametrize("example", [None, Example("20-01-31", ("31 January 2020", "20 January 2031"))])
def test_what_is_open_is_told_to_other_services_from_the_description_and_from_a_manifest(
    example: Example | None,
) -> None:
    choice = OpenChoice(OpenQuestion.YEAR_PLACE, ("%y-%m-%d", "%d-%m-%y"), "%y-%m-%d", example)
    column = Column("d", "D", ColumnType.DATE, True, None, "why", "%y-%m-%d", choice)
    fact = column_fact(column)
    assert fact.open_choice == choice
    assert ColumnFact.model_validate_json(fact.model_dump_json()) == fact
    manifest = json.loads(json.dumps(asdict(column)))
    assert ColumnFact.model_validate(manifest) == fact
    del manifest["open_choice"]["example"], manifest["open_choice"]["scaled"]  # as earlier versions wrote it
    assert ColumnFact.model_validate(manifest).open_choice == replace(choice, example=None)
    del manifest["open_choice"]
    assert ColumnFact.model_validate(manifest | {"units": []}).open_choice is None


@pytest.mark.parametrize("kind", ["identifier", "decimal"])
def test_chosen_type_closes_the_question_and_stays_in_a_newer_file(kind: str) -> None:
    counts = ValueCounts("v", dict.fromkeys(OPEN[OpenQuestion.PART_NUMBERS][0], 2))
    plan = choose(counts, {"type": kind})
    assert (plan.type, plan.open_choice) == (kind, None)
    newer = Column("v", "v", ColumnType.DECIMAL, False, None, "", open_choice=infer(counts).open_choice)
    kept = {"v": {"type": kind}} if kind == "identifier" else {}
    assert choices_to_keep([newer], [replace(newer, type=ColumnType(kind), open_choice=None)]) == kept


@pytest.mark.parametrize("unit", ["EUR", "USD"])
def test_chosen_unit_is_a_label_that_closes_the_question(unit: str) -> None:
    plan = choose(ValueCounts("v", dict.fromkeys(OPEN[OpenQuestion.UNIT][0], 2)), {"unit": unit})
    assert (plan.unit, plan.open_choice) == (unit, None)
    assert [plan.parse(cell) for cell in OPEN[OpenQuestion.UNIT][0]] == [5.5, 6.25, 7.75]


@pytest.mark.parametrize("question", OpenQuestion)
def test_every_question_has_its_wording(question: OpenQuestion) -> None:
    assert WORDINGS[question].whether


def test_decisions_hang_on_the_type_and_never_on_the_sentence() -> None:
    choice = OpenChoice(OpenQuestion.DAY_ORDER, ("day-first", "month-first"), "day-first")
    known = Column("d", "d", ColumnType.DATE, True, None, "", "%m/%d/%Y")
    silent = replace(known, format="%d/%m/%Y", open_choice=choice)
    wordy = replace(silent, evidence=choice.sentence(), open_choice=None)
    assert choices_to_keep([silent], [known]) == {"d": {"type": "date", "format": "%m/%d/%Y"}}
    assert choices_to_keep([wordy], [known]) == {}
    assert ColumnView.of(wordy).choices == []


def test_format_outside_of_an_open_choice_is_not_taken_over() -> None:
    choice = OpenChoice(OpenQuestion.CLOCK_PARTS, ("[h]:mm:ss", "[m]:ss"), "[h]:mm:ss")
    read = Column("d", "d", ColumnType.DURATION, True, None, "", "[h]:mm:ss", choice)
    assert choices_to_keep([read], [replace(read, format="[m]:ss")]) == {"d": {"type": "duration", "format": "[m]:ss"}}
    assert choices_to_keep([read], [replace(read, format="%H:%M")]) == {}
    assert choices_to_keep([read], [replace(read, type=ColumnType.TIME, format="[m]:ss")]) == {}


def test_columns_survive_the_way_through_json() -> None:
    open_column = Column("d", "D", ColumnType.DATE, True, None, "why", "%d/%m/%Y",
                         OpenChoice(OpenQuestion.YEAR_PLACE, ("%y-%m-%d", "%d-%m-%y"), "%y-%m-%d",
                                    Example("20-01-31", ("31 January 2020", "20 January 2031"))))  # fmt: skip
    columns = (open_column, Column("n", "n", ColumnType.INTEGER, False, "EUR", "why"))
    body = json.loads(json.dumps([asdict(column) for column in columns]))
    assert columns_from(body) == columns
    del body[0]["open_choice"], body[1]["open_choice"]  # as a table of an earlier version has them
    assert columns_from(body) == (replace(open_column, open_choice=None), columns[1])


def test_choice_of_another_column_closes_the_question(read: Read) -> None:
    text = "k\tv\tw\n" + "".join(f"k{n}\t0{n + 1}/02/2020\t{n + 13}/02/2020\n" for n in range(5))
    column = read(text, "t.tsv").column("v")
    assert column.open_choice is None
    assert "day-first as in the other date columns" in column.evidence


@pytest.mark.parametrize(("options", "mixed"), [(("EUR", "USD", ""), ("EUR", "USD")), (("EUR", ""), ())])
def test_units_that_are_mixed_are_told_to_whoever_reckons(options: tuple[str, ...], mixed: tuple[str, ...]) -> None:
    assert OpenChoice(OpenQuestion.UNIT, options, "").mixed_units == mixed
    assert OpenChoice(OpenQuestion.POINT_MEANING, ("1,234.5", "1.234,5"), "1,234.5").mixed_units == ()
