"""What dataproc needs from the outside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from services.dataproc.cleaning import Cleaned, Suggestion, Trial
from services.dataproc.domain import StoredTable
from services.dataproc.evaluation import Outcome
from services.dataproc.jail import JailLimits, Language, RunOutcome, TableInput
from services.dataproc.parsing.cleaning_job import CleaningSpec
from services.dataproc.reading import ReadResult
from services.dataproc.reading.model import Progress
from shared.dictionary import Dictionary
from shared.plan import Plan


class TableRegistry(Protocol):
    """Which tables there are. Reads fall back to the object store, so that a lost Redis loses no table."""

    async def save(self, table: StoredTable) -> bool:
        """False, and nothing of the table is left, when its file or session is gone."""
        ...

    async def get(self, session_id: str, table_id: str) -> StoredTable | None: ...
    async def of_session(self, session_id: str) -> list[StoredTable]:
        """In the order in which they became ready."""
        ...

    async def of_file(self, session_id: str, file_id: str) -> list[StoredTable]: ...
    async def name_for(self, session_id: str, table_id: str, wanted: str) -> str:
        """Claim a name that is unique within the session; the same table gets the same name again."""
        ...

    async def next_version(self, table: StoredTable) -> int:
        """A version number that nobody else gets."""
        ...

    async def replace(self, table: StoredTable, expected_version: int) -> bool:
        """Save, if the table still has the expected version; False when it has another one, or is gone with its file or session."""
        ...

    async def remove(self, session_id: str, table_id: str) -> None:
        """All of it: entry, name, objects. Also of what a job left that never came to be a table."""
        ...

    async def remove_session(self, session_id: str) -> int: ...
    async def forget(self, thing_id: str) -> None:
        """Remember that a file or session is gone: from now on no job, event or manifest brings a table of it back."""
        ...

    async def is_forgotten(self, *thing_ids: str) -> bool: ...


@dataclass(frozen=True)
class StoredDictionary:
    """A dictionary and the object that holds it; without a key, that of a table for which nobody has written one."""

    key: str
    dictionary: Dictionary


class DictionaryStore(Protocol):
    """What people say of tables. It stays when the table's file is replaced and goes with the table."""

    async def current(self, table: StoredTable) -> StoredDictionary: ...
    async def replace(
        self, table: StoredTable, held: StoredDictionary, dictionary: Dictionary
    ) -> StoredDictionary | None:
        """Put it in the place of the one held; None when another one is there by now, or the table is gone."""
        ...


class TableQuota(Protocol):
    """How many tables a session may have, and how many bytes. Raises `Unavailable` while nobody can say."""

    async def reserve(self, session_id: str, table_ids: Sequence[str]) -> bool:
        """Room for all of the tables or for none: FileRefused says why there is none. False when the session has ended."""
        ...

    async def release(self, session_id: str, table_ids: Sequence[str]) -> None:
        """Give back the room of tables that were never announced; what was announced goes with `table.deleted`."""
        ...

    async def keep(self, session_id: str, file_id: str, size: int) -> bool:
        """Room for so many bytes that the tables of a file take beyond its own; answers like `reserve`."""
        ...

    async def drop(self, session_id: str, file_id: str) -> None:
        """The file's tables are gone, or were never stored."""
        ...


class TableCache(Protocol):
    """Tables on the worker's own disk as Arrow files that can be memory-mapped."""

    async def path(self, data_key: str) -> Path:
        """The Arrow file of a table's data, fetched and converted when it is not there yet."""
        ...

    async def adopt(self, data_key: str, parquet: Path) -> None:
        """Take in a table that this worker has just written."""
        ...

    def drop(self, prefix: str) -> int: ...


class Parser(Protocol):
    """Reads untrusted files in a process of their own. Raises FileRefused with the reason when a file cannot be read."""

    def room(self, size: int) -> AbstractAsyncContextManager[object]:
        """Waits until a file of that many bytes may be brought onto this worker's disk to be read."""
        ...

    async def read(
        self, path: Path, filename: str, into: Path, progress: Progress, overrides: Mapping[str, Any] | None = None
    ) -> ReadResult: ...
    async def write_raw(self, path: Path, filename: str, reading: Mapping[str, Any], out: Path) -> None:
        """Write the cells as they were read to `out` as CSV."""
        ...


class Cleaner(Parser, Protocol):
    """Also runs recipes over stored tables in such a process. Raises FileRefused with the reason when a step cannot be applied."""

    async def clean(self, source: Path, spec: CleaningSpec, into: Path) -> Cleaned:
        """The cleaned table is the file `RESULT` in the folder `into`."""
        ...

    async def try_steps(self, source: Path, spec: CleaningSpec, into: Path) -> Trial: ...
    async def suggest(self, source: Path, spec: CleaningSpec, into: Path) -> list[Suggestion]: ...


class Cancellations(Protocol):
    """Hints that a file or a session has gone, so that a job at work on it can stop at once."""

    async def announce(self, session_id: str, gone_id: str) -> None: ...
    def heard(self, session_id: str, *thing_ids: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """An event that is set when one of the things is announced as gone during the block."""
        ...


class PlanEvaluator(Protocol):
    """Computes typed plans. One outcome for each, in their order."""

    async def evaluate(self, plans: Sequence[Plan], tables: Mapping[str, Path]) -> list[Outcome]: ...


class CodeRunner(Protocol):
    """Runs generated code where it can do no harm."""

    async def run(
        self,
        code: str,
        tables: Sequence[TableInput],
        *,
        out_dir: Path,
        limits: JailLimits = ...,
        language: Language = ...,
    ) -> RunOutcome: ...
