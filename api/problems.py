"""Whatever went wrong -> an answer that a person and a machine can act on: the one place where errors become HTTP.

    error -> problem(error) -> Problem -> application/problem+json under /v1, a page elsewhere

RFC 9457, in Dutch; nothing that was sent comes back, nothing of how the service is built goes out.
"""

from __future__ import annotations

import errno
import logging
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
from werkzeug.exceptions import ClientDisconnected, HTTPException

from api.faults import Fault, faults_of_request
from matcher import (
    ActedOnError,
    BrokenFileError,
    DatabaseBusyError,
    DoubleProposalError,
    ForeignDatabaseError,
    InfeasibleRoundError,
    InvalidValueError,
    MatcherError,
    MissingPartError,
    NoHoursLeftError,
    NoPlacesLeftError,
    StepNotAllowedError,
    UnknownNameError,
)

PROBLEM = "application/problem+json"
_LOG = logging.getLogger("api")
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """What a status means to people: its title, what happened, what to do, and the last part of its URN."""

    name: str
    title: str
    detail: str
    what_now: str


_AGAIN = "Probeer het over enkele ogenblikken nog eens."
KINDS: Mapping[int, Kind] = MappingProxyType({
    400: Kind("ongeldige-invoer", "Ongeldige invoer", "Er klopt iets niet in wat u stuurde.",
              "Verbeter wat hieronder staat en stuur het nog eens."),
    401: Kind("niet-aangemeld", "Niet aangemeld", "Hiervoor moet u zich aanmelden.",
              "Meld u aan, of stuur een geldige sleutel mee."),
    403: Kind("geen-toegang", "Geen toegang", "U mag dit niet inzien of wijzigen.",
              "Vraag de beheerder om toegang als u die nodig hebt."),
    404: Kind("niet-gevonden", "Niet gevonden", "Wat u zoekt bestaat niet, of is niet voor u bestemd.",
              "Controleer het adres, of begin opnieuw bij de startpagina."),
    405: Kind("methode-niet-toegestaan", "Methode niet toegestaan", "Deze handeling kan niet op dit adres.",
              "De kopregel Allow noemt wat hier wel kan."),
    406: Kind("geen-passende-vorm", "Geen passende vorm", "Dit adres geeft geen antwoord in de gevraagde vorm.",
              "Vraag een vorm die de documentatie noemt, of laat Accept weg."),
    408: Kind("te-traag", "Het verzoek kwam te langzaam binnen", "De inhoud was niet op tijd binnen.", _AGAIN),
    409: Kind("botsing", "Dit kan nu niet", "Wat u vraagt past niet bij hoe het er nu voor staat.",
              "Haal de laatste stand op en bekijk wat er nu kan."),
    411: Kind("lengte-ontbreekt", "De lengte ontbreekt", "Zeg erbij hoe lang de inhoud is.",
              "Stuur de kopregel Content-Length mee."),
    412: Kind("inmiddels-gewijzigd", "Inmiddels gewijzigd", "Iemand anders heeft dit intussen gewijzigd.",
              "Haal de laatste stand op en doe uw wijziging opnieuw."),
    413: Kind("te-groot", "Te groot", "Wat u stuurde is groter dan deze dienst aanneemt.",
              "Stuur minder tegelijk."),
    414: Kind("adres-te-lang", "Adres te lang", "Het adres is langer dan deze dienst aanneemt.",
              "Maak het adres korter; lange teksten horen in de inhoud van het verzoek."),
    415: Kind("soort-niet-aangenomen", "Soort inhoud niet aangenomen", "Deze soort inhoud neemt dit adres niet aan.",
              "Stuur de inhoud in een soort die de documentatie noemt, met de juiste Content-Type."),
    416: Kind("deel-bestaat-niet", "Dit deel bestaat niet", "Het gevraagde deel bestaat niet.", "Vraag het geheel."),
    421: Kind("verkeerde-dienst", "Verkeerde dienst", "Op deze naam antwoordt deze dienst niet.",
              "Controleer het adres."),
    428: Kind("voorwaarde-ontbreekt", "Voorwaarde ontbreekt", "Zeg erbij welke stand u wijzigt.",
              "Haal de laatste stand op en stuur zijn ETag mee in If-Match."),
    429: Kind("te-veel-verzoeken", "Te veel verzoeken", "U deed in korte tijd te veel verzoeken.",
              "Wacht even; de kopregel Retry-After zegt hoe lang."),
    431: Kind("kopregels-te-groot", "Kopregels te groot", "De kopregels van het verzoek zijn te groot.",
              "Stuur minder of kortere kopregels; wis zo nodig de cookies van deze site."),
    500: Kind("fout-bij-ons", "Er ging iets mis bij ons", "Het ligt niet aan u. Er is niets half bewaard.",
              "Probeer het nog eens. Blijft het misgaan, geef de beheerder dan het kenmerk."),
    501: Kind("kan-niet", "Dit kan deze dienst niet", "Deze handeling kent de dienst niet.", "Bekijk de documentatie."),
    503: Kind("even-niet-beschikbaar", "Even niet beschikbaar", "De dienst kan dit nu even niet doen.", _AGAIN),
    507: Kind("schijf-vol", "De opslag is vol", "Er is geen ruimte om dit te bewaren. Wat er al was, is te lezen.",
              "Vraag de beheerder om ruimte te maken; daarna werkt bewaren weer vanzelf."),
})  # fmt: skip

