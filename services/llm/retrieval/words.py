"""Words of names and sentences, and how well a word of the one stands for a word of the other."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_CHUNK = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"[^\W\d_]+|\d+")
_VOWELS = frozenset("aeiou")

STOPWORDS = frozenset(
    """a about all also am an and any are as at be been but by can could did do does each every few for from give had has have how i if in
    into is it its just list many me more most much my of on only or our out over please same should show so some such tell than that the
    their them then there these they this those to up us was we were what when where which who whose why will with would you your
    am das dem den der des die ein eine für hat im ist je mit nach nur oder pro sind und viel viele von war welche welcher welches wie wo zu zum zur
    au aux combien dans de des du est et la le les ou par pour quel quelle quels sont sur un une
    con cual cuando cuanto cuantos del el en es las los para por que son una y""".split()
)
_SIGNS = {"%": " percent ", "€": " eur ", "$": " usd ", "£": " gbp "}
_SIGN = re.compile("[%€$£]")
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "indices": "index",
}
# Abbreviations that their letters do not tell.
_WRITTEN = {"no": "number", "nr": "number", "num": "number", "tx": "transaction", "txn": "transaction", "px": "price"}

EQUAL, INFLECTED, BEGINNING, ABBREVIATED, WITHIN, WEAK = 1.0, 0.95, 0.8, 0.6, 0.5, 0.4
LIKE = 0.8  # similarity from which a word is taken for another one that was misspelt


def fold(text: str) -> str:
    """Without case and accents."""
    if text.isascii():
        return text.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """Folded, in order: `NetRev_Q3` is net, rev, q3, q, 3; leading zeros of numbers do not count."""
    found: list[str] = []
    for chunk in _CHUNK.findall(_SIGN.sub(lambda sign: _SIGNS[sign[0]], text)):
        for part in _CAMEL.split(chunk):
            runs = [run.lstrip("0") or "0" if run.isdigit() else fold(run) for run in _RUN.findall(part)]
            found += [fold(part), *runs] if len(runs) > 1 else runs
    return tuple(found)


def initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The singular, as far as the letters tell it."""
    word = _WRITTEN.get(word, _IRREGULAR.get(word, word))
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ses", "xes", "zes", "ches", "shes")) else word.removesuffix("s")


def likeness(spoken: str, written: str) -> float:
    """From 0 to 1: whether a word of a question stands for a word of a name, by letters alone. Numbers are equal or nothing."""
    if spoken == written:
        return EQUAL
    if spoken[0] != written[0] and (spoken not in written and written not in spoken):  # most pairs end here
        return INFLECTED if stem(spoken) == stem(written) else 0.0
    if spoken[0].isdigit() or written[0].isdigit():
        return 0.0
    one, other = stem(spoken), stem(written)
    if one == other:
        return INFLECTED
    short, long = sorted((one, other), key=len)
    if long.startswith(short):
        return BEGINNING if len(short) > 3 else ABBREVIATED if len(short) == 3 else WEAK
    if short[0] == long[0]:
        if len(short) <= 5 and len(long) > len(short) and _abbreviates(short, long):
            return ABBREVIATED if len(short) > 2 else WEAK
        return ABBREVIATED if _shared(short, long) >= max(4, 0.5 * len(long)) else 0.0
    return WITHIN if len(short) > 3 and short in long else 0.0


def is_misspelt(spoken: str, written: str) -> bool:
    """Whether one was probably meant by the other; slow, so for words that nothing else explains."""
    if min(len(spoken), len(written)) < 5 or abs(len(spoken) - len(written)) > 2:
        return False
    likely = SequenceMatcher(None, spoken, written)
    return likely.quick_ratio() >= LIKE and likely.ratio() >= LIKE


def _abbreviates(short: str, long: str) -> bool:
    """Its beginning, then consonants of it in their order: qty, dept, mgr, acct."""
    alike = _shared(short, long)
    if any(letter in _VOWELS for letter in short[alike:]):
        return False
    rest = iter(long[alike:])
    return all(letter in rest for letter in short[alike:])


def _shared(one: str, other: str) -> int:
    """How many letters they begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
