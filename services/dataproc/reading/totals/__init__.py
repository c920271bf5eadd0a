"""Rows that sum up others ("Total", "Summe Nord", `All`, a blank label): found by their arithmetic when a table is written.

They stay in the table. What is told of them is which they are, what they sum up, and by which cells a question can leave them out.
"""

from services.dataproc.reading.totals.finding import find_totals, tell_anew
from services.dataproc.reading.totals.model import Totals, TotalsRow, totals_rows_from
from services.dataproc.reading.totals.words import Figure, bare_total_words

__all__ = ["Figure", "Totals", "TotalsRow", "bare_total_words", "find_totals", "tell_anew", "totals_rows_from"]
