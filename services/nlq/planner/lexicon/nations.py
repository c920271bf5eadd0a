"""What the people and the things of a country are called, by the country: "Norwegian acts" are those whose country is Norway."""

from __future__ import annotations

_OF_A_COUNTRY = """
    afghanistan: afghan afghans; albania: albanian albanians; algeria: algerian algerians; andorra: andorran andorrans;
    angola: angolan angolans; argentina: argentine argentinian argentines argentinians; armenia: armenian armenians;
    australia: australian australians; austria: austrian austrians; azerbaijan: azerbaijani azerbaijanis; bahrain: bahraini bahrainis;
    bangladesh: bangladeshi bangladeshis; belarus: belarusian belarusians; belgium: belgian belgians; bolivia: bolivian bolivians;
    bosnia and herzegovina: bosnian bosnians; botswana: botswanan; brazil: brazilian brazilians; bulgaria: bulgarian bulgarians;
    cambodia: cambodian cambodians; cameroon: cameroonian cameroonians; canada: canadian canadians; chile: chilean chileans;
    china: chinese; colombia: colombian colombians; costa rica: costa rican; croatia: croatian croats croatians; cuba: cuban cubans;
    cyprus: cypriot cypriots; czech republic: czech czechs; czechia: czech czechs; denmark: danish danes; ecuador: ecuadorian ecuadorians;
    egypt: egyptian egyptians; england: english; estonia: estonian estonians; ethiopia: ethiopian ethiopians; finland: finnish finns;
    france: french; georgia: georgian georgians; germany: german germans; ghana: ghanaian ghanaians; greece: greek greeks;
    guatemala: guatemalan guatemalans; hungary: hungarian hungarians; iceland: icelandic icelanders; india: indian indians;
    indonesia: indonesian indonesians; iran: iranian iranians persian; iraq: iraqi iraqis; ireland: irish; israel: israeli israelis;
    italy: italian italians; jamaica: jamaican jamaicans; japan: japanese; jordan: jordanian jordanians; kazakhstan: kazakh kazakhs;
    kenya: kenyan kenyans; kuwait: kuwaiti kuwaitis; latvia: latvian latvians; lebanon: lebanese; libya: libyan libyans;
    lithuania: lithuanian lithuanians; luxembourg: luxembourgish; malaysia: malaysian malaysians; mali: malian malians; malta: maltese;
    mexico: mexican mexicans; moldova: moldovan moldovans; mongolia: mongolian mongolians; montenegro: montenegrin; morocco: moroccan moroccans;
    mozambique: mozambican mozambicans; myanmar: burmese; namibia: namibian namibians; nepal: nepalese nepali; netherlands: dutch;
    new zealand: kiwi kiwis; nigeria: nigerian nigerians; north korea: north korean; north macedonia: macedonian macedonians;
    norway: norwegian norwegians; oman: omani omanis; pakistan: pakistani pakistanis; panama: panamanian panamanians; peru: peruvian peruvians;
    philippines: filipino filipinos philippine; poland: polish poles; portugal: portuguese; qatar: qatari qataris; romania: romanian romanians;
    russia: russian russians; saudi arabia: saudi saudis; scotland: scottish scots; senegal: senegalese; serbia: serbian serbs serbians;
    singapore: singaporean singaporeans; slovakia: slovak slovaks slovakian; slovenia: slovenian slovene slovenes; somalia: somali somalis;
    south africa: south african; south korea: south korean korean; spain: spanish spaniards; sri lanka: sri lankan; sudan: sudanese;
    sweden: swedish swedes; switzerland: swiss; syria: syrian syrians; taiwan: taiwanese; tanzania: tanzanian tanzanians; thailand: thai thais;
    tunisia: tunisian tunisians; turkey: turkish turks; uganda: ugandan ugandans; ukraine: ukrainian ukrainians; united kingdom: british britons;
    united states: american americans; uruguay: uruguayan uruguayans; uzbekistan: uzbek uzbeks; venezuela: venezuelan venezuelans;
    vietnam: vietnamese; wales: welsh; yemen: yemeni yemenis; zambia: zambian zambians; zimbabwe: zimbabwean zimbabweans;
    north america: north american; south america: south american; europe: european europeans; asia: asian asians; africa: african africans
"""
_ADJECTIVES_OF_TWO_WORDS = frozenset({"costa", "north", "south", "sri"})


def _names(country: str, called: str) -> tuple[str, ...]:
    words = called.split()
    if words[0] in _ADJECTIVES_OF_TWO_WORDS:
        return (country, " ".join(words[:2]), *words[2:])
    return (country, *words)


NATIONS = tuple(
    _names(country.strip(), called) for country, called in (entry.split(":") for entry in _OF_A_COUNTRY.split(";"))
)
"""Each country or continent as a table has it, and then what it is called by."""
