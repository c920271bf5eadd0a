"""Words of grammar, and what the words of questions and column names have to do with one another."""

from __future__ import annotations

from services.nlq.planner.lexicon.nations import NATIONS
from services.nlq.planner.lexicon.tokens import stem

FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from with by as is are was were be been being am do does did done has have had having it its "
    "this that these those there their they them he she his her him who whom whose which what when where how why and or but if "
    "then than so such i me my we our us you your please can could would will shall should may might must not no any all some "
    "into onto over under out up down off about during through among within per each every s t d ll re ve m "
    "tell show give find get display return want need like see also just only let know "
    "many much more most less least very too here same other another one ones whats hows wheres whos".split()
)
"""Words of grammar: never a column or a cell by themselves."""

STOPWORDS = FUNCTION_WORDS | frozenset(
    "calculate compute determine discover estimate find analyze analyse examine present extract variable variables distribution level "
    "overall across annual yearly together whole entire existing available represent representing measured called titled "
    "list name print provide identify state thing things following given specific certain particular respective listed "
    "recorded according based data dataset table chart csv file column columns field value values row rows record records entry "
    "entries result results number amount information info".split()
)
"""Words that need no account: leaving one out does not change what is asked."""

_SYNONYM_GROUPS = (
    "revenue sales income turnover earnings",
    "sales sold",
    "cost price expense charge fee fare",
    "price rate tariff",
    "salary wage pay earnings income",
    "earnings prize winnings income",
    "nation country nationality national",
    "team club squad side",
    "opponent opposition rival against versus faced",
    "venue location stadium place ground arena site",
    "location city town place where situated located",
    "position rank place ranking finish placing",
    "start begin beginning open opening launch",
    "end finish stop close closing conclude",
    "author writer written wrote write penned",
    "director directed direct",
    "producer produced produce",
    "actor cast star starring",
    "air aired broadcast",
    "attendance crowd spectators audience attended",
    "born birth birthday dob birthdate",
    "death died dead fatalities killed deceased",
    "height tall high altitude elevation",
    "age old",
    "weight heavy weigh mass",
    "length long duration distance",
    "distance far length",
    "width wide",
    "size area large big",
    "population inhabitants people citizens residents populous populated live reside populace",
    "win won winner victory victor",
    "winner champion won",
    "lost loss defeat lose losses",
    "school college university institution",
    "film movie title picture",
    "song title track single",
    "album title record",
    "episode title",
    "job occupation profession",
    "gender sex",
    "phone telephone",
    "zip postal postcode",
    "company manufacturer firm organization organisation maker brand",
    "customer client buyer purchaser",
    "product item goods merchandise",
    "quantity units pieces qty",
    "channel network station",
    "released release published publication",
    "votes vote ballots",
    "party affiliation",
    "nickname mascot",
    "viewers audience watched viewership",
    "coach manager",
    "driver racer pilot",
    "jockey rider",
    "speed velocity mph fast",
    "goals scored",
    "points pts score",
    "score result points",
    "result outcome score",
    "genre category type kind",
    "type kind category class sort",
    "class category",
    "capacity seats seating seat",
    "founded established formed inception foundation",
    "built constructed completed construction erected",
    "number no num count",
    "percent percentage pct share",
    "teacher instructor professor",
    "employee staff worker",
    "surname last",
    "city town municipality",
    "traverse flow run through cross pass",
    "border adjacent neighbor neighbour adjoin surround next bordering",
    "food cuisine serve serving",
    "language tongue spoken speak",
    "rating stars score rated",
    "code abbreviation symbol",
    "name title called",
    "delay late delayed",
    "carrier airline",
    "departure depart leave left",
    "origin left leave leaving departed depart departing from",
    "destination dest arrive arriving arrived bound",
    "arrival arrive destination",
    "budget spending expenditure",
    "literacy literate",
    "elected election",
    "term tenure",
    "network broadcaster",
    "joined join",
    "left leave departed",
    "appointed appointment",
    "vacated vacancy",
    "role character part played portrayed",
    "played play games",
    "wife spouse husband",
    "religion faith religious",
    "museum gallery",
    "discount promo rebate",
    "invoice bill",
    "date day",
    "time duration clock",
    "designer designed design",
    "composer composed music",
    "engine motor",
    "color colour",
    "license licence",
    "headquarters hq based",
    "owner owned own belongs",
)
"""Words that may stand for one another in a column's name."""


