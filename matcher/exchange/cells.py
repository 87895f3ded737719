"""One cell in and out: what a person or Excel put there becomes a field's value, by the column's shape, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from matcher.errors import InvalidValueError
from matcher.exchange.columns import Column
from matcher.exchange.moments import day_of, session_of, shown_day, shown_moment, shown_session
from matcher.parties import Session, by_key, recognise


@dataclass(frozen=True, slots=True)
class Faulty:
    """A cell that holds no value: what it shows and why it cannot be read."""

    text: str
    allowed: str

    def __str__(self) -> str:
        return self.text


Raw = str | float | bool | date | Faulty | None


def parse(column: Column, raw: Raw) -> Any:
    """Return the value of a cell: of the column's shape, or what an empty cell means there.

    Raises InvalidValueError with the header, what stood there and what is allowed.
    """
    if isinstance(raw, Faulty):
        raise InvalidValueError(column.header, raw.text, raw.allowed)
    if is_blank(raw):
        if column.required:
            raise InvalidValueError(column.header, "", "dit veld is verplicht")
        return raw if column.shape == "text" and raw else EMPTY.get(column.shape)
    return _PARSE[column.shape](column, raw)


def cell(column: Column, value: Any) -> Raw:
    """Return what to put in a cell, so that `parse` gives the value back: a text, a number, a date or nothing."""
    if value is None or value == ():
        return None
    if column.shape in {"themes", "names", "choices"}:
        return "; ".join(_item(column, v) for v in value)
    if column.shape == "sessions":
        return "\n".join(shown_session(v) for v in value)
    if column.shape == "truth":
        return "ja" if value else "nee"
    return value  # type: ignore[no-any-return]


def shown(raw: Raw) -> str:
    """Return a cell as a Dutch text that `parse` reads as the same value: 31-03-2027, 2,5, ja."""
    if isinstance(raw, bool):
        return "ja" if raw else "nee"
    if isinstance(raw, datetime):
        return shown_moment(raw)
    if isinstance(raw, date):
        return shown_day(raw)
    if isinstance(raw, int | float):
        return _decimal_comma(raw)
    return "" if raw is None else str(raw)


def is_blank(raw: Raw) -> bool:
    """Return whether a cell holds nothing but spaces."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


# What an empty cell means; other shapes have None.
EMPTY: dict[str, Any] = {"text": "", "themes": (), "names": (), "choices": (), "sessions": (), "truth": False}


def _text(column: Column, raw: Raw) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise InvalidValueError(
            column.header, shown(raw), "tekst; Excel maakte er iets anders van: zet er een apostrof (') voor"
        )
    return shown(raw)


def _identifier(column: Column, raw: Raw) -> str:
    return _text(column, raw).strip()


# An item between quotes may hold separators; a quote inside it is doubled.
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*+)"\s*(?:\Z|[;\n\r])')
_QUOTED_COMMA = re.compile(r'\s*"((?:[^"]|"")*+)"\s*(?:\Z|[;\n\r,])')
_BARE = re.compile(r"([^;\n\r]*)(?:\Z|[;\n\r])")
_BARE_COMMA = re.compile(r"([^;\n\r,]*)(?:\Z|[;\n\r,])")


def _items(text: str, comma: bool) -> Iterable[str]:
    """Split a cell at `;` and line breaks (and commas where asked for); what stands between quotes stays whole."""
    quoted, unquoted = (_QUOTED_COMMA, _BARE_COMMA) if comma else (_QUOTED, _BARE)
    at = 0
    while at < len(text):
        if found := quoted.match(text, at):
            yield found[1].replace('""', '"')
        elif found := unquoted.match(text, at):
            yield found[1].strip()
        at = found.end() if found else len(text)


def _texts(column: Column, raw: Raw) -> tuple[str, ...]:
    """Names of themes hold commas ("alcohol, drugs en vapen"), so only there a comma separates nothing."""
    return tuple(t for t in _items(_text(column, raw), comma=column.shape != "themes") if t.strip())


def _item(column: Column, text: str) -> str:
    separators = ";\n\r" if column.shape == "themes" else ";\n\r,"
    if text == text.strip() and not text.startswith('"') and not any(c in text for c in separators):
        return text
    return '"' + text.replace('"', '""') + '"'


def _choice(column: Column, raw: Raw) -> str:
    return recognise(column.header, _text(column, raw), by_key(column.choices))


def _choices(column: Column, raw: Raw) -> tuple[str, ...]:
    return tuple(_choice(column, v) for v in _texts(column, raw))


_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d+")
# 1.234 and 1,234 are a thousand to one reader and one and a bit to another.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


def _number(column: Column, raw: Raw) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise InvalidValueError(column.header, shown(raw), "een getal als 2,5")
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    if _AMBIGUOUS.fullmatch(text):
        raise InvalidValueError(
            column.header, raw, "een getal zonder punt of komma voor duizendtallen, als 1234 of 2,5"
        )
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    if not _NUMBER.fullmatch(text) or not text.isascii() or not isfinite(number := float(text.replace(",", "."))):
        raise InvalidValueError(column.header, raw, "een getal als 2,5")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _grade(column: Column, raw: Raw) -> int:
    number = _number(column, raw)
    if number not in {0, 1, 2, 3}:
        raise InvalidValueError(column.header, shown(raw), "0, 1, 2 of 3")
    return int(number)


def _decimal_comma(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    # A zero more where three decimals would read as thousands.
    return (text + "0" if _AMBIGUOUS.fullmatch(text) else text).removesuffix(".0").replace(".", ",")


_DAY_FORM = "een dag als 31-03-2027 (dag, maand, jaar in vier cijfers)"


def _date(column: Column, raw: Raw) -> date:
    if isinstance(raw, datetime) and raw.time() == time.min:
        return raw.date()
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return day_of(str(raw).strip().removesuffix(" 00:00:00").removesuffix(" 00:00"))
    except ValueError:
        raise InvalidValueError(column.header, shown(raw), _DAY_FORM) from None


_YES_NO = {"ja": True, "j": True, "waar": True, "true": True, "x": True, "1": True, "nee": False, "n": False,
           "onwaar": False, "false": False, "0": False}  # fmt: skip


def _truth(column: Column, raw: Raw) -> bool:
    if isinstance(raw, bool):
        return raw
    try:
        return _YES_NO[shown(raw).strip().casefold()]
    except KeyError:
        raise InvalidValueError(column.header, shown(raw), "ja of nee") from None


_MEETINGS = "bijeenkomsten als 11-05-2027 15:00 - 17:00, gescheiden door een puntkomma of een nieuwe regel"


def _sessions(column: Column, raw: Raw) -> tuple[Session, ...]:
    try:
        if isinstance(raw, date):
            moment = raw if isinstance(raw, datetime) else datetime.combine(raw, time.min)
            return (Session(moment, moment),)
        return tuple(session_of(item) for item in _items(_text(column, raw), comma=False) if item)
    except ValueError:
        raise InvalidValueError(column.header, shown(raw), _MEETINGS) from None


_PARSE: dict[str, Callable[[Column, Raw], Any]] = {
    "id": _identifier, "text": _text, "remark": _text, "themes": _texts, "names": _texts, "choice": _choice,
    "choices": _choices, "number": _number, "grade": _grade, "date": _date, "truth": _truth, "sessions": _sessions,
}  # fmt: skip
