"""Why a text cannot be cut into columns as it stands, found in its sample or far behind it."""

from __future__ import annotations

from enum import Enum

from services.dataproc.reading.sources import Irregular


class Irregularity(Enum):
    """What is not regular; the sentence is for people."""

    STATED_DELIMITER = "its first line states the delimiter"
    ALIGNED = "its columns stand below one another without a delimiter"
    DIVIDED_BY_MORE = "blanks after the delimiter, comments or backslash escapes"
    LONG_DELIMITER = "its delimiter is not one byte"
    SAMPLE_BREAKS_RULES = "its first rows break the rules"
    DIVIDED_CELLS = "a delimiter stands unquoted inside its cells"
    RAGGED = "its rows have different numbers of cells, or blank rows stand among them"
    OTHER_END = "its last lines have another number of cells"
    CONTROL_CHARACTERS = "it holds control characters"
    HEADER_AGAIN = "its header comes back among the rows"
    MARKS_INSIDE = "byte-order marks stand inside it"
    NUL_CHARACTERS = "it holds NUL characters"
    LOST_LETTERS = "it holds bytes that are no letters in its encoding"
    NOT_UTF8 = "it is not UTF-8 throughout"
    ROW_BREAKS_RULES = "a row breaks the rules"
    ENTANGLED_ROWS = "a row cannot be read without those around it"


class IrregularText(Irregular):
    """`mended` when it was found in a copy whose rows had been mended: there is nothing left to try then but reading row by row."""

    def __init__(self, kind: Irregularity, detail: str = "", *, mended: bool = False) -> None:
        super().__init__(f"{kind.value} ({detail})" if detail else kind.value)
        self.kind = kind
        self.mended = mended
