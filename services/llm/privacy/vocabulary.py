"""Texts that may quote cell values (error messages, earlier code, linked entities), reduced to what holds none.

Only words are kept that the person said, that name a table or a column, or that pandas' own messages are made of.
Listing what may pass, rather than what may not, is what makes the promise hold for values nobody thought of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.llm.privacy.pseudonyms import Pseudonyms

WITHHELD = "…"
NO_PSEUDONYMS = Pseudonyms({})
_WORD = re.compile(r"\w+")
_LITERAL = re.compile(
    r"""(?P<quote>['"])(?P<content>(?:\\.|(?!(?P=quote)).)*)(?P=quote)|(?P<comment>\#[^\n]*)""", re.DOTALL
)
_QUOTED = re.compile(r"""(?<!\w)(?P<quote>['"])(?P<content>[^'"]*)(?P=quote)""")
_NUMBER = re.compile(
    rf"(?P<text>{_LITERAL.pattern})|(?<![\w.])(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)",
    re.DOTALL | re.VERBOSE,
)
# Positions, percentiles, quarters, months, days, hours: what code has in it whatever the data are.
ORDINARY_NUMBERS = frozenset(
    {*map(str, range(13)), *"24 28 30 31 52 60 90 100 365 366 1000 0.5 0.05 0.25 0.75 0.9 0.95 0.99 1e-9".split()}
)
_EXCEPTION = re.compile(r"[A-Z][a-zA-Z]*(?:Error|Exception|Warning|Iteration|Exit)")
_FORMAT_CODE = re.compile(r"(?:%[a-zA-Z]|[\W_]){1,12}")

# The words of Python's, numpy's and pandas' messages and of this house's validator, and the words that are arguments.
_WORDS = """
a above after all allowed already also ambiguous an and any apply are argument arguments array arrays as ascending
assign assigned astype at attribute axis backward be because before below between bfill bin bins bool boolean both
bottom but by call called calls can cannot categorical category choose code column columns compare comparison concat
convert converting could count cross cumsum data dataframe datetime datetime64 datetimeindex day decimal defined
deleted descending dict dictionary did different dimensional divide division does drop dropna dtype dtypes duplicate
duplicated duplicates each empty entries equal error exceeded exist expected explode failed false ffill fill fillna
first float float64 floor for format forward found frame from function given got greater group groupby grouper has
have head hour how if iloc import in incompatible index indexer indexes inner input instance int int64 integer
integers interval into invalid is isin it item items iterable join json key keys kind kurt label labels last left len
length less level levels like limit line list loc long longer lookup make many map mask match matching max maximum
mean median melt memory merge message method min minimum minute missing mixed mode module month more multiple must na
name named names nan nat ndarray negative no nobs non none not null number numbers numeric numeric_only numpy object
objects observed of on one only operand operation operator or order other out outer output overflow overlap pandas
parameter parse parsing part pass passed pd period pivot position positional possible prod provided python quantile
quarter range rank read records reindex required resample reset result returned right rolling row rows s same scalar
second seconds select sem sequence series set shape should single size skew slice some sort sorted splitting start std
step stop str string strings strip subscriptable such suffixes sum support supported syntax table tables tail text
that the their there this time timedelta timestamp timezone to to_numeric too top true truth tuple two type types
unable undefined unequal unexpected unhashable union unique unit unknown unmatched unsorted unsupported unterminated
use used using utc valid value values var variable was week weekday were when where which while whose wide with within
without wrong year zero
"""
MESSAGE_WORDS = frozenset(_WORDS.split())
_TYPES = """
array bool boolean bytes category DataFrame DataFrameGroupBy date datetime datetime64 dict float float64 index int int32
int64 list method NaT ndarray NoneType object Series SeriesGroupBy set slice str string Timedelta timedelta64 Timestamp
tuple
"""
TYPE_WORDS = frozenset(_TYPES.split())  # what a message quotes is one of these, or comes from the data
FREQUENCIES = frozenset({"D", "W", "M", "ME", "MS", "Q", "QE", "QS", "Y", "YE", "YS", "h", "H", "min", "s"})


@dataclass(frozen=True)
class Vocabulary:
    """`known` words are the question's and those of the schema's names, each in the very spelling that was used: where somebody says "south", a
    message that says "South" quotes a cell. Names that have `pseudonyms` are known by these."""

    known: frozenset[str]
    pseudonyms: Pseudonyms = NO_PSEUDONYMS

    @classmethod
    def of(cls, names: Iterable[str], spoken: Iterable[str], pseudonyms: Pseudonyms = NO_PSEUDONYMS) -> Vocabulary:
        return cls(frozenset(word for text in (*names, *spoken) for word in _parts(text)), pseudonyms)

    def words(self, text: str) -> str:
        """The message with every unknown word and number replaced, and what it quotes unless that is a name or a type."""
        hidden = self.pseudonyms.hide(text)
        return _WORD.sub(
            lambda found: found[0] if self._allows(found[0]) else WITHHELD, _QUOTED.sub(self._quoted, hidden)
        )

    def literals(self, code: str) -> str:
        """The code with every string literal and comment of unknown words replaced."""
        return _LITERAL.sub(self._literal, self.pseudonyms.hide_code(code))

    def constants(self, code: str) -> str:
        """Code that somebody may have written who saw cells: without numbers that nobody said, too."""
        return _NUMBER.sub(self._number, self.literals(code))

    def leaves(self, value: Any) -> Any:
        """The JSON value with every unknown word in strings replaced, and without numbers that nobody said."""
        match value:
            case dict():
                return {self.words(str(key)): self.leaves(item) for key, item in value.items()}
            case list() | tuple():
                return [self.leaves(item) for item in value]
            case bool() | None:
                return value
            case _:
                return self.words(str(value))

    def _literal(self, found: re.Match[str]) -> str:
        if found["comment"]:
            return self.words(found[0])
        return found[0] if self._is_known(found["content"]) else f"{found['quote']}{WITHHELD}{found['quote']}"

    def _number(self, found: re.Match[str]) -> str:
        parts = re.findall(r"\w+", found["number"] or "")
        kept = found["text"] or found["number"] in ORDINARY_NUMBERS or all(map(self._names, parts))
        return found[0] if kept else WITHHELD

    def _quoted(self, found: re.Match[str]) -> str:
        words = _WORD.findall(found["content"])
        kept = all(word in TYPE_WORDS or self._names(word) for word in words)
        return found[0] if kept else f"{found['quote']}{WITHHELD}{found['quote']}"

    def _allows(self, word: str) -> bool:
        return (
            self._names(word)
            or word.casefold() in MESSAGE_WORDS
            or _EXCEPTION.fullmatch(word) is not None
            or word in TYPE_WORDS
        )

    def _names(self, word: str) -> bool:
        """Whether the schema or the person used the word, as it is or within a snake_case name."""
        return word in self.known or all(part in self.known for part in word.split("_"))

    def _is_known(self, content: str) -> bool:
        return (
            content in FREQUENCIES
            or _FORMAT_CODE.fullmatch(content) is not None
            or all(self._allows(word) for word in _WORD.findall(content))
        )


def _parts(text: str) -> Iterable[str]:
    """Whole words, and the parts of snake_case ones."""
    for word in _WORD.findall(text):
        yield word
        yield from filter(None, word.split("_"))
