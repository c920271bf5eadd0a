"""Debits and credits: the sides of an account, written behind an amount."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SIDE = re.compile(r"(?P<amount>.*[\d)])\s*(?P<side>CR|DR|[SH])\.?", re.IGNORECASE | re.DOTALL)
DEBIT, CREDIT = "DR", "CR"
OF_LETTER = {"S": DEBIT, "H": CREDIT}
"""Soll and Haben."""


@dataclass(frozen=True)
class Sides:
    """The side whose amounts are negative; `letters`: S and H are sides here."""

    negative: str | None = None
    letters: bool = False

    def split(self, text: str) -> tuple[str, bool]:
        """The amount, and whether its side makes it negative."""
        if self.negative is None or (found := split_side(text)) is None:
            return text, False
        amount, side = found
        if side in OF_LETTER and not self.letters:
            return text, False
        return amount, OF_LETTER.get(side, side) == self.negative


def split_side(text: str) -> tuple[str, str] | None:
    """The amount and its side, in capitals."""
    match = SIDE.fullmatch(text.strip())
    return (match["amount"], match["side"].upper()) if match else None


def find_sides(texts: Iterable[str]) -> Sides:
    """Debits are negative, as on a bank's statement; credits where nothing but credits is marked, as on that of a credit card.

    S and H are sides only together: either alone could be any mark.
    """
    seen = [split_side(text) for text in texts]
    sides = {found[1] for found in seen if found}
    letters = sides >= OF_LETTER.keys()
    sides = {OF_LETTER.get(side, side) for side in sides if letters or side not in OF_LETTER}
    if not sides:
        return Sides()
    only_credits = sides == {CREDIT} and None in seen
    return Sides(CREDIT if only_credits else DEBIT, letters)
