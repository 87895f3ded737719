"""Bytes of a request -> values: JSON read strictly, every key once, no number or text that would harm further on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import ImmutableMultiDict

from api.faults import Fault
from api.problems import ProblemError

DEEPEST = 32
# What a double holds exactly (RFC 7493), so that every system reads the same number.
LARGEST = 2**53 - 1
# What neither a spreadsheet nor XML can hold, and lone halves of surrogate pairs.
STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Twice(Exception):  # noqa: N818 - a signal within this file
    pass


class _NoNumber(Exception):  # noqa: N818 - a signal within this file
    pass


def read_json(data: str | bytes) -> Any:
    """Return the value of a JSON text in UTF-8; raises ProblemError (400) with all that is wrong in it."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _refused("De inhoud is geen tekst in UTF-8.") from error
    except RecursionError as error:
        raise _refused(f"De inhoud is te diep genest: hoogstens {DEEPEST} niveaus.") from error
    except _Twice as error:
        raise _refused("Een veld staat er meer dan eens in.") from error
    except _NoNumber as error:
        raise _refused("NaN en Infinity zijn geen getallen in JSON.") from error
    except json.JSONDecodeError as error:
        raise _refused(f"De inhoud is geen geldige JSON: regel {error.lineno}, teken {error.colno}.") from error
    except ValueError as error:
        raise _refused("Er staat een getal in dat te lang is.") from error
    faults = tuple(dict.fromkeys(_strange(value)))
    if faults:
        raise ProblemError(400, "", faults)
    return value


def _refused(detail: str) -> ProblemError:
    return ProblemError(400, detail, (Fault(detail, pointer="/"),))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


def _no_constant(name: str) -> Any:
    raise _NoNumber


def _strange(value: Any) -> Iterator[Fault]:
    """Yield what is wrong with the values; where is told by number only, for a name may be anything."""
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        one, depth = todo.pop()
        if depth > DEEPEST:
            yield Fault(f"De inhoud is te diep genest: hoogstens {DEEPEST} niveaus.", pointer="/")
            return
        match one:
            case dict():
                todo += [(v, depth + 1) for v in one.values()] + [(k, depth) for k in one]
            case list():
                todo += [(v, depth + 1) for v in one]
            case str() if STRANGE.search(one):
                yield Fault("Er staan tekens in die geen tekst zijn, zoals een NUL of een halve letter.", pointer="/")
            case float() if not math.isfinite(one):
                yield Fault("Er staat een getal in dat te groot is.", pointer="/")
            case int() if abs(one) > LARGEST:
                yield Fault("Er staat een getal in dat te groot is.", pointer="/")


class Repeated(ImmutableMultiDict[str, str]):
    """What a query or a form holds; a key that comes more than once becomes a list, and is never silently dropped."""

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        """Return the values by key."""
        many = super().to_dict(flat=False)
        return {k: v[0] if flat and len(v) == 1 else v for k, v in many.items()}


class StrictRequest(Request):
    """A request whose JSON is read by `read_json`, and whose repeated keys are seen."""

    parameter_storage_class = Repeated

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the JSON that was sent; raises ProblemError for null, which is no object and would pass for none."""
        found = super().get_json(force, silent, cache)
        if found is None and not silent:
            raise _refused("De inhoud moet een object zijn.")
        return found

    def on_json_loading_failure(self, e: ValueError | None) -> Any:
        """Raise: the JSON could not be read."""
        raise _refused("De inhoud is geen geldige JSON.")


class StrictJSON(DefaultJSONProvider):
    """JSON in by `read_json`; out in UTF-8, in the order of the value."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a text."""
        return read_json(s)


def install(app: Flask) -> None:
    """Let the app read what comes in strictly."""
    app.request_class = StrictRequest
    app.json = StrictJSON(app)
