"""Text to tokens that a question, a column name and a cell have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"(?:(?<![^\s(<>=])-)?(?:\d{1,3}(?:,\d{3})+(?!\d|,\d)(?:\.\d+)?|\d+(?:\.\d+)?)|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|[<>!=]=?|(?<=\s)/(?=\s)|(?<=[^\W\d]\s)[-−](?=\s[^\W\d])|[%$€£#+*]|['’]s\b",
    re.UNICODE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|`([^`]+)`|(?<![\w])'([^']+)'(?!\w)|‘([^’]+)’")
_SPOKEN = {"%": "percent", "#": "number"}
_SYMBOLS = frozenset("<>!=%$€£#+*/−")
# (ending, what replaces it, letters that must be left before it), longest first
_ENDINGS = (
    ("ments", "", 7), ("ations", "", 5), ("ation", "", 5), ("ment", "", 7), ("ings", "", 3), ("ions", "", 5), ("ing", "", 3), ("ion", "", 5), ("ies", "i", 3),
    ("ied", "i", 3), ("ed", "", 3), ("es", "", 3), ("s", "", 3), ("e", "", 3), ("y", "i", 3),
)  # fmt: skip
_KEEP = frozenset(
    {
        "is",
        "was",
        "has",
        "his",
        "this",
        "us",
        "gas",
        "bus",
        "series",
        "species",
        "news",
        "does",
        "its",
        "as",
        "less",
        "yes",
    }
)


@dataclass(frozen=True)
class Token:
    """A word, number or sign of the question; `start` and `end` are offsets in its text."""

    text: str
    norm: str
    stem: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.norm.removeprefix("-")[:1].isdigit()

    @property
    def is_symbol(self) -> bool:
        return self.norm[:1] in _SYMBOLS

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()


def fold(text: str) -> str:
    """Without case and accents, in compatibility form."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_PLURALS = {
    "ids": "id",
    "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot", "teeth": "tooth", "geese": "goose",
    "wives": "wife", "lives": "life", "knives": "knife", "halves": "half", "shelves": "shelf", "leaves": "leaf", "loaves": "loaf",
}  # fmt: skip


_NOUNS_IN_EED = frozenset("breed speed seed weed creed steed feed exceed proceed succeed".split())  # no participles


# Things that are called so: a rating is no rate, and readings are not when something was read.
_THINGS_IN_ING = frozenset(
    "rating reading building meeting painting drawing listing hearing offering dwelling holding".split()
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A crude stem: good enough to meet plurals and the forms of a verb, cheap enough for every cell."""
    word = _PLURALS.get(word, word)
    if (thing := word.removesuffix("s")) in _THINGS_IN_ING:
        return thing
    if len(word) <= 3 or word in _KEEP or word in _NOUNS_IN_EED or word[0].isdigit():
        return word
    for ending, instead, least in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least and not (ending == "s" and word.endswith("ss")):
            root = word[: -len(ending)]
            doubled = (
                ending in ("ing", "ings", "ed") and len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls"
            )
            return (root[:-1] if doubled else root) + instead
    return word


def words(text: str) -> tuple[str, ...]:
    """The folded words of a cell; signs are left out."""
    return tuple(
        _norm(m)
        for m in _TOKEN.findall(fold(text).replace("_", " "))
        if m[0] not in _SYMBOLS and m not in ("-", "'", "’") and m[0] not in "'’"
    )


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a column or table name: snake case and camel case are taken apart."""
    return words(_CAMEL.sub(" ", name.replace("%", " percent ").replace("#", " number ")))


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem(w) for w in words(text))


def _norm(text: str) -> str:
    if text[-1].isdigit():
        return text.replace(",", "")
    return text.replace("'", "").replace("’", "").replace("−", "-")


def tokenize(question: str) -> tuple[Token, ...]:
    """The tokens of a question, in order; a possessive 's is dropped."""
    found: list[Token] = []
    for match in _TOKEN.finditer(question.replace("_", " ")):
        if match.group()[0] in "'’":
            continue
        if match.group() == "%" and found and found[-1].is_number and found[-1].end == match.start():
            continue
        norm = _SPOKEN.get(match.group()) or _norm(fold(match.group()))
        found.append(Token(match.group(), norm, stem(norm), match.start(), match.end()))
    return tuple(found)


_IN_BRACKETS = re.compile(r"\(([^()]+)\)")


def bracketed_spans(question: str, tokens: Sequence[Token]) -> frozenset[tuple[int, int]]:
    """First token and end of what stands in brackets."""
    spans = set()
    for match in _IN_BRACKETS.finditer(question):
        inside = [at for at, token in enumerate(tokens) if match.start() < token.start < match.end()]
        if inside:
            spans.add((inside[0], inside[-1] + 1))
    return frozenset(spans)


def quoted_spans(question: str) -> tuple[tuple[int, int, str], ...]:
    """(start, end, text) of every quoted piece, offsets of the text inside the quotes."""
    spans = []
    for match in _QUOTED.finditer(question):
        group = next(i for i in range(1, 6) if match.group(i) is not None)
        spans.append((match.start(group), match.end(group), match.group(group)))
    return tuple(spans)
