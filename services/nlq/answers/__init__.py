"""The answer of a question, from the jail's result: its words, its chart, its receipt, and what to distrust about it. Pure."""

from services.nlq.answers.receipts import receipt_of
from services.nlq.answers.wording import answer_of, checks_of, computed, tidy

__all__ = ["answer_of", "checks_of", "computed", "receipt_of", "tidy"]
