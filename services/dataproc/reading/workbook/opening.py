"""Workbooks opened by the library, where need be from a copy that is written as the library expects."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetMetadata

from services.dataproc.reading.model import Limits
from services.dataproc.reading.workbook.extent import check_extent, measure_extent
from services.dataproc.reading.workbook.inspection import UNREADABLE, Package, SheetFacts, Uninspected
from services.dataproc.reading.workbook.mended_copy import write_copy
from shared.formats.refusals import FileRefused, Refusal, corrupt_file, encrypted_file, too_large
from shared.formats.zips import is_encrypted

# What the library tells by its text alone, having no type for it: of a sheet without cells it says the name, of one with too many
# this. `test_odd_workbooks` makes the installed version say both.
CELL_LIMIT = "Cell limit exceeded"
SMALLEST_BOMB = 32 << 20
MOST_TIMES = 150  # worksheets of constants, the most repetitive there are, unpack to some thirty times their size


def check_unpacked(path: Path, limits: Limits) -> None:
    """Refuse a workbook whose parts are encrypted, that unpacks to more than it may, or to so many times its size that no cells can be in it."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if any(map(is_encrypted, parts)):
        raise encrypted_file("a workbook")
    if sum(part.file_size for part in parts) > limits.max_decompressed_bytes:
        raise too_large(f"it unpacks to more than {limits.max_decompressed_bytes:,} bytes")
    for part in parts:
        if part.file_size > SMALLEST_BOMB and part.file_size > MOST_TIMES * part.compress_size:
            raise too_large(
                f"its part {part.filename!r} unpacks to {part.file_size:,} bytes, {part.file_size // max(1, part.compress_size):,} times its size"
            )


def link_with_suffix(path: Path, kind: str, scratch: Path) -> Path:
    """The workbook under a name that ends like its kind: of other names the library does not say what is wrong with them."""
    link = scratch / f"{path.name}.{kind}"
    if path.suffix == link.suffix:
        return path
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(path.resolve())
    except OSError:
        return path
    return link


def open_workbook(path: Path) -> CalamineWorkbook:
    try:
        with name_panics():
            return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise encrypted_file("a workbook") from error
    except (CalamineError, OSError, ValueError, IndexError, KeyError) as error:
        raise name_refusal(error) from error


def name_refusal(error: Exception, sheet: str = "") -> FileRefused:
    """What the library said, by its name."""
    if CELL_LIMIT in str(error):
        return too_large("its cells, repeated as it says, are more than 100,000,000")
    reason = "its cells are not in the file" if str(error) == sheet else reason_of(error)
    return corrupt_file("a workbook", f"sheet {sheet!r}: {reason}" if sheet else reason)


@contextmanager
def name_panics() -> Iterator[None]:
    """The Rust readers panic on some damaged files, with an exception that is not an Exception; it is a refusal here."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise corrupt_file("a workbook", "its records contradict each other") from error


def reason_of(error: BaseException) -> str:
    return str(error).split("\n")[0][:160].rstrip(".") or type(error).__name__


@dataclass
class Book:
    """One workbook; `scratch` is a folder for a copy of it."""

    path: Path
    kind: str
    scratch: Path

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        try:
            return open_workbook(link_with_suffix(self.path, self.kind, self.scratch))
        except FileRefused as error:
            if error.code != Refusal.CORRUPT_FILE or self._copy is None:
                raise
            return open_copy(self._copy, error)

    @cached_property
    def sheets(self) -> list[SheetMetadata]:
        return list(self.workbook.sheets_metadata)

    def release(self) -> None:
        """Give back what the library holds of the workbook, which are all of its shared strings, until it is asked for again."""
        self.__dict__.pop("workbook", None)

    @cached_property
    def package(self) -> Package | None:
        """What openpyxl makes of the workbook, or of its copy; None where it cannot read either."""
        if self.kind != "xlsx":
            return None
        with suppress(Uninspected):
            return Package(link_with_suffix(self.path, self.kind, self.scratch))
        with suppress(Uninspected):
            return None if self._copy is None else Package(self._copy)
        return None

    def bytes_of(self, sheet: str) -> int:
        """How much XML a sheet is, 0 in workbooks of other kinds; of all sheets the most where it is not known which part it is."""
        if self.kind != "xlsx":
            return 0
        with suppress(Uninspected):
            if self.package is not None:
                return self.package.size_of(sheet)
        with zipfile.ZipFile(self.path) as archive:
            return max((info.file_size for info in archive.infolist() if "worksheets/" in info.filename), default=0)

    def facts(self, sheet: str, limits: Limits) -> SheetFacts:
        """What is to be known of a sheet before it is loaded. Refuses one whose cells span more than fits in memory."""
        if self.kind != "xlsx":
            return SheetFacts()
        try:
            if self.package is None:
                return UNREADABLE
            with zipfile.ZipFile(self.package.path) as archive:
                check_extent(sheet, *measure_extent(archive, self.package.part_of(sheet)), limits)
            return self.package.inspect(sheet)
        except (Uninspected, zipfile.BadZipFile, zlib.error, EOFError):
            return UNREADABLE

    def sheet(self, index: int) -> CalamineSheet:
        """Raises FileRefused."""
        name = self.sheets[index].name
        try:
            return open_sheet(self.workbook, index, name)
        except FileRefused as error:
            if self._copy is None:
                raise
            return open_sheet_of_copy(self._copy, index, name, error)

    @cached_property
    def _copy(self) -> Path | None:
        """The same workbook, its parts where the library looks for them and without what it does not know."""
        return write_copy(self.path, self.scratch / "copy.xlsx") if self.kind == "xlsx" else None


def open_sheet(workbook: CalamineWorkbook, index: int, name: str) -> CalamineSheet:
    try:
        with name_panics():
            return workbook.get_sheet_by_index(index)
    except (CalamineError, ValueError, IndexError, KeyError, OSError, OverflowError) as error:
        raise name_refusal(error, name) from error


def open_copy(copy: Path, refusal: FileRefused) -> CalamineWorkbook:
    """The copy, or the refusal of the workbook itself."""
    try:
        return open_workbook(copy)
    except FileRefused:
        raise refusal from None


def open_sheet_of_copy(copy: Path, index: int, name: str, refusal: FileRefused) -> CalamineSheet:
    try:
        return open_sheet(open_workbook(copy), index, name)
    except FileRefused:
        raise refusal from None
