"""A value and its rows -> JSON, CSV or XLSX, as the client likes best (Accept)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, request

from api.lists.tags import plain
from api.problems import ProblemError

JSON, CSV = "application/json", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES: Mapping[str, str] = {CSV: ".csv", XLSX: ".xlsx"}
View = TypeVar("View", bound=Callable[..., Any])


def offers(*forms: str) -> Callable[[View], View]:
    """Declare that a view also answers in these forms (CSV, XLSX), for the check of Accept and the documentation."""

    def declared(view: View) -> View:
        view.produces = forms  # type: ignore[attr-defined]
        return view

    return declared


def takes_also(*forms: str) -> Callable[[View], View]:
    """Declare that a view also takes content of these sorts, beside that of its `input`."""

    def declared(view: View) -> View:
        view.takes_also = forms  # type: ignore[attr-defined]
        return view

    return declared


def form(*given: str) -> str:
    """Return the form that the client likes best of those that there are; raises ProblemError (406)."""
    if not request.accept_mimetypes:
        return given[0]
    found = request.accept_mimetypes.best_match(given)
    if found is None or request.accept_mimetypes.quality(found) <= 0:
        raise ProblemError(406, f"Dit adres antwoordt als {' of '.join(given)}.")
    return found


def uploaded(kind: str) -> str:
    """Return the text that was sent as this sort of content; raises ProblemError, 415 for another, 400 for no UTF-8."""
    if request.mimetype != kind:
        raise ProblemError(415, f"Stuur de inhoud als {kind}.", headers={"Accept": kind})
    try:
        return request.get_data().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(400, "De inhoud is geen tekst in UTF-8.") from error


def negotiated(
    value: Callable[[], Any], rows: Callable[[], Iterable[Any]], kind: str,
    write: Callable[[Path, str, Iterable[Any]], None],
) -> Response:  # fmt: skip
    """Return `value()` as JSON, or `rows()` as a sheet of this kind, as Accept asks.

    write: `matcher.exchange.sheets.write_sheet`: path, kind, rows -> a file by its suffix.
    """
    chosen = form(JSON, *SUFFIXES)
    if chosen == JSON:
        response = Response(json.dumps(value(), ensure_ascii=False, default=plain) + "\n", mimetype=JSON)
    else:
        name = f"{kind}{SUFFIXES[chosen]}"
        response = Response(sheet(name, kind, rows(), write), mimetype=chosen)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept")
    return response


def sheet(name: str, kind: str, rows: Iterable[Any], write: Callable[[Path, str, Iterable[Any]], None]) -> bytes:
    """Return rows as the bytes of a sheet of this kind; the suffix of the name says which sort."""
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder) / name
        write(path, kind, rows)
        return path.read_bytes()
