"""An answer while it is written: sentence by sentence checked against the results, and shown as far as it holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from services.llm.context import GenerationContext
from services.llm.errors import CannotAnswer, NeedsClarification
from services.llm.reply import NOT_HELD, WHICH
from shared.prose import (
    Delta,
    Grounds,
    Restart,
    ShownResult,
    complete,
    filled,
    plain,
    progress_facts,
    sentences,
    unfounded,
    without_slots,
)

OF_A_SLOT = "a value that a place puts beside the name of another row"
Tell = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Checked:
    """A text with the values of its slots, and what in it stands nowhere, in the model's own words: it may not know the values."""

    text: str
    missing: tuple[str, ...]


class CheckAnswer:
    """Pure but for what it remembers of the context: what the numbers of an answer may stand on."""

    def __init__(self, context: GenerationContext, also: Iterable[object] = ()) -> None:
        self._results = tuple(ShownResult.of_document(step.result or {}, step.name or "") for step in context.results)
        texts = (*_texts(context), *map(str, also), *context.pseudonyms)  # a name that is data may be said, as any name
        grounds = Grounds(self._results, texts, _code(context), _asides(context), _sizes(context))
        self._grounds = grounds
        counts = tuple(str(result.total_rows) for result in self._results if not result.is_value)
        self._seen = replace(grounds, results=(), asides=(*grounds.asides, *counts)) if context.is_unseeing else None
        self._names = context.names

    def __call__(self, text: str) -> Checked:
        whole = filled(self._names.reveal(text), self._results)
        missing = self._missing(whole.text, without_slots(text))
        return Checked(whole.text, tuple(dict.fromkeys((*whole.unknown, *missing))))

    def holds(self, text: str) -> bool:
        return not self(text).missing

    def holding(self, text: str) -> str:
        """Its sentences that hold, with their values."""
        checked = map(self, sentences(text))
        return " ".join(one.text for one in checked if not one.missing)

    def ending(self, error: CannotAnswer | NeedsClarification) -> CannotAnswer | NeedsClarification:
        """A reason to decline or a question back, as a person may read it. What is offered to choose from are readings, whose numbers are proposals;
        where there is a result they would tell of it."""
        said = self.holding(error.detail)
        if isinstance(error, CannotAnswer):
            return CannotAnswer(said or NOT_HELD, hint=error.hint)
        options = tuple(filter(self.holds, error.options)) if self._results else error.options
        return NeedsClarification(said or WHICH, options) if len(options) > 1 else CannotAnswer(said or NOT_HELD)

    def _missing(self, whole: str, own: str) -> Iterator[str]:
        """A model that may see no cell is not told either whether a number that it guessed stands in one."""
        found = unfounded(whole, self._grounds)
        yield from (one for one in found if one in own) if self._seen is None else unfounded(own, self._seen)
        yield from (OF_A_SLOT for one in found if one not in own)


def bounds_of(context: GenerationContext) -> Iterator[object]:
    """What the columns reach from and to: whoever declines says that ("the orders end in 2023"). Nothing where no cell may be seen."""
    return (
        bound
        for table in context.tables
        for column in table.columns
        for bound in (column.min, column.max)
        if bound is not None
    )


def _texts(context: GenerationContext) -> list[str]:
    """What the person said, now and before: it may be repeated of every name. What a model asked back is none of it."""
    said = [context.question, *context.own_words]
    said += [clarified.choice for clarified in context.clarified]
    said += [clarified.choice for turn in context.history for clarified in turn.clarified]
    return [*said, *(turn.question for turn in context.history)]


def _code(context: GenerationContext) -> list[str]:
    """Only of results that are shown: what was refused or only tried computes none of the answer."""
    return [step.code for step in context.results if step.code]


def _asides(context: GenerationContext) -> list[str]:
    """Warnings and notes that the model was told, and earlier answers, which were checked when they were written."""
    noted = [str(note) for step in context.results for note in ((step.result or {}).get("notes") or ())]
    warned = [warning for step in context.results for warning in step.warnings]
    return [*noted, *warned, *(turn.answer for turn in context.history if turn.answer), f"{len(context.tables)} tables"]


def _sizes(context: GenerationContext) -> list[str]:
    return [f"{table.name} {table.rows} rows, {len(table.columns)} columns" for table in context.tables]


class AnswerStream:
    """Hears what the model writes and tells whole sentences, until one does not hold: nothing after that is shown before it is written anew."""

    def __init__(self, check: CheckAnswer, tell: Tell, step: int) -> None:
        self._check = check
        self._tell = tell
        self._step = step
        self._shown = ""
        self._stopped = False

    async def tokens(self, count: int) -> None:
        await self._tell({"stage": "generating", "tokens": count, "step": self._step})

    async def text(self, so_far: str) -> None:
        checked = self._check(_whole_sentences(plain(so_far).lstrip()))
        self._stopped = self._stopped or bool(checked.missing)
        # Where a sentence ends is seen from what follows; until then less may be whole than a moment ago.
        if not self._stopped and checked.text.startswith(self._shown):
            await self._show(checked.text)

    async def ended(self, text: str) -> None:
        """The rest of a text that holds, with its values; all of it where it does not begin with what was shown."""
        if not text.startswith(self._shown):
            await self.again()
        await self._show(text)

    async def again(self) -> None:
        """What was shown does not hold with the rest: it begins anew."""
        if self._shown:
            await self._tell(progress_facts(Restart(), self._step))
        self._shown, self._stopped = "", False

    async def _show(self, text: str) -> None:
        if more := text.removeprefix(self._shown):
            self._shown = text
            await self._tell(progress_facts(Delta(more), self._step))


def _whole_sentences(text: str) -> str:
    """None ends within a slot, whose names may have points."""
    whole = complete(text)
    if (opened := whole.rfind("{")) > whole.rfind("}"):
        whole = complete(whole[:opened])
    return whole.rstrip()