def synonym_groups() -> tuple[str, ...]:
    return _SYNONYM_GROUPS


def _synonyms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _SYNONYM_GROUPS:
        first, *others = dict.fromkeys(stem(w) for w in group.split())
        for other in others:
            found.setdefault(first, set()).add(other)
            found.setdefault(other, set()).add(first)
    return {word: frozenset(others) for word, others in found.items()}


SYNONYMS = _synonyms()
"""Stems that may stand for each other in a column's name: weaker than the name itself."""

ABBREVIATIONS = {
    "qty": "quantity", "amt": "amount", "num": "number", "no": "number", "nbr": "number", "avg": "average", "pct": "percent", "temp": "temperature",
    "bmi": "body mass index", "pop": "population", "dept": "department", "addr": "address", "desc": "description", "dob": "birth", "lat": "latitude", "lon": "longitude",
    "lng": "longitude", "ppl": "people", "yr": "year", "hr": "hour", "min": "minutes", "max": "maximum", "cat": "category", "emp": "employee", "cust": "customer",
    "mgr": "manager", "acct": "account", "txn": "transaction", "trans": "transaction", "org": "organization", "loc": "location", "tel": "telephone",
    "pts": "points", "pos": "position", "div": "division", "conf": "conference", "att": "attendance", "dist": "distance", "alt": "altitude", "dep": "departure",
    "arr": "arrival", "carr": "carrier", "dest": "destination", "orig": "origin", "cnt": "count", "ct": "count", "ref": "reference", "wt": "weight", "ht": "height",
    "fname": "first name", "lname": "last name", "sal": "salary", "rev": "revenue", "std": "standard", "ave": "average", "univ": "university", "govt": "government",
    "nat": "nationality", "pf": "points for", "pa": "points against", "pld": "played", "gp": "games played", "gf": "goals for", "ga": "goals against",
}  # fmt: skip
"""Short forms that column names use."""

HEIGHT = tuple(stem(w) for w in "height elevation altitude".split())
SIZE = tuple(stem(w) for w in "area size population capacity total amount attendance length height".split())
"""Columns that "largest" may speak of when it names none, the likeliest first."""

PERSON = frozenset(
    stem(w)
    for w in "name player winner driver candidate incumbent director writer author coach actor person athlete captain manager artist president rider nominee character champion owner employee member officer contestant singer politician representative senator teacher student skipper swimmer guest host performer scorer runner-up recipient awardee customer passenger leader pitcher goalkeeper jockey trainer producer composer composer rower wrestler cyclist golfer boxer astronaut scientist bishop king queen mayor governor commander minister user client patient author celebrity dancer model actress role celebrity".split()
)
PLACE = frozenset(
    stem(w)
    for w in "location venue city place country stadium site town state region county province ground arena address hometown area district circuit course where birthplace headquarters origin destination nation campus capital island".split()
)
TIME = frozenset(
    stem(w)
    for w in "date year time day month season era period term when airdate released release founded established opened built aired birth born death week dates years premiere start end begin".split()
)

ALIASES = (
    *NATIONS,
    ("f", "female", "females", "women", "woman", "girls"),
    ("m", "male", "males", "men", "man", "boys"),
    (
        "united states",
        "usa",
        "us",
        "u s a",
        "u s",
        "united states of america",
        "america",
        "the us",
        "the usa",
        "the united states",
    ),
    ("united kingdom", "uk", "u k", "great britain", "britain"),
    ("soviet union", "ussr", "u s s r"),
    ("united arab emirates", "uae"),
    ("new york", "nyc", "new york city"),
    ("los angeles", "la", "l a"),
    ("san francisco", "sf"),
    ("washington d c", "washington dc", "dc"),
)
"""Names for one and the same thing."""
