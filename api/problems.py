"""Whatever went wrong -> an answer that a person and a machine can act on: the one place where errors become HTTP.

    error -> problem(error) -> Problem -> application/problem+json under /v1, a page elsewhere

RFC 9457, in Dutch; nothing that was sent comes back, nothing of how the service is built goes out.
"""

from __future__ import annotations

import errno
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app, g, json, render_template, request
from jinja2 import TemplateNotFound
from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.http import http_date

from api.faults import Fault, faults_of_request
from api.kinds import KINDS, Kind
from matcher import (
    ActedOnError,
    BrokenFileError,
    DatabaseBusyError,
    DoubleProposalError,
    ForeignDatabaseError,
    FullDiskError,
    InfeasibleRoundError,
    InvalidValueError,
    LastKeeperError,
    LinkRefusedError,
    MatcherError,
    MissingPartError,
    NoHoursLeftError,
    NoPlacesLeftError,
    SignInRefusedError,
    StepNotAllowedError,
    TooManyAttemptsError,
    UnknownNameError,
    WeakPasswordError,
    WrongCodeError,
)
from matcher import Problem as RowProblem

PROBLEM = "application/problem+json"
_LOG = logging.getLogger("api")
_MOST_FAULTS = 100


# Which error of the library is which status: the nearest class in this table holds.
STATUS: Mapping[type[BaseException], int] = MappingProxyType({
    InvalidValueError: 400, UnknownNameError: 400, BrokenFileError: 400, WeakPasswordError: 400, WrongCodeError: 400,
    SignInRefusedError: 401, LinkRefusedError: 410, TooManyAttemptsError: 429,
    StepNotAllowedError: 409, NoHoursLeftError: 409, NoPlacesLeftError: 409, DoubleProposalError: 409,
    ActedOnError: 409, InfeasibleRoundError: 409, LastKeeperError: 409,
    DatabaseBusyError: 503, MissingPartError: 503, ForeignDatabaseError: 503, FullDiskError: 507,
    MatcherError: 500,
})  # fmt: skip
_RETRY = MappingProxyType({DatabaseBusyError: "5", MissingPartError: "300", ForeignDatabaseError: "300"})

# What is told of each. Never the value, nor what belongs to others: ids of proposals, other questions, paths.
_TOLD: Mapping[type[BaseException], Callable[[Any], str]] = MappingProxyType({
    UnknownNameError: lambda e: "Een naam of id in uw verzoek is niet bekend.",
    InvalidValueError: lambda e: "Een waarde in uw verzoek kan niet.",
    BrokenFileError: lambda e: "Het bestand is niet overgenomen: er zitten fouten in.",
    StepNotAllowedError: lambda e: f"Het voorstel is {e.state}; nu kan: {', '.join(e.allowed) or 'niets meer'}.",
    NoHoursLeftError: lambda e: f"Het aanbod heeft hiervoor te weinig uren: nog {e.left:g} uur per maand over.",
    NoPlacesLeftError: lambda e: f"Het aanbod doet ten hoogste {e.most} koppelingen tegelijk, en die lopen al.",
    DoubleProposalError: lambda e: "Deze leervraag en dit aanbod zijn al aan elkaar voorgesteld. "
                                   "Wilt u het opnieuw? Zeg er dan bij dat het opnieuw is.",
    ActedOnError: lambda e: "Dit kan niet meer: er is al mee verder gewerkt.",
    InfeasibleRoundError: lambda e: f"Deze ronde kan zo niet: {e.reason}.",
    LastKeeperError: lambda e: "Er moet een beheerder met een open account overblijven.",
    SignInRefusedError: str, TooManyAttemptsError: str, WeakPasswordError: str, LinkRefusedError: str,
    WrongCodeError: str,
    FullDiskError: lambda e: "",
    DatabaseBusyError: lambda e: "De database is even bezet. Er is niets bewaard.",
    MissingPartError: lambda e: "Een onderdeel dat hiervoor nodig is, is er nu niet.",
    ForeignDatabaseError: lambda e: "De database is nu niet te gebruiken. Er is niets gewijzigd.",
})  # fmt: skip
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_SQLITE_FULL, _SQLITE_BUSY = 13, (5, 6)
_UNPROCESSABLE = 422


