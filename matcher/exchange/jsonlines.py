"""JSON lines in and out: each line becomes a Question, an Offer or a Region, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from matcher.errors import InvalidValueError, Problem
from matcher.exchange.files import lines_of, whole
from matcher.parties import Offer, Question, Region, Session

T = TypeVar("T", Question, Offer, Region)


def read_offers(path: Path | str) -> list[Offer]:
    """Return the offers of a JSON-lines file, in its order.

    Raises BrokenFileError with every problem found (line, field, what is allowed) and takes nothing over
    when there is one. Fields outside the contract are passed over.
    """
    return _read(path, Offer)


def read_questions(path: Path | str) -> list[Question]:
    """Return the questions of a JSON-lines file, in its order; errors as in `read_offers`."""
    return _read(path, Question)


def read_regions(path: Path | str) -> list[Region]:
    """Return the regions of a JSON-lines file, in its order; errors as in `read_offers`."""
    return _read(path, Region, unique="name")


def to_json(value: Question | Offer | Region) -> dict[str, Any]:
    """Return a party as the JSON object that `read_offers` and its sisters read back equal."""
    row: dict[str, Any] = {}
    for f in fields(value):
        v = getattr(value, f.name)
        if f.default is not MISSING and v == f.default and f.name not in _ALWAYS:
            continue
        row[f.name] = _plain(v)
    return row


def from_json(kind: type[T], row: Mapping[str, Any]) -> T:
    """Return the party that a JSON object describes; raises InvalidValueError naming the field."""
    values: dict[str, Any] = {}
    for f in fields(kind):
        if row.get(f.name) is not None and not (str(row[f.name]).strip() == "" and f.default is None):
            parse = _remark if f.name in _REMARKS else _PARSE[str(f.type)]
            values[f.name] = parse(f.name, row[f.name])
        elif f.default is MISSING and f.name not in _TEXTS:
            raise InvalidValueError(f.name, row.get(f.name), "dit veld is verplicht")
        elif f.name in _TEXTS:
            values[f.name] = ""
    return kind(**values)


# The keys that the contract names without "optional" are always written, whatever their value.
_ALWAYS = frozenset(
    "organisation perspective themes regions forms hours_per_month available_from available_until region".split()
)


# Of a name and a text one is enough; the party itself refuses to have neither.
_TEXTS = frozenset({"title", "text", "name", "summary"})
# Fields for people to read, whose shape the contract does not fix.
_REMARKS = frozenset({"audience", "contact", "source"})


def _read(path: Path | str, kind: type[T], unique: str = "id") -> list[T]:
    found: list[T] = []
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise InvalidValueError("", row, "één JSON-object per regel")
            json.dumps(row, ensure_ascii=False).encode()  # refuses halves of characters, whatever the field
            party = from_json(kind, row)
        except json.JSONDecodeError as fault:
            problems.append(Problem(number, f"teken {fault.colno}", f"geen geldige JSON ({fault.msg})"))
        except InvalidValueError as fault:
            value = _shortened(repr(fault.value))
            problems.append(Problem(number, fault.field, f"{value} kan niet; toegestaan: {fault.allowed}"))
        except (ValueError, RecursionError) as fault:
            problems.append(Problem(number, "", f"niet te lezen als JSON ({_shortened(str(fault))})"))
        else:
            name = getattr(party, unique)
            if name in first:
                problems.append(Problem(number, unique, f"{name!r} staat al op regel {first[name]}"))
            first.setdefault(name, number)
            found.append(party)
    return whole(path, found, problems)


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."


def _text(field: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InvalidValueError(field, value, "tekst")


def _remark(field: str, value: Any) -> str:
    """Return a field whose shape the contract leaves open (text, a list, an object) as one text."""
    if isinstance(value, list):
        return ", ".join(_remark(field, v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_remark(field, v)}" for k, v in value.items())
    return value if isinstance(value, str) else json.dumps(value)


def _texts(field: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InvalidValueError(field, value, "een lijst van teksten")
    return tuple(v for v in value if v.strip())


def _number(field: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidValueError(field, value, "een getal of null")
    return value


def _date(field: str, value: Any) -> date:
    try:
        day = date.fromisoformat(value)
        if day.isoformat() != value:
            raise ValueError(value)
    except (TypeError, ValueError):
        raise InvalidValueError(field, value, "een datum als 2027-03-31, of null") from None
    return day


def _truth(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValueError(field, value, "true of false")
    return value


def _sessions(field: str, value: Any) -> tuple[Session, ...]:
    """Return meetings written as objects with start and end, or as bare days or moments."""
    try:
        return tuple(_session(v) for v in value)
    except (TypeError, ValueError, KeyError):
        raise InvalidValueError(
            field, value, 'een lijst van {"start": "2027-05-11T15:00", "end": "2027-05-11T17:00"}, of van datums'
        ) from None


def _session(value: Any) -> Session:
    if not isinstance(value, dict):
        moment = datetime.fromisoformat(value)
        return Session(moment, moment)
    day = f"{value['date']}T" if "date" in value else ""
    start = day + value.get("start", "") or value["start"]
    end = day + value["end"] if value.get("end") else start
    return Session(datetime.fromisoformat(start.rstrip("T")), datetime.fromisoformat(end.rstrip("T")))


_PARSE: dict[str, Callable[[str, Any], Any]] = {
    "str": _text,
    "str | None": _text,
    "tuple[str, ...]": _texts,
    "float | None": _number,
    "date | None": _date,
    "bool": _truth,
    "tuple[Session, ...]": _sessions,
}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Session):
        return {"start": value.start.isoformat(timespec="minutes"), "end": value.end.isoformat(timespec="minutes")}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value
