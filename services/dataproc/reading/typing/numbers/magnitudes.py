"""Letters behind digits: is the K of "3K" a thousand, a unit, or part of a room's name? And is 12E4 a number?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto

from services.dataproc.reading.typing.numbers.written import ALSO_UNITS, Written

CODE_NAME = re.compile(
    r"(?:^|[\W_])(?:id|code|key|no|nr|num|number|numero|número|ref|sku|item|model|part|version|room|unit|flat|apt|apartment|suite|house|building|block|"
    r"door|floor|lot|plot|bay|gate|seat|row|table|stand|stall|box|locker|platform|track|line|route|bus|tram|street|section|chapter|clause|article|"
    r"figure|level|grade|class|size|group|team|zimmer|raum|wohnung|haus|hausnr|hausnummer|tür|platz|gleis|linie|klasse|größe|stufe|kapitel|abschnitt|"
    r"paragraph|chambre|salle|appartement|porte|siège|ligne|classe|taille|chapitre|habitaci[oó]n|piso|puerta|asiento|aula|sala|stanza|camera|kamer|huis|huisnummer|pok[oó]j)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Names of columns in which digits with a letter say which one it is: 12B is the flat above 12A."""

AMOUNT_NAME = re.compile(
    r"(?:^|[\W_])(?:views?|followers|subscribers|likes|shares|downloads|installs|visits|visitors|users|plays|streams|reach|impressions|clicks|"
    r"population|revenue|sales|turnover|salary|wage|pay|income|profit|earnings|budget|price|cost|amount|cap|capitali[sz]ation|valuation|"
    r"funding|worth|assets|debt|gdp|spend|spending|umsatz|gehalt|einwohner|aufrufe|chiffre|ingresos|ventas|ricavi|omzet)(?:[\W_]|$)|marketcap",
    re.IGNORECASE,
)
"""Names of columns of amounts so large that people shorten them."""

DATA_NAME = re.compile(
    r"(?:^|[\W_])(?:bytes?|memory|file|filesize|disk|ram|storage|traffic|payload|transferred)(?:[\W_]|$)", re.IGNORECASE
)
DIGEST_NAME = re.compile(
    r"(?:^|[\W_])(?:hash|sha|sha1|sha256|md5|crc|crc32|checksum|digest|commit|revision|hex|guid|uuid|uid|token|key|colou?r|mac|address|serial|etag|nonce|salt)(?:[\W_]|$)",
    re.IGNORECASE,
)
"""Names of hexadecimal numbers, in which 1e10 is no power of ten."""

THOUSAND = 1000
THROUGHOUT = 2 / 3
"""Share of the numbers that have a letter where whole numbers with several letters are shortened ones: of house numbers it is one in ten."""

MOST_OF_THEM = 0.5
"""Share of the numbers with an exponent from which a lone 2E6 is one too, and no code."""

LARGEST_EXPONENT = 30


class Letters(Enum):
    """What the single letters of a column's numbers are."""

    MAGNITUDES = auto()
    UNIT = auto()
    CODES = auto()


def choose_letters(name: str, parts: Mapping[str, Written], present: Mapping[str, int]) -> Letters:
    """Amounts are shortened to 1.2K; whole numbers with a letter here and there are house numbers, and a letter that all have is a unit at most."""
    numbers = {text: written for text, written in parts.items() if not written.is_zero}
    lettered = [written for written in numbers.values() if written.letter]
    if not lettered:
        return Letters.CODES
    letters = {written.letter for written in lettered}
    parted = any("." in written.body or "," in written.body for written in lettered)
    if CODE_NAME.search(name) and not DATA_NAME.search(name) and not parted:
        return Letters.CODES
    share = sum(present[t] for t, w in numbers.items() if w.letter) / max(1, sum(present[text] for text in numbers))
    if len(letters) == 1:
        return one_letter(name, lettered, parted=parted, throughout=share == 1)
    if AMOUNT_NAME.search(name) or parted:
        return Letters.MAGNITUDES
    shortened = share >= THROUGHOUT and not any(reaches_thousand(w) for w in numbers.values() if not w.letter)
    return Letters.MAGNITUDES if shortened else Letters.CODES


def one_letter(name: str, lettered: list[Written], *, parted: bool, throughout: bool) -> Letters:
    letter, glued = lettered[0].letter, any(written.glued for written in lettered)
    if AMOUNT_NAME.search(name):
        return Letters.MAGNITUDES
    if letter == "m":
        return Letters.UNIT
    if not throughout:
        return Letters.MAGNITUDES if parted and letter in "kKM" else Letters.CODES
    if letter == "k" or (letter == "M" and parted):
        return Letters.MAGNITUDES
    if letter == "K" or parted or not glued or (letter == "B" and DATA_NAME.search(name)):
        return Letters.UNIT if letter in ALSO_UNITS else Letters.MAGNITUDES
    return Letters.CODES


def reaches_thousand(written: Written) -> bool:
    return len(re.sub(r"\D", "", re.split(r"[.,]\d{1,2}$", written.body)[0])) > len(str(THOUSAND)) - 1


def is_bare_exponent(written: Written) -> bool:
    """Of the shape 12E4: whole digits, E, digits without a sign. Programs write 1.2E+05 or 1.2e5; codes look like this."""
    return bool(written.exponent) and written.exponent[1:].isdigit() and not set(written.body) & set(".,")


def accept_bare_exponents(
    name: str, parts: Mapping[str, Written], present: Mapping[str, int], *, quoted: bool = False
) -> bool:
    """Beside exponents that can be nothing else; and those of one digit, as in scientific notation, where most numbers are such or others have decimals.

    `quoted`: the file says that they are texts; a program that means a number writes no quotes around it.
    """
    marked = {text: written for text, written in parts.items() if written.exponent}
    bare = [written for written in marked.values() if is_bare_exponent(written)]
    if len(bare) < len(marked):
        return True
    normal = all(len(w.body) == 1 and w.body != "0" and int(w.exponent[1:]) <= LARGEST_EXPONENT for w in bare)
    share = sum(present[text] for text in marked) / max(1, sum(present[text] for text in parts))
    named = CODE_NAME.search(name) or DIGEST_NAME.search(name)
    parted = any("." in written.body for text, written in parts.items() if text not in marked)
    return bool(bare) and normal and (share >= MOST_OF_THEM or parted) and not named and not quoted
