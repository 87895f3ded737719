"""Leervragen: post, list, change and close them, and ask for suggestions, with or without keeping the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import BeforeValidator, Field

from api.access import EVALUATOR, REGIO, VERBINDER, Caller, allowed, bureau, caller
from api.document import documented
from api.lists import (
    Paged,
    Query,
    Several,
    Whole,
    negotiated,
    once,
    ordered,
    paged,
    several,
    sort_field,
    tagged,
    unchanged,
)
from api.problems import ProblemError, sought
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire import Day
from api.wire.leervragen import (
    FIELDS,
    GewijzigdeLeervraag,
    Leervraag,
    Leervragen,
    NieuweLeervraag,
    Perspectief,
    Soort,
    Status,
)
from api.wire.suggesties import Suggesties
from matcher import Question, Suggestions, key, write_sheet

blueprint = APIBlueprint("leervragen", __name__, url_prefix="/leervragen", tag="Leervragen")
_NO_SUCH = "Deze leervraag bestaat niet, of is niet voor u bestemd."
_SORTS: Mapping[str, Callable[[Question], Any]] = {
    "id": lambda q: q.id, "titel": lambda q: q.title, "regio": lambda q: q.region, "vraagDatum": lambda q: q.asked_on,
}  # fmt: skip
# How many of the near misses and of the refused go along.
_MOST_REFUSED = 50


class Lijst(Paged):
    """Welke leervragen, en in welke volgorde."""

    regio: str | None = Field(None, max_length=300, description="Alleen van deze regio.", examples=["Almere"])
    status: Status | None = Field(None, description="Alleen open of alleen gesloten vragen.")
    thema: str | None = Field(None, max_length=300, description="Alleen met dit thema.", examples=["bekostiging"])
    sort: str = sort_field(*_SORTS, default="id")


class Wens(Query):
    """Hoeveel suggesties, en wat daarvoor anders is dan in de vraag staat."""

    k: Whole = Field(5, ge=1, le=50, description="Hoeveel suggesties ten hoogste.", examples=[5])
    datum: Day | None = Field(None, description="Op welke dag het moet kunnen.", examples=["2027-03-31"])
    vorm: Several = Field(default_factory=list, description="In welke vorm.", examples=[["workshop"]])
    soort: Annotated[list[Soort], BeforeValidator(several), Field(max_length=6)] = Field(
        default_factory=list, description="Welk soort aanbod.", examples=[["expert"]]
    )
    perspectief: Annotated[list[Perspectief], BeforeValidator(several), Field(max_length=4)] = Field(
        default_factory=list, description="Wiens blik.", examples=[["praktijk"]]
    )

    def wanted(self) -> dict[str, Any]:
        """Return the fields of a question that are asked otherwise."""
        given = {"needed_on": self.datum, "forms": self.vorm, "kinds": self.soort, "perspectives": self.perspectief}
        return {name: tuple(v) if isinstance(v, list) else v for name, v in given.items() if v}


class Zoekvraag(NieuweLeervraag):
    """Een leervraag die niet wordt bewaard."""

    k: int = Field(5, strict=True, ge=1, le=50, description="Hoeveel suggesties ten hoogste.", examples=[5])


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Leervragen)
@documented(sheets=True)
@allowed(VERBINDER, REGIO, EVALUATOR)
def leervragen(query_data: Lijst) -> Response:
    """Geef de leervragen die u mag zien."""
    found = ordered(_listed(Sight(caller(), bureau()), query_data), query_data.sort, _SORTS)
    page = paged(found, query_data)
    closed = bureau().store.closed()

    def told() -> dict[str, Any]:
        shown = tuple(Leervraag.of(q, q.id in closed) for q in page.rows)
        return Leervragen.model_construct(leervragen=shown, aantal=page.total).out()

    response = negotiated(told, lambda: found, "questions", write_sheet)
    response.headers.update(page.headers)
    return response


@blueprint.post("")
@blueprint.input(NieuweLeervraag)
@blueprint.output(Leervraag, status_code=201)
@documented(idempotent=True, etag=True)
@allowed(VERBINDER, REGIO)
def nieuwe_leervraag(json_data: NieuweLeervraag) -> Response:
    """Plaats een leervraag."""
    who, work = caller(), bureau()

    def made() -> Response:
        today = work.clock().astimezone().date()
        asked = work.post(json_data.question("nieuw", region=_own_region(json_data.regio, who), asked_on=today))
        place = url_for("v1.leervragen.leervraag", leervraag_id=asked.id)
        return tagged(Leervraag.of(asked, closed=False), 201, {"Location": place})

    with work.store.at_once():
        return once(made, KeptAnswers(work), who.key)


@blueprint.get("/<leervraag_id>")
@blueprint.output(Leervraag)
@documented(etag=True)
@allowed(VERBINDER, REGIO, EVALUATOR)
def leervraag(leervraag_id: str) -> Response:
    """Geef één leervraag."""
    return tagged(_model(Sight(caller(), bureau()), leervraag_id))


@blueprint.patch("/<leervraag_id>")
@blueprint.input(GewijzigdeLeervraag)
@blueprint.output(Leervraag)
@documented(if_match=True, etag=True)
@allowed(VERBINDER, REGIO)
def gewijzigde_leervraag(leervraag_id: str, json_data: GewijzigdeLeervraag) -> Response:
    """Wijzig een leervraag, sluit die, of open die weer."""
    work, who = bureau(), caller()
    sight = Sight(who, work)
    with work.store.at_once():
        unchanged(_model(sight, leervraag_id))
        given = {FIELDS[f]: getattr(json_data, f) for f in json_data.model_fields_set if f in FIELDS}
        if "region" in given:
            given["region"] = _own_region(given["region"], who)
        work.change(replace(sight.question(leervraag_id), **given))
        if json_data.status == "gesloten":
            work.store.close_question(leervraag_id, work.by, work.clock())
        elif json_data.status == "open":
            work.store.reopen_question(leervraag_id, work.by, work.clock())
        return tagged(_model(sight, leervraag_id))


@blueprint.get("/<leervraag_id>/suggesties")
@blueprint.input(Wens, location="query")
@blueprint.output(Suggesties)
@documented()
@allowed(VERBINDER, REGIO, EVALUATOR)
def suggesties(leervraag_id: str, query_data: Wens) -> Response:
    """Geef aanbod dat bij een leervraag past, met waarom, en wat niet kan."""
    work = bureau()
    sight = Sight(caller(), work)
    with sought(_NO_SUCH):
        sight.question(leervraag_id)
    found = work.suggest(sight.real("question", leervraag_id), query_data.k, **query_data.wanted())
    return tagged(_told(sight, found))


@blueprint.post("/_zoek")
@blueprint.input(Zoekvraag)
@blueprint.output(Suggesties)
@documented()
@allowed(VERBINDER, REGIO)
def zoek(json_data: Zoekvraag) -> Response:
    """Geef aanbod bij een leervraag die niet wordt bewaard."""
    work = bureau()
    return tagged(_told(Sight(caller(), work), work.consider(json_data.question("zoekvraag"), json_data.k)))


def _listed(sight: Sight, wanted: Lijst) -> list[Question]:
    closed = sight.bureau.store.closed()
    found = [q for q in sight.questions() if wanted.status is None or (q.id in closed) == (wanted.status == "gesloten")]
    if wanted.regio is not None:
        found = [q for q in found if q.region is not None and key(q.region) == key(wanted.regio)]
    if wanted.thema is not None:
        found = [q for q in found if key(wanted.thema) in map(key, q.themes)]
    return found


def _model(sight: Sight, identifier: str) -> Leervraag:
    with sought(_NO_SUCH):
        found = sight.question(identifier)
        return Leervraag.of(found, sight.real("question", identifier) in sight.bureau.store.closed())


def _own_region(given: str | None, who: Caller) -> str | None:
    """Return the region of a question as it is written; a person of one region need not name it."""
    own = {key(r): r for r in who.regions}
    if given is None and who.role == REGIO and len(own) == 1:
        return who.regions[0]
    if (given is None and who.role == REGIO) or (given is not None and key(given) not in own):
        raise ProblemError(403, "U kunt alleen een leervraag plaatsen voor een regio die bij u hoort.")
    return None if given is None else own[key(given)]


def _told(sight: Sight, found: Suggestions) -> Suggesties:
    refused = sight.all(found.refused[:_MOST_REFUSED])
    near = [r for r in refused if len(r.refusals) == 1]
    return Suggesties.of(sight.all(found.kept), near, refused, len(found.refused), sight.bureau.notice)
