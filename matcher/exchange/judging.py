"""Pairs to judge go out as a sheet to fill in: both texts beside an empty grade; `matcher import` reads it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from matcher.errors import InvalidValueError
from matcher.exchange.books import book_bytes
from matcher.exchange.columns import JUDGEMENTS, TEXTS
from matcher.exchange.delimited import to_csv
from matcher.exchange.files import writing_bytes
from matcher.parties import PERSONAL_KINDS, Offer, Question


def write_to_judge(path: Path | str, pairs: Iterable[tuple[Question, Offer]]) -> None:
    """Write the pairs in their order as .xlsx or .csv, by the path's suffix; whole or not at all.

    Of the offer stands there what it is and not who offers it: neither the organisation nor, of a person, the name.
    The ids are those of the store, so that the sheet can come in again.
    """
    headers = [*(c.header for c in JUDGEMENTS.columns), *TEXTS]
    empty = [None] * (len(JUDGEMENTS.columns) - 2)
    table = [[q.id, o.id, *empty, q.full_text, _unnamed(o).full_text] for q, o in pairs]
    match Path(path).suffix.casefold():
        case ".csv":
            data = to_csv([headers, *table])
        case ".xlsx":
            data = book_bytes(JUDGEMENTS, headers, table)
        case suffix:
            raise InvalidValueError("bestand", suffix, ".xlsx of .csv")
    with writing_bytes(path) as out:
        out.write(data)


def _unnamed(offer: Offer) -> Offer:
    return replace(offer, name="") if offer.kind in PERSONAL_KINDS and offer.summary.strip() else offer
