"""Words that stand for much the same in the names of columns: our own groups, and what a dictionary and word vectors both call akin.

They decide nothing alone: where they fit several columns these are asked about (linking/kinship, docs/decisions/0030).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.vocabulary import STOPWORDS, synonym_groups

SENSES = "senses.txt"
"""Made by eval/senses.py (docs/decisions/0030)."""
SENSE = 0.7  # as a synonym counts in linking/columns
_FIGURES = (
    "total overall aggregate combined sum altogether",
    "average mean avg typical normal",
    "maximum max highest top greatest peak largest best heaviest longest tallest fastest",
    "minimum min lowest least smallest",
    "number num count quantity no qty",
)
"""Words that say what a number is, whatever it is of: each stands for those of its group, and for nothing else."""
_SHARES = ("percent percentage pct share rate proportion ratio",)
"""These too stand for a kind of number, and yet for other things: a rate may be a speed, as a value may be a price."""
_OF_GRAMMAR = frozenset(
    stem(w)
    for w in "second minute hour day week weekday month quarter year date time people person row one thing".split()
)
"""Words that the grammar reads itself: a dictionary has them akin to one another (a minute, a second), which tables must not."""
_TELLING_NOTHING = frozenset(stem(w) for w in STOPWORDS) - {stem("value")}
"""Words of names that nothing is akin to: every column of money may be called an amount. A value is a price by itself."""
_BUSINESS = (
    "amount value worth sum monetary",
    "spend spent spending expenditure expense outlay cost paid payment payout",
    "budget funding fund allocation allotment allowance grant subsidy support",
    "income revenue sales turnover earnings proceeds takings receipts",
    "profit gain margin surplus earnings",
    "invoice bill billed billable chargeable invoiced",
    "due owed owing outstanding unpaid payable arrears overdue open",
    "settled settlement paid cleared",
    "final closing end ending last agreed",
    "initial start starting base opening first original",
    "offered offer proposed quoted asking bid",
    "planned plan target budgeted expected forecast estimated",
    "actual real measured recorded reported",
    "unit item piece article each",
    "match game event fixture contest bout",
    "order purchase booking reservation",
    "transaction operation trade deal sale",
    "shipping freight delivery carriage postage",
    "tax vat duty levy",
    "stock inventory holding",
    "supplier vendor provider",
    "headcount staff personnel employees workforce employee",
    "hired rented leased borrowed loaned",
    "tenure service seniority",
    "age old years",
    "duration length time elapsed",
    "size dimension extent area magnitude",
    "speed velocity rate pace",
    "capacity occupancy seats limit utilization utilisation",
    "code number num no id identifier",
    "details detail information info",
    "points point score mark achievement",
    "rank ranking seed standing scoring",
    "mean average median mid middle typical",
    "citation reference cite",
    "views impressions",
    "visits sessions",
    "host organizer organiser",
    "visitor guest attendee audience viewer viewership",
    "dollar usd",
    "euro eur",
    "pound gbp sterling",
)
"""Words of bookkeeping, trade and staff that are put for one another where columns are named; general knowledge, but for the group of speeds, which
was written after a development question had missed it.
They are too loose to be read as each other, and serve only to ask which one is meant."""
_WORTH = frozenset(map(stem, "amount value worth sum monetary".split()))
_MONEY = frozenset(
    stem(w)
    for w in "price cost charge fee fare expense revenue sale sales turnover payment spend spent spending invoice bill balance".split()
)
"""What an amount may be an amount of, when nothing else is said: "the amount" over a cost and a price, "sales" over amounts."""
_ONLY_A_FIGURE = frozenset(map(stem, "amount value worth level size detail details information figure".split()))
_COUNTING = frozenset(map(stem, "number num count quantity qty no total".split()))


def could_be_meant(word: str, other: str) -> bool:
    """Whether one may be put for the other where it is asked which is meant; more than `senses` has."""
    one, two = stem(word), stem(other)
    if leaves_little(word) or leaves_little(other):
        return (two in _loosely(word)) if leaves_little(word) else (one in _loosely(other))
    worth = (one in _WORTH and two in _MONEY) or (two in _WORTH and one in _MONEY)
    return worth or two in _loosely(word) or one in _loosely(other)


def _loosely(word: str) -> frozenset[str]:
    stemmed = stem(word)
    if leaves_little(word):
        return frozenset(stem(w) for g in (*synonym_groups(), *_BUSINESS) if word in g.split() for w in g.split())
    return senses(stemmed) | _of_business().get(stemmed, frozenset())


def leaves_little(word: str) -> bool:
    """Whether its stem is short enough to be that of other words: a rating is no rate, and both have "rat"."""
    return word.endswith("ing") and len(stem(word)) <= _SHORT


_SHORT = 3


@cache
def _of_business() -> dict[str, frozenset[str]]:
    return _mutual(_BUSINESS)


def says_only_a_figure(word: str) -> bool:
    """Whether it says what kind of number is meant, and not of what: "count", "amount"."""
    return stem(word) in figures() or stem(word) in _ONLY_A_FIGURE


def counts(word: str) -> bool:
    """Whether it says no more than that something is counted or added up."""
    return stem(word) in _COUNTING


@cache
def known_stems() -> frozenset[str]:
    return frozenset(_listed()) | frozenset(_grouped()) | frozenset(figures()) | frozenset(_of_business())


@lru_cache(maxsize=4096)
def senses(stemmed: str) -> frozenset[str]:
    """Stems that stand for much the same: what our groups hold together, and those of the data file."""
    if stemmed in _OF_GRAMMAR:
        return frozenset()
    figure = figures().get(stemmed)
    if figure is not None:
        return figure
    listed = frozenset(_listed().get(stemmed, "").split())
    return (_grouped().get(stemmed, frozenset()) | listed) - figures().keys() - _OF_GRAMMAR - _TELLING_NOTHING


@cache
def figures() -> dict[str, frozenset[str]]:
    return _mutual(_FIGURES)


@cache
def _grouped() -> dict[str, frozenset[str]]:
    return _mutual((*synonym_groups(), *_SHARES))


@cache
def _listed() -> dict[str, str]:
    lines = files(__package__).joinpath(SENSES).read_text(encoding="ascii").splitlines()
    return {first: others for first, _, others in (line.partition(" ") for line in lines if not line.startswith("#"))}


def _mutual(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        stems = frozenset(stem(w) for w in group.split())
        for word in stems:
            found[word] = found.get(word, frozenset()) | stems - {word}
    return found
