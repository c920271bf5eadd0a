"""Files read as the product reads them, once: what the planner may know of a table, and its data."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

import services.dataproc.reading as reading_room
import shared
from services.dataproc.domain import column_fact, unique_name
from services.dataproc.jail import tables as jail_tables
from services.dataproc.parsing.job import decode_result, encode_result
from services.dataproc.reading import Limits, ReadResult, TableDraft, read_file
from services.nlq.facts import table_facts
from services.nlq.planner.facts import TableFacts
from shared.events import TableReady
from shared.objects import keys

# Several processes read at once: each keeps to one thread.
LIMITS = Limits(threads=1)
FRAMES_HELD = 64
SESSION = "eval"


@dataclass(frozen=True)
class Table:
    """A table of a question: its facts, and where its cells lie as Parquet."""

    facts: TableFacts
    data: Path

    def frame(self) -> pd.DataFrame:
        """As code in the jail sees it. Copies are lazy: what a question's code changes, the next one does not see."""
        return _frame(self.data).copy(deep=False)


def load(files: Sequence[Path], cache_folder: Path) -> tuple[Table, ...]:
    """All tables of these files, named as in a session to which they were uploaded in this order."""
    taken: set[str] = set()
    tables: list[Table] = []
    for file in files:
        for table in _read_once(file, cache_folder):
            name = unique_name(table.facts.name, taken)
            taken.add(name)
            tables.append(replace(table, facts=replace(table.facts, name=name, table_id=f"t_{len(tables)}")))
    return tuple(tables)


@lru_cache(maxsize=4096)
def _read_once(file: Path, cache_folder: Path) -> tuple[Table, ...]:
    """What reading the file gave, from the cache when its content and the reader are those of before."""
    content = hashlib.sha256(f"{file.name}\0".encode() + file.read_bytes()).hexdigest()[:24]
    home = cache_folder / "tables" / reader_version() / content
    if not home.is_dir():
        _read_into(file, home)
    result = decode_result(json.loads((home / "result.json").read_bytes()), home)
    return tuple(Table(_facts(draft), draft.data_path) for draft in result.tables)


def _read_into(file: Path, home: Path) -> None:
    """The folder is whole whenever it is there, though another process may make it at the same time."""
    home.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=home.parent))
    result: ReadResult = read_file(file, filename=file.name, into=unfinished, limits=LIMITS)
    body = json.dumps(encode_result(result), ensure_ascii=False, default=str)
    (unfinished / "result.json").write_text(body, encoding="utf-8")
    try:
        os.replace(unfinished, home)  # noqa: PTH105 - a folder that is already there is no error here
    except OSError:
        shutil.rmtree(unfinished)


@cache
def reader_version() -> str:
    """A digest of the code that decides what reading a file gives."""
    digest = hashlib.sha256()
    rooms = [Path(str(reading_room.__file__)).parent, Path(str(shared.__file__)).parent / "formats"]
    sources = [source for room in rooms for source in sorted(room.rglob("*.py"))]
    shared_rules = [Path(str(shared.__file__)).parent / name for name in ("columns.py", "open_choices.py")]
    for source in [*sources, *shared_rules]:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _facts(draft: TableDraft) -> TableFacts:
    home = keys.table_version(SESSION, draft.name, 1)
    ready = TableReady.model_construct(
        session_id=SESSION, table_id="t_0", file_id="f_0", version=1, name=draft.name, rows=draft.rows,
        columns=len(draft.columns), description_key=f"{home}description.json", data_key=f"{home}data.parquet",
        profile_key=f"{home}profile.json", values_key=f"{home}values.json", source_sha256="",
    )  # fmt: skip
    return table_facts(ready, [column_fact(column) for column in draft.columns], draft.profile, draft.values)


@lru_cache(maxsize=FRAMES_HELD)
def _frame(data: Path) -> pd.DataFrame:
    with data.open("rb") as file:
        return jail_tables.load(jail_tables.TableSource(data.stem, file.fileno(), parquet=True, columns=None))
