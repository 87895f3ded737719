"""A Sheet beside what there is already -> Plan: what is new, changed, the same and wrong; nothing is kept here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matcher.errors import CellProblem, InvalidValueError, UnknownNameError
from matcher.exchange.books import mending_bytes
from matcher.exchange.cells import EMPTY
from matcher.exchange.columns import Column, Layout
from matcher.exchange.files import writing_bytes
from matcher.exchange.sheets import Row, Sheet, cell_problem
from matcher.parties import by_key, recognise

Key = tuple[Any, ...]
Known = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row that would change."""

    header: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be taken over: its number, the whole value (a party or a mapping) and what it changes."""

    row: int
    value: Any
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a sheet over would do. All or nothing: where anything is wrong, nothing is taken."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    same: tuple[Entry, ...]
    wrong: tuple[CellProblem, ...]

    @property
    def taken(self) -> tuple[Any, ...]:
        """The values to keep, in the order of the rows; none when a row is wrong."""
        if self.wrong:
            return ()
        return tuple(e.value for e in sorted((*self.new, *self.changed), key=lambda e: e.row))

    @property
    def sentence(self) -> str:
        """One Dutch sentence: how many rows are new, changed, the same, wrong."""
        rows = len({p.line for p in self.wrong})
        counts = f"{len(self.new)} nieuw, {len(self.changed)} gewijzigd, {len(self.same)} gelijk, {rows} fout"
        return counts + ("; er wordt niets overgenomen." if self.wrong else ".")


def plan(sheet: Sheet, existing: Iterable[Any], known: Known = MappingProxyType({})) -> Plan:
    """Return what taking over the rows of a sheet would do to the existing parties (or mappings).

    An empty cell means: nothing (again). A column that the sheet does not have says nothing: what is there
    stays, so that a sheet of ids and hours changes hours only. `known` gives the names that a field may have
    (regions, region, forms, question, offer, ...); regions and forms are recognised in any spelling and taken
    over in the known one, ids must be equal. A field that `known` does not name is free.
    """
    layout = sheet.layout
    there = {_key(layout, value): value for value in existing}
    exact = {field: frozenset(values) for field, values in known.items()}
    names = {field: by_key(values) for field, values in exact.items()}
    first: dict[Key, int] = {}
    sorted_out: dict[str, list[Entry]] = {"new": [], "changed": [], "same": []}
    wrong = list(sheet.problems)
    for row in sheet.rows:
        values, problems = _recognised(sheet, row, exact, names)
        if not problems:
            before = there.get(tuple(values.get(f) for f in layout.unique))
            value, problems = _born(sheet, row, values, before)
        if not problems and (seen := first.setdefault(_key(layout, value), row.number)) != row.number:
            problems = (_twice(sheet, row, seen),)
        if problems:
            wrong += problems
            continue
        changes = () if before is None else _changes(layout, before, value)
        sorted_out["new" if before is None else "changed" if changes else "same"].append(
            Entry(row.number, value, changes)
        )
    return Plan(**{name: tuple(entries) for name, entries in sorted_out.items()}, wrong=tuple(wrong))


def write_errors(path: Path | str, sheet: Sheet, plan: Plan) -> None:
    """Write the rows that are wrong to an XLSX: as they stood, the faulty cells coloured, a column Fout at the end.

    After mending it can be read as it is. Where a header is wrong all rows go along, for then all have to come
    again. A second sheet lists every problem with its place in the original file. Raises InvalidValueError for
    another suffix than .xlsx.
    """
    if Path(path).suffix.casefold() != ".xlsx":
        raise InvalidValueError("bestand", Path(path).suffix, ".xlsx")
    lines = {p.line for p in plan.wrong}
    rows = [(r.number, r.cells) for r in sheet.rows if r.number in lines or sheet.problems]
    data = mending_bytes(sheet.layout, sheet.headers, rows, plan.wrong)
    with writing_bytes(path) as out:
        out.write(data)


def _held(value: Any, field: str) -> Any:
    return value.get(field) if isinstance(value, Mapping) else getattr(value, field)


def _key(layout: Layout, value: Any) -> Key:
    return tuple(_held(value, f) for f in layout.unique)


def _recognised(
    sheet: Sheet, row: Row, known: Known, names: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, Any], tuple[CellProblem, ...]]:
    """Return the values with every name as it is known, and the names that are not."""
    values, problems = dict(row.values), list(row.problems)
    for field in [f for f in values if f in known]:
        column = sheet.layout.column(field)
        try:
            values[field] = _known(column, values[field], known[field], names[field])
        except InvalidValueError as fault:
            problems.append(cell_problem(row.number, column, sheet.letters[field], fault))
    return values, tuple(problems)


def _known(column: Column, value: Any, known: Collection[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_known(column, v, known, names) for v in value)
    if value is None or value in known:
        return value
    try:
        if column.shape == "id":
            raise UnknownNameError(column.header, value, sorted(known))
        return recognise(column.header, value, names)
    except UnknownNameError as fault:
        raise _nearest(fault) from None


def _nearest(fault: UnknownNameError) -> UnknownNameError:
    """Return the error with the names most alike, where all of them would be too many to read."""
    if len(fault.known) <= 20:
        return fault
    alike = get_close_matches(str(fault.value), fault.known, 5, 0.4) or fault.known[:5]
    return UnknownNameError(fault.field, fault.value, [*alike, "..."])


def _born(sheet: Sheet, row: Row, values: dict[str, Any], before: Any) -> tuple[Any, tuple[CellProblem, ...]]:
    """Return the value that a row makes of what was there before, or what is wrong with it."""
    layout = sheet.layout
    merged = {c.field: _held(before, c.field) for c in layout.columns} if before is not None else _nothing(layout)
    merged |= values
    lacking = [c for c in layout.columns if c.required and merged[c.field] is None]
    if lacking:
        return None, tuple(CellProblem(row.number, c.header, f"{c.header}: dit veld is verplicht") for c in lacking)
    if layout.party is None:
        return MappingProxyType(merged), ()
    try:
        return layout.party(**merged), ()
    except InvalidValueError as fault:
        column = layout.column(fault.field)
        return None, (cell_problem(row.number, column, sheet.letters.get(fault.field, ""), fault),)


def _nothing(layout: Layout) -> dict[str, Any]:
    """Return the fields of a new row whose columns are not there."""
    return {c.field: EMPTY.get(c.shape) for c in layout.columns}


def _twice(sheet: Sheet, row: Row, first: int) -> CellProblem:
    field = sheet.layout.unique[-1]
    told = " ".join(str(row.values.get(f)) for f in sheet.layout.unique)
    header = sheet.layout.column(field).header
    return CellProblem(row.number, header, f"{told!r} staat al op rij {first}", sheet.letters.get(field, ""), told)


def _changes(layout: Layout, before: Any, after: Any) -> tuple[Change, ...]:
    pairs = ((c.header, _held(before, c.field), _held(after, c.field)) for c in layout.columns)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])
