"""Sheets in and out: an XLSX or CSV file -> Sheet, rows with the values and faults of their cells; rows -> a file.

    path -> files.bytes_of -> workbooks.read_workbook | delimited.read_csv -> Grid -> columns.Layout -> Sheet
    Sheet -> plans.plan -> Plan        Sheet, Plan -> books.write_errors        rows -> write_sheet -> path

What comes in through `matcher import FILE`:

    sheet = read_sheet(path)
    todo = plan(sheet, store.offers(), known={"regions": names})
    if todo.wrong: write_errors(out, sheet, todo); raise BrokenFileError(path, todo.wrong)
    store.keep(todo.taken)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matcher.errors import CellProblem, InvalidValueError
from matcher.exchange.books import book_bytes, template_bytes
from matcher.exchange.cells import Raw, cell, is_blank, parse, shown
from matcher.exchange.columns import LAYOUTS, NOTES, Column, Layout, bare, layout_of
from matcher.exchange.delimited import read_csv, to_csv
from matcher.exchange.files import bytes_of, writing_bytes
from matcher.exchange.grids import MOST_PACKED, MOST_TEXT, Grid, letter, refuse
from matcher.exchange.trec import Qrels
from matcher.exchange.workbooks import read_workbook


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: the value of each column that is there, what was wrong, and the cells themselves."""

    number: int
    values: Mapping[str, Any]
    problems: tuple[CellProblem, ...]
    cells: tuple[Raw, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its kind, the headers as they stand there, the rows, and what is wrong with the headers.

    `letters` tells the column of each field that is there; `passed_over` names the sheets that were not read.
    """

    layout: Layout
    headers: tuple[Raw, ...]
    letters: Mapping[str, str]
    rows: tuple[Row, ...]
    problems: tuple[CellProblem, ...] = ()
    passed_over: tuple[str, ...] = ()


def read_sheet(path: Path | str, kind: str | None = None) -> Sheet:
    """Return what an XLSX or CSV file holds; which of the two is told from its bytes, not from its name.

    `kind` is the English or Dutch name of a layout (offers, aanbod, ...); None: what the headers fit best. Of a
    workbook the sheet called after the kind is read, else the first. The first row with anything in it has the
    headers. A fault in a cell or a header is kept in the Sheet, for `plan` to tell; a file that cannot be read
    at all, or is too much (the limits are in grids.py and packages.py), raises BrokenFileError.
    """
    layouts = tuple(LAYOUTS.values()) if kind is None else (layout_of(kind),)
    data = bytes_of(path, MOST_PACKED)
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        grid = read_workbook(path, data, lambda names: _chosen(names, layouts))
    else:
        grid = read_csv(path, data, frozenset(h for layout in layouts for h in layout.by_header))
    if not grid.rows:
        raise refuse(path, "leeg: er staat geen rij met koppen in")
    layout = max(layouts, key=lambda one: _fit(one, grid.rows[0][1]))
    if not any(bare(shown(h)) in layout.by_header for h in grid.rows[0][1]):
        expected = ", ".join(c.header for c in layout.columns[:4])
        raise refuse(path, f"geen bekende koppen gevonden, zoals {expected}", grid.rows[0][0])
    return sheet_of(layout, grid)


def write_sheet(path: Path | str, kind: str, rows: Iterable[Any]) -> None:
    """Write parties, or mappings by field or header, as .csv or .xlsx by the path's suffix; whole or not at all.

    `read_sheet` reads it back equal, and no spreadsheet runs what is in it as a formula. Raises
    InvalidValueError for a text longer than a cell can hold and for a suffix that is neither.
    """
    layout = layout_of(kind, outgoing=True)
    table = [[_fitting(c, cell(c, _held(c, row))) for c in layout.columns] for row in rows]
    headers = [c.header for c in layout.columns]
    match Path(path).suffix.casefold():
        case ".csv":
            data = to_csv([headers, *table])
        case ".xlsx":
            data = book_bytes(layout, headers, table)
        case suffix:
            raise InvalidValueError("bestand", suffix, ".xlsx of .csv")
    with writing_bytes(path) as out:
        out.write(data)


def write_template(path: Path | str, kind: str, known: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
    """Write an empty XLSX for people to fill in: drop-downs, and a sheet Uitleg that explains each column.

    `known` gives the names to choose from by field, as to `plan`: {"regions": ..., "forms": ..., "themes": ...}.
    Where a cell may hold several, the drop-down only helps and other texts are let through.
    """
    with writing_bytes(path) as out:
        out.write(template_bytes(layout_of(kind), known))


def judgement_rows(qrels: Qrels) -> list[dict[str, Any]]:
    """Return judgements as the rows that `write_sheet(path, "judgements", ...)` writes."""
    return [{"question": q, "offer": o, "grade": g} for q, grades in qrels.items() for o, g in grades.items()]


def qrels_of(rows: Iterable[Mapping[str, Any]]) -> Qrels:
    """Return judgements read from a sheet as {question: {offer: grade}}."""
    qrels: Qrels = {}
    for row in rows:
        qrels.setdefault(row["question"], {})[row["offer"]] = row["grade"]
    return qrels


def _chosen(names: tuple[str, ...], layouts: tuple[Layout, ...]) -> str:
    wanted = {bare(n) for layout in layouts for n in (layout.title, layout.name, *layout.also)}
    return next((n for n in names if bare(n) in wanted), names[0])


def _fit(layout: Layout, headers: tuple[Raw, ...]) -> tuple[int, int]:
    """Return how well headers fit a layout: how many are known, and how few of its fields are missing."""
    found = {layout.by_header[h].field for h in map(bare, map(shown, headers)) if h in layout.by_header}
    return len(found), len(found) - len(layout.columns)


def sheet_of(layout: Layout, grid: Grid) -> Sheet:
    """Return what a grid holds as a sheet of this layout; its first row has the headers."""
    (top, headers), *below = grid.rows
    columns, problems = _columns(layout, top, headers)
    unread = frozenset(i for i, h in enumerate(headers) if not is_blank(h) and i not in columns)
    merged = _merged(grid)
    if top in merged:
        problems.append(CellProblem(top, "", f"samengevoegde cellen ({merged[top]}); splits ze"))
    rows = tuple(_row(number, cells, columns, unread, merged.get(number)) for number, cells in below)
    letters = {c.field: letter(i) for i, c in columns.items()}
    return Sheet(layout, headers, MappingProxyType(letters), rows, tuple(problems), grid.passed_over)


def _columns(layout: Layout, top: int, headers: tuple[Raw, ...]) -> tuple[dict[int, Column], list[CellProblem]]:
    """Return {place: column}, and the headers that are unknown or there twice, and the keys that are missing."""
    columns: dict[int, Column] = {}
    problems: list[CellProblem] = []
    for i, header in enumerate(map(shown, headers)):
        column = layout.by_header.get(bare(header))
        if column in columns.values():
            problems.append(CellProblem(top, header, "staat er tweemaal", letter(i), header))
        elif column:
            columns[i] = column
        elif header.strip() and bare(header) not in NOTES:
            allowed = ", ".join(c.header for c in layout.columns)
            problems.append(CellProblem(top, header, f"onbekende kolom; bekend zijn: {allowed}", letter(i), header))
    problems += [
        CellProblem(top, layout.column(f).header, f"de kolom {layout.column(f).header} ontbreekt")
        for f in layout.unique
        if layout.column(f) not in columns.values()
    ]
    return columns, problems


def _merged(grid: Grid) -> dict[int, str]:
    """Return {row: range} of the rows that merged cells lie over: only the first of those cells has the value."""
    found: dict[int, str] = {}
    waiting = sorted(grid.merged, reverse=True)
    reach, ref = 0, ""
    for number in sorted(number for number, _ in grid.rows):
        while waiting and waiting[-1][0] <= number:
            _, last, name = waiting.pop()
            reach, ref = max((reach, ref), (last, name))
        if reach >= number:
            found[number] = ref
    return found


def _row(
    number: int, cells: tuple[Raw, ...], columns: Mapping[int, Column], unread: frozenset[int], merged: str | None
) -> Row:
    values: dict[str, Any] = {}
    problems: list[CellProblem] = []
    if merged:
        problems.append(CellProblem(number, "", f"samengevoegde cellen ({merged}); splits ze"))
    for i, column in columns.items():
        raw = cells[i] if i < len(cells) else None
        try:
            values[column.field] = parse(column, raw)
        except InvalidValueError as fault:
            problems.append(cell_problem(number, column, letter(i), fault))
    for i, raw in enumerate(cells):
        if i not in columns and i not in unread and not is_blank(raw):
            problems.append(CellProblem(number, "", "een waarde in een kolom zonder kop", letter(i), shown(raw)))
    return Row(number, MappingProxyType(values), tuple(problems), cells)


def cell_problem(number: int, column: Column, place: str, fault: InvalidValueError) -> CellProblem:
    """Return what is wrong with a cell, as told to a person."""
    value = shown(fault.value) if isinstance(fault.value, str | float | int) else str(fault.value or "")
    short = value if len(value) <= 80 else f"{value[:80]}..."
    reason = f"{short!r} kan niet; toegestaan: {fault.allowed}" if short else fault.allowed
    return CellProblem(number, column.header, reason, place, short)


def _held(column: Column, row: Any) -> Any:
    """Return what a party or a mapping holds for a column; a mapping may name it in Dutch."""
    if not isinstance(row, Mapping):
        return getattr(row, column.field)
    names = {bare(n) for n in (column.field, column.header, *column.also)}
    return next((v for k, v in row.items() if bare(str(k)) in names), None)


def _fitting(column: Column, value: Raw) -> Raw:
    if isinstance(value, str) and len(value.encode("utf-16-le", "surrogatepass")) > 2 * MOST_TEXT:
        raise InvalidValueError(column.header, f"{value[:40]}...", f"ten hoogste {MOST_TEXT} tekens in een cel")
    return value
