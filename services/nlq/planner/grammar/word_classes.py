"""Closed lists of words: classes that rules name, and what it costs to pass a word over.

What stands in `PASSING` means nothing where it stands between two parts of a reading; whatever is not in it must be explained by a rule.
`no, not, never, neither, nor, all, every, each, by, per, between, than, only, cumulative, without, except, or, and` are never in it.
"""

from __future__ import annotations

WORD_CLASSES: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "be": "is are was were be been being isn",
        "do": "do does did",
        "have": "has have had having with contain contains containing get gets got",
        "of": "of in for from at on to within among amongst inside",
        "by": "by per across",
        "each": "each every",
        "the": "the a an",
        "that": "that which who whose where whom",
        "not": "not never no non nor isnt arent wasnt werent dont doesnt didnt hasnt havent cannot",
        "show": "show list give display find get name tell return identify provide print state fetch output enumerate",
        "ask": "what which whats",
        "count": "count number",
        "largest": "largest biggest greatest highest maximum max top most best longest",
        "light": "placed made done taken occurred happened recorded registered sold bought spent paid earned",
    }.items()
}

_FREE = "the a an please pls s this these those us me you can could would kindly just hi hello hey thanks ok okay so then now"
_CHEAP = "of in for at on to from our my its your i we there do does did is are was were be been being"
_DEAR = "that these this which who whose whom where with has have had having when as about into within among during"
_DEARER = (
    "any some exist exists existing data dataset table file list overall altogether together respectively currently "
    "actually exactly get gets got want need like know tell give show us see find present given named called titled "
    "such also here one ones"
)
_VERBS = (
    "place placed make made do done take took taken occur occurred happen happened record recorded records register registered hold held go went "
    "gone come came play plays played playing receive received use used using appear appeared belong belongs work works worked working live lives "
    "lived located based contain contains contained say says said feature featured involve involved include included represent represented "
    "participate participated compete competed list listed show shown run runs ran be become became set"
)

_TABLES_OF_VERBS = {
    "buy buys bought buying sell sold selling sells ordered ordering purchased purchasing": "order sale sales sold product item quantity unit units purchase price customer donation",
    "visit visited visits visiting view viewed": "visit page view url session",
    "spend spends spent spending": "amount spend cost revenue price sales payment order donation total",
    "earn earns earned earning make makes made": "salary income wage pay revenue sales amount profit",
    "lend lent borrow borrowed borrows loan loaned": "loan book",
    "live lives lived living reside": "city country address town home region",
    "work works worked working": "department job employee staff team company hours",
    "gave give gives given answer answered rate rated respond responded": "satisfaction rating score respondent answer donation nps survey",
    "generate generated produce produced": "revenue sales amount energy data production baked",
    "study studied enrolled attend attended": "student course class exam attendance school",
    "fly flew flown": "flight airline airport",
    "attend attended attends watch watched": "attendance crowd audience spectators viewers viewership",
    "finish finished finishes finishing": "position place placing finish rank result",
    "air aired airs": "airdate air date aired",
    "win won wins beat lose lost earn earned": "winner opponent result score champion gold silver bronze medal",
    "nominated awarded": "award category result nominee",
    "select selected pick picked draft drafted": "pick round draft college",
    "carry carried carries carrying transport transported transports": "passenger cargo freight lorri lorry truck car vessel ship load flight trip crossing",
    "handle handled take took answer answered": "call ticket agent",
}
RELATED: dict[str, frozenset[str]] = {}
for _verbs, _stems in _TABLES_OF_VERBS.items():
    for _verb in _verbs.split():
        RELATED[_verb] = RELATED.get(_verb, frozenset()) | frozenset(_stems.split())
"""Verbs that only repeat what a table is about, by the words that its name or columns must have for that. Elsewhere they mean something."""

PASSING: dict[str, float] = {}
for _words, _cost in ((_VERBS, 0.35), (_DEARER, 0.3), (_DEAR, 0.12), (_CHEAP, 0.05), (_FREE, 0.0)):
    PASSING |= dict.fromkeys(_words.split(), _cost)

CLASSES_OF: dict[str, tuple[str, ...]] = {}
for _name, _listed in WORD_CLASSES.items():
    for _word in _listed:
        CLASSES_OF[_word] = (*CLASSES_OF.get(_word, ()), f"@{_name}")
