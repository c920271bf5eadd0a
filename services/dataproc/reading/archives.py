"""Compressed files: gzip, bzip2, xz, zstd and zip are opened into a folder, within a bound, members by name."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from services.dataproc.reading.errors import ReadError, corrupt_file, empty_file, too_large
from services.dataproc.reading.model import Limits

BLOCK = 1 << 20
OFFICE_MEMBERS = ("[Content_Types].xml", "xl/", "mimetype", "content.xml", "META-INF/manifest.xml")


@dataclass(frozen=True)
class Member:
    """One readable file: the upload itself, or what a compressed upload held. `steps` says how it was reached."""

    path: Path
    filename: str
    steps: tuple[str, ...] = ()


def compression(head: bytes) -> str | None:
    """The compression that the first bytes tell, or None."""
    magics = {
        b"\x1f\x8b": "gzip",
        b"\x28\xb5\x2f\xfd": "zstd",
        b"BZh": "bzip2",
        b"\xfd7zXZ\x00": "xz",
        b"PK\x03\x04": "zip",
        b"PK\x05\x06": "zip",
    }
    return next((kind for magic, kind in magics.items() if head.startswith(magic)), None)


def open_members(path: Path, filename: str, scratch: Path, limits: Limits, depth: int = 0) -> Iterator[Member]:
    """The readable files inside `path`; scratch copies live in `scratch`, one member at a time."""
    with path.open("rb") as file:
        kind = compression(file.read(8))
    if kind is None or (kind == "zip" and is_office(path)):
        yield Member(path, filename)
        return
    if depth > 2:
        raise ReadError(
            "unsupported_format", "The archive holds archives more than two deep.", "Unpack it and upload the files."
        )
    unpack = unzip if kind == "zip" else decompress
    for member in unpack(path, filename, scratch, limits, kind):
        for inner in open_members(member.path, member.filename, scratch, limits, depth + 1):
            yield Member(inner.path, inner.filename, (*member.steps, *inner.steps))
        member.path.unlink(missing_ok=True)


def is_office(path: Path) -> bool:
    """Is this zip itself a workbook (xlsx, xlsb, ods …)?"""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise corrupt_file("a zip archive or workbook", "its directory is damaged or cut off") from error
    return any(
        name == part or (part.endswith("/") and name.startswith(part)) for name in names for part in OFFICE_MEMBERS
    )


def decompress(path: Path, filename: str, scratch: Path, limits: Limits, kind: str) -> Iterator[Member]:
    target = scratch / f"{path.name}.{kind}.open"
    with damage_named(kind), opened(path, kind) as source:
        copy_bounded(source, target, limits)
    if target.stat().st_size == 0:
        raise empty_file(f"The {kind} file")
    yield Member(target, filename, (kind,))


@contextmanager
def opened(path: Path, kind: str) -> Iterator[IO[bytes]]:
    openers: dict[str, Callable[[Path], Any]] = {
        "gzip": gzip.open,
        "bzip2": bz2.open,
        "xz": lzma.open,
        "zstd": lambda p: pa.input_stream(str(p), compression="zstd"),
    }
    with openers[kind](path) as source:
        yield source


@contextmanager
def damage_named(kind: str) -> Iterator[None]:
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
        raise corrupt_file(f"{kind} data", "it is damaged or cut off") from error


def copy_bounded(source: IO[bytes], target: Path, limits: Limits, used: int = 0) -> int:
    """Copy until the end; more than the allowed bytes in all is refused. Returns the bytes copied."""
    written = 0
    with target.open("wb") as out:
        while block := source.read(BLOCK):
            written += out.write(block)
            if used + written > limits.max_decompressed_bytes:
                raise too_large(f"it unpacks to more than {limits.max_decompressed_bytes:,} bytes")
    return written


def unzip(path: Path, filename: str, scratch: Path, limits: Limits, kind: str) -> Iterator[Member]:
    with damage_named(kind), zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if is_data_member(info)]
        if not infos:
            raise empty_file("The zip archive")
        if len(infos) > limits.max_tables:
            raise too_large(f"the archive holds {len(infos):,} files; at most {limits.max_tables} are read")
        if any(info.flag_bits & 1 for info in infos):
            raise ReadError(
                "encrypted_archive", "The zip archive is protected by a password.", "Upload it without the password."
            )
        used = 0
        for number, info in enumerate(infos):
            target = scratch / f"{path.name}.{number}.member"
            with archive.open(info) as source:
                used += copy_bounded(source, target, limits, used)
            yield Member(
                target, info.filename if len(infos) > 1 else filename_of(info, filename), (f"zip:{info.filename}",)
            )


def filename_of(info: zipfile.ZipInfo, filename: str) -> str:
    return info.filename or filename


def is_data_member(info: zipfile.ZipInfo) -> bool:
    """Not a folder, not a hidden file, not the Finder's shadow copies."""
    parts = [part for part in info.filename.split("/") if part not in ("", ".", "..")]
    return (
        not info.is_dir()
        and bool(parts)
        and parts[0] != "__MACOSX"
        and not parts[0].startswith(".")
        and not parts[-1].startswith(".")
        and info.file_size > 0
    )


def remove(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
