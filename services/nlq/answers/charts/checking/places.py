"""Where a check stands in a specification, and what it found there to be refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_REASONS = 12  # the next attempt is made from them; with more than these the specification is another one


@dataclass
class Findings:
    """`texts` are what the chart says in words: numbers in them stand somewhere, or are refused."""

    reasons: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    marks: int = 0
    views: int = 0

    @property
    def first_reasons(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys(self.reasons))[:MOST_REASONS]


@dataclass(frozen=True)
class Place:
    findings: Findings
    path: str = ""

    def at(self, key: str | int) -> Place:
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if self.path else key
        return Place(self.findings, f"{self.path}{step}")

    def refuse(self, reason: str) -> None:
        self.findings.reasons.append(f"{self.path or 'The specification'}: {reason}")

    def refuse_each(self, reasons: Iterable[str]) -> None:
        for reason in reasons:
            self.refuse(reason)

    def say(self, texts: Any) -> None:
        for text in texts if isinstance(texts, list) else [texts]:
            if isinstance(text, str):
                self.findings.texts.append((self.path, text))
