"""Numbers that are written as words, in the languages in which questions are asked most. Pure.

A word is taken apart into the parts below ("siebenundzwanzig", "quatre-vingt-dix", "two hundred and six"). What English uses for something
else (`ENGLISH_TOO`: "due to", "once", "cents") is no number beside English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_ROWS = """
0 zero null zéro cero nul
1 one ein eine einen einem einer eins un une uno una um uma een één
2 two zwei zwo deux dos due dois duas twee couple pair
3 three drei trois tres tre três drie
4 four vier quatre cuatro quattro quatro
5 five fünf cinq cinco cinque vijf
6 six sechs seis sei zes
7 seven sieben sept siete sette sete zeven
8 eight acht huit ocho otto oito
9 nine neun neuf nueve nove negen
10 ten zehn dix diez dieci dez tien
11 eleven elf onze once undici
12 twelve zwölf douze doce dodici doze twaalf dozen dutzend douzaine docena dozzina dúzia dozijn
13 thirteen dreizehn treize trece tredici treze dertien
14 fourteen vierzehn quatorze catorce quattordici catorze veertien
15 fifteen fünfzehn quinze quince quindici vijftien
16 sixteen sechzehn seize dieciséis sedici dezesseis dezasseis zestien
17 seventeen siebzehn diecisiete diciassette dezessete dezassete zeventien
18 eighteen achtzehn dieciocho diciotto dezoito achttien
19 nineteen neunzehn diecinueve diciannove dezenove dezanove negentien
20 twenty zwanzig vingt vingts veinte veinti venti vent vinte twintig
30 thirty dreißig dreissig trente treinta trenta trent trinta dertig
40 forty fourty vierzig quarante cuarenta quaranta quarant quarenta veertig
50 fifty fünfzig cinquante cincuenta cinquanta cinquant cinquenta vijftig
60 sixty sechzig soixante sesenta sessanta sessant sessenta zestig
70 seventy siebzig septante setenta settanta settant zeventig
80 eighty achtzig quatre-vingt quatre-vingts huitante octante ochenta ottanta ottant oitenta tachtig
90 ninety neunzig nonante noventa novanta novant negentig
100 hundred hundert cent cents cien ciento cientos cientas cento cem centos centas honderd
200 doscientos doscientas duecento duzentos duzentas
300 trescientos trescientas trezentos trezentas
500 quinientos quinientas quinhentos quinhentas
700 setecientos setecientas
900 novecientos novecientas
1000 thousand tausend mille mil mila duizend
1000000 million millionen millions millón millones milione milioni milhão milhões miljoen
1000000000 billion milliarde milliarden milliard milliards miliardo miliardi bilhão bilhões miljard
1000000000000 trillion billionen biljoen
"""
_VALUES: Mapping[str, float] = {word: float(row.split()[0]) for row in _ROWS.strip().splitlines() for word in row.split()[1:]}  # fmt: skip
_JOINERS = frozenset("und et y e en ë and -".split())
VAGUE = frozenset("dozens hundreds thousands millions billions hunderte tausende centaines milliers cientos miles".split())  # fmt: skip
"""How many is not said: no number of a result is "thousands"."""
ENGLISH_TOO = frozenset("un due once cent cents mil sei elf dos sept set pair couple null tres six nove um e y en et".split())  # fmt: skip
_ENGLISH = re.compile(r"\b(the|of|and|is|was|by|with|has|had|were|are|for|to)\b", re.IGNORECASE)
HARMLESS = frozenset("one ein eine einen einem einer eins un une uno una um uma een één zero null nul couple pair".split())  # fmt: skip
"""Articles in most languages; "one of the", "the one". They count beside what is measured ("one order")."""

_FRACTIONS: Mapping[str, float] = {
    **dict.fromkeys("half halves halved hälfte halb moitié mitad metà metade helft".split(), 1 / 2),
    **dict.fromkeys("third thirds drittel tiers tercio terzo terço derde".split(), 1 / 3),
    **dict.fromkeys("quarter quarters viertel quart cuarto quarto kwart".split(), 1 / 4),
    **dict.fromkeys("fünftel".split(), 1 / 5),
    **dict.fromkeys("zehntel".split(), 1 / 10),
}
_ORDINALS: Mapping[str, int] = {
    word: at
    for at, words in enumerate(
        "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|"
        "sixteenth|seventeenth|eighteenth|nineteenth|twentieth".split("|"),
        1,
    )
    for word in (words,)
}
_TIMES: Mapping[str, float] = {
    **dict.fromkeys("twice double doubles doubled doubling twofold doppelt verdoppelt doble doppio dobro".split(), 2.0),
    **dict.fromkeys("thrice triple tripled triples treble trebled dreifach verdreifacht".split(), 3.0),
    **dict.fromkeys("quadruple quadrupled quadruples".split(), 4.0),
    **dict.fromkeys("quintuple quintupled".split(), 5.0),
}
_FOLD = re.compile(r"(.+?)-?(?:fold|fach)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_OTHER_HALF = re.compile(r"-(sample|sided|tailed|way|hot|dimensional|factor|tail|to-one|time|off|by)\b", re.IGNORECASE)
_LONGEST_WORD = 60


@dataclass(frozen=True)
class NumberWord:
    """`kind`: a count, a part of one, a multiple, a place in an order, or nothing that could be held against a result (`vague`)."""

    start: int
    end: int
    value: float
    kind: str
    step: float = 1.0
    harmless: bool = False


def number_words(text: str) -> Iterator[NumberWord]:
    """Each number that is written in words, neighbours put together."""
    english = _ENGLISH.search(text) is not None
    run: list[tuple[re.Match[str], tuple[float, ...]]] = []
    until = 0
    for word in _WORD.finditer(text):
        folded = word[0].casefold()
        parts = () if _OTHER_HALF.match(text, word.start() + len(folded.split("-")[0])) else _parts(folded)
        if english and folded in ENGLISH_TOO - {"couple", "pair", "six"}:
            parts = ()
        if run and text[until : word.start()].strip():
            yield _count(run)
            run = []
        if parts:
            run.append((word, parts))
            until = word.end()
            continue
        if run and _joins(text, word.end(), folded, run):
            until = word.end()
            continue
        other = _single(text, word, run)
        if run and not (other and other.kind == "part" and other.start < word.start()):
            yield _count(run)
        run = []
        if other:
            yield other
    if run:
        yield _count(run)


def _joins(text: str, end: int, folded: str, run: list[tuple[re.Match[str], tuple[float, ...]]]) -> bool:
    """ "a hundred and fifty", "a couple of hundred": but "two and three" are two numbers."""
    following = _WORD.match(text, end + 1)
    parts = _parts(following[0].casefold()) if following else ()
    last = run[-1][1][-1]
    if not parts:
        return False
    if folded == "of":
        return last in (2, 12) and parts[0] >= 100
    if folded in ("and", "und"):
        return last >= 100
    return folded in ("y", "et", "e") and (last >= 100 or (last >= 20 and parts[0] < 20))


def _single(text: str, word: re.Match[str], run: list[tuple[re.Match[str], tuple[float, ...]]]) -> NumberWord | None:
    folded = word[0].casefold()
    start, end = word.span()
    head, _, tail = folded.rpartition("-")
    if folded in VAGUE:
        return NumberWord(start, end, 0.0, "vague")
    if (times := _times(folded)) is not None:
        return NumberWord(start, end, times, "times")
    before = re.search(r"(\w+)\s$", text[:start])
    said_before = before[1].casefold() if before else ""
    part = _FRACTIONS.get(tail) or (1 / _ORDINALS[tail[:-1]] if tail.endswith("s") and tail[:-1] in _ORDINALS and tail != "seconds" else None)  # fmt: skip
    tens = _value(_parts(head)) if head and _parts(head) else 0.0
    is_part = tail not in _ORDINALS or (
        said_before in ("a", "one", "every") or (0 < tens < 20) or text[end:].startswith(" of all")
    )
    if tail in _ORDINALS and is_part and part is None:
        part = 1 / _ORDINALS[tail]
    if part is not None and is_part:
        count = tens or (_value(run[0][1]) if run and len(run) == 1 else 1.0)
        return NumberWord(run[0][0].start() if run and count != 1 else start, end, count * part, "part")
    if tail in _ORDINALS:
        return NumberWord(start, end, tens + _ORDINALS[tail], "place")
    return None


def _times(folded: str) -> float | None:
    if folded in _TIMES:
        return _TIMES[folded]
    found = _FOLD.fullmatch(folded)
    return _value(parts) if found and (parts := _parts(found[1])) else None


def _count(run: list[tuple[re.Match[str], tuple[float, ...]]]) -> NumberWord:
    numbers = [part for _, parts in run for part in parts]
    step = next((one for one in reversed(numbers) if one >= 1000), 1.0) if numbers[-1] >= 1000 else 1.0
    harmless = len(run) == 1 and run[0][0][0].casefold() in HARMLESS
    return NumberWord(run[0][0].start(), run[-1][0].end(), _value(tuple(numbers)), "count", step, harmless)


def _value(parts: tuple[float, ...]) -> float:
    """Two hundred and six thousand: what is smaller than the one before it is added, what is larger multiplies."""
    total, current = 0.0, 0.0
    for part in parts:
        if part >= 1000:
            total, current = total + max(current, 1.0) * part, 0.0
        elif part == 100 and 0 < current < 100:
            current *= part
        elif current == 2 and part == 12:
            current = 24.0
        else:
            current += part
    return total + current


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[float, ...]:
    """Its numbers in their order, the units before tens where the language says them so; nothing where something else is in it."""
    if word in _VALUES:
        return (_VALUES[word],)
    if len(word) > _LONGEST_WORD:
        return ()
    for size in range(len(word) - 1, 1, -1):
        if (value := _VALUES.get(word[:size])) is None:
            continue
        rest = word[size:]
        for joiner in ("", "und", "-et-", "-and-", "ën", "en", "-", "y", "e"):
            if rest.startswith(joiner) and (parts := _parts(rest.removeprefix(joiner))):
                return (value, *parts)
    return ()
