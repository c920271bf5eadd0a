"""Parts of the command that a whole run does not reach: asking a person, showing hostile text."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from askframe import Askframe
from askframe.cli import rendering
from askframe.cli.clarifying import clarified
from askframe.cli.safe_text import printable
from askframe.cli.terminal import Terminal
from askframe.models import Column, Grid, Query, Table
from tests.fakes.askframe_server import FakeAskframe, ambiguous, answered


def terminal(*, interactive: bool) -> Terminal:
    return Terminal(
        Console(file=io.StringIO(), width=100),
        Console(file=io.StringIO(), width=100),
        machine=False,
        interactive=interactive,
    )


def printed(part: object) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def asked(fake: FakeAskframe) -> tuple[Askframe, Query]:
    client = Askframe("http://fake", http=fake.transport())
    client.create_session()
    return client, client.ask("What is the total?")


def test_a_person_is_asked_and_asked_again_until_the_number_is_one_of_the_options() -> None:
    fake = FakeAskframe(answers=[ambiguous("gross", "net"), answered()])
    client, query = asked(fake)
    window = terminal(interactive=True)
    assert clarified(client, query, iter([]), window, io.StringIO("seven\n9\n2\n")).answered
    assert fake.choices == ["option-2"]
    assert isinstance(window.err.file, io.StringIO)
    assert "Which one do you mean?" in window.err.file.getvalue()


def test_a_number_given_beforehand_spares_the_question() -> None:
    fake = FakeAskframe(answers=[ambiguous("gross", "net"), answered()])
    client, query = asked(fake)
    assert clarified(client, query, iter([1]), terminal(interactive=True), io.StringIO()).answered
    assert fake.choices == ["option-1"]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\u202etxt.exe", "\r overwritten"])
def test_control_sequences_in_cells_do_nothing(hostile: str) -> None:
    shown = printed(rendering.grid(Grid(columns=(hostile,), rows=((hostile,),), total_rows=1), 10))
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(shown)


def test_markup_in_cells_is_shown_as_it_is() -> None:
    assert "[bold]x[/bold]" in printed(
        rendering.grid(Grid(columns=("a",), rows=(("[bold]x[/bold]",),), total_rows=1), 10)
    )


@pytest.mark.parametrize("text", ["Füße", "日本語", "👩‍🚀", "می‌خواهم", "tab\tand\nline"])
def test_ordinary_text_of_any_language_is_left_alone(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (3, "3"), (2013, "2013"), (1.5, "1.5"), (0.0, "0"), (7.123456, "7.1235"), (1234567.0, "1234567"), (1e-9, "1e-09"),
     (True, "true"), ("a", "a"), ([1, "b"], '[1, "b"]')],
)  # fmt: skip
def test_cells_are_short_and_exact_enough(value: object, shown: str) -> None:
    assert rendering.cell(value) == shown


def test_a_receipt_says_which_rows_of_which_table() -> None:
    receipt = {
        "tables": [{"name": "sales", "rows": 1200, "rows_in": 40, "file_sha256": "ab" * 32}],
        "columns": [{"table": "sales", "column": "amount"}],
        "chosen": [{"question": "Which amount?", "choice": "net"}],
        "code_sha256": "cd" * 32,
    }
    assert list(rendering.receipt_lines(receipt)) == [
        "sales: 40 of 1,200 rows · file sha256 abababababab…", "columns: sales.amount", "chosen: Which amount? → net",
        "code sha256 cdcdcdcdcdcd…",
    ]  # fmt: skip


def test_columns_that_do_not_fit_are_left_out_and_counted() -> None:
    console = Console(width=40, record=True, file=io.StringIO())
    console.print(
        rendering.grid(Grid(columns=tuple(f"column_{n}" for n in range(12)), rows=((1,) * 12,), total_rows=3), 10)
    )
    text = console.export_text()
    assert "column_0" in text
    assert "column_2" in text
    assert "column_11" not in text
    assert "2 more rows and 9 more columns" in text


def test_what_reading_was_unsure_of_is_shown_with_its_choices() -> None:
    column = Column(
        name="weight", source_name="weight", type="decimal", evidence="undecidable", choices=("1,234.5", "1.234,5")
    )
    table = Table(table_id="t_1", name="parcels", rows=4, columns=(column,), warnings=("Row 5 sums up 4 rows.",))
    console = Console(file=io.StringIO(), width=200)
    console.print(rendering.schema(table))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "undecidable Choose: 1,234.5 or 1.234,5" in shown
    assert "! Row 5 sums up 4 rows." in shown


def test_what_claude_computed_beside_its_answer_and_did_on_the_way_is_shown() -> None:
    answer = {"text": "Paris leads.", "kind": "scalar", "value": 150.5, "suggestions": ["And in 2024?"]}
    table = {"columns": ["city"], "rows": [["Oslo"]], "total_rows": 1}
    answer["results"] = [
        {"name": "by_city", "kind": "table", "table_preview": table},
        {"name": "share", "kind": "scalar", "value": 0.65},
    ]
    steps = [
        {"step": 1, "attempt": 1, "outcome": "ok", "purpose": "look"},
        {"step": 2, "attempt": 1, "outcome": "failed", "purpose": "compute", "name": "share"},
        {"step": 2, "attempt": 2, "outcome": "chosen"},
    ]
    query = Query.model_validate({"query_id": "q", "state": "answered", "answer": answer, "steps": steps})
    text = "".join(printed(part) for part in rendering.query_parts(query, 20))
    shown = [line.strip() for line in text.splitlines() if line.strip()]
    assert shown[0] == "Paris leads."
    assert "by_city" in shown and "Oslo" in shown and "share: 0.65" in shown
    assert shown[-2:] == ["steps: look · compute (failed) · chosen", "→ And in 2024?"]
