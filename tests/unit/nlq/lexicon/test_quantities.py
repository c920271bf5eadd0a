"""Numbers as people write and say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.nlq.planner.lexicon.quantities import Quantity, quantities
from services.nlq.planner.lexicon.spoken import Doubt, Spoken
from services.nlq.planner.lexicon.tokens import tokenize
from services.nlq.planner.lexicon.units import CURRENCY_WORDS, UNIT_PHRASES, UNITS


def _all(text: str) -> list[tuple[str, Spoken[Quantity]]]:
    tokens = tokenize(text)
    return [(text[tokens[s.start].start : tokens[s.end - 1].end], s) for s in quantities(text, tokens)]


def _whole(text: str) -> Quantity:
    """The cheapest reading of the longest stretch that begins with the first number."""
    found = _all(text)
    return min(found, key=lambda f: (f[1].start, -f[1].end, f[1].cost))[1].value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("5", 5), ("12", 12), ("1,000", 1000), ("1,234,567", 1234567), ("1,200.50", 1200.5), ("0.25", 0.25), ("-5", -5), ("-1.5", -1.5),
        ("minus five", -5), ("negative 3", -3), ("1k", 1000), ("50k", 50000), ("50K", 50000), ("2.5k", 2500), ("1.5 million", 1500000),
        ("3 million", 3000000), ("2 millions", 2000000), ("2bn", 2 * 10**9), ("2 bn", 2 * 10**9), ("4 billion", 4 * 10**9), ("3mn", 3000000),
        ("1.2 thousand", 1200), ("5 hundred", 500), ("2 dozen", 24), ("7 trillion", 7 * 10**12), ("20 grand", 20000), ("3mio", 3000000),
        ("zero", 0), ("one", 1), ("seven", 7), ("thirteen", 13), ("twenty", 20), ("twenty five", 25), ("twenty-five", 25), ("ninety nine", 99),
        ("hundred", 100), ("a hundred", 100), ("one hundred", 100), ("two hundred and fifty", 250), ("two hundred fifty", 250),
        ("three thousand", 3000), ("three thousand two hundred", 3200), ("one million two hundred thousand", 1200000), ("a million", 1000000),
        ("hundred thousand".replace("hundred", "one hundred"), 100000), ("two million five hundred thousand and six", 2500006), ("a thousand", 1000),
        ("a dozen", 12), ("dozen", 12), ("two dozen", 24), ("half a dozen", 6), ("half a million", 500000), ("half", 0.5), ("a third", 1 / 3),
        ("two thirds", 2 / 3), ("one fifth", 0.2), ("three fourths", 0.75), ("one tenth", 0.1), ("2/3", 2 / 3), ("1/2", 0.5), ("forty two", 42),
    ],
)  # fmt: skip
def test_number_has_this_value(text: str, value: float) -> None:
    assert _whole(f"more than {text}") == Quantity(pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1st", 1),
        ("2nd", 2),
        ("3rd", 3),
        ("21st", 21),
        ("10th", 10),
        ("first", 1),
        ("second", 2),
        ("third", 3),
        ("tenth", 10),
        ("twelfth", 12),
    ],
)
def test_ordinal_is_a_place(text: str, value: int) -> None:
    assert _whole(f"the {text} highest") == Quantity(value, ordinal=True)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("5%", Quantity(5, percent=True)), ("5 %", Quantity(5, percent=True)), ("5 percent", Quantity(5, percent=True)),
        ("5 per cent", Quantity(5, percent=True)), ("12.5%", Quantity(12.5, percent=True)), ("ten percent", Quantity(10, percent=True)),
        ("3 percentage points", Quantity(3, percent=True)), ("-2%", Quantity(-2, percent=True)), ("7 pct", Quantity(7, percent=True)),
        ("$500", Quantity(500, currency="USD")), ("£1,000", Quantity(1000, currency="GBP")), ("€2.5k", Quantity(2500, currency="EUR")),
        ("500 euros", Quantity(500, currency="EUR")), ("500 €", Quantity(500, currency="EUR")), ("500€", Quantity(500, currency="EUR")),
        ("EUR 500", Quantity(500, currency="EUR")), ("500 USD", Quantity(500, currency="USD")), ("1.5m dollars", Quantity(1500000, currency="USD")),
        ("2 million pounds", Quantity(2000000, currency="GBP")), ("¥300", Quantity(300, currency="JPY")), ("20 francs", Quantity(20, currency="CHF")),
        ("5 minutes", Quantity(5, "minute")), ("30 days", Quantity(30, "day")), ("one hour", Quantity(1, "hour")), ("2 weeks", Quantity(2, "week")),
        ("90 m2", Quantity(90, "m2")), ("90 m²", Quantity(90, "m2")), ("90 sqm", Quantity(90, "m2")), ("90 square metres", Quantity(90, "m2")),
        ("2,500 m", Quantity(2500, "m")), ("100km", Quantity(100, "km")), ("5 kg", Quantity(5, "kg")), ("3.5 tonnes", Quantity(3.5, "tonne")),
        ("250 ml", Quantity(250, "ml")), ("10 miles", Quantity(10, "mile")), ("80 km/h", Quantity(80, "kmh")), ("7 mg/l", Quantity(7, "mg/l")),
        ("30 degrees", Quantity(30, "degree")), ("12 hectares", Quantity(12, "ha")), ("40 years", Quantity(40, "year")), ("5 GB", Quantity(5, "gb")),
        ("10 working days", Quantity(10, "working day")), ("ten seconds", Quantity(10, "second")),
        ("about 20", Quantity(20, approximate=True)), ("roughly 5%", Quantity(5, percent=True, approximate=True)), ("~100", Quantity(100, approximate=True)),
        ("around $50", Quantity(50, currency="USD", approximate=True)), ("nearly 2 hours", Quantity(2, "hour", approximate=True)),
    ],
)  # fmt: skip
def test_quantity_has_what_stands_beside_it(text: str, quantity: Quantity) -> None:
    assert quantity in [s.value for _, s in _all(f"orders with {text} or so")]
    assert _whole(text) == quantity


@pytest.mark.parametrize(
    "text", ["1,5", "1.234,56", "1.234.567", "13:30", "2023-03-06", "03/05/2023", "1'000", "12,34"]
)
def test_what_another_country_reads_otherwise_is_no_number(text: str) -> None:
    assert _all(f"amount above {text}") == []


def test_numbers_in_a_list_are_numbers() -> None:
    assert [s.value.value for _, s in _all("ids 5,6,7")] == [5, 6, 7]
    assert [s.value.value for _, s in _all("ids 5, 6")] == [5, 6]
    assert [s.value.value for _, s in _all("3-5 rows")] == [3, 5]


def test_digits_of_a_code_are_no_number() -> None:
    assert _all("Q2 or A4 or room B12") == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1.5 and 3 million", Quantity(1500000)), ("between 2 and 5k", Quantity(2000)), ("5 to 10 million euros", Quantity(5000000, currency="EUR")),
        ("between 30 and 40 years", Quantity(30, "year")), ("30-40 kg", Quantity(30, "kg")), ("5 to 10%", Quantity(5, percent=True)),
        ("10 or 20 dollars", Quantity(10, currency="USD")),
    ],
)  # fmt: skip
def test_what_is_said_once_holds_for_both(text: str, left: Quantity) -> None:
    first = min(s.start for _, s in _all(text))
    assert left in [s.value for _, s in _all(text) if s.start == first]


def test_scale_said_once_is_likelier_shared_but_stays_in_doubt() -> None:
    readings = [s for words, s in _all("between 1.5 and 3 million") if words == "1.5"]
    assert [(s.value.value, s.doubt) for s in readings] == [(1500000, Doubt.SCALE), (1.5, None)]
    assert readings[0].cost < readings[1].cost


def test_scale_is_not_shared_with_a_greater_number() -> None:
    assert [s.value.value for words, s in _all("500 and 3 million") if words == "500"] == [500]


def test_letter_that_touches_is_a_scale_or_a_unit() -> None:
    readings = [s for words, s in _all("above 5m") if words == "5m"]
    assert [(s.value, s.doubt) for s in readings] == [(Quantity(5000000), Doubt.UNIT), (Quantity(5, "m"), Doubt.UNIT)]
    assert [s.value for words, s in _all("above 5 m") if words == "5 m"] == [Quantity(5, "m")]


def test_percent_sign_is_never_read_over() -> None:
    assert [s.value for _, s in _all("above 5%")] == [Quantity(5, percent=True)]


def test_three_quarters_may_be_a_fraction_or_a_time() -> None:
    values = [s.value for words, s in _all("three quarters") if words == "three quarters"]
    assert Quantity(3, "quarter") in values
    assert Quantity(0.75) in values


@pytest.mark.parametrize("name", sorted(UNITS))
def test_every_unit_is_read(name: str) -> None:
    assert UNITS[name] in [s.value.unit for _, s in _all(f"12{name}")]


@pytest.mark.parametrize("words", sorted(UNIT_PHRASES))
def test_every_unit_of_several_words_is_read(words: tuple[str, ...]) -> None:
    text = "".join(words) if words[-1] in "23" else " ".join(words)
    assert UNIT_PHRASES[words] in [s.value.unit for _, s in _all(f"12 {text}")]


@pytest.mark.parametrize("name", sorted(CURRENCY_WORDS))
def test_every_currency_is_read(name: str) -> None:
    assert CURRENCY_WORDS[name] in [s.value.currency for _, s in _all(f"12 {name}")]


@given(st.integers(0, 10**12))
def test_grouped_figures_are_read_back(number: int) -> None:
    assert _whole(f"{number:,}").value == number


@given(st.integers(1, 999), st.sampled_from([("k", 10**3), (" million", 10**6), (" billion", 10**9)]))
def test_scale_multiplies(number: int, scale: tuple[str, int]) -> None:
    assert _whole(f"{number}{scale[0]}").value == number * scale[1]


_WORDS = "5 % $ k million and 1,5 . , - two thirds a dozen half 30 years m 2 nd hundred about minus of between euros / 7".split()


@given(st.lists(st.sampled_from(_WORDS), max_size=14), st.sampled_from([" ", ""]))
def test_any_words_are_read_without_failing(words: list[str], between: str) -> None:
    text = between.join(words)
    tokens = tokenize(text)
    for spoken in quantities(text, tokens):
        assert 0 <= spoken.start < spoken.end <= len(tokens)
        assert spoken.cost >= 0


def test_two_numbers_in_words_are_two() -> None:
    assert "twenty fifteen" not in [words for words, _ in _all("twenty fifteen")]
