"""A question back: answered from `--choose`, by the person, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from rich.prompt import IntPrompt

from askframe.cli.exits import UsageError
from askframe.cli.rendering import options_list
from askframe.cli.safe_text import safe
from askframe.cli.terminal import Terminal
from askframe.client import Askframe
from askframe.models import Clarification, Query


def clarified(
    client: Askframe, query: Query, choices: Iterator[int], terminal: Terminal, typed: TextIO | None = None
) -> Query:
    """Choose until there is no more to choose, or nobody who could; `typed` stands for the keyboard in tests."""
    while query.state == "needs_clarification" and query.clarification:
        number = next(choices, None)
        if number is None and terminal.interactive:
            number = _prompted(query.clarification, terminal, typed)
        if number is None:
            return query
        query = client.clarify(query, _option(query.clarification, number))
    return query


def _prompted(clarification: Clarification, terminal: Terminal, typed: TextIO | None) -> int:
    terminal.err.print(safe(clarification.question, style="bold"), options_list(clarification), sep="\n")
    numbers = [str(number) for number in range(1, len(clarification.options) + 1)]
    return IntPrompt.ask("Which one", choices=numbers, console=terminal.err, stream=typed)


def _option(clarification: Clarification, number: int) -> str:
    if not 1 <= number <= len(clarification.options):
        raise UsageError(
            f"--choose {number}: there are the choices 1 to {len(clarification.options)}.",
            hint="; ".join(f"{n}: {option.label}" for n, option in enumerate(clarification.options, 1)),
        )
    return clarification.options[number - 1].id
