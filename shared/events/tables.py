"""Facts about tables; the dataproc service publishes them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.columns import ColumnType
from shared.events.base import Event, FileId, ObjectKey, Sentence, Sentences, TableId, TableName
from shared.objects import keys
from shared.open_choices import OpenChoice


class ColumnFact(BaseModel):
    """What a subscriber may know of a column without reading a cell."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    source_name: str
    type: ColumnType
    unit: str | None = None
    nullable: bool = True
    open_choice: OpenChoice | None = Field(
        default=None, description="what the cells leave open, and how they were read until a person chooses"
    )


class TableFact(BaseModel):
    """A table as the file's list shows it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table_id: TableId
    name: TableName
    rows: int = Field(ge=0)
    columns: int = Field(ge=0)


class TableDescription(BaseModel):
    """What lies under a `description_key`: as large as its table is wide, and hence no part of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    columns: tuple[ColumnFact, ...]


class TableReady(Event):
    """A file's sheet became a typed table; what its columns are, and its profile, can be read."""

    subject: ClassVar[str] = "table.ready.v2"
    identity: ClassVar[tuple[str, ...]] = ("table_id", "version")
    table_id: TableId
    file_id: FileId
    version: int = Field(ge=1, description="grows with every cleaning step or override")
    name: TableName
    rows: int = Field(ge=0)
    columns: int = Field(ge=0, description="how many there are")
    description_key: ObjectKey = Field(
        description="a JSON document whose `columns` are objects of name, source_name, type, unit and nullable"
    )
    data_key: ObjectKey
    profile_key: ObjectKey
    values_key: ObjectKey
    source_sha256: str = Field(default="", max_length=64, description="digest of the file that the table was read from")


class TableReadyV1(Event):
    """As `table.ready.v2`, with the columns in the event: the bus refuses that of a wide table. Published by nobody any more."""

    subject: ClassVar[str] = "table.ready.v1"
    identity: ClassVar[tuple[str, ...]] = ("table_id", "version")
    table_id: TableId
    file_id: FileId
    version: int = Field(ge=1, description="grows with every cleaning step or override")
    name: str = Field(description="unique within the session")
    rows: int = Field(ge=0)
    columns: tuple[ColumnFact, ...]
    data_key: ObjectKey
    profile_key: ObjectKey
    values_key: ObjectKey
    source_sha256: str = Field(default="", description="digest of the file that the table was read from")

    def upgraded(self) -> TableReady:
        """The same fact as it is told today. Its columns are described by the table's manifest, which was always there."""
        manifest = keys.table_manifest(self.session_id, self.table_id)
        return TableReady(**self.model_dump(exclude={"columns"}), columns=len(self.columns), description_key=manifest)


class TableParsingStarted(Event):
    """A worker began to read a file."""

    subject: ClassVar[str] = "table.parsing_started.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id", "attempt")
    file_id: FileId
    attempt: int = Field(default=1, ge=1)


class TableParsingFinished(Event):
    """Every table of a file is ready; each also had its own `table.ready`."""

    subject: ClassVar[str] = "table.parsing_finished.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id", "attempt")
    file_id: FileId
    tables: tuple[TableFact, ...]
    warnings: Sentences = ()
    attempt: int = Field(default=1, ge=1)


class TableParsingFailed(Event):
    """A file could not be read as tables; the reason is true and for a person."""

    subject: ClassVar[str] = "table.parsing_failed.v1"
    identity: ClassVar[tuple[str, ...]] = ("file_id", "attempt")
    file_id: FileId
    code: str
    reason: Sentence
    attempt: int = Field(default=1, ge=1)


class TableDictionaryChanged(Event):
    """People wrote what a table's columns and measures are called and mean; its rows are as they were."""

    subject: ClassVar[str] = "table.dictionary_changed.v1"
    identity: ClassVar[tuple[str, ...]] = ("table_id", "version")
    table_id: TableId
    version: int = Field(ge=1, description="of the dictionary; it grows with every change of it")
    dictionary_key: ObjectKey = Field(
        description="a JSON document (`shared.dictionary.Dictionary`); gone when a later version has come, or the table went"
    )


class TableDeleted(Event):
    """A table is gone, with its file or by itself."""

    subject: ClassVar[str] = "table.deleted.v1"
    identity: ClassVar[tuple[str, ...]] = ("table_id",)
    table_id: TableId
    file_id: FileId
