"""Whether a row that agrees with others is taken for their total: by what it is called, where it stands, and how surely it agrees."""

from __future__ import annotations

from dataclasses import dataclass

from services.dataproc.reading.totals.arithmetic import Fit
from services.dataproc.reading.totals.words import Figure, Label

FEWEST = 2
"""Rows that are summed up; without a label elsewhere than at the end one more, for c = a + b happens by chance."""
FEWEST_UNSAID = 3
SURE = 3.0
"""Digits from which a word that may as well be a name, or a row that describes itself, is believed: chance does so once in a thousand rows."""
SURE_OF_ALL = {Figure.SUM: 1.0}
SURE_OF_ALL_ELSE = 1.3
"""Digits for a name that stands alone at an end of the table and agrees with all of its rows in every number: there the word is seldom a name.
A sum is larger than its parts besides; a mark that equals the best one is met once in twenty times."""
SURE_TOGETHER = 1.0
"""Digits of all rows that are called totals, where each sums up the rows since the one before: a shape that names do not have."""
SURE_OF_A_BLANK = 2.0
"""Digits for a blank label over two rows, or in the midst of the table: names are missing there, too."""
SURE_UNSAID, COLUMNS_UNSAID = 4.0, 2
"""Digits and columns for an ordinary label, of which every table has one at either end."""
SURE_OF_ONE_COLUMN, FEWEST_OF_ONE_COLUMN = 5.0, 4


@dataclass(frozen=True)
class Standing:
    """Where a row that agrees stands. `digits` and `columns` are as `digits_of_proof` counts them.

    `label` is None without a word, `is_blank` where nothing stands there; `at_an_end`: no rows that are counted stand before it, or none after
    it; `of_all`: it agrees with all rows in every number; `nets`: what it adds up has both signs; `says_which`: its cells name the rows that it sums
    up; `holds_names`: a row that it adds up is called like a total, too; `describes_itself`: it has texts of its own beside the label; `others`: such rows
    that were found already, `beside`: next to this one.
    """

    label: Label | None
    is_blank: bool
    fit: Fit
    digits: float
    columns: int
    is_last: bool
    at_an_end: bool
    of_all: bool
    nets: bool
    says_which: bool
    holds_names: bool
    describes_itself: bool
    others: int
    beside: bool

    def is_enough(self) -> bool:
        if self.label is None:
            return self._blank_is_enough() if self.is_blank else self._unsaid_is_enough()
        if self.label.is_name_too and not self.beside and self.digits < self._sure_of_a_name(self.label):
            return False
        if self.label.figure is not Figure.SUM:
            return self.fit.addends >= FEWEST and not self.fit.contradict
        if self.fit.addends < FEWEST:
            alone = self.label.bare and (self.at_an_end or self.says_which)
            return self.fit.addends == 1 and not self.fit.contradict and (alone or self.others > 0)
        return self._in_its_place() or self.digits >= SURE

    def _sure_of_a_name(self, label: Label) -> float:
        if label.is_balance and self.nets and self.at_an_end:
            return 0.0
        whole = label.is_whole_word and self.of_all and self.at_an_end and not self.describes_itself
        if whole and self.fit.addends >= FEWEST_UNSAID:
            return SURE_OF_ALL.get(label.figure, SURE_OF_ALL_ELSE)
        return SURE

    def may_be_one_of_several(self) -> bool:
        """Whether it is a total if others like it are, too."""
        if self.label is None or self.label.figure is not Figure.SUM or self.label.is_name_too:
            return False
        return self.fit.proof > 0 and not self.fit.contradict and not self.describes_itself and not self.holds_names

    def _in_its_place(self) -> bool:
        """Where totals stand, or beside others: of a brand called Total neither is likely. Zeros add up anywhere, and prove nothing alone."""
        if self.others:
            return True
        if self.holds_names and not self.says_which and self.label and not self.label.bare:
            return False
        return self.fit.proof > 0 and (self.says_which or (self.at_an_end and not self.describes_itself))

    def _blank_is_enough(self) -> bool:
        if not self.fit.proof or self.fit.addends < FEWEST:
            return False
        return self.digits >= SURE_OF_A_BLANK or (self.is_last and self.fit.addends >= FEWEST_UNSAID)

    def _unsaid_is_enough(self) -> bool:
        if self.fit.contradict or self.describes_itself or self.fit.addends < FEWEST_UNSAID:
            return False
        if self.columns >= COLUMNS_UNSAID:
            return self.digits >= SURE_UNSAID
        return self.columns == 1 and self.digits >= SURE_OF_ONE_COLUMN and self.fit.addends >= FEWEST_OF_ONE_COLUMN
