"""Running properties over the worlds of the families."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import tables
from eval.conversations import Broken, EngineConversation
from eval.engines import Answered, Engine, Outcome
from eval.families.drawing import Pick
from eval.families.subjects import World
from eval.families.worlds import worlds
from eval.families.writing import write_tables
from eval.grading.cells import key
from eval.tables import Table


@dataclass(frozen=True)
class Check:
    """One try. `held` is None when it says nothing, because a question was not answered."""

    property: str
    questions: tuple[str, ...]
    held: bool | None
    detail: str = ""


@dataclass(frozen=True)
class Ground:
    """Where properties are tried: an engine over a world's tables; `folder` is for tables that are made of them."""

    engine: Engine
    world: World
    tables: tuple[Table, ...]
    strangers: tuple[Table, ...]
    folder: Path
    pick: Pick

    def ask(self, question: str, over: Sequence[Table] | None = None) -> Outcome | Broken:
        return EngineConversation(self.engine, self.tables if over is None else over).ask(question)

    def first_number(self, wordings: Sequence[str]) -> float | None:
        """Of the first wording that is answered."""
        return next((found for wording in wordings if (found := self.number(wording)) is not None), None)

    def number(self, question: str) -> float | None:
        """The answer, where it is a single number."""
        said = self.ask(question)
        if not isinstance(said, Answered) or len(said.rows.rows) != 1:
            return None
        cells = [c for c in said.rows.rows[0] if isinstance(c, int | float) and not isinstance(c, bool)]
        return float(cells[0]) if len(cells) == 1 else None


Property = Callable[[Ground], Iterator[Check]]
PROPERTIES: dict[str, Property] = {}


def holds(found: Property) -> Property:
    PROPERTIES[found.__name__] = found
    return found


def run(engine: Engine, folder: Path, names: Sequence[str] | None = None, most: int | None = None) -> Iterator[Check]:
    """Every property over every world, or the first `most` of them; `folder` is empty, and the caller's to remove."""
    made = worlds()
    write_tables(folder / "tables", made)
    for position, world in enumerate(made[:most]):
        mine, strangers = (_load(w, folder) for w in (world, made[position - 1]))
        for name in names or PROPERTIES:
            ground = Ground(engine, world, mine, strangers, folder / "made", Pick(f"{name} {world.name}"))
            yield from PROPERTIES[name](ground)


def _load(world: World, folder: Path) -> tuple[Table, ...]:
    return tables.load([folder / f"tables/{s.name}.csv" for s in world.subjects], folder / "cache")


def same_outcome(one: Outcome | Broken, other: Outcome | Broken) -> bool:
    """The same answer, by its cells in any order of columns and rows; or both no answer, of the same kind."""
    if isinstance(one, Answered) and isinstance(other, Answered):
        return _cells(one) == _cells(other)
    return type(one) is type(other)


def _cells(answer: Answered) -> list[str]:
    return sorted(repr(sorted(map(repr, map(key, row)))) for row in answer.rows.rows)
