"""Numbers and dates however a sentence says them."""

from __future__ import annotations

import pytest
from babel import Locale

from shared.prose import Grounds, ShownResult, ungrounded
from shared.prose.calendar_words import MONTHS, WEEKDAYS
from shared.prose.moments import Moment, moment_of_cell, moments_in
from shared.prose.number_words import number_words
from shared.prose.numbers import numbers_said, written_plainly

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("forty-nine thousand", 49_000),
        ("a hundred and fifty", 150),
        ("two hundred and six thousand and four", 206_004),
        ("three million", 3_000_000),
        ("a couple of hundred", 200),
        ("siebenundzwanzig", 27),
        ("zweihundertfünf", 205),
        ("quatre-vingt-dix-sept", 97),
        ("soixante et onze", 71),
        ("treinta y cinco", 35),
        ("quinientos", 500),
        ("ventuno", 21),
        ("trinta", 30),
        ("vijfentwintig", 25),
        ("two-thirds", 2 / 3),
        ("three fifths", 0.6),
        ("a fifth", 0.2),
        ("thrice", 3),
        ("fivefold", 5),
        ("five-fold", 5),
        ("twenty-third", 23),
        ("verdoppelt", 2),
    ],
)
def test_words_are_numbers(text: str, value: float) -> None:
    (found,) = [one for one in number_words(text) if not one.harmless]
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["a two-sample test", "one of the best", "due to costs", "once more", "in cents", "Sie sei da"]
)
def test_words_that_count_nothing(text: str) -> None:
    english = "the shop has " + text
    assert [one for one in number_words(english) if not one.harmless] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27,384", 27_384),
        ("1.234.567,5", 1_234_567.5),
        ("1,23,456", 123_456),
        ("48 213,50", 48_213.5),
        (".55", 0.55),
        ("USD99999", 99_999),
        ("x99", 99),
        ("٣٥٠", 350),
        ("３５０", 350),
        ("三百五十", 350),
        ("CCCL", 350),
        ("1½", 1.5),
        ("3.2e+5", 320_000),
        ("96 lakh", 9_600_000),
        ("minus 4", -4),
        ("−4", -4),
    ],
)
def test_digits_are_numbers_in_every_script(text: str, value: float) -> None:
    (found,) = numbers_said(written_plainly(text))
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("text", ["10³", "1,2,3,4", "thousands of orders"])
def test_what_cannot_be_read_stands_nowhere(text: str) -> None:
    every = Grounds((ShownResult(("n",), tuple((n,) for n in range(5000)), 5000),))
    assert ungrounded(f"It is {text}.", every) != []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("January 2024", Moment(2024, 1)),
        ("5 Jan 2024", Moment(2024, 1, 5)),
        ("January 5th, 2024", Moment(2024, 1, 5)),
        ("2024-01-05", Moment(2024, 1, 5)),
        ("2024-01", Moment(2024, 1)),
        ("Q1 2024", Moment(2024, quarter=1)),
        ("the third quarter of 2024", Moment(2024, quarter=3)),
        ("5. März 2024", Moment(2024, 3, 5)),
        ("5 de marzo de 2024", Moment(2024, 3, 5)),
        ("février", Moment(month=2)),
        ("'23", Moment(2023)),
        ("5:30 pm", Moment(clock=17 * 60 + 30)),
    ],
)
def test_dates_are_read(text: str, moment: Moment) -> None:
    (found,) = moments_in(text)
    assert found.readings == (moment,)


def test_day_and_month_may_be_either_where_both_are_possible() -> None:
    assert set(moments_in("11/02/2024")[0].readings) == {Moment(2024, 2, 11), Moment(2024, 11, 2)}
    assert moments_in("15.03.2023")[0].readings == (Moment(2023, 3, 15),)


def test_words_that_are_months_elsewhere() -> None:
    assert [
        one for text in ("It may rise.", "They march on.", "two years ago", "Set out early") for one in moments_in(text)
    ] == []


def test_a_moment_stands_for_what_says_no_less() -> None:
    day = moment_of_cell("2024-01-05T09:30:00")
    assert day is not None
    assert Moment(2024, 1).stands_for(day)
    assert not Moment(2024, 1, 6).stands_for(day)
    assert not Moment(2024, quarter=1).stands_for(day)


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_the_calendar_are_cldrs(language: str) -> None:
    locale = Locale.parse(language)
    for context in ("format", "stand-alone"):
        for number, name in locale.months[context]["wide"].items():
            assert MONTHS[name.casefold()] == number
    days = [name.casefold().removesuffix("-feira") for name in locale.days["format"]["wide"].values()]
    assert language == "pt" or set(days) <= WEEKDAYS


SHARES = ShownResult(
    ("city", "share", "change", "margin_pct"), (("Lyon", 0.412, -18.6, 7.5), ("Oslo", 0.3, 4.0, 12.5)), 2
)
GROUNDS = Grounds(
    (SHARES,),
    ("Which city leads since 2023?",),
    code=("# 4321\nlabel = '777'\nresult = df.query('amount > 45').head(60)",),
    asides=("37 rows found no partner.",),
    sizes=("sales 5000 rows, 9 columns",),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Lyon has 41% and Oslo 30%.",
        "Lyon fell by 18.6.",
        "Lyon's change is -18.6.",
        "Lyon's margin is 7.5%.",
        "Lyon has over 40%, Oslo less than 40%.",
        "I kept amounts above 45.",
        "37 rows found no partner.",
        "The table has 5,000 rows and 9 columns.",
        "It is significant at the 5% level.",
        "Since 2023 Lyon leads.",
    ],
)
def test_what_holds_passes(sentence: str) -> None:
    assert ungrounded(sentence, GROUNDS) == []


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Lyon has 0.41%.", ["0.41%"]),
        ("Lyon has 412%.", ["412%"]),
        ("Lyon's margin is 750%.", ["750%"]),
        ("Lyon's margin is 0.075.", ["0.075"]),
        ("Lyon grew by 18.6.", ["18.6"]),
        ("Lyon's change is 18.6, less than hoped.", ["18.6"]),
        ("Oslo fell by 4.", ["4"]),
        ("Lyon has over 50%.", ["50%"]),
        ("Lyon has a third.", ["third"]),
        ("The margin of Lyon is 41.2%.", ["41.2%"]),
        ("It was 4,321.", ["4,321"]),
        ("It was 777.", ["777"]),
        ("Lyon made 45.", ["45"]),
        ("The total is 60.", ["60"]),
        ("The total is 7.5%.", ["7.5%"]),
        ("Revenue was 5,000.", ["5,000"]),
        ("In May 2023 Lyon led.", ["May 2023"]),
        ("Lyon led on Monday.", ["Monday"]),
    ],
)
def test_what_does_not_hold_is_found(sentence: str, missing: list[str]) -> None:
    assert ungrounded(sentence, GROUNDS) == missing
