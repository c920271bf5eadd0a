"""A copy of an xlsx workbook with its parts where readers look for them: targets stated in full, one encoding, no error values that readers do not know."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError  # nosec B405 - only the name of a type

from openpyxl.xml.functions import fromstring

BLOCK = 1 << 20
LARGEST_PART = 512 << 20
LARGEST_INDEX = 16 << 20
WORKBOOK = "xl/workbook.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
CONTENT_OF = {"officeDocument": "sheet.main+xml", "worksheet": "worksheet+xml", "sharedStrings": "sharedStrings+xml", "styles": "styles+xml"}  # fmt: skip
AT_FIXED_PLACES = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
UNKNOWN_ERROR = re.compile(
    rb"(<(?:\w+:)?v>)#(?!NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)[A-Z_/0-9]+[!?]?(</(?:\w+:)?v>)"
)
DAMAGE = (ParseError, zipfile.BadZipFile, zlib.error, LookupError, OSError, EOFError, NotImplementedError, UnicodeError, RuntimeError)  # fmt: skip


@dataclass(frozen=True)
class Link:
    """What one part says of another: by which identifier it refers to it, of which kind it is, and where it is in the archive."""

    identifier: str
    kind: str
    part: str

    @property
    def name_in_copy(self) -> str:
        return AT_FIXED_PLACES.get(self.kind) or self.part.replace("\\", "/")


def write_copy(path: Path, target: Path) -> Path | None:
    """The copy, None when the workbook cannot be copied so."""
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:  # fmt: skip
            stated = (link.part for link in links_of(archive, "") if link.kind == "officeDocument")
            workbook = next(stated, None) or find_member(archive, WORKBOOK)
            if workbook is None:
                return None
            links = [link for link in links_of(archive, workbook) if link.kind in CONTENT_OF]
            write_index(copy, links)
            copy.writestr(WORKBOOK, encode(decode(archive.read(workbook))))
            for part, name in {link.part: link.name_in_copy for link in links}.items():
                write_part(archive, copy, part, name)
    except DAMAGE:
        return None
    return target


def links_of(archive: zipfile.ZipFile, part: str) -> list[Link]:
    """What a part refers to and the archive holds; the package itself for ""."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    listed = find_member(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    if listed is None or archive.getinfo(listed).file_size > LARGEST_INDEX:
        return []
    stated = ((link.get("Id", ""), link.get("Type", ""), link.get("Target", "")) for link in fromstring(archive.read(listed)))  # fmt: skip
    found = ((key, kind, find_member(archive, resolve(target, folder))) for key, kind, target in stated)
    return [Link(key, kind.rpartition("/")[2], member) for key, kind, member in found if member]


def find_member(archive: zipfile.ZipFile, part: str) -> str | None:
    """The member of the archive that has this name, in whatever case and with whichever slashes."""
    wanted = part.lower()
    return next((name for name in archive.namelist() if name.replace("\\", "/").lower() == wanted), None)


def resolve(target: str, folder: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}").lstrip("/")


def write_index(copy: zipfile.ZipFile, links: list[Link]) -> None:
    """What leads to the workbook part and from it, and of which type each part is."""
    copy.writestr("_rels/.rels", relationships([Link("rId1", "officeDocument", WORKBOOK)]))
    copy.writestr("xl/_rels/workbook.xml.rels", relationships(links))
    types = {WORKBOOK: "officeDocument"} | {link.name_in_copy: link.kind for link in links}
    overrides = (f'<Override PartName="/{html.escape(name)}" ContentType="{CONTENT}{CONTENT_OF[kind]}"/>' for name, kind in types.items())  # fmt: skip
    copy.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{"".join(overrides)}</Types>')


def relationships(links: list[Link]) -> str:
    listed = (
        f'<Relationship Id="{html.escape(link.identifier)}" Type="{OFFICE}/{link.kind}" Target="/{html.escape(link.name_in_copy)}"/>'
        for link in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(listed)}</Relationships>'


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
                yield encode(decode(text + source.read()))
                return
            end = max(text.rfind(b"</row>"), text.rfind(b"</si>"), 0) or max(text.rfind(b"</"), 0)
            yield text[:end]
            rest = text[end:]
    yield rest


def decode(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if wide else "utf-8-sig", "replace")


def encode(text: str) -> bytes:
    return re.sub(r"^\s*<\?xml.*?\?>", "", text).encode()
