"""XLSX out: rows of cells -> the bytes of a workbook, frozen header and widths set, no cell a formula.

openpyxl writes; nothing is read with it. The same rows give the same bytes: the moment of writing, which openpyxl
puts into the document's properties and into the zip, is set to a fixed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from matcher.errors import CellProblem
from matcher.exchange.cells import Raw, cell, parse, shown
from matcher.exchange.columns import Column, Layout, bare
from matcher.exchange.delimited import FORMULA
from matcher.exchange.grids import letter

if TYPE_CHECKING:
    from openpyxl import Workbook

# How far the drop-downs of a template reach.
_ROOM = 2_000
_STEADY = datetime(2026, 1, 1)  # noqa: DTZ001
# Days before March 1900 are others in Excel than anywhere else, and go out as text.
_FIRST_DAY = date(1900, 3, 1)
_COLOURS = {"head": "DCE6F1", "wrong": "FFC7CE"}


def book_bytes(layout: Layout, headers: Sequence[Raw], table: Iterable[Sequence[Raw]]) -> bytes:
    """Return a workbook of one sheet with the rows under their headers."""
    book = _Book()
    book.sheet(layout.title, _widths(layout, headers), [headers, *table])
    return book.data()


def mending_bytes(
    layout: Layout,
    headers: Sequence[Raw],
    rows: Sequence[tuple[int, Sequence[Raw]]],
    problems: Sequence[CellProblem],
) -> bytes:
    """Return a workbook of faulty rows, their cells coloured and told in a last column Fout; and a list."""
    kept = [i for i, h in enumerate(headers) if bare(shown(h)) != "fout"]
    told: dict[int, list[CellProblem]] = {}
    for p in problems:
        told.setdefault(p.line, []).append(p)
    head = [headers[i] for i in kept]
    table = [[*(_at(cells, i) for i in kept), _reasons(n, told.get(n, []))] for n, cells in rows]
    letters = {letter(i): letter(at) for at, i in enumerate(kept)}
    places = {(at, letters.get(p.column, "")) for at, (n, _) in enumerate(rows, 2) for p in told.get(n, [])}
    in_rows = {n for n, _ in rows}
    places |= {(1, letters.get(p.column, "")) for p in problems if p.line not in in_rows}
    book = _Book()
    book.sheet(layout.title, [*_widths(layout, head), 60], [[*head, "Fout"], *table], places)
    listed = [[p.line or None, p.column, p.field, p.value, p.message] for p in problems]
    book.sheet("Fouten", [8, 8, 20, 30, 80], [["Rij", "Kolom", "Kop", "Waarde", "Wat er fout is"], *listed])
    return book.data()


def template_bytes(layout: Layout, known: Mapping[str, Sequence[str]]) -> bytes:
    """Return an empty workbook with drop-downs, a sheet Uitleg that tells of each column, and the lists of names."""
    choices = {c.field: tuple(known.get(c.field, c.choices)) for c in layout.columns}
    lists = {field: names for field, names in choices.items() if names}
    book = _Book()
    head = [c.header for c in layout.columns]
    sheet = book.sheet(layout.title, _widths(layout, head), [head])
    for at, column in enumerate(layout.columns):
        if column.shape in {"date", "number"} or column.field in lists:
            sheet.data_validations.append(_validation(column, letter(at), list(lists), lists))
        if column.shape == "date":
            sheet.column_dimensions[letter(at)].number_format = "dd-mm-yyyy"
    book.sheet("Uitleg", [24, 70, 50, 34, 12], _explained(layout, choices))
    rows = max(map(len, lists.values()), default=0)
    table = [[_at(names, i) for names in lists.values()] for i in range(rows)]
    book.sheet("Keuzes", [24] * len(lists), [[layout.column(f).header for f in lists], *table])
    return book.data()


def _explained(layout: Layout, choices: Mapping[str, Sequence[str]]) -> list[list[Raw]]:
    head: list[Raw] = ["Kolom", "Wat u invult", "Toegestaan", "Bijvoorbeeld", "Verplicht"]
    return [head] + [
        [c.header, c.what, ", ".join(choices[c.field]) or _FREE.get(c.shape, "vrije tekst"), _example(c),
         "ja" if c.required else "nee"]
        for c in layout.columns
    ]  # fmt: skip


_FREE = {"date": "een dag: 31-03-2027", "number": "een getal: 4 of 2,5", "id": "letters, cijfers en - _ ."}


def _example(column: Column) -> Raw:
    return cell(column, parse(column, column.example)) if column.example else None


def _validation(column: Column, place: str, fields: list[str], lists: Mapping[str, Sequence[str]]) -> Any:
    """Return the drop-down of a column: strict where a cell has one value of a closed list, else an offer."""
    from openpyxl.worksheet.datavalidation import DataValidation

    where = f"{place}2:{place}{_ROOM}"
    told = {"promptTitle": column.header[:32], "prompt": column.what[:255], "showInputMessage": True}
    if column.field in lists:
        at = letter(fields.index(column.field))
        rule = DataValidation("list", f"Keuzes!${at}$2:${at}${len(lists[column.field]) + 1}", allow_blank=True, **told)
        strict = bool(column.choices) and not column.many
    elif column.shape == "date":
        rule = DataValidation("date", "1", operator="greaterThan", allow_blank=True, **told)
        strict = False
    else:
        rule = DataValidation("decimal", "0", "10000", operator="between", allow_blank=True, **told)
        strict = False
    rule.showErrorMessage = strict
    rule.error, rule.errorTitle = "Kies een waarde uit de lijst.", column.header[:32]
    rule.add(where)
    return rule


class _Book:
    """A workbook in the making."""

    def __init__(self) -> None:
        from openpyxl import Workbook

        self._book: Workbook = Workbook(write_only=True)
        self._marks = _marks()
        self._styles: dict[bool, Any] = {}

    def sheet(
        self,
        title: str,
        widths: Sequence[int],
        table: Sequence[Sequence[Raw]],
        wrong: set[tuple[int, str]] = frozenset(),  # type: ignore[assignment]
    ) -> Any:
        """Add a sheet: the first row is its header; `wrong` places are coloured."""
        from openpyxl.cell import WriteOnlyCell

        sheet = self._book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for at, width in enumerate(widths):
            sheet.column_dimensions[letter(at)].width = width
        wanted = {(row, place) for row, place in wrong if place}
        for number, cells in enumerate(table, 1):
            row = [None if v is None or v == "" else self._cell(WriteOnlyCell(sheet), v) for v in cells]
            for at, one in enumerate(row):
                mark = "wrong" if (number, letter(at)) in wanted else "head" if number == 1 else ""
                if mark:
                    row[at] = self._marked(one or WriteOnlyCell(sheet), mark, number == 1)
            sheet.append(row)
        return sheet

    def _marked(self, one: Any, mark: str, head: bool) -> Any:
        one.fill, one.font = self._marks[mark], self._marks["bold" if head else "plain"]
        return one

    def _cell(self, one: Any, value: Raw) -> Any:
        """Fill a cell: a day as a real day, a number, and all else as text that nothing runs."""
        if isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= _FIRST_DAY:
            one.value, one.number_format = value, "dd-mm-yyyy hh:mm" if isinstance(value, datetime) else "dd-mm-yyyy"
        elif isinstance(value, bool) or (isinstance(value, int | float) and float(f"{value:.16g}") == value):
            one.value = value
        else:
            text = value if isinstance(value, str) else shown(value)
            # openpyxl would make a formula of "=..." and an error of "#N/A".
            one._value, one.data_type = _escaped(text), "s"
            one._style = self._style_of(one, text[:1] in FORMULA)
        return one

    def _style_of(self, one: Any, risky: bool) -> Any:
        """Return the style of a text; made once, for setting it cell by cell costs more than writing the cell."""
        if risky not in self._styles:
            one.alignment = self._marks["wrap"]
            one.quotePrefix = risky
            self._styles[risky] = one._style
        return copy(self._styles[risky])

    def data(self) -> bytes:
        """Return the bytes, the same at every writing."""
        self._book.properties.created = _STEADY
        self._book.properties.creator = "Matcher"
        out = BytesIO()
        self._book.save(out)
        return _steady(out)


def _marks() -> dict[str, Any]:
    from openpyxl.styles import Alignment, Font, PatternFill

    fills = {name: PatternFill("solid", start_color=colour) for name, colour in _COLOURS.items()}
    return {**fills, "bold": Font(bold=True), "plain": Font(), "wrap": Alignment(wrap_text=True, vertical="top")}


def _steady(written: BytesIO) -> bytes:
    """Return the same package with one fixed moment in it."""
    out = BytesIO()
    with ZipFile(written) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _STEADY.isoformat().encode() + b"Z", data)
            target.writestr(ZipInfo(entry.filename, _STEADY.timetuple()[:6]), data, ZIP_DEFLATED)
    return out.getvalue()


# What XML cannot hold, what it would change (CR), and what would read as an escape (ECMA-376 part 1, 22.9.2.19).
_UNWRITABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(text: str) -> str:
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _widths(layout: Layout, headers: Sequence[Raw]) -> list[int]:
    widths = {name: column.width for name, column in layout.by_header.items()}
    return [widths.get(bare(shown(v)), 18) for v in headers]


def _reasons(number: int, problems: Sequence[CellProblem]) -> str:
    told = "; ".join(f"{p.field}: {p.message}" if p.field else p.message for p in problems)
    return f"rij {number}: {told}" if told else ""


def _at(values: Sequence[Any], i: int) -> Any:
    return values[i] if i < len(values) else None
