"""Aanbod: the catalogue as each may see it, kept by the beheerder, and the open questions that an offer would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import Field

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.lists import (
    CSV,
    JSON,
    XLSX,
    Paged,
    Query,
    Truth,
    Whole,
    form,
    negotiated,
    once,
    ordered,
    paged,
    sort_field,
    tagged,
    unchanged,
)
from api.problems import sought
from api.reading import saw
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire import Day
from api.wire.aanbod import (
    Aanbod,
    Aanbodlijst,
    GeholpenLeervraag,
    GeholpenLeervragen,
    GewijzigdAanbod,
    NieuwAanbod,
)
from api.wire.leervragen import Perspectief, Soort
from matcher import Offer, key, write_sheet

blueprint = APIBlueprint("aanbod", __name__, url_prefix="/aanbod", tag="Aanbod")
_NO_SUCH = "Dit aanbod bestaat niet, of is niet voor u bestemd."
_SORTS: Mapping[str, Callable[[Offer], Any]] = {
    "id": lambda o: o.id, "naam": lambda o: o.name, "organisatie": lambda o: o.organisation or None,
    "soort": lambda o: o.kind, "urenPerMaand": lambda o: o.hours_per_month,
    "beschikbaarVanafDatum": lambda o: o.available_from,
}  # fmt: skip


class Lijst(Paged):
    """Welk aanbod, en in welke volgorde."""

    soort: Soort | None = Field(None, description="Alleen dit soort aanbod.")
    perspectief: Perspectief | None = Field(None, description="Alleen vanuit deze blik.")
    regio: str | None = Field(None, max_length=300, description="Alleen wat in deze regio kan; landelijk telt mee.")
    vorm: str | None = Field(None, max_length=300, description="Alleen wat in deze vorm kan, of geen vorm noemt.")
    thema: str | None = Field(None, max_length=300, description="Alleen met dit thema.", examples=["bekostiging"])
    beschikbaar_op_datum: Day | None = Field(
        None, alias="beschikbaarOpDatum", description="Alleen wat er op deze dag is.", examples=["2027-03-31"]
    )
    voorbeeld: Truth | None = Field(None, description="Alleen verzonnen voorbeelden, of juist niet.")
    sort: str = sort_field(*_SORTS, default="id")

    def fits(self, offer: Offer) -> bool:
        """Return whether an offer, as the caller sees it, is asked for."""
        asked = (
            (self.soort, lambda v: offer.kind == v), (self.perspectief, lambda v: offer.perspective == v),
            (self.regio, lambda v: not offer.regions or _named(v, offer.regions)),
            (self.vorm, lambda v: not offer.forms or _named(v, offer.forms)),
            (self.thema, lambda v: _named(v, offer.themes)),
            (self.beschikbaar_op_datum, lambda v: _there_on(v, offer)),
            (self.voorbeeld, lambda v: offer.example == v),
        )  # fmt: skip
        return all(holds(value) for value, holds in asked if value is not None)


class Hoeveel(Query):
    """Hoeveel leervragen."""

    k: Whole = Field(20, ge=1, le=50, description="Hoeveel leervragen ten hoogste.", examples=[20])


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Aanbodlijst)
@documented(sheets=True)
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def aanbod(query_data: Lijst) -> Response:
    """Geef het aanbod van de catalogus, zoals u het mag zien."""
    work = bureau()
    found = ordered(filter(query_data.fits, Sight(caller(), work).offers()), query_data.sort, _SORTS)
    page = paged(found, query_data)
    saw(work, page.rows if form(JSON, CSV, XLSX) == JSON else found)

    def told() -> dict[str, Any]:
        return Aanbodlijst.model_construct(aanbod=tuple(map(Aanbod.of, page.rows)), aantal=page.total).out()

    response = negotiated(told, lambda: found, "offers", write_sheet)
    response.headers.update(page.headers)
    return response


@blueprint.post("")
@blueprint.input(NieuwAanbod)
@blueprint.output(Aanbod, status_code=201)
@documented(idempotent=True, etag=True)
@allowed(BEHEERDER)
def nieuw_aanbod(json_data: NieuwAanbod) -> Response:
    """Zet aanbod in de catalogus."""
    work = bureau()

    def made() -> Response:
        kept = work.enter(json_data.offer("nieuw"))
        return tagged(Aanbod.of(kept), 201, {"Location": url_for("v1.aanbod.een_aanbod", aanbod_id=kept.id)})

    with work.store.at_once():
        return once(made, KeptAnswers(work), work.by)


@blueprint.get("/<aanbod_id>")
@blueprint.output(Aanbod)
@documented(etag=True)
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def een_aanbod(aanbod_id: str) -> Response:
    """Geef één aanbod."""
    work = bureau()
    found = _found(Sight(caller(), work), aanbod_id)
    saw(work, [found])
    return tagged(Aanbod.of(found))


@blueprint.patch("/<aanbod_id>")
@blueprint.input(GewijzigdAanbod)
@blueprint.output(Aanbod)
@documented(if_match=True, etag=True)
@allowed(BEHEERDER)
def gewijzigd_aanbod(aanbod_id: str, json_data: GewijzigdAanbod) -> Response:
    """Wijzig aanbod."""
    work = bureau()
    sight = Sight(caller(), work)
    with work.store.at_once():
        before = _found(sight, aanbod_id)
        unchanged(Aanbod.of(before))
        work.store.put([replace(before, **json_data.changes())], work.by, work.clock())
        return tagged(Aanbod.of(_found(sight, aanbod_id)))


@blueprint.delete("/<aanbod_id>")
@blueprint.output({}, status_code=204)
@documented(if_match=True)
@allowed(BEHEERDER)
def weg_aanbod(aanbod_id: str) -> Response:
    """Gooi aanbod in de prullenbak; zolang er een voorstel mee openstaat, kan dat niet."""
    work = bureau()
    with work.store.at_once():
        unchanged(Aanbod.of(_found(Sight(caller(), work), aanbod_id)))
        work.store.delete("offer", aanbod_id, work.by, work.clock())
    return Response(status=204)


@blueprint.post("/<aanbod_id>/_herstel")
@blueprint.output(Aanbod)
@documented(etag=True)
@allowed(BEHEERDER)
def herstel_aanbod(aanbod_id: str) -> Response:
    """Haal aanbod terug uit de prullenbak."""
    work = bureau()
    with work.store.at_once():
        with sought("Dit aanbod ligt niet in de prullenbak."):
            work.store.restore("offer", aanbod_id, work.by, work.clock())
        return tagged(Aanbod.of(_found(Sight(caller(), work), aanbod_id)))


@blueprint.get("/<aanbod_id>/leervragen")
@blueprint.input(Hoeveel, location="query")
@blueprint.output(GeholpenLeervragen)
@documented(etag=True)
@allowed(VERBINDER, REGIO, EVALUATOR)
def geholpen_leervragen(aanbod_id: str, query_data: Hoeveel) -> Response:
    """Geef de open leervragen die u mag zien en waar dit aanbod bij past, de best passende eerst."""
    work = bureau()
    sight = Sight(caller(), work)
    _found(sight, aanbod_id)
    mine = [q for q in work.store.questions() if q.id in sight.asked]
    found = sight.all(work.helped(sight.real("offer", aanbod_id), mine, query_data.k))
    saw(work, [h.question for h in found])
    shown = tuple(map(GeholpenLeervraag.of, found))
    return tagged(GeholpenLeervragen.model_construct(leervragen=shown, melding=work.notice or None))


def _found(sight: Sight, identifier: str) -> Offer:
    with sought(_NO_SUCH):
        return sight.offer(identifier)


def _named(name: str, names: tuple[str, ...]) -> bool:
    return key(name) in map(key, names)


def _there_on(day: Day, offer: Offer) -> bool:
    first, last = offer.available_from, offer.available_until
    return (first is None or first <= day) and (last is None or day <= last)
