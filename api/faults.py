"""A request that a schema refuses -> its faults, all at once, in Dutch, by place and never by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apiflask.schema_adapters import registry
from flask import Flask, Request
from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, and where: a JSON pointer into the body, or the name of a parameter."""

    detail: str
    pointer: str = ""
    parameter: str = ""

    @property
    def told(self) -> dict[str, str]:
        """Return the fault as it stands under `errors`."""
        place = {"pointer": self.pointer} if self.pointer else {"parameter": self.parameter} if self.parameter else {}
        return {**place, "detail": self.detail}


_DATE = "Dit moet een datum zijn als 2027-03-01."
_MOMENT = "Dit moet een moment zijn met tijdzone, als 2027-03-01T14:30:00Z."
_WHOLE, _NUMBER, _TEXT = "Dit moet een geheel getal zijn.", "Dit moet een getal zijn.", "Dit moet tekst zijn."
_LIST = "Dit moet een lijst zijn."
_STRANGE = "Hier staan tekens die geen tekst zijn."
# By type of error (pydantic); {limits} come from our own schema, never from what was sent.
MESSAGES: Mapping[str, str] = {
    "missing": "Dit veld is verplicht.",
    "extra_forbidden": "Hier staat een veld bij dat deze dienst niet kent; de documentatie noemt de velden.",
    "string_type": _TEXT, "string_sub_type": _TEXT, "string_unicode": _STRANGE, "url_type": _TEXT,
    "string_too_short": "Deze tekst is te kort: minstens {min_length} teken(s).",
    "string_too_long": "Deze tekst is te lang: hoogstens {max_length} teken(s).",
    "string_pattern_mismatch": "Deze tekst heeft niet de juiste vorm.",
    "too_short": "Dit zijn er te weinig: minstens {min_length}.",
    "too_long": "Dit zijn er te veel: hoogstens {max_length}.",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": "Dit getal is te groot.",
    "float_type": _NUMBER, "float_parsing": _NUMBER, "decimal_parsing": _NUMBER, "decimal_type": _NUMBER,
    "finite_number": "Dit moet een eindig getal zijn.",
    "greater_than": "Dit moet meer zijn dan {gt}.", "greater_than_equal": "Dit moet minstens {ge} zijn.",
    "less_than": "Dit moet minder zijn dan {lt}.", "less_than_equal": "Dit mag hoogstens {le} zijn.",
    "multiple_of": "Dit moet een veelvoud zijn van {multiple_of}.",
    "bool_type": "Dit moet true of false zijn.", "bool_parsing": "Dit moet true of false zijn.",
    "enum": "Dit moet een van deze zijn: {expected}.", "literal_error": "Dit moet een van deze zijn: {expected}.",
    "date_type": _DATE, "date_parsing": _DATE, "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": "Dit moet een datum zijn, zonder tijd.",
    "date_future": "Deze datum moet nog komen.", "date_past": "Deze datum moet voorbij zijn.",
    "datetime_type": _MOMENT, "datetime_parsing": _MOMENT, "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT, "timezone_aware": "Zeg erbij in welke tijdzone dit moment is.",
    "timezone_naive": "Laat de tijdzone hier weg.", "time_parsing": "Dit moet een tijd zijn als 14:30.",
    "list_type": _LIST, "tuple_type": _LIST, "set_type": _LIST, "frozen_set_type": _LIST,
    "dict_type": "Dit moet een object zijn.", "model_type": "Dit moet een object zijn.",
    "model_attributes_type": "Dit moet een object zijn.",
    "uuid_parsing": "Dit moet een UUID zijn.", "uuid_type": "Dit moet een UUID zijn.",
    "url_parsing": "Dit moet een webadres zijn.", "url_scheme": "Dit webadres moet met https beginnen.",
    "none_required": "Dit veld moet leeg blijven.", "json_invalid": "Dit is geen geldige JSON.",
}  # fmt: skip
_TWICE = "Dit mag maar één keer voorkomen."
_UNKNOWN = "Deze waarde kan niet."


def faults_of_request(app: Flask, request: Request) -> tuple[Fault, ...]:
    """Return everything that the schemas of the view refuse in this request: query, headers and body together."""
    found: dict[Fault, None] = {}
    for model, location in _inputs(app, request):
        try:
            registry.create_adapter(model).validate_input(request, location)
        except Exception as error:  # whatever reading it raises has faults, or none to tell
            for fault in _faults(error, model, location):
                found[fault] = None
    return tuple(found)


def _inputs(app: Flask, request: Request) -> Iterator[tuple[type[BaseModel], str]]:
    spec: dict[str, Any] = getattr(app.view_functions.get(request.endpoint or ""), "_spec", {})
    yield from spec.get("args") or ()
    if spec.get("body") is not None:
        sort = spec.get("content_type")
        yield spec["body"], "json" if sort == "application/json" else "form_and_files"


def _faults(error: Exception, model: type[BaseModel], location: str) -> tuple[Fault, ...]:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return faults_of(cause, model, location)
    return tuple(getattr(error, "faults", ()))


def faults_of(
    error: ValidationError, model: type[BaseModel] | None = None, location: str = "json"
) -> tuple[Fault, ...]:
    """Return the faults that pydantic found, by place; a place is told only as far as our own schema names it."""
    known = names_of(model) if model else frozenset[str]()
    return tuple(
        dict.fromkeys(
            _fault(one, known, location)
            for one in error.errors(include_url=False, include_context=True, include_input=True)
        )
    )


def _fault(one: Mapping[str, Any], known: frozenset[str], location: str) -> Fault:
    place = _place(one["loc"], known, one["type"] == "extra_forbidden")
    detail = _message(one, location)
    if location in {"json", "form", "files", "form_and_files"}:
        return Fault(detail, pointer="/" + "/".join(place) if place else "/")
    return Fault(detail, parameter=place[0] if place else location)


def _place(loc: tuple[int | str, ...], known: frozenset[str], extra: bool) -> list[str]:
    place = []
    for part in loc[:-1] if extra else loc:
        if isinstance(part, str) and part not in known:
            break  # a name that the sender made up, or a branch of a union
        place.append(str(part).replace("~", "~0").replace("/", "~1"))
    return place


def _message(one: Mapping[str, Any], location: str) -> str:
    if location not in {"json"} and isinstance(one.get("input"), list) and one["type"].endswith(("_type", "_parsing")):
        return _TWICE
    context = one.get("ctx") or {}
    if one["type"] == "value_error":
        return _own(context.get("error"))
    text = MESSAGES.get(one["type"], _UNKNOWN)
    return text.format_map({k: _listed(v) for k, v in context.items()}) if "{" in text else text


def _own(error: object) -> str:
    """Return what a validator of ours says: the permitted values of an InvalidValueError, else no more than that."""
    allowed = getattr(error, "allowed", None)
    return f"Deze waarde kan niet; toegestaan: {allowed}." if isinstance(allowed, str) else _UNKNOWN


def _listed(value: object) -> str:
    return str(value).replace("'", "").replace(" or ", " of ")


@lru_cache(maxsize=512)
def names_of(model: type[BaseModel]) -> frozenset[str]:
    """Return every name of a property that a model or a model within it knows."""
    found: set[str] = set()
    _gather(model.model_json_schema(), found)
    return frozenset(found)


def _gather(schema: object, found: set[str]) -> None:
    if isinstance(schema, dict):
        found |= set(schema.get("properties") or ())
        for value in schema.values():
            _gather(value, found)
    elif isinstance(schema, list):
        for value in schema:
            _gather(value, found)
