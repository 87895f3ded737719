"""What any spreadsheet comes in as: rows of cells with the numbers that the spreadsheet shows, within stated limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import BrokenFileError, Problem
from matcher.exchange.cells import Faulty, Raw

# A catalogue of 5,000 offers is some 2 MB as XLSX and 4 MB as CSV.
MOST_PACKED = 16 * 2**20
# Three times the 10,000 questions that the round is built for; every pair of our corpus judged is 22,000 rows.
MOST_ROWS = 30_000
# Our widest sheet has 17 columns; a row is held as wide as its last filled cell, up to here.
MOST_COLUMNS = 200
# 30,000 rows of our widest sheet with every cell filled are 510,000; they cost some two seconds.
MOST_CELLS = 600_000
# What a cell of Excel holds.
MOST_TEXT = 32_767


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that hold anything, each with its number (from 1); `merged`: first and last row of merged cells."""

    rows: tuple[tuple[int, tuple[Raw, ...]], ...]
    merged: tuple[tuple[int, int, str], ...] = ()
    passed_over: tuple[str, ...] = ()


def refuse(path: Path | str, message: str, row: int = 0) -> BrokenFileError:
    """Return the error for a file that is refused as a whole."""
    return BrokenFileError(path, [Problem(row, "", message)])


def bounded(text: str) -> str | Faulty:
    """Return a text, or a fault where it is longer than a cell may be."""
    return text if len(text) <= MOST_TEXT else Faulty(f"{text[:40]}...", f"ten hoogste {MOST_TEXT:,} tekens in een cel")


def letter(column: int) -> str:
    """Return the letters above a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Gatherer:
    """Gathers rows within the limits; raises what `refused` makes of a reason where there is too much."""

    def __init__(self, refused: Callable[[str, int], BrokenFileError]) -> None:
        self.rows: list[tuple[int, tuple[Raw, ...]]] = []
        self._refused, self._cells = refused, 0

    def row(self, number: int, cells: list[Raw]) -> None:
        """Keep a row; the empty cells after its last filled one are dropped, a row of only those is not kept."""
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        if all(c is None or (isinstance(c, str) and not c.strip()) for c in cells):
            return
        self._cells += len(cells)
        if len(self.rows) >= MOST_ROWS:
            raise self._refused(f"meer dan {MOST_ROWS} rijen", number)
        if len(cells) > MOST_COLUMNS:
            raise self._refused(f"meer dan {MOST_COLUMNS} kolommen", number)
        if self._cells > MOST_CELLS:
            raise self._refused(f"meer dan {MOST_CELLS} cellen", number)
        self.rows.append((number, tuple(cells)))
