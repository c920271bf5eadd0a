"""Compressed files: gzip, bzip2, xz, zstd and zip are opened into a folder, within a bound, members by name."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from services.dataproc.reading.model import Limits
from shared.formats import Format
from shared.formats.refusals import Refusal, corrupt_file, empty_file, encrypted_file, too_large
from shared.formats.signatures import COMPRESSION_HEAD, compression_of
from shared.formats.zips import DAMAGE, is_data, is_encrypted, is_office

BLOCK = 1 << 20
MOST_NESTED = 2
OPENERS: Mapping[Format, Callable[..., Any]] = {
    Format.GZIP: gzip.open,
    Format.BZIP2: bz2.open,
    Format.XZ: lzma.open,
    Format.ZSTD: lambda source: pa.input_stream(source, compression="zstd"),
}
"""How each compression is undone, given a path or an open file. Archives of several files are opened by `unzip`."""


@dataclass(frozen=True)
class Member:
    """One readable file: the upload itself, or what a compressed upload held. `steps` says how it was reached, `in_archive` whether others may lie beside it."""

    path: Path
    filename: str
    steps: tuple[str, ...] = ()
    in_archive: bool = False


def open_members(path: Path, filename: str, scratch: Path, limits: Limits, depth: int = 0) -> Iterator[Member]:
    """The readable files inside `path`; scratch copies live in `scratch`, one member at a time."""
    with path.open("rb") as file:
        kind = compression_of(file.read(COMPRESSION_HEAD))
    if kind is None or (kind is Format.ZIP and is_document(path)):
        yield Member(path, filename)
        return
    if depth > MOST_NESTED:
        raise Refusal.UNSUPPORTED_FORMAT.because(
            what="an archive of archives more than two deep", hint="Unpack it and upload the files."
        )
    unpack = unzip if kind is Format.ZIP else decompress
    for member in unpack(path, filename, scratch, limits, kind):
        for inner in open_members(member.path, member.filename, scratch, limits, depth + 1):
            steps = (*member.steps, *inner.steps)
            yield Member(inner.path, inner.filename, steps, member.in_archive or inner.in_archive)
        member.path.unlink(missing_ok=True)


def is_document(path: Path) -> bool:
    """Is this zip itself a workbook or another document, rather than files that were put together?"""
    try:
        with zipfile.ZipFile(path) as archive:
            return is_office(archive)
    except DAMAGE as error:
        raise corrupt_file("a zip archive or workbook", "its directory is damaged or cut off") from error


def decompress(path: Path, filename: str, scratch: Path, limits: Limits, kind: Format) -> Iterator[Member]:
    target = scratch / f"{path.name}.{kind}.open"
    with damage_named(kind), opened(path, kind) as source:
        copy_bounded(source, target, limits)
    if target.stat().st_size == 0:
        raise empty_file(f"The {kind} file")
    yield Member(target, filename, (kind,))


@contextmanager
def opened(path: Path, kind: Format) -> Iterator[IO[bytes]]:
    with OPENERS[kind](path) as source:
        yield source


@contextmanager
def damage_named(kind: Format) -> Iterator[None]:
    try:
        yield
    except (
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        pa.ArrowException,
        zipfile.BadZipFile,
        NotImplementedError,
    ) as error:
        raise corrupt_file(kind.noun, "it is damaged or cut off") from error


def copy_bounded(source: IO[bytes], target: Path, limits: Limits, used: int = 0) -> int:
    """Copy until the end; more than the allowed bytes in all is refused. Returns the bytes copied."""
    written = 0
    with target.open("wb") as out:
        while block := source.read(BLOCK):
            written += out.write(block)
            if used + written > limits.max_decompressed_bytes:
                raise too_large(f"it unpacks to more than {limits.max_decompressed_bytes:,} bytes")
    return written


def unzip(path: Path, filename: str, scratch: Path, limits: Limits, kind: Format) -> Iterator[Member]:
    with damage_named(kind), zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if is_data(info)]
        if not infos:
            raise empty_file("The zip archive")
        if len(infos) > limits.max_tables:
            raise too_large(f"the archive holds {len(infos):,} files; at most {limits.max_tables} are read")
        if any(map(is_encrypted, infos)):
            raise encrypted_file(Format.ZIP.noun)
        used = 0
        for number, info in enumerate(infos):
            target = scratch / f"{path.name}.{number}.member"
            with archive.open(info) as source:
                used += copy_bounded(source, target, limits, used)
            yield Member(target, info.filename or filename, (f"zip:{info.filename}",), in_archive=True)
