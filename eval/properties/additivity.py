"""Numbers of a question and of its parts."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eval.engines import Answered
from eval.families.subjects import Role
from eval.properties.checking import Check, Ground, holds


@holds
def opposites_add_up(ground: Ground) -> Iterator[Check]:
    """Rows with a value, without it and with none at all are all rows. Of a column with gaps, "not" may take in the gaps: it says so."""
    for s in ground.world.subjects:
        for c in s.of(Role.CATEGORY):
            v = ground.pick.one(s.values(c))
            wordings = (
                (f"How many {s.many} are there?", f"Number of {s.many}"),
                (f"How many {s.many} have {c.phrase} {v}?", f"Number of {s.many} with {c.phrase} {v}"),
                (
                    f"How many {s.many} have a {c.phrase} other than {v}?",
                    f"How many {s.many} do not have {c.phrase} {v}?",
                ),
                (f"How many {s.many} have no {c.phrase}?", f"Number of {s.many} without a {c.phrase}"),
            )
            asked = tuple(some[0] for some in wordings)
            whole, equal, other, gaps = (ground.first_number(some) for some in wordings)
            gapped = bool(s.frame[c.name].isna().any())
            if whole is None or equal is None or other is None or (gaps is None and gapped):
                yield Check("opposites_add_up", asked, None)
                continue
            held = equal + other + (gaps or 0) == whole or (gapped and equal + other == whole)
            yield Check("opposites_add_up", asked, held, f"{equal} + {other} + {gaps} of {whole}")


@holds
def groups_add_up(ground: Ground) -> Iterator[Check]:
    for s in ground.world.subjects:
        for c in ground.pick.some(s.whole(Role.CATEGORY), 2):
            pairs = [(f"How many {s.many} are there?", f"How many {s.many} are there per {c.phrase}?")]
            measures = ground.pick.some(s.measures, 2)
            pairs += [(f"What is the total {m.phrase}?", f"Total {m.phrase} per {c.phrase}") for m in measures]
            for asked in pairs:
                whole, parts = ground.number(asked[0]), _numbers(ground, asked[1])
                held = None if whole is None or parts is None else math.isclose(sum(parts), whole, rel_tol=1e-9)
                yield Check("groups_add_up", asked, held, f"{parts} of {whole}")


def _numbers(ground: Ground, question: str) -> list[float] | None:
    """The one column of numbers of an answer."""
    said = ground.ask(question)
    if not isinstance(said, Answered):
        return None
    columns = [said.rows.column(i) for i in range(said.rows.width)]
    numbers = [c for c in columns if c and all(isinstance(v, int | float) and not isinstance(v, bool) for v in c)]
    return [float(value) for value in numbers[0]] if len(numbers) == 1 else None


@holds
def top_few_begin_top_more(ground: Ground) -> Iterator[Check]:
    for s in ground.world.subjects:
        for c in s.whole(Role.CATEGORY):
            if len(s.values(c)) < 3 or not s.measures:
                continue
            m = ground.pick.one(s.measures)
            asked = tuple(f"Top {n} {c.plural} by total {m.phrase}" for n in (2, 3))
            few, more = map(ground.ask, asked)
            if isinstance(few, Answered) and isinstance(more, Answered):
                held = len(few.rows.rows) >= 2 and more.rows.rows[: len(few.rows.rows)] == few.rows.rows
                yield Check("top_few_begin_top_more", asked, held, f"{few.rows.shown()} / {more.rows.shown()}")
            else:
                yield Check("top_few_begin_top_more", asked, None)
