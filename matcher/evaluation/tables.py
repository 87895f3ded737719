"""Rows go in, a table comes out that a notebook shows as such and a terminal prints as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.errors import InvalidValueError
from matcher.evaluation.trials import lined


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of texts; the columns from the second on stand to the right where they are numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        rules = ["---:" if i and all(_number(row[i]) for row in self.rows) else "---" for i in range(len(self.head))]
        return lined([self.head, rules, *self.rows])

    def _repr_markdown_(self) -> str:
        return str(self)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a table; what stands in a cell is made a text of one line. Raises InvalidValueError for a ragged row."""
    cells = tuple(tuple(_cell(value) for value in row) for row in rows)
    for row in cells:
        if len(row) != len(head):
            raise InvalidValueError("row", row, f"{len(head)} cellen")
    return Table(tuple(head), cells)


def _cell(value: object) -> str:
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return " ".join(text.replace("|", "\\|").split())


def _number(text: str) -> bool:
    return not text or text[0] in "0123456789+-" or text[0] == "−"
