"""Where the sentences of a text end, also while it is still being written. Pure."""

from __future__ import annotations

import re

_ENDS = re.compile(
    r"(?:(?<!\d\.)|(?!\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b))"
    r"(?<!\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Okt|Dez)\.)(?<!\bSept\.)(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W\d_a-z]|[\"'“‘(]?\d)|\n+"
)


def sentences(prose: str) -> list[str]:
    return [sentence for sentence in (part.strip() for part in _ENDS.split(prose)) if sentence]


def complete(prose: str) -> str:
    """What is there in whole sentences, while the last one may still be written."""
    ends = list(_ENDS.finditer(prose))
    return prose[: ends[-1].start()] if ends else ""
