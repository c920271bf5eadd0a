"""The answer of a question, from the jail's result: its words, its chart, its receipt, and what to distrust about it. Pure."""

from services.nlq.answers.receipts import receipt_of
from services.nlq.answers.wording import answer_of, checks_of, computed, grounds_of, result_of, rows_of, tidy

__all__ = ["answer_of", "checks_of", "computed", "grounds_of", "receipt_of", "result_of", "rows_of", "tidy"]
