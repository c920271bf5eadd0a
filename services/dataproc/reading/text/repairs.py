"""What was done to lines that do not keep to the rules, counted with the first line numbers, and told to people."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

MOST_PLACES = 10


class Repair(Enum):
    """What was done to a line; "{}" stands for what differs from case to case."""

    COMMENT_LEFT_OUT = "comment line left out"
    END_OF_FILE_LEFT_OUT = "end-of-file sign of DOS left out"
    RULE_LEFT_OUT = "line of dashes left out"
    HEADER_LEFT_OUT = "header repeated among the rows, left out"
    NOTE_BELOW = "note below the table, left out"
    NULS_DROPPED = "NUL characters dropped"
    CONTROLS_AS_CP1252 = "control characters read as the signs that Windows-1252 has in their place"
    MARKS_DROPPED = "byte-order marks inside the text dropped"
    BYTES_AS_CP1252 = "bytes that are not UTF-8, read as the letters that Windows-1252 has for them"
    LETTERS_LOST = "bytes that are no letter in {}, shown as \ufffd"
    INNER_QUOTES = "quotes inside a quoted cell"
    BLANKS_AROUND_QUOTES = "blanks around quotes"
    STRAY_QUOTE = "stray quote kept as a character"
    QUOTES_AS_CHARACTERS = "quotes read as ordinary characters"
    OPEN_QUOTES = "quotes that do not close"
    OTHER_DELIMITER = "delimiter {} in this line only"
    EMPTY_CELLS_BEYOND = "empty cells beyond the last column"
    EXTRA_EMPTY_CELL = "extra empty cell"
    UNQUOTED_DELIMITER = "unquoted delimiter inside a cell"
    REJOINED = "unquoted delimiter inside the cells of column {}, joined again"
    TOO_MANY_CELLS = "too many cells, joined in the last column"
    TOO_FEW_CELLS = "too few cells"
    MISSING_DELIMITER = "missing delimiter"

    @property
    def leaves_out(self) -> bool:
        """Is the line none of the table's, whatever stands around it?"""
        return self in (Repair.COMMENT_LEFT_OUT, Repair.END_OF_FILE_LEFT_OUT, Repair.RULE_LEFT_OUT)


@dataclass
class Repairs:
    """How often each was done, and on which lines first."""

    counts: dict[tuple[Repair, str], int] = field(default_factory=dict)
    lines: dict[tuple[Repair, str], list[int]] = field(default_factory=dict)

    def note(self, repair: Repair, line: int, what: str = "") -> None:
        key = repair, what
        self.counts[key] = self.counts.get(key, 0) + 1
        places = self.lines.setdefault(key, [])
        if len(places) < MOST_PLACES:
            places.append(line)

    def only_left_out(self) -> bool:
        """Was nothing done but to leave out lines that are none of the table's?"""
        return all(repair.leaves_out for repair, _ in self.counts)

    def total(self) -> int:
        return sum(self.counts.values())

    def sentences(self) -> list[str]:
        return [
            f"{key[0].value.format(key[1])}: {count:,} × (line {', '.join(map(str, self.lines[key]))}{'…' if count > MOST_PLACES else ''})"
            for key, count in self.counts.items()
        ]
