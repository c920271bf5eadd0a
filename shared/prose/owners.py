"""Which names a number is told of: "Lyon sold 80", "80 in Lyon", "Lyon and Paris sold 80 and 120". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.prose.labels import Mention
from shared.prose.numbers import Said

_LINK = re.compile(
    r"[^,;:()\d·]{0,40}\b(in|for|from|of|by|at|on|to|among|is what|what|with|when|bei|für|aus|von|an|auf|à|en|pour|de|del|para|per|di|da|em|voor)\s(?:the\s|der\s|die\s|la\s|le\s)?[\"“'*]*"
    r"|\s?[(:–—-]\s?[\"“'*]*|,? which is [^,;:()\d·]{0,12}|,? (?:is|are|was|belongs? to|goes? to|fall to) [^,;:()\d·]{0,12}"
)
LONGEST_GAP = 20
""" "80 users (Lyon)": characters from a number to the name in brackets that it is of."""
_COMPARES = re.compile(
    r"\b(and|while|but|und|than|compared with|unlike|ahead of|behind|exceeds?|versus|vs\.?|beats?|above|below)\b"
)
_FRONTED = re.compile(
    r"(^|[,;:.]\s?|\b(?:and|while|but|und|et|y)\s)(with|at|mit|avec|con)\s[^,;:·\d]{0,20}[$€£]?$", re.IGNORECASE
)
_ASIDE = re.compile(
    r"\b(than|unlike|like|not|ahead of|behind|beats|versus|vs\.?|before|followed by|leads?|exceeds?)\s(?:the\s)?[\"“']?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;]|\b(?:while|but)\b")
_OTHERS = re.compile(r"\b(others?|rest|remaining|elsewhere|everyone|übrigen|anderen|autres|demás)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s?[,&/]?\s?(?:and|und|et|y|e|or|en|to|bis|until)?\s?(?:the\s)?[*\"“”']*")


def rows_told_of(said: Sequence[Said], mentions: Sequence[Mention], sentence: str) -> list[frozenset[int] | None]:
    """For each number the rows in which it has to stand; None where the sentence speaks of no row."""
    owners: list[frozenset[int] | None] = [None] * len(said)
    if not mentions:
        return owners
    told = _without_asides(said, mentions, sentence)
    for at, one in enumerate(said):
        owners[at] = _rows_of(one, at, said, told or list(mentions), sentence)
    for numbers, names in _in_pairs(said, mentions, sentence):
        for at, name in zip(numbers, names, strict=True):
            owners[at] = _narrowed(name.rows, mentions, names)
    return owners


def _without_asides(said: Sequence[Said], mentions: Sequence[Mention], sentence: str) -> list[Mention]:
    """A name that others are only compared with owns no number, unless one stands right beside it: "ahead of Paris (80)"."""
    kept = []
    for at, one in enumerate(mentions):
        compared = _ASIDE.search(sentence[: one.start]) is not None
        following = next((number for number in said if number.start >= one.end), None)
        until = mentions[at + 1].start if at + 1 < len(mentions) else len(sentence)
        gap = sentence[one.end : following.start] if following and following.start <= until else None
        has_number = gap is not None and re.fullmatch(r"['’s]{0,2}\s?[(:]\s?[$€£]?|['’]s?\s[$€£]?|\s(with|at|by)\s[^,;]{0,20}|,? (?:which|who) has\s[$€£]?|\s(?:has|had|sold|made)\s[^,;]{0,12}|,\s?[$€£]?", gap) is not None  # fmt: skip
        unlike = re.search(r"\b(unlike|like|not)\s(?:the\s)?$", sentence[: one.start], re.IGNORECASE) is not None
        before = [number for number in said if number.end <= one.start]
        linked = before and _LINK.fullmatch(sentence, before[-1].end, one.start) is not None and not _COMPARES.search(sentence[before[-1].end : one.start])  # fmt: skip
        if compared and (unlike or not has_number) and not linked and (len(mentions) > 1):
            continue
        kept.append(one)
    return kept


def _rows_of(
    one: Said, at: int, said: Sequence[Said], mentions: Sequence[Mention], sentence: str
) -> frozenset[int] | None:
    first = max(sentence.rfind(";", 0, one.start) + 1, 0)
    last = sentence.find(";", one.end)
    here = [m for m in mentions if m.start >= first and (last < 0 or m.end <= last)] or list(mentions)
    before = [m for m in here if m.end <= one.start]
    after = [m for m in here if m.start >= one.end]
    next_number = said[at + 1].start if at + 1 < len(said) else len(sentence)
    follows = bool(after) and after[0].start <= next_number and _is_linked(one, after[0], sentence)
    if follows or not before:
        return _shared([*_beside(after, next_number, sentence), *reversed(before)])
    if _OTHERS.search(sentence, before[-1].end, one.start):
        return None
    nearest = before[-1]
    near = [m for m in before[:-1] if m is mentions[0] or not _CLAUSE.search(sentence, m.end, nearest.start)]
    return _shared([nearest, *reversed(near)])


def _is_linked(one: Said, name: Mention, sentence: str) -> bool:
    gap = sentence[one.end : name.start]
    if _FRONTED.search(sentence[: one.start]) and re.fullmatch(r"[^;:()·\d]{0,25},\s(?:the\s)?", gap):
        return True
    if _COMPARES.search(gap):
        return False
    if gap.endswith("("):
        return sentence.startswith(")", name.end) and len(gap) < LONGEST_GAP
    return _LINK.fullmatch(gap) is not None


def _beside(after: Sequence[Mention], until: int, sentence: str) -> list[Mention]:
    """ "80 in Lyon in January": names up to the next number."""
    return [
        after[0],
        *(m for m in after[1:2] if m.start <= until and not _CLAUSE.search(sentence, after[0].end, m.start)),
    ]


def _shared(names: Sequence[Mention]) -> frozenset[int]:
    """Names that stand together ("Lyon in 2024") are of one row where they share one; the nearest comes first."""
    rows = names[0].rows
    for one in names[1:]:
        rows = (rows & one.rows) or rows
    return rows


def _narrowed(rows: frozenset[int], mentions: Sequence[Mention], listed: Sequence[Mention]) -> frozenset[int]:
    for one in mentions:
        if one not in listed:
            rows = (rows & one.rows) or rows
    return rows


def _in_pairs(
    said: Sequence[Said], mentions: Sequence[Mention], sentence: str
) -> list[tuple[list[int], list[Mention]]]:
    """Names in a row and then as many numbers in a row: the first is of the first."""
    found = []
    at = 0
    while at < len(mentions):
        names = [mentions[at]]
        while at + 1 < len(mentions) and _LISTED.fullmatch(sentence, names[-1].end, mentions[at + 1].start):
            at += 1
            names.append(mentions[at])
        at += 1
        until = mentions[at].start if at < len(mentions) else len(sentence)
        numbers = [place for place, one in enumerate(said) if names[-1].end <= one.start < until and not one.harmless]
        run = numbers[:1]
        for place in numbers[1:]:
            if not _LISTED.fullmatch(sentence, said[run[-1]].end, said[place].start) and not re.fullmatch(r"\s?(and|to|,)\s?[$€£]?", sentence[said[run[-1]].end : said[place].start]):  # fmt: skip
                break
            run.append(place)
        if len(names) > 1 and len(run) == len(names):
            found.append((run, names))
    return found
