"""An XLSX as a package: bytes go in, its XML parts come out, after the zip's directory was found to be harmless."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Protocol
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from matcher.exchange.grids import refuse

# Excel writes some ten parts and one for each sheet.
MOST_ENTRIES = 500
# A catalogue of 5,000 offers unpacks to 6 MB; expat reads 64 MB in a second or two, whatever they hold.
MOST_UNPACKED = 64 * 2**20
# Sheets of people pack 5 to 20 times, ones of mostly equal rows up to 60; a bomb 200 to 1,000 times.
MOST_RATIO = 150
# Below this size the ratio says nothing and the size is limit enough.
SMALL = 2**20
# Elements over all parts together: a filled cell has two or three.
MOST_ELEMENTS = 1_800_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Handler(Protocol):
    """What listens to a part: elements by their bare name, text in one piece between tags."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


@dataclass(slots=True)
class Package:
    """The parts of a harmless package, each parsed when asked for."""

    path: Path | str
    zipped: ZipFile
    elements: int = field(default=0)

    def __contains__(self, name: str) -> bool:
        return name in self.zipped.NameToInfo

    def hear(self, name: str, handler: Handler) -> None:
        """Read one part of XML into a handler; raises BrokenFileError where it is broken, too much or no plain XML."""
        parser = expat.ParserCreate()
        parser.buffer_text, parser.buffer_size = True, 2**16
        local = _local_names()

        def start(full: str, attributes: Mapping[str, str]) -> None:
            self.elements += 1
            if self.elements > MOST_ELEMENTS:
                raise refuse(self.path, f"te groot: meer dan {MOST_ELEMENTS} onderdelen")
            handler.start(local(full), attributes)

        def doctype(*_: object) -> None:
            raise refuse(self.path, f"{name} bevat een DOCTYPE; een werkblad heeft die niet")

        parser.StartElementHandler, parser.EndElementHandler = start, lambda full: handler.end(local(full))
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = handler.text, doctype
        try:
            # In one piece: expat reads a token that is cut over many pieces anew with each of them.
            parser.Parse(self._bytes(name), True)
        except expat.ExpatError as fault:
            raise refuse(self.path, f"{name} is geen geldige XML ({fault})") from fault

    def _bytes(self, name: str) -> bytes:
        try:
            return self.zipped.read(name)
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
            raise refuse(self.path, f"{name} is beschadigd ({fault})") from fault


def open_package(path: Path | str, data: bytes) -> Package:
    """Return the package in the bytes of an XLSX, judged by its zip directory alone: nothing is unpacked yet.

    Raises BrokenFileError for what is no XLSX (named: an old .xls, a password, ODS, XLSB), for a broken zip
    and for one that unpacks to too many parts, too many bytes or too many times its size.
    """
    if data.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise refuse(path, "met een wachtwoord beveiligd; bewaar het zonder" if locked else _OLD)
    try:
        zipped = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as fault:
        raise refuse(path, f"geen geldig XLSX-bestand ({fault})") from fault
    package = Package(path, zipped)
    if reason := _danger(zipped, len(data)) or _other_kind(package):
        raise refuse(path, reason)
    return package


_OLD = "een oud .xls-bestand; bewaar het in Excel als .xlsx of als CSV"


def _danger(zipped: ZipFile, packed: int) -> str:
    entries = zipped.infolist()
    total = sum(e.file_size for e in entries)
    if len(entries) > MOST_ENTRIES:
        return f"verdacht: {len(entries)} onderdelen, ten hoogste {MOST_ENTRIES}"
    if total > MOST_UNPACKED:
        return f"te groot: uitgepakt {total // 2**20} MB, ten hoogste {MOST_UNPACKED // 2**20} MB"
    if any(e.file_size > SMALL and e.file_size > MOST_RATIO * max(e.compress_size, 1) for e in entries):
        return f"verdacht: een onderdeel is uitgepakt meer dan {MOST_RATIO} keer zo groot"
    if total > SMALL and total > MOST_RATIO * packed:
        return f"verdacht: uitgepakt meer dan {MOST_RATIO} keer zo groot"
    if any(e.flag_bits & 1 for e in entries):
        return "met een wachtwoord beveiligd; bewaar het zonder"
    names = [e.filename for e in entries]
    return "verdacht: twee onderdelen met dezelfde naam" if len(set(names)) < len(names) else ""


def _other_kind(package: Package) -> str:
    if "xl/workbook.bin" in package:
        return "een .xlsb-bestand; bewaar het als .xlsx"
    if "mimetype" in package or "content.xml" in package:
        return "een OpenDocument-bestand; bewaar het als .xlsx of als CSV"
    return "" if "xl/workbook.xml" in package else "geen Excel-werkmap (xl/workbook.xml ontbreekt)"


def _local_names() -> Callable[[str], str]:
    """Return a function from `x:row` to `row` that remembers; names are few, elements many."""
    known: dict[str, str] = {}

    def local(full: str) -> str:
        if (name := known.get(full)) is None:
            name = full.rpartition(":")[2]
            if len(known) < 1000:
                known[full] = name
        return name

    return local
