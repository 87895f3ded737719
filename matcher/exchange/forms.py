"""The texts of a form go in, a Sheet of one row comes out: what is filled in keeps the rules of what is read in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.exchange.cells import Raw, cell, shown
from matcher.exchange.columns import layout_of
from matcher.exchange.grids import Grid, bounded
from matcher.exchange.sheets import Sheet, sheet_of

# The row of a form, as problems tell it: the first below the headers.
FORM_ROW = 2


def read_form(kind: str, given: Mapping[str, str]) -> Sheet:
    """Return what someone filled in as a sheet of one row, for `plan`; given: {field: text}, an empty text is nothing.

    Texts are read as cells are: 31-03-2027, 2,5, ja, and lists with a `;` or a new line between. A field that is not
    given says nothing. Raises UnknownNameError for a kind that nobody knows.
    """
    layout = layout_of(kind)
    columns = [c for c in layout.columns if c.field in given]
    cells: tuple[Raw, ...] = tuple(bounded(given[c.field].replace("\r\n", "\n")) for c in columns)
    return sheet_of(layout, Grid(((1, tuple(c.header for c in columns)), (FORM_ROW, cells))))


def filled_form(kind: str, value: Any) -> dict[str, str]:
    """Return {field: text} of a party, as `read_form` reads it back; of a list each item on a line of its own."""
    layout = layout_of(kind)
    texts = {c.field: shown(cell(c, getattr(value, c.field))) for c in layout.columns}
    lists = [c.field for c in layout.columns if c.shape in {"themes", "names"}]
    return texts | {field: "\n".join(_lines(layout.column(field), getattr(value, field))) for field in lists}


def _lines(column: Any, items: tuple[str, ...]) -> list[str]:
    return [shown(cell(column, (item,))) for item in items]
