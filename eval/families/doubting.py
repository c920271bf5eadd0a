"""What should not be answered, or not at once: ambiguous words, words of no table, values that do not occur, nonsense sums."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from eval.families.choosing import value_cases
from eval.families.drawing import Drawn, Pick, Told, family
from eval.families.grouping import grouped_cases
from eval.families.subjects import Role, World
from services.dataproc.jail.cells import cell

REFUSE = {"check": "refuse"}
# Of no table here, as nouns of business go; none is part of a column's name or a value.
UNKNOWN_MEASURES = (
    "overtime",
    "surcharge",
    "commission",
    "mileage",
    "humidity",
    "royalties",
    "turnover tax",
    "carbon footprint",
)
UNKNOWN_GROUPS = ("continent", "salesperson", "blood pressure", "colour", "gender", "currency", "supplier")
UNKNOWN_VALUES = ("Zanzibar", "Quokkaville", "Mr Nobodyson", "Xylophone Ltd", "Kevib")
NARROWING = ("overdue", "refunded", "archived", "defective", "left-handed")


@family("ambiguous")
def one_word_for_two_columns(world: World, pick: Pick) -> Iterator[Told]:
    """Both columns of a pair have the word in their names; the choice settles which is summed."""
    for s in world.subjects:
        for one, other in s.twins():
            for function, words in (
                ("sum", ("total", "sum of", "what is the total")),
                ("mean", ("average", "what is the average")),
                ("max", ("highest", "maximum")),
            ):
                values = {column.name: cell(s.frame[column.name].agg(function)) for column in (one, other)}
                expect = {"check": "clarify", "between": [one.name, other.name], "answers": values}
                yield Told(tuple(f"{word} {one.stem}" for word in words), expect)
            for c, v in value_cases(s, pick, 2):
                rows = s.frame[s.frame[c.name] == v]
                values = {column.name: cell(rows[column.name].sum()) for column in (one, other)}
                expect = {"check": "clarify", "between": [one.name, other.name], "answers": values}
                yield Told(
                    (f"total {one.stem} for {c.phrase} {v}", f"total {one.stem} of {s.many} with {c.phrase} {v}"),
                    expect,
                )
            for c in pick.some(s.whole(Role.CATEGORY), 1):
                yield Told(
                    (f"total {one.stem} per {c.phrase}", f"average {one.stem} by {c.phrase}"),
                    {"check": "clarify", "between": [one.name, other.name]},
                )


@family("ambiguous")
def a_value_of_two_columns(world: World, pick: Pick) -> Iterator[Told]:
    """Which column it is meant of decides the figure, unless the column is said or both come to the same."""
    for s in world.subjects:
        for one, other in combinations(s.whole(Role.CATEGORY), 2):
            for value in pick.some(sorted({*s.values(one)} & {*s.values(other)}), 2):
                kept = {c.name: s.frame[s.frame[c.name] == value] for c in (one, other)}
                counts = {name: len(rows) for name, rows in kept.items()}
                if len(set(counts.values())) == 2:
                    asked = (f"how many {s.many} has {value}", f"how many {s.many} did {value} have")
                    yield Told(asked, {"check": "clarify", "between": [one.name, other.name], "answers": counts})
                for m in pick.some(s.measures, 1):
                    sums = {name: cell(rows[m.name].sum()) for name, rows in kept.items()}
                    expect = {"check": "clarify", "between": [one.name, other.name], "answers": sums}
                    yield Told((f"total {m.phrase} of {value}", f"total {m.phrase} for {value}"), expect)


@family("unknown_word")
def a_measure_or_group_of_no_table(world: World, pick: Pick) -> Iterator[Told]:
    for s in world.subjects:
        for word in pick.some(UNKNOWN_MEASURES, 2):
            c = pick.one(s.categories)
            yield Told(
                (
                    f"total {word}",
                    f"what is the average {word}",
                    f"total {word} per {c.phrase}",
                    f"which {c.phrase} has the highest {word}",
                ),
                REFUSE,
            )
        for m, _ in grouped_cases(s, pick, 1):
            word = pick.one(UNKNOWN_GROUPS)
            yield Told(
                (
                    f"total {m.phrase} per {word}",
                    f"average {m.phrase} by {word}",
                    f"which {word} has the highest total {m.phrase}",
                ),
                REFUSE,
            )


@family("unknown_word")
def a_condition_of_no_table(world: World, pick: Pick) -> Iterator[Told]:
    """One word more than in a question that could be answered: leaving it out would answer another question."""
    for s in world.subjects:
        for word in pick.some(NARROWING, 2):
            yield Told(
                (f"how many {word} {s.many} are there", f"number of {word} {s.many}", f"how many {s.many} are {word}"),
                REFUSE,
            )
            for m, c in grouped_cases(s, pick, 1):
                yield Told(
                    (f"total {m.phrase} of {word} {s.many}", f"total {m.phrase} of {word} {s.many} per {c.phrase}"),
                    REFUSE,
                )


@family("unknown_value")
def a_value_of_no_cell(world: World, pick: Pick) -> Iterator[Told]:
    """Of a column that is named, no rows are an honest answer, too: none, or nothing."""
    for s in world.subjects:
        for value in pick.some(UNKNOWN_VALUES, 2):
            c = pick.one(s.categories)
            zero = {
                "check": "either",
                "of": [{"check": "scalar", "values": [0]}],
                "asked_ok": True,
                "declined_ok": True,
            }
            yield Told(
                (f"how many {s.many} have {c.phrase} {value}", f"number of {s.many} whose {c.phrase} is {value}"), zero
            )
            if s.measures:
                m = pick.one(s.measures)
                nothing = {
                    "check": "either",
                    "of": [{"check": "scalar", "values": [0, None]}],
                    "asked_ok": True,
                    "declined_ok": True,
                }
                yield Told((f"total {m.phrase} of {value}", f"total {m.phrase} for {value}"), REFUSE)
                yield Told((f"total {m.phrase} where {c.phrase} is {value}",), nothing)


@family("ids")
def sums_of_codes(world: World, pick: Pick) -> Iterator[Told | Drawn]:
    for s in world.subjects:
        for k in s.of(Role.KEY):
            yield Told((f"average {k.phrase}", f"mean {k.phrase}", f"sum of all {k.phrase} values"), REFUSE)
            counted = [{"check": "scalar", "values": [int(s.frame[k.name].nunique())]}]
            yield Told(
                (f"total {k.phrase}",), {"check": "either", "of": counted, "asked_ok": True, "declined_ok": True}
            )
            yield Drawn(
                (f"how many different {k.phrase}s are there", f"number of distinct {k.phrase}s"),
                int(s.frame[k.name].nunique()),
                f"SELECT count(DISTINCT {k.name}) FROM {s.name}",
            )


@family("text_sum")
def sums_of_texts(world: World, pick: Pick) -> Iterator[Told]:
    for s in world.subjects:
        for c in pick.some(s.categories, 2):
            yield Told((f"sum of {c.phrase}", f"average {c.phrase}", f"total of the {c.plural} added up"), REFUSE)


@family("out_of_scope")
def questions_that_no_table_answers(world: World, pick: Pick) -> Iterator[Told]:
    asked = (
        "what is the weather tomorrow", "who wrote this file", "tell me a joke", "why did it go down", "translate this into Finnish",
        "what should we do next year", "is that a lot", "email this to my boss", "delete the first row", "what is the meaning of life",
    )  # fmt: skip
    for question in pick.some(asked, 4):
        yield Told((question,), REFUSE)


@family("language")
def questions_in_other_languages(world: World, pick: Pick) -> Iterator[Told]:
    """Answered rightly, asked back or declined: but never half read."""
    ok = {"asked_ok": True, "declined_ok": True}
    for s in world.subjects:
        for c, v in value_cases(s, pick, 2):
            equal = s.frame[c.name] == v
            counted = (
                f"wie viele Zeilen haben {c.name} {v}?", f"combien de lignes ont {c.name} {v} ?", f"¿cuántas filas tienen {c.name} {v}?",
                f"hoeveel rijen hebben {c.name} {v}?", f"quante righe hanno {c.name} {v}?", f"quantas linhas têm {c.name} {v}?",
            )  # fmt: skip
            yield Told(counted, {"check": "either", "of": [{"check": "scalar", "values": [int(equal.sum())]}], **ok})
            others = (
                f"wie viele Zeilen haben nicht {c.name} {v}?", f"combien de lignes n'ont pas {c.name} {v} ?", f"¿cuántas filas no tienen {c.name} {v}?",
                f"hoeveel rijen hebben geen {c.name} {v}?",
            )  # fmt: skip
            yield Told(others, {"check": "either", "of": [{"check": "scalar", "values": [int((~equal).sum())]}], **ok})
        for m, c in grouped_cases(s, pick, 2):
            means = {
                "check": "rows",
                "rows": [[[k, cell(v)] for k, v in s.frame.groupby(c.name)[m.name].mean().items()]],
            }
            averages = [
                f"durchschnittliche {m.name} je {c.name}",
                f"moyenne de {m.name} par {c.name}",
                f"promedio de {m.name} por {c.name}",
                f"gemiddelde {m.name} per {c.name}",
            ]
            yield Told(averages, {"check": "either", "of": [means], **ok})
