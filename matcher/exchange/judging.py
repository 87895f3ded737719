"""Pairs to judge go out as a sheet to fill in: both texts beside an empty grade; `matcher import` reads it back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from matcher.errors import InvalidValueError
from matcher.exchange.books import book_bytes
from matcher.exchange.columns import JUDGEMENTS, TEXTS
from matcher.exchange.delimited import to_csv
from matcher.exchange.files import writing_bytes
from matcher.parties import Offer, Question


def write_to_judge(path: Path | str, pairs: Iterable[tuple[Question, Offer]]) -> None:
    """Write the pairs in their order as .xlsx or .csv, by the path's suffix; whole or not at all.

    Of the offer stand there its name and text and not who offers it: what helps is judged, not by whom.
    """
    headers = [*(c.header for c in JUDGEMENTS.columns), *TEXTS]
    empty = [None] * (len(JUDGEMENTS.columns) - 2)
    table = [[q.id, o.id, *empty, q.full_text, o.full_text] for q, o in pairs]
    match Path(path).suffix.casefold():
        case ".csv":
            data = to_csv([headers, *table])
        case ".xlsx":
            data = book_bytes(JUDGEMENTS, headers, table)
        case suffix:
            raise InvalidValueError("bestand", suffix, ".xlsx of .csv")
    with writing_bytes(path) as out:
        out.write(data)
