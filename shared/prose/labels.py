"""Where a sentence speaks of rows of a result: by the texts, codes, dates and keys that stand in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.prose.columns import stem

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN = re.compile(r"(?:_|[^\w,;:!?]){0,3}|\s(?:to|bis|à|a)\s")
_JOINED = re.compile(r"\s?(?:in|of|for|im|en|\()?\s?(?:the\s)?")
_MARKS = '*"“”„«»'
SHORTEST_ALIAS = 4
"""Letters of a part of a name ("Ada" is short, but stands whole): shorter beginnings are other words."""
SMALLEST_CODE = 100
"""A key of fewer digits is a mention only beside its column's name: "cluster 2" is one, "2 clusters" is none."""


@dataclass(frozen=True)
class Mention:
    start: int
    end: int
    rows: frozenset[int]
    is_date: bool = False


@dataclass(frozen=True)
class Label:
    text: str
    tokens: tuple[str, ...]
    rows: frozenset[int]
    column_words: frozenset[str] = frozenset()


class LabelIndex:
    """All labels by their first word, so that a sentence is read once however many there are."""

    def __init__(self, labels: Mapping[str, tuple[frozenset[int], frozenset[str]]]) -> None:
        self._by_first: dict[str, list[Label]] = {}
        self._parts: dict[str, set[int]] = {}
        for text, (rows, words) in labels.items():
            tokens = tuple(_TOKEN.findall(text.casefold()))
            if not tokens:
                continue
            self._by_first.setdefault(stem(tokens[0]), []).append(Label(text, tokens, rows, words))
            for token in tokens:
                if not token.isdigit() and len(token) >= 3:
                    self._parts.setdefault(token, set()).update(rows)
        for group in self._by_first.values():
            group.sort(key=lambda label: -len(label.text))
        self._beginnings: dict[str, set[int]] = {}
        for part, places in self._parts.items():
            for size in range(SHORTEST_ALIAS, len(part)):
                self._beginnings.setdefault(part[:size], set()).update(places)

    def mentions(self, sentence: str) -> list[Mention]:
        """In their order; of those that overlap the longest."""
        tokens = list(_TOKEN.finditer(sentence))
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention, used = self._whole(sentence, tokens, at) or self._part(sentence, tokens[at]) or (None, 1)
            if mention is not None:
                found.append(mention)
            at += used
        return found

    def _whole(self, sentence: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[Mention, int] | None:
        first = tokens[at][0].casefold()
        for key in _lookups(first):
            for label in self._by_first.get(key, ()):
                if (end := _end_of(label, sentence, tokens, at)) is not None:
                    cue = at > 0 and stem(tokens[at - 1][0]) in label.column_words and label.text.isdigit()
                    start, end = _with_marks(sentence, tokens[at - cue].start(), end)
                    return Mention(start, end, label.rows), len(label.tokens)
        return None

    def _part(self, sentence: str, token: re.Match[str]) -> tuple[Mention, int] | None:
        """ "Ada" of "Ada Lovelace", "Tech" of "Technology": with a capital letter, and not where a sentence begins with the beginning of a name."""
        word = token[0]
        if not word[:1].isupper() or len(word) < 3:
            return None
        folded = word.casefold()
        for one in (folded, folded.removesuffix("s")):
            rows = self._parts.get(one) or (self._beginnings.get(one) if len(one) >= SHORTEST_ALIAS else None)
            if rows:
                return Mention(token.start(), token.end(), frozenset(rows)), 1
        return None


def _with_marks(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Quotation marks and stars around a name are part of it."""
    while start and sentence[start - 1] in _MARKS:
        start -= 1
    while end < len(sentence) and sentence[end] in _MARKS:
        end += 1
    return start, end


def _lookups(first: str) -> Iterator[str]:
    yield stem(first)
    for ending in ("ern", "s", "es"):
        if first.endswith(ending) and len(first) > len(ending) + 1:
            yield first.removesuffix(ending)
    if first != stem(first):
        yield first


def _end_of(label: Label, sentence: str, tokens: Sequence[re.Match[str]], at: int) -> int | None:
    if at + len(label.tokens) > len(tokens):
        return None
    own = tokens[at : at + len(label.tokens)]
    for place, (token, wanted) in enumerate(zip(own, label.tokens, strict=True)):
        is_last = place == len(own) - 1
        said = token[0].casefold()
        same = said == wanted or (
            is_last and not wanted.isdigit() and (stem(said) == stem(wanted) or said == wanted + "ern")
        )
        if not same or (place and not _BETWEEN.fullmatch(sentence, own[place - 1].end(), token.start())):
            return None
    start, end = own[0].start(), own[-1].end()
    if not _stands_alone(label, sentence, start, end):
        return None
    rest = label.text.casefold().rpartition(label.tokens[-1])[2]
    return (
        end + len(rest)
        if rest and sentence.startswith(rest, end)
        else end
        if not rest.strip() or rest.strip() in ")."
        else None
    )


def _stands_alone(label: Label, sentence: str, start: int, end: int) -> bool:
    before, after = sentence[:start], sentence[end:]
    if re.search(r"\w$", before) or re.match(r"\w", after):
        return False
    if len(label.text) == 1 and not label.text.isdigit():
        return sentence[start:end] == label.text
    if label.text.casefold() in (
        "no",
        "yes",
        "true",
        "false",
        "in",
        "the",
        "other",
        "none",
        "all",
        "a",
        "an",
        "of",
        "on",
    ):
        return (
            sentence[start:end] == label.text
            or sentence[start].isupper()
            or before.endswith(('"', "“", "'", "said ", "answer "))
        )
    if not label.text.isdigit():
        return not (label.tokens[0].isdigit() and re.search(r"\d[.,]$|[$€£]$", before))
    if re.search(r"[\d.,$€£][.,]?$", before.rstrip() if before.endswith((".", ",")) else before) or re.match(
        r"[.,]\d|\s?%", after
    ):
        return False
    return (int(label.text) >= SMALLEST_CODE and not _is_measured(after)) or _has_cue(label, before, after)


def _is_measured(after: str) -> bool:
    return re.match(r"\s(orders|rows|units|items|times|percent|flights|days)\b", after) is not None


def _has_cue(label: Label, before: str, after: str) -> bool:
    last = re.findall(r"[^\W\d_]+", before)[-1:]
    beside = bool(last) and re.search(r"\s$|#$|\.$", before) is not None
    named = bool(label.column_words & {stem(word) for word in re.findall(r"[^\W\d_]+", before)[-4:]})
    return (
        (beside and (stem(last[0]) in label.column_words or named))
        or before.endswith("#")
        or (not before.strip() and after.startswith(":"))
    )


def joined(mentions: Sequence[Mention], sentence: str) -> list[Mention]:
    """ "Lyon in 2024" is one name where a row has both."""
    found: list[Mention] = []
    for one in mentions:
        last = found[-1] if found else None
        if last and (rows := last.rows & one.rows) and _JOINED.fullmatch(sentence, last.end, one.start):
            end = one.end + (sentence[last.end : one.start].endswith("(") and sentence.startswith(")", one.end))
            found[-1] = Mention(last.start, end, rows, last.is_date and one.is_date)
        else:
            found.append(one)
    return found
