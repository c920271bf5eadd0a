"""Whether a question is asked in another language than English."""

from __future__ import annotations

import re
import unicodedata

from services.nlq.planner.lexicon.foreignwords import LANGUAGES, LATIN, Language
from services.nlq.planner.lexicon.tokens import fold, quoted_spans
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS

__all__ = ["LANGUAGES", "Language", "language_of"]

# py3langid 0.4 (4.6 MB, 107 MB when loaded) and lingua 2.1 (96 MB, 360 MB, 9 ms a question) were measured first. They judge by letters, so
# names decide: of 78 English questions with foreign names py3langid called 22 foreign at 0.5, and still 6 at 0.9, where it missed 15 of 155
# foreign ones. What tells a question from the names in it are the words of its grammar.
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = FUNCTION_WORDS | frozenset(
    "average count number highest lowest sales orders year month customers between above below greater than".split()
)
_TELLING, _LEANING = 2, 1
# One word is not enough, however telling: it may be a title ("Quanto Basta") or a company ("Müller und Söhne").
_LEAST = 3
# Values of cells are short; a whole question in a script of its own is longer.
_LEAST_LETTERS = 8
_WITHOUT_BLANKS = frozenset({"ja", "zh", "ko", "th"})
_SCRIPT_NAMES = {
    "CJK": ("zh",), "HANGUL": ("ko",), "CYRILLIC": ("uk", "ru"), "ARABIC": ("fa", "ar"),
    "HEBREW": ("he",), "DEVANAGARI": ("hi",), "GREEK": ("el",), "THAI": ("th",),
}  # fmt: skip


def language_of(text: str, known_words: frozenset[str] = frozenset()) -> Language | None:
    """The language of a question that is not English; None for English, and for names alone.

    `known_words` are folded words of the tables (names of columns and cells): they say nothing about the language, nor does what is quoted.
    """
    for start, end, _ in reversed(quoted_spans(text)):
        text = text[:start] + " " + text[end:]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        found = _by_script(text, known_words)
        if found:
            return found
    return _by_words(frozenset(_WORD.findall(fold(text))) - known_words)


def _by_words(words: frozenset[str]) -> Language | None:
    best, most = None, 0
    for language in LATIN:
        telling = len(words & language.telling)
        foreign = _TELLING * telling + _LEANING * len(words & language.leaning)
        english = _TELLING * len((words & _ENGLISH) - language.telling - language.leaning)
        if telling and foreign >= _LEAST and foreign > english and foreign - english > most:
            best, most = language, foreign - english
    return best


def _by_script(text: str, known_words: frozenset[str]) -> Language | None:
    """By words of grammar in a script of its own, or because almost everything is written in it."""
    words = _script_words(text)
    own = [word for word in words if fold(word) not in known_words]
    letters = "".join(word for word in own if not word.isascii())
    candidates = _candidates(letters)
    if not candidates:
        return None
    latin = frozenset(fold(word) for word in own if word.isascii())
    scores = {code: _marks(LANGUAGES[code], own, letters) for code in candidates}
    best = max(candidates, key=lambda code: scores[code])
    if scores[best] > len(latin & _ENGLISH):
        return LANGUAGES[best]
    return LANGUAGES[candidates[-1]] if len(letters) >= _LEAST_LETTERS and not latin & _ENGLISH else None


def _script_words(text: str) -> list[str]:
    """Runs of one script: vowel signs belong to their word, and region的 is two."""
    words: list[str] = []
    before = ""
    for character in text:
        script = _script(character)
        if script and script == before:
            words[-1] += character
        elif script:
            words.append(character)
        before = script
    return words


def _script(character: str) -> str:
    """The script of a letter or of a sign that belongs to one; empty for blanks, digits and punctuation."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    if not unicodedata.category(character).startswith(("L", "M")):
        return ""
    name = unicodedata.name(character, "").partition(" ")[0]
    # Japanese words go from one of its scripts into the next
    return "CJK" if name in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA") else name


def _candidates(letters: str) -> tuple[str, ...]:
    """The languages written as most of these letters are; kana tells Japanese from Chinese."""
    if any(unicodedata.name(c, "").startswith(("HIRAGANA", "KATAKANA")) for c in letters):
        return ("ja",)
    names = [unicodedata.name(c, "").partition(" ")[0] for c in letters]
    scripts = [name for name in names if name in _SCRIPT_NAMES]
    return _SCRIPT_NAMES[max(set(scripts), key=scripts.count)] if scripts else ()


def _marks(language: Language, words: list[str], letters: str) -> int:
    if language.code in _WITHOUT_BLANKS:
        return sum(mark in letters for mark in language.telling)
    return len({word.casefold() for word in words} & language.telling)
