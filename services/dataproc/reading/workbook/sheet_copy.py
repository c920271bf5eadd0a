"""A copy of an xlsx workbook with its parts where readers look for them: targets stated in full, one encoding, no error values that readers do not know."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.dataproc.reading.workbook.sheet_parts import (
    DEFAULT_WORKBOOK,
    decoded,
    text_of,
    workbook_part,
    workbook_targets,
)

BLOCK = 1 << 20
LARGEST_PART = 512 << 20
AT_FIXED_PLACES = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
UNKNOWN_ERROR = re.compile(
    rb"(<(?:\w+:)?v>)#(?!NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)[A-Z_/0-9]+[!?]?(</(?:\w+:)?v>)"
)
RELATIONSHIPS = '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATIONSHIP = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)


def write_copy(path: Path, target: Path) -> Path | None:
    """The copy, None when the workbook cannot be copied so."""
    try:
        with (
            zipfile.ZipFile(path) as archive,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
        ):
            workbook = workbook_part(archive)
            if workbook is None:
                return None
            targets = workbook_targets(archive)
            write_index(copy, text_of(archive, workbook), targets)
            for part, name in {
                part: name_in_copy(kind, part)
                for kind, part in targets.values()
                if part and (kind == "worksheet" or kind in AT_FIXED_PLACES)
            }.items():
                write_part(archive, copy, part, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        OSError,
        EOFError,
        NotImplementedError,
        UnicodeError,
        RuntimeError,
    ):
        return None
    return target


def write_index(copy: zipfile.ZipFile, workbook: str, targets: Mapping[str, tuple[str, str | None]]) -> None:
    """The workbook part, and the relationships that lead to it and from it."""
    listed = "".join(
        RELATIONSHIP.format(html.escape(key), html.escape(kind), "/" + html.escape(name_in_copy(kind, part)))
        for key, (kind, part) in targets.items()
        if part
    )
    copy.writestr("_rels/.rels", RELATIONSHIPS.format(RELATIONSHIP.format("rId1", "officeDocument", DEFAULT_WORKBOOK)))
    copy.writestr(DEFAULT_WORKBOOK, in_utf8(workbook))
    copy.writestr("xl/_rels/workbook.xml.rels", RELATIONSHIPS.format(listed))


def name_in_copy(kind: str, part: str) -> str:
    return AT_FIXED_PLACES.get(kind) or part.replace("\\", "/")


def in_utf8(text: str) -> bytes:
    return re.sub(r"^\s*<\?xml.*?\?>", "", text).encode()


def write_part(archive: zipfile.ZipFile, copy: zipfile.ZipFile, part: str, name: str) -> None:
    if archive.getinfo(part).file_size > LARGEST_PART:
        raise NotImplementedError(part)
    with copy.open(name, "w", force_zip64=True) as out:
        for text in whole_elements(archive, part):
            out.write(UNKNOWN_ERROR.sub(rb"\1#N/A\2", DIMENSION.sub(b"", text)))


def whole_elements(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in UTF-8, in blocks that end with a row or a string, or with an element where these are long."""
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            if text.startswith((b"\xff\xfe", b"\xfe\xff")):
                yield in_utf8(decoded(text + source.read()))
                return
            end = max(text.rfind(b"</row>"), text.rfind(b"</si>"), 0) or max(text.rfind(b"</"), 0)
            yield text[:end]
            rest = text[end:]
    yield rest
