"""An XLSX in: bytes -> Grid of one of its sheets, read as a stream that stops at the first limit.

Read with expat and not with openpyxl or calamine: both build what a file claims before anyone can count it
(a 5 kB file with one cell in the last corner makes calamine ask for the whole sheet and abort; see
tests/benchmarks/test_sheets.py for the speed). Formulas, macros, links and pictures are never looked at; of a
formula its last outcome counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from math import isfinite
from pathlib import Path

from matcher.errors import BrokenFileError
from matcher.exchange.cells import Faulty, Raw
from matcher.exchange.grids import MOST_COLUMNS, Gatherer, Grid, bounded, letter, refuse
from matcher.exchange.packages import Package, open_package
from matcher.exchange.parts import Book, Links, Silent, Strings, Styles, part_of, unescaped


def read_workbook(path: Path | str, data: bytes, choose: Callable[[tuple[str, ...]], str]) -> Grid:
    """Return the sheet that `choose` picks from the names of the sheets; raises BrokenFileError."""
    package = open_package(path, data)
    book, links = Book(), Links()
    package.hear("xl/workbook.xml", book)
    _hear_if_there(package, "xl/_rels/workbook.xml.rels", links)
    if not book.sheets:
        raise refuse(path, "geen enkel werkblad")
    name = choose(tuple(book.sheets))
    part = part_of(links.targets.get(book.sheets[name], ""))
    if part not in package:
        raise refuse(path, f"het blad {name!r} ontbreekt in het bestand")
    strings, styles = Strings(), Styles()
    _hear_if_there(package, links.typed.get("sharedStrings", "xl/sharedStrings.xml"), strings)
    _hear_if_there(package, links.typed.get("styles", "xl/styles.xml"), styles)
    rows = _Rows(path, strings.found, styles.dated, book.epoch)
    package.hear(part, rows)
    others = tuple(s for s in book.sheets if s != name)
    return Grid(tuple(rows.gatherer.rows), tuple(rows.merged), others)


def _hear_if_there(package: Package, name: str, handler: Links | Strings | Styles) -> None:
    if name in package:
        package.hear(name, handler)


class _Rows(Silent):
    """The cells of a sheet, row by row."""

    def __init__(self, path: Path | str, strings: list[str | Faulty], dated: list[bool], epoch: datetime) -> None:
        self.path, self.strings, self.dated, self.epoch = path, strings, dated, epoch
        self.gatherer = Gatherer(self._refused)
        self.merged: list[tuple[int, int, str]] = []
        self._number, self._cells = 0, list[Raw]()
        self._column, self._kind, self._style = -1, "n", ""
        self._parts = list[str]()
        self._open = self._phonetic = self._formula = False

    def _refused(self, message: str, row: int) -> BrokenFileError:
        return refuse(self.path, message, row)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._begin(attributes)
        elif name in {"v", "t"}:
            self._open = not self._phonetic
        elif name == "row":
            number = attributes.get("r", "")
            self._number = int(number) if _WHOLE.fullmatch(number) else self._number + 1
            self._cells, self._column = [], -1
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._open = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._keep()
        elif name == "row":
            self.gatherer.row(self._number, self._cells)

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._parts, self._formula = [], False

    def _keep(self) -> None:
        value = self._value("".join(self._parts))
        if value is None or value == "":
            return
        if self._column >= MOST_COLUMNS:
            raise self._refused(
                f"meer dan {MOST_COLUMNS} kolommen (een gevulde cel in {letter(self._column)})", self._number
            )
        self._cells.extend([None] * (self._column + 1 - len(self._cells)))
        self._cells[self._column] = value

    def _value(self, text: str) -> Raw:
        if not text:
            return _NO_OUTCOME if self._formula else None
        match self._kind:
            case "s":
                return self._shared(text)
            case "inlineStr" | "str":
                return bounded(unescaped(text))
            case "b":
                return text.strip() == "1"
            case "d":
                return _iso(text.strip())
        return self._numeric(text)

    def _shared(self, text: str) -> Raw:
        known = _WHOLE.fullmatch(text) and int(text) < len(self.strings)
        return self.strings[int(text)] if known else Faulty(text[:40], "een tekst die in het bestand staat")

    def _numeric(self, text: str) -> Raw:
        try:
            number = float(text)
        except ValueError:
            return Faulty(text[:40], "een waarde, geen fout van een formule")
        if not isfinite(number):
            return Faulty(text[:40], "een getal")
        if self._style.isdigit() and int(self._style[:9]) < len(self.dated) and self.dated[int(self._style[:9])]:
            return _moment(number, self.epoch)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number

    def _merge(self, ref: str) -> None:
        if found := _RANGE.fullmatch(ref):
            self.merged.append((int(found[1]), int(found[2]), ref))


_NO_OUTCOME = Faulty("", "een formule met een uitkomst; open het blad in Excel en bewaar het")
_WHOLE = re.compile(r"\d{1,7}", re.ASCII)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_RANGE = re.compile(r"[A-Z]{1,3}(\d{1,7}):[A-Z]{1,3}(\d{1,7})", re.ASCII)


def _column(letters: str) -> int:
    number = 0
    for c in letters:
        number = number * 26 + ord(c) - 64
    return number - 1


def _moment(days: float, epoch: datetime) -> Raw:
    """Return the day or moment that a date cell counts; 29 February 1900 exists there and nowhere else."""
    if not 0 <= days < 2_958_466:
        return Faulty(str(days), "een datum tussen 1900 en 9999")
    if epoch.year < 1900 and days < 60:
        days += 1
    try:
        moment = epoch + timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return Faulty(str(days), "een datum tussen 1900 en 9999")
    return moment if days % 1 else moment.date()


def _iso(text: str) -> date | Faulty:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return Faulty(text[:40], "een datum")
    return moment if moment.time() != datetime.min.time() else moment.date()
