"""All that a person can do to a table, in one place for the HTTP adapter."""

from __future__ import annotations

from dataclasses import dataclass

from services.dataproc.service.cleaning import Cleaning
from services.dataproc.service.columns import ChangeColumns
from services.dataproc.service.replacing import ReplaceFile
from services.dataproc.service.versions import Versions


@dataclass(frozen=True)
class Changes:
    """The use cases that make another version of a table."""

    versions: Versions
    cleaning: Cleaning
    columns: ChangeColumns
    replace: ReplaceFile

    @classmethod
    def over(cls, versions: Versions) -> Changes:
        columns = ChangeColumns(versions)
        return cls(versions, Cleaning(versions), columns, ReplaceFile(versions, columns))
