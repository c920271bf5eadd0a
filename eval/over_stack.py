"""Question sets over a stack that runs: uploaded, asked and awaited as any client would."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from askframe import Askframe
from askframe.errors import AskframeError
from askframe.models import Answer, Query
from eval.asking import Graded, ask_item
from eval.conversations import Broken, NoConversation
from eval.engines import Answered, Outcome
from eval.grading import Result
from eval.questions import Item, QuestionSet, batches
from services.nlq.planner.facts import Clarify, Decline, Option

# Questions over the same tables that share a session: uploads are what costs, and a session has a quota of questions per minute.
TOGETHER = 20
SECONDS = 120.0
DECLINED = "cannot_answer"

Connect = Callable[[], Askframe]


@dataclass
class StackConversation:
    """`conversation` is None for a single question: such a one belongs to none."""

    client: Askframe
    tables: Sequence[str]
    conversation: str | None
    last: Query | None = None

    def ask(self, question: str) -> Outcome | Broken:
        return self._end(
            lambda: self.client.ask(question, self.tables, conversation=self.conversation, timeout=SECONDS)
        )

    def choose(self, option: Option) -> Outcome | Broken:
        if (last := self.last) is None:
            return Broken("nothing was asked back")
        return self._end(lambda: self.client.clarify(last, option.id, timeout=SECONDS))

    def _end(self, asked: Callable[[], Query]) -> Outcome | Broken:
        try:
            self.last = asked()
            return self._outcome(self.last)
        except AskframeError as error:
            return Broken(f"{error.code}: {error.detail}")

    def _outcome(self, query: Query) -> Outcome | Broken:
        if query.state == "answered" and query.answer:
            return Answered({}, query.code or "", self._rows(query, query.answer), query.explanation)
        if query.state == "needs_clarification" and query.clarification:
            asked = query.clarification
            options = tuple(Option(option.id, option.label) for option in asked.options)
            return Clarify(asked.question, options, query.intent or "other", {}, "chosen by the stack")
        if query.error and query.error.code == DECLINED:
            return Decline(query.error.message, "", query.intent or "other")
        return Broken(f"{query.error.code}: {query.error.message}" if query.error else f"ended {query.state}")

    def _rows(self, query: Query, answer: Answer) -> Result:
        """All of them: a preview that was cut is replaced by the whole result."""
        preview = answer.table_preview
        if preview is None:
            return Result.of(answer.text if answer.value is None and answer.kind == "text" else answer.value)
        if preview.total_rows <= len(preview.rows):
            return Result(preview.columns, preview.rows)
        with tempfile.TemporaryDirectory() as folder:
            whole = json.loads(self.client.result(query, Path(folder) / "result.json", "json").read_bytes())
        return Result(tuple(whole["columns"]), tuple(map(tuple, whole["rows"])))


def run(sets: Sequence[QuestionSet], connect: Connect, jobs: int) -> Iterator[Graded]:
    """Graded questions in the order of the sets and their tables."""
    with ThreadPoolExecutor(jobs) as workers:
        for graded in workers.map(lambda batch: run_batch(connect, *batch), batches(sets, TOGETHER)):
            yield from graded


def run_batch(connect: Connect, set_name: str, items: Sequence[Item]) -> list[Graded]:
    """In a session of their own, which goes when they are done."""
    with connect() as client:
        try:
            client.create_session()
            tables = [table.table_id for file in items[0].tables for table in client.load(file).tables]
            rows = [row for item in items for row in ask_item(_conversation(client, tables, item), item, set_name)]
            client.delete_session()
        except AskframeError as error:
            nobody = NoConversation(f"{error.code}: {error.detail}")
            return [row for item in items for row in ask_item(nobody, item, set_name)]
        return rows


def _conversation(client: Askframe, tables: Sequence[str], item: Item) -> StackConversation:
    return StackConversation(client, tables, client.create_conversation() if len(item.turns) > 1 else None)
