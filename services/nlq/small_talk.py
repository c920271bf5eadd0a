"""What people say in a conversation that asks nothing of the data, as far as the offline engine understands it. Pure.

Whole sentences of a closed list: "thanks to whom did we sell most?" and "are you sure that Lyon leads?" are questions, and go their usual way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from services.nlq.domain import Question, words_of

Talk = Literal["thanks", "sure", "how", "plot"]
SAID: Mapping[Talk, tuple[str, ...]] = {
    "thanks": ("thanks", "thank you", "thanks a lot", "many thanks", "thank you very much", "thx", "great thanks", "perfect thanks"),
    "sure": ("are you sure", "are you certain", "are you sure about that", "is that right", "is that correct", "really"),
    "how": (
        "how did you get that",
        "how did you get this",
        "how did you get to that",
        "how did you compute that",
        "how did you calculate that",
        "how was that computed",
        "how was that calculated",
        "where does that come from",
        "explain that",
    ),
    "plot": (
        "plot that",
        "plot this",
        "plot it",
        "chart that",
        "draw that",
        "show that as a chart",
        "show it as a chart",
        "make a chart of that",
        "visualise that",
        "visualize that",
    ),
}  # fmt: skip
BY_WORDS: Mapping[tuple[str, ...], Talk] = {
    words_of(said): talk for talk, all_said in SAID.items() for said in all_said
}
POLITE = frozenset({"please", "ok", "okay", "so"})


def talk_in(said: str, names: Iterable[str]) -> Talk | None:
    """None for everything else, and where a table or column is called so."""
    words = tuple(word for word in words_of(said) if word not in POLITE)
    talk = BY_WORDS.get(words)
    return None if talk and any(words_of(name) == words for name in names) else talk


def explained(turn: Question) -> str:
    """How the answer before came about, from what is kept of it."""
    said = [f"“{turn.question}” was answered by the code shown here.", turn.explanation]
    rows = [
        f"{table['rows_in']:,} of the {table['rows']:,} rows of {table['name']}"
        for table in (turn.receipt or {}).get("tables", ())
    ]
    if rows:
        said.append(f"It was given {' and '.join(rows)}.")
    if turn.by_plan and turn.expected is not None:
        said.append("It was computed in two ways, by this code and by a query, which agree.")
    return " ".join(filter(None, said))
