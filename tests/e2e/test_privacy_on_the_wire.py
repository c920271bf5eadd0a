"""What leaves the house: every body that reaches the Messages API is recorded, and searched for cells in any form.

The files have cells that no other text has, in every place where cells can stand. Questions go through all that a question can meet; what Claude
does in each is a list of its steps below.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from askframe import Askframe
from askframe.models import Query
from deploy.local.stack import Stack
from tests.fakes.api_thread import ApiThread
from tests.fakes.markers import leaks
from tests.fakes.messages_api import Reply, asked, looked, overloaded, replied, said, wrote

pytestmark = pytest.mark.e2e

REGIONS = ("Northvex", "Southqil")
PEOPLE = tuple(
    f"{first} {last}" for first in ("Ilväne", "Oskrit", "Quembly", "Zadrow") for last in ("Druskel", "Hoxby")
)
AMOUNTS = tuple(731904.25 + 1111.5 * number for number in range(len(PEOPLE)))
DAYS = tuple(date(2031, 11, 11 + number) for number in range(len(PEOPLE)))
MAILS = tuple(f"{name.split()[1].lower()}{number}@wexbury.zzyx" for number, name in enumerate(PEOPLE))
TOTAL = sum(AMOUNTS)
DEEP = "word150Yttrobane"  # in the middle of a long column: neither frequent nor first nor last
ROW = {
    "Mqorven Tzyliak": "Bexley Fontrup",
    "482137.75": 591204.5,
    "2029-08-17": date(2030, 2, 19),
}  # names that are a row
KEYS = ("2033-04-21", "2033-04-22", "2033-04-23")  # keys that are days
FILE = "wexbury 4417093"  # a file that is called by a number of somebody's
ALL_CELLS = (
    *REGIONS,
    *PEOPLE,
    *AMOUNTS,
    *DAYS,
    *MAILS,
    TOTAL,
    DEEP,
    *ROW,
    *ROW.values(),
    *KEYS,
    FILE,
    4417093,
    482137.75,
)
ALL_CELLS += (date(2029, 8, 17), *map(date.fromisoformat, KEYS))

# Claude's steps by a word of the question. Pseudonyms stand in them as the model sees them.
CRASHES = "result = df['customer'].astype(float)"
STEPS: dict[str, tuple[Reply, ...]] = {
    "pivoted": (
        looked(table="deals", column="customer"),
        looked(code="result = df.head(5)"),
        wrote("result = df.pivot_table(index='region', columns='customer', values='amount').reset_index()", name="wide"),
        wrote("result = df.groupby('region')['amount'].sum().reset_index()", name="by_region"),
        replied("The most is {by_region.amount.1}, in {by_region.region.1}; there are {by_region.rows} of them."),
    ),
    "crashing": (
        wrote(CRASHES),
        wrote("result = df.set_index('customer').loc[df['amount'].max()]"),
        wrote("result = len(df)", name="rows"),
        replied("There are {rows}."),
    ),
    "refused": (wrote("result = df['no such column'].sum()"), wrote("result = len(df)", name="rows"), replied("{rows}.")),
    "invented": (
        wrote("result = df['amount'].max()", name="top"),
        replied("The top is 999888, or {top}, not {top.x.7}."),
        replied("The top is {top}."),
    ),
    "asking": (asked("Which one?", "the largest", "the smallest"), wrote("result = df['amount'].max()", name="top"), replied("{top}.")),
    "absent": (wrote("result = df[df['customer'] == 'Oskrid Hoxbi']", name="found"), replied("There are {found.rows}.")),
    "following": (wrote("result = df['amount'].min()", name="low"), replied("The least is {low}.")),
    "headless": (
        looked(code="result = tables['people'].head(2)"),
        wrote("result = tables['people'].groupby('column_1')['column_2'].sum().reset_index()", name="sums"),
        replied("The first is {sums.column_1.1} with {sums.column_2.1}, by column_2."),
    ),
    "keyed": (
        wrote("result = tables['rates'][['rates.column_2', 'rates.column_3']].mean().rename('mean').reset_index()", name="means"),
        replied("On {means.index.1} it is {means.mean.1}.", suggestions=["What of rates.column_4?"]),
    ),
    "numbered": (wrote("result = len(tables['table_1'])", name="rows"), replied("{rows} in table_1.")),
}  # fmt: skip


@dataclass
class Script:
    """Claude, who does what stands in `STEPS` for the word in the last question, one step after the other."""

    left: dict[str, list[Reply]] = field(default_factory=dict)
    away: bool = False

    def __call__(self, request: dict[str, Any]) -> Reply:
        if self.away:
            return overloaded()
        if "name conversations" in json.dumps(request["system"]):
            return said("Some title")
        told = json.dumps(request["messages"], ensure_ascii=False)
        question = told[told.rindex("<question>") :]
        word = next((word for word in STEPS if word in question), None)
        steps = self.left.get(word or "", [])
        return steps.pop(0) if steps else replied("That is all.")

    def begin(self, word: str) -> None:
        self.left[word] = list(STEPS[word])


@dataclass
class House:
    """A client, and what reached the API since the last look."""

    client: Askframe
    claude: ApiThread
    script: Script
    seen: int = 0

    def ask(self, word: str, question: str, **options: Any) -> Query:
        self.script.begin(word)
        return self.client.ask(question, **options)

    def sent(self) -> list[bytes]:
        bodies = self.claude.api.bodies[self.seen :]
        self.seen += len(bodies)
        assert bodies, "nothing was sent at all"
        return bodies


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def stack(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, ApiThread]]:
    claude = ApiThread(script)
    env = {"PATH": os.environ["PATH"], "ANTHROPIC_API_KEY": "made-up", "ANTHROPIC_BASE_URL": claude.start()}
    with Stack(tmp_path_factory.mktemp("stack"), env=env) as running:
        yield running, claude
    claude.stop()


@pytest.fixture
def house(stack: tuple[Stack, ApiThread], script: Script, tmp_path: Path) -> Iterator[House]:
    running, claude = stack
    with Askframe(running.base_url) as client:
        yield House(client, claude, script, len(claude.api.bodies))
        client.delete_session()


def deals(folder: Path) -> Path:
    """An ordinary table with a row of totals, and long enough that a profile does not have all of it."""
    rows = [
        f"{REGIONS[number % 2]},{name},{amount},{day},{mail},about {name}"
        for number, (name, amount, day, mail) in enumerate(zip(PEOPLE, AMOUNTS, DAYS, MAILS, strict=True))
    ]
    path = folder / "deals.csv"
    path.write_text("\n".join(["region,customer,amount,signed,mail,note", *rows, f"Total,,{TOTAL},,,"]) + "\n")
    return path


def people(folder: Path) -> Path:
    """A table whose names are a row of data, as pandas writes it when it was told that there was a header."""
    path = folder / "people.parquet"
    values = [[value, value] for value in ROW.values()]
    pq.write_table(pa.table(dict(zip(ROW, values, strict=True))), path)
    return path


def rates(folder: Path) -> Path:
    """Objects whose keys are days."""
    path = folder / "rates.json"
    path.write_text(json.dumps([{"base": f"b{n}", "rates": dict.fromkeys(KEYS, n + 0.5)} for n in range(3)]))
    return path


def numbered(folder: Path) -> Path:
    path = folder / f"{FILE}.csv"
    path.write_text("size,colour\n1,red\n2,blue\n")
    return path


def test_under_schema_only_no_cell_leaves_on_any_way_of_a_question(house: House, tmp_path: Path) -> None:
    client = house.client
    client.create_session("schema_only")
    client.load(deals(tmp_path))
    ends = {
        word: house.ask(word, f"{word}: what is it?").state
        for word in ("pivoted", "crashing", "refused", "invented", "absent")
    }
    assert ends == dict.fromkeys(ends, "answered")
    assert leaks(house.sent(), ALL_CELLS) == {}
    pivoted = next(query for query in client.queries() if query["question"].startswith("pivoted"))
    assert f"{sum(AMOUNTS[::2]):,.0f}, in {REGIONS[0]}" in pivoted["answer"]["text"]


def test_under_schema_only_no_cell_leaves_when_the_person_is_asked_and_asks_on(house: House, tmp_path: Path) -> None:
    client = house.client
    client.create_session("schema_only")
    client.load(deals(tmp_path))
    conversation = client.create_conversation()
    query = house.ask("asking", "asking: which is it?", conversation=conversation)
    assert client.clarify(query, "the largest").state == "answered"
    edited = client.edit(query, f"result = df[df['amount'] == {AMOUNTS[3]}]['customer']")
    assert edited.state == "answered"
    assert house.ask("following", "following: and the least?", conversation=conversation).state == "answered"
    assert leaks(house.sent(), ALL_CELLS) == {}


def test_under_schema_only_what_readings_come_to_stays_here(house: House, tmp_path: Path) -> None:
    client = house.client
    client.create_session("schema_only")
    path = tmp_path / "returns.csv"
    path.write_text("net_revenue,gross_revenue\n" + "\n".join(f"{a},{a + 7}" for a in AMOUNTS) + "\n")
    client.load(path)
    house.script.away = True
    query = client.ask("What is the total revenue?")
    house.script.away = False
    assert query.clarification is not None, query.error
    assert all(re.search(r"\d,\d{3}", option.label) for option in query.clarification.options), (
        "the person sees what each comes to"
    )
    client.clarify(query, query.clarification.options[0].id)
    assert leaks(house.sent(), (*AMOUNTS, TOTAL, TOTAL + 7 * len(AMOUNTS))) == {}


@pytest.mark.parametrize(("file", "word"), [(people, "headless"), (rates, "keyed"), (numbered, "numbered")])
def test_under_schema_only_names_that_are_data_stay_here_and_the_person_sees_them(
    house: House, tmp_path: Path, file: Any, word: str
) -> None:
    client = house.client
    client.create_session("schema_only")
    client.load(file(tmp_path))
    query = house.ask(word, f"{word}: what is it?")
    assert query.state == "answered", query.error
    assert leaks(house.sent(), ALL_CELLS) == {}
    shown = json.dumps(query.model_dump(mode="json"), ensure_ascii=False)
    assert "column_" not in shown and "table_1" not in shown
    assert any(name in shown for name in (*ROW, *KEYS, FILE))


def test_a_session_that_becomes_stricter_takes_nothing_of_before_along(house: House, tmp_path: Path) -> None:
    client = house.client
    client.create_session("profile")
    client.load(deals(tmp_path))
    conversation = client.create_conversation()
    query = house.ask("asking", "asking: which is it?", conversation=conversation)
    assert leaks(house.sent(), REGIONS), "a model that may see cells sees some"
    client.choose_privacy("schema_only")
    assert client.clarify(query, "the largest").state == "answered"
    assert house.ask("following", "following: and the least?", conversation=conversation).state == "answered"
    assert leaks(house.sent(), ALL_CELLS) == {}


def test_under_profile_what_a_profile_has_leaves_and_no_other_cell(house: House, tmp_path: Path) -> None:
    client = house.client
    client.create_session("profile")
    path = tmp_path / "long.csv"
    rows = [f"item {number:03},{DEEP if number == 150 else f'word{number:03}'}" for number in range(300)]
    path.write_text("\n".join(["item,remark", *rows]) + "\n")
    client.load(path)
    assert house.ask("numbered", "numbered: how many?").state in ("answered", "failed")
    bodies = house.sent()
    assert leaks(bodies, ["word000"]) and leaks(bodies[:1], [DEEP]) == {}
