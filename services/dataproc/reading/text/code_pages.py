"""Which one-byte code page a text is written in: each is tried with the languages written in it, the letters that fit best win."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

WEST = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœß"
CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў"
LATIN: dict[str, tuple[str, ...]] = {
    "French": ("àâæçéèêëîïôœùûüÿ",), "German": ("äöüß",), "Spanish": ("áéíñóúü",), "Portuguese": ("ãáâàçéêíóôõúü",), "Italian": ("àèéìòù",),
    "Nordic": ("åäöæøé",), "Icelandic": ("áéíóúýþæöð",), "Estonian or Finnish": ("äöåšžõü",),
    "Czech or Slovak": ("áčďéěíňóřšťúůýžäľĺŕô",), "Polish": ("ąćęłńóśźż",), "Hungarian": ("áéíóöőúüű",), "Romanian": ("ăâîșțşţ",), "Croatian or Slovene": ("čćđšž",),
    "Turkish": ("çğıöşüâî\u0307",), "Baltic": ("āčēģīķļņšūžąęėįųõäöü",),
}  # fmt: skip
FREQUENT: dict[str, str] = {  # most frequent letter first
    "Cyrillic": CYRILLIC, "Greek": "αοιεστνηυρπκμλωίδγςάέόήχφθύώβξζψϊϋ", "Hebrew": "יוהלאמרתבשנםכחדעקפטגצסזןךץףּ", "Arabic": "اليمنرتوبةعدسفهكقحجشطىصأخذضئغءظثإؤآ",
    "Thai": "านรกอเงมยลวดทสตะปบคหแจพชขใไโผถซธณศฟฉษภญฐฎฆฒฌฏฬ่้ัิีุู็์ำ",
}  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {  # of equally good ones, the first
    "cp1252": ("French", "German", "Spanish", "Portuguese", "Italian", "Nordic", "Icelandic", "Estonian or Finnish"),
    "cp1250": ("Czech or Slovak", "Polish", "Hungarian", "Romanian", "Croatian or Slovene", "German"),
    "cp1251": ("Cyrillic",), "cp1254": ("Turkish",), "cp1253": ("Greek",), "cp1255": ("Hebrew",), "cp1256": ("Arabic",), "cp1257": ("Baltic",), "cp874": ("Thai",),
    "koi8_r": ("Cyrillic",), "koi8_u": ("Cyrillic",), "iso8859_2": ("Czech or Slovak", "Polish", "Hungarian", "Croatian or Slovene"), "iso8859_5": ("Cyrillic",),
    "mac_roman": ("French", "German", "Spanish", "Portuguese", "Italian", "Nordic"), "cp850": ("French", "German", "Spanish", "Portuguese", "Italian", "Nordic"),
    "cp437": ("French", "German", "Spanish", "Nordic"), "cp852": ("Czech or Slovak", "Polish", "Hungarian"), "cp866": ("Cyrillic",),
}  # fmt: skip
# Code pages in which one file may hold several languages.
MIXED = {
    "cp1252": WEST,
    "cp1250": "".join("".join(LATIN[name]) for name in PAGES["cp1250"]),
}
MIXED_WORTH = 0.9
SIGNS = frozenset("\u00a0“”„‘’‚–—…€°§©®™«»·•º²³×±£¥¢µ¡¿½¼¾†№")
SIGN_WORTH = 0.8
RARE = frozenset({"mac_roman", "cp850", "cp437", "cp852", "cp866"})  # of systems before Windows
RARE_COST = 0.25  # letters that have to speak for one of them
STRANGER_COST = -0.3  # of a letter of another language
LEAST_FREQUENT = 0.3
NEARLY = 0.03
LAST_LATIN = "\u024f"
BETWEEN_LETTERS = frozenset("’\u00a0–·")


@dataclass(frozen=True)
class Fit:
    """How well a code page suits a text: 1 when every letter beyond ASCII is one of the language's."""

    page: str
    language: str
    score: float
    text: str

    def evidence(self, others: list[Fit]) -> str:
        near = [other.page for other in others if other.text != self.text and other.score > self.score - NEARLY]
        return f"not valid UTF-8; the letters fit {self.page} ({self.language})" + (
            f", and {' and '.join(near[:3])} nearly as well" if near else ""
        )


def likeliest_page(sample: bytes) -> tuple[str, str]:
    """(name, evidence) for bytes that are neither UTF-8 nor of a multi-byte encoding."""
    fits = sorted((fit for page in PAGES if (fit := best_fit(page, sample))), key=lambda fit: -fit.score)
    return (
        (fits[0].page, fits[0].evidence(fits[1:]))
        if fits
        else ("cp1252", "not valid UTF-8; no code page fits, read as cp1252")
    )


def best_fit(page: str, sample: bytes) -> Fit | None:
    """The page with the language that suits best; None when the bytes cannot be in it."""
    try:
        text = sample.decode(page)
    except UnicodeDecodeError:
        return None
    return fit_of_text(page, text)


def fit_of_text(page: str, text: str) -> Fit:
    """How well the letters of a text suit the languages that are written in a page."""
    beyond = sum(ord(char) > 127 for char in text)
    faults = strange_places(text)
    scored = [
        (sum(worth(char, letters) for char in text if ord(char) > 127), name) for name, letters in alphabets(page)
    ]
    total, name = max(scored, key=lambda pair: pair[0])
    return Fit(page, name, (total - faults - RARE_COST * (page in RARE)) / max(1, beyond), text)


def letters_fit(text: str) -> float:
    """The best score that a text has in any language."""
    return max(fit_of_text(page, text).score for page in PAGES)


def best_fit_of_pages(sample: bytes) -> float:
    """The best score that bytes have in any page."""
    return max((fit.score for page in PAGES if (fit := best_fit(page, sample))), default=0.0)


@cache
def alphabets(page: str) -> tuple[tuple[str, dict[str, float]], ...]:
    """(language, what each of its letters is worth)"""
    return tuple(_alphabets(page))


def _alphabets(page: str) -> Iterator[tuple[str, dict[str, float]]]:
    for name in PAGES[page]:
        if name in LATIN:
            yield name, dict.fromkeys("".join(LATIN[name]), 1.0)
        else:
            order = FREQUENT[name]
            yield name, {letter: 1 - (1 - LEAST_FREQUENT) * rank / len(order) for rank, letter in enumerate(order)}
    if page in MIXED:
        yield "several languages", dict.fromkeys(MIXED[page], MIXED_WORTH)


def worth(char: str, letters: dict[str, float]) -> float:
    if char in SIGNS:
        return SIGN_WORTH
    found = max(letters.get(part, 0.0) for part in char.lower())
    return found or STRANGER_COST * char.isalpha()


def strange_places(text: str) -> int:
    """Where letters of another code page come to stand: capitals inside words of small letters, signs between letters, scripts mixed in a word, words without any plain letter."""
    faults = 0
    for before, char, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if ord(char) > 127:
            faults += strangeness(before, char, after)
        elif ord(before) > 127:
            faults += before.islower() and char.isupper()
    return faults


def strangeness(before: str, char: str, after: str) -> int:
    if not char.isalpha():
        return 2 * ("\x7f" <= char <= "\x9f") + (before.isalpha() and after.isalpha() and char not in BETWEEN_LETTERS)
    capital = char.isupper() and (before.islower() or (before.isalpha() and after.islower()))
    if char > LAST_LATIN:
        return plain_letter(before) + plain_letter(after) + capital
    accented = all(ord(near) > 127 and near.isalpha() for near in (before, after))
    return accented + capital


def plain_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
