"""Whether a question is asked in another language than English."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from services.nlq.planner.lexicon.foreignwords import LANGUAGES, LATIN, Language
from services.nlq.planner.lexicon.tokens import fold, quoted_spans
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS

__all__ = ["LANGUAGES", "Language", "language_by_grammar", "language_of"]

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = FUNCTION_WORDS | frozenset(
    "average count number highest lowest sales orders year month customers between above below greater than".split()
)
_TELLING, _LEANING = 2, 1
# One word is not enough, however telling: it may be a title ("Quanto Basta") or a company ("Müller und Söhne").
_LEAST = 3
# docs/decisions/0029 has the measurement: at 0.7 none of 4,462 English questions is called foreign.
_SURE = 0.7
# Words of English grammar that other languages have as well do not speak against another language.
_ELSEWHERE_TOO = frozenset(
    "a an in on do as no so me am per all was his up may s t d to i he we can or over under most more see".split()
)
# A bare name has no word in small letters but its particles: Rio de Janeiro, Łukasz Piszczek.
_LEAST_SMALL = 4
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
    text = _without_quotes(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        found = _by_script(text, known_words)
        if found:
            return found
    own = [word for word in _WORD.findall(text) if fold(word) not in known_words]
    return _by_words(frozenset(map(fold, own))) or _by_letters(own)


def language_by_grammar(text: str, known_words: frozenset[str] = frozenset()) -> Language | None:
    """The same by words of its grammar alone, which cost nothing to look up: what names alone may be is left open."""
    return _by_words(frozenset(map(fold, _WORD.findall(_without_quotes(text)))) - known_words)


def _without_quotes(text: str) -> str:
    for start, end, _ in reversed(quoted_spans(text)):
        text = text[:start] + " " + text[end:]
    return text


def _by_words(words: frozenset[str]) -> Language | None:
    """By words of grammar: they decide even where English words, mostly of columns, stand among them."""
    best, most = None, 0
    for language in LATIN:
        telling, leaning = words & language.telling, words & language.leaning
        foreign = _TELLING * len(telling) + _LEANING * len(leaning)
        english = _TELLING * len((words & _ENGLISH) - telling - leaning)
        if telling and foreign >= _LEAST and foreign > english and foreign - english > most:
            best, most = language, foreign - english
    return best


def _by_letters(words: list[str]) -> Language | None:
    """By the letters of all words, where none is of English grammar and not all are a name."""
    if any(fold(word) in _ENGLISH - _ELSEWHERE_TOO for word in words):
        return None
    if len(words) < 2 or not any(word.islower() and len(word) >= _LEAST_SMALL for word in words):
        return None
    code, confidence = _identifier().classify(" ".join(words))
    return LANGUAGES.get(code) if confidence >= _SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The model, read when it is first needed: half a second and 80 MB, which English questions hardly ever cost."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", *LANGUAGES])
    return identifier


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