# Which error of the library is which status: the nearest class in this table holds.
STATUS: Mapping[type[BaseException], int] = MappingProxyType({
    InvalidValueError: 400, UnknownNameError: 400, BrokenFileError: 400,
    StepNotAllowedError: 409, NoHoursLeftError: 409, NoPlacesLeftError: 409, DoubleProposalError: 409,
    ActedOnError: 409, InfeasibleRoundError: 409,
    DatabaseBusyError: 503, MissingPartError: 503, ForeignDatabaseError: 503,
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
    return Problem(status, "", reference, faults, dict(error.headers or {}))


def _of_http(error: HTTPException, reference: str) -> Problem:
    status = error.code or 500
    headers = {k: v for k, v in error.get_headers() if k.casefold() in {"allow", "retry-after", "www-authenticate"}}
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
    return Problem(STATUS[kind], _TOLD[kind](error), reference, _faults(error, names), headers)


def _faults(error: BaseException, names: Mapping[str, str]) -> tuple[Fault, ...]:
    match error:
        case UnknownNameError():
            return (Fault("Deze naam is niet bekend.", pointer=_pointer(error.field, names)),)
        case InvalidValueError():
            return (Fault(f"Deze waarde kan niet; toegestaan: {error.allowed}.", _pointer(error.field, names)),)
        case BrokenFileError():
            return tuple(Fault(f"{p.place.removeprefix(', ')}: {p.message}".removeprefix(": ")) for p in error.problems)
    return ()


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


def page(status: int, found: Problem) -> str:
    """Return the page for an error: the template error.html, or plain HTML where it is not there or fails."""
    facts = {
        "status": status, "title": found.kind.title, "detail": found.detail or found.kind.detail,
        "what_now": found.kind.what_now, "reference": found.reference, "faults": found.faults,
    }  # fmt: skip
    try:
        return render_template("error.html", **facts | {"detail": found.detail})
    except TemplateNotFound:
        return _plain_page(facts)
    except Exception as error:
        _report(error, found.reference)
        return _plain_page(facts)


def _plain_page(facts: Mapping[str, Any]) -> str:
    title, detail, now, reference = (escape(str(facts[k])) for k in ("title", "detail", "what_now", "reference"))
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Fout: {title}</title>'
        f'<meta name="viewport" content="width=device-width"></head><body><main><h1>{title}</h1><p>{detail}</p>'
        f'<p>{now}</p><p>Kenmerk: {reference}</p><p><a href="/">Naar de startpagina</a></p></main></body></html>'
    )


def answer(found: Problem, render: Callable[[int, Problem], str] = page) -> Response:
    """Return the response that tells of a problem."""
    if for_machines(request.path):
        response = Response(json.dumps(found.told) + "\n", found.status, mimetype=PROBLEM)
        response.content_language = "nl"  # type: ignore[assignment]
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