class ProblemError(Exception):
    """An answer that a view gives instead of its own: a status, what happened, what is wrong where, headers."""

    def __init__(
        self, status: int, detail: str = "", faults: tuple[Fault, ...] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.detail, self.faults, self.headers = status, detail, faults, dict(headers or {})
        super().__init__(f"{status} {detail}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, ready to be told: as problem+json or as a page."""

    status: int
    detail: str
    reference: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What the status means to people."""
        return KINDS.get(self.status) or KINDS[400 if self.status < 500 else 500]

    @property
    def told(self) -> dict[str, Any]:
        """Return the members of RFC 9457."""
        found: dict[str, Any] = {
            "type": f"urn:problem-type:matcher:{self.kind.name}", "title": self.kind.title, "status": self.status,
            "detail": self.detail or self.kind.detail, "instance": f"urn:uuid:{self.reference}",
        }  # fmt: skip
        if self.faults:
            found["errors"] = [fault.told for fault in self.faults[:_MOST_FAULTS]]
        return found


@contextmanager
def sought(detail: str = "") -> Iterator[None]:
    """Make an unknown name 404: for the lookup of what the path asks for, and for nothing else."""
    try:
        yield
    except UnknownNameError as error:
        raise ProblemError(404, detail) from error


def disk_full(error: BaseException | None) -> bool:
    """Tell whether an error, or what caused it, is a disk without room."""
    return any(
        (isinstance(e, OSError) and e.errno in _DISK_FULL) or getattr(e, "sqlite_errorcode", None) == _SQLITE_FULL
        for e in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def problem(error: BaseException, names: Mapping[str, str] = MappingProxyType({})) -> Problem:
    """Return what to tell of an error. `names`: the JSON name of a field of the library, where they differ."""
    reference = str(g.get("request_id") or "00000000-0000-0000-0000-000000000000")
    if isinstance(error, ProblemError):
        return Problem(error.status, error.detail, reference, error.faults, error.headers)
    if isinstance(error, HTTPError):
        return _of_input(error, reference)
    if isinstance(error, HTTPException):
        return _of_http(error, reference)
    if disk_full(error):
        return Problem(507, "", reference)
    if any(getattr(e, "sqlite_errorcode", None) in _SQLITE_BUSY for e in _chain(error)):
        return Problem(503, KINDS[503].detail, reference, headers={"Retry-After": "5"})
    return _of_library(error, reference, names)


def _of_input(error: HTTPError, reference: str) -> Problem:
    """Return the problem of input that a schema refused, with the faults of all other input beside it."""
    status = 400 if error.status_code == _UNPROCESSABLE else error.status_code
    faults = faults_of_request(current_app._get_current_object(), request) if status == 400 else ()  # type: ignore[attr-defined]
    return Problem(status, "", reference, faults, _of_interest(Headers(error.headers)))


def _of_interest(headers: Headers) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k.casefold() in {"allow", "retry-after", "www-authenticate"}}


def _of_http(error: HTTPException, reference: str) -> Problem:
    status = error.code or 500
    headers = _of_interest(Headers(error.get_headers()))
    if isinstance(error, ClientDisconnected) and any(isinstance(e, TimeoutError) for e in _chain(error)):
        return Problem(408, "", reference)
    if isinstance(error, ClientDisconnected):
        return Problem(400, "De inhoud brak af voordat alles binnen was.", reference)
    if status < 400:
        status = 404  # a redirect that nobody asked for: a path that is nearly right is not right
    return Problem(400 if status == _UNPROCESSABLE else status, "", reference, headers=headers)


def _of_library(error: BaseException, reference: str, names: Mapping[str, str]) -> Problem:
    kind = next((k for k in type(error).__mro__ if k in STATUS), None)
    if kind is None or STATUS[kind] == 500:
        _report(error, reference)
        return Problem(500, "", reference)
    headers = {"Retry-After": _RETRY[kind]} if kind in _RETRY else {}
    if isinstance(error, TooManyAttemptsError):
        headers = {"Retry-After": http_date(error.until)}
    return Problem(STATUS[kind], _TOLD[kind](error), reference, _faults(error, names), headers)


def _faults(error: BaseException, names: Mapping[str, str]) -> tuple[Fault, ...]:
    match error:
        case UnknownNameError():
            return (Fault("Deze naam is niet bekend.", pointer=_pointer(error.field, names)),)
        case InvalidValueError():
            return (Fault(f"Deze waarde kan niet; toegestaan: {error.allowed}.", _pointer(error.field, names)),)
        case BrokenFileError():
            return tuple(Fault(f"{p.place.removeprefix(', ')}: {_bare(p)}".removeprefix(": ")) for p in error.problems)
    return ()


def _bare(one: RowProblem) -> str:
    """Return what is wrong in a file without the value that stands there."""
    told = re.sub(r"^.* kan niet; ", "deze waarde kan niet; ", one.message, flags=re.DOTALL)
    told = re.sub(r"'[^']*'", "deze waarde", told)
    value = getattr(one, "value", "")
    return told.replace(value, "deze waarde") if len(value) > 2 else told


def _pointer(field: str, names: Mapping[str, str]) -> str:
    return "/" + names.get(field, field)


def _report(error: BaseException, reference: str) -> None:
    """Log where it went wrong; the message of an unforeseen error may hold what someone wrote, and stays out."""
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    causes = [type(e).__name__ for e in _chain(error)]
    _LOG.error(json.dumps({"event": "error", "request_id": reference, "errors": causes, "trace": frames}))


def for_machines(path: str) -> bool:
    """Tell whether a path is the API's, where errors are JSON."""
    return path == "/v1" or path.startswith("/v1/")


def page(status: int, found: Problem, **more: Any) -> str:
    """Return the page for an error: the template error.html, or plain HTML where it is not there or fails.

    more: what the template is to show besides, as `filled`: what was sent and can be sent again.
    """
    try:
        return render_template(
            "error.html",
            status=status,
            reference=found.reference,
            detail=found.detail,
            faults=found.faults,
            errors=True,
            **more,
        )
    except Exception as error:  # the page that tells of an error must not be one
        if not isinstance(error, TemplateNotFound):
            _report(error, found.reference)
        return _plain_page(found)


def _plain_page(found: Problem) -> str:
    kind = found.kind
    title, detail, now = (escape(part) for part in (kind.title, found.detail or kind.detail, kind.what_now))
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Fout: {title}</title>'
        f'<meta name="viewport" content="width=device-width"></head><body><main><h1>{title}</h1><p>{detail}</p>'
        f'<p>{now}</p><p>Referentie: {found.reference}</p><p><a href="/">Naar het begin</a></p></main></body></html>'
    )


def answer(found: Problem, render: Callable[[int, Problem], str] = page) -> Response:
    """Return the response that tells of a problem."""
    if for_machines(request.path):
        response = Response(json.dumps(found.told) + "\n", found.status, mimetype=PROBLEM)
        response.headers["Content-Language"] = "nl"
        if found.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="matcher"'
    else:
        response = Response(render(found.status, found), found.status, mimetype="text/html")
    for name, value in found.headers.items():
        response.headers[name] = value
    return response


def install(
    app: APIFlask, names: Mapping[str, str] = MappingProxyType({}), render: Callable[[int, Problem], str] = page
) -> None:
    """Let every error of the app become a problem. `names`: field of the library -> JSON name; `render`: the page."""

    def told(error: Exception) -> Response:
        return answer(problem(error, names), render)

    for kind in (HTTPError, HTTPException, Exception):
        app.register_error_handler(kind, told)
