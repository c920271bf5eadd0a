"""Asks the questions of a running stack, shows every answer, and counts the right ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.rule import Rule

from askframe import Askframe, Query
from askframe.cli.loading import load
from askframe.cli.rendering import options_list, query_parts
from askframe.cli.safe_text import safe
from askframe.cli.terminal import Terminal
from deploy.demo.data import FILES
from deploy.demo.questions import Data, Question

MAX_ROWS = 10


def load_tables(client: Askframe, console: Console) -> dict[str, str]:
    """Upload the demo's files; the id of each file's table by the file's name without its ending."""
    terminal = Terminal(console, console, machine=False, interactive=False)
    return {path.stem: file.tables[0].table_id for path, file in zip(FILES, load(client, FILES, terminal), strict=True)}


def ask_all(
    client: Askframe, questions: Sequence[Question], table_ids: Mapping[str, str], data: Data, console: Console
) -> int:
    """Returns how many answers are right."""
    right = 0
    for number, question in enumerate(questions, 1):
        console.print()
        console.print(Rule(safe(f"{number} · {question.shows}"), style="dim", align="left"))
        fault = Turn(client, question, [table_ids[name] for name in question.tables], console).take(data)
        console.print(safe(f"✗ {fault}", style="bold red") if fault else safe("✓ right", style="green"))
        right += not fault
    return right


class Turn:
    """One question from being asked to being checked."""

    def __init__(self, client: Askframe, question: Question, tables: Sequence[str], console: Console) -> None:
        self._client, self._question, self._tables, self._console = client, question, tables, console

    def take(self, data: Data) -> str | None:
        """Returns what is wrong with the answer."""
        self._console.print(
            safe(f"{self._question.text}  ", style="bold magenta").append_text(
                safe(f"({', '.join(self._question.tables)})", style="not bold dim")
            )
        )
        query = self._timed("question to answer", lambda: self._client.ask(self._question.text, self._tables))
        if self._question.choose:
            chosen = self._choose(query, self._question.choose)
            if chosen is None:
                return f"it was not asked back which column is meant, but ended {query.state}: {query.text}"
            query = chosen
        self._console.print(*query_parts(query, MAX_ROWS), sep="\n")
        return self._question.fault(query, data)

    def _choose(self, query: Query, column: str) -> Query | None:
        """Answer the question back by the option that names the column; None when there is no such option."""
        offered = query.clarification if query.state == "needs_clarification" else None
        option = next((o for o in offered.options if column in o.label), None) if offered else None
        if offered is None or option is None:
            return None
        self._console.print(
            safe(offered.question, style="yellow"), options_list(offered), safe(f"→ {option.label}"), sep="\n"
        )
        return self._timed("choice to answer", lambda: self._client.clarify(query, option.id))

    def _timed(self, what: str, call: Callable[[], Query]) -> Query:
        began = time.monotonic()
        with self._console.status("Thinking …"):
            query = call()
        self._console.print(safe(f"{what}: {(time.monotonic() - began) * 1000:,.0f} ms", style="dim"))
        return query
