"""Makelrondes: all open leervragen at once to who can help: a draft, changed by hand, approved or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import Field

from api.access import VERBINDER, allowed, bureau, caller
from api.document import documented
from api.faults import Fault
from api.lists import Paged, once, ordered, paged, sort_field, tagged, unchanged
from api.problems import ProblemError, sought
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire.makelrondes import (
    GewijzigdeMakelronde,
    Goedkeuring,
    Koppeling,
    Makelronde,
    Makelrondes,
    NieuweMakelronde,
    Stand,
)
from matcher import ROUND_STATES, KeptRound, Question, UnknownNameError, wanted

blueprint = APIBlueprint("makelrondes", __name__, url_prefix="/makelrondes", tag="Makelrondes")
_NO_SUCH = "Deze makelronde bestaat niet, of is niet voor u bestemd."
DRAFT, APPROVED, _ = ROUND_STATES
_SORTS: Mapping[str, Callable[[KeptRound], Any]] = {
    "id": lambda r: (len(r.id), r.id), "op": lambda r: r.at, "status": lambda r: r.state,
}  # fmt: skip


class Lijst(Paged):
    """Welke makelrondes, en in welke volgorde."""

    status: Stand | None = Field(None, description="Alleen rondes die er zo voor staan.")
    sort: str = sort_field(*_SORTS, default="-op")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Makelrondes)
@documented()
@allowed(VERBINDER)
def makelrondes(query_data: Lijst) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Geef de makelrondes over leervragen die u mag zien."""
    found = [r for r in Sight(caller(), bureau()).rounds() if query_data.status in {None, r.state}]
    page = paged(ordered(found, query_data.sort, _SORTS), query_data)
    shown = tuple(map(Makelronde.of, page.rows))
    return Makelrondes.model_construct(makelrondes=shown, aantal=page.total).out(), 200, page.headers


@blueprint.post("")
@blueprint.input(NieuweMakelronde)
@blueprint.output(Makelronde, status_code=201)
@documented(idempotent=True, etag=True)
@allowed(VERBINDER)
def nieuwe_makelronde(json_data: NieuweMakelronde) -> Response:
    """Houd een ronde over de open leervragen die u mag zien, en bewaar die als concept."""
    work = bureau()
    sight = Sight(caller(), work)
    _require_known(sight, {"vast": json_data.vast, "verboden": json_data.verboden})

    def made() -> Response:
        kept = work.keep_draft(work.hold_round(json_data.wanted(), _mine(sight)))
        place = url_for("v1.makelrondes.makelronde", makelronde_id=kept.id)
        return tagged(Makelronde.of(kept), 201, {"Location": place})

    # No lock while it is held, which takes seconds: a draft without its answer is a draft too many, no more.
    return once(made, KeptAnswers(work), work.by)


@blueprint.get("/<makelronde_id>")
@blueprint.output(Makelronde)
@documented(etag=True)
@allowed(VERBINDER)
def makelronde(makelronde_id: str) -> Response:
    """Geef één makelronde."""
    return tagged(Makelronde.of(_found(Sight(caller(), bureau()), makelronde_id)))


@blueprint.patch("/<makelronde_id>")
@blueprint.input(GewijzigdeMakelronde)
@blueprint.output(Makelronde)
@documented(if_match=True, etag=True)
@allowed(VERBINDER)
def gewijzigde_makelronde(makelronde_id: str, json_data: GewijzigdeMakelronde) -> Response:
    """Haal koppelingen uit een concept, of wijzig wat de ronde moet doen als u die opnieuw houdt."""
    work = bureau()
    sight = Sight(caller(), work)
    given: dict[str, Any] = {f: getattr(json_data, f) for f in json_data.model_fields_set & {"vast", "verboden"}}
    _require_known(sight, given)
    _found(sight, makelronde_id)
    with work.store.at_once():
        before = _unchanged(sight, makelronde_id, DRAFT)
        asked, out = json_data.changed(before.body), [p.pair for p in json_data.weg]
        return tagged(Makelronde.of(work.revise_round(makelronde_id, asked, out)))


@blueprint.post("/<makelronde_id>/_opnieuw")
@blueprint.output(Makelronde)
@documented(if_match=True, etag=True)
@allowed(VERBINDER)
def opnieuw(makelronde_id: str) -> Response:
    """Houd een concept opnieuw, over de leervragen die nu openstaan, met wat er vast en verboden is."""
    work = bureau()
    sight = Sight(caller(), work)
    before = _unchanged(sight, makelronde_id, DRAFT)
    body = work.hold_round(wanted(before.body), _mine(sight))
    with work.store.at_once():
        _unchanged(sight, makelronde_id, DRAFT)
        return tagged(Makelronde.of(work.keep_draft(body, makelronde_id)))


@blueprint.post("/<makelronde_id>/_goedkeuren")
@blueprint.input(Goedkeuring)
@blueprint.output(Makelronde)
@documented(if_match=True, etag=True)
@allowed(VERBINDER)
def goedkeuren(makelronde_id: str, json_data: Goedkeuring) -> Response:
    """Doe de voorstellen van een concept, allemaal of zonder een paar; lukt er een niet, dan gebeurt er niets."""
    work = bureau()
    sight = Sight(caller(), work)
    _found(sight, makelronde_id)
    with work.store.at_once():
        _unchanged(sight, makelronde_id, DRAFT)
        return tagged(Makelronde.of(work.approve(makelronde_id, [p.pair for p in json_data.zonder])))


@blueprint.post("/<makelronde_id>/_terugdraaien")
@blueprint.output(Makelronde)
@documented(if_match=True, etag=True)
@allowed(VERBINDER)
def terugdraaien(makelronde_id: str) -> Response:
    """Neem alles terug wat een goedgekeurde ronde voorstelde; is er al op gereageerd, dan kan dat niet."""
    work = bureau()
    sight = Sight(caller(), work)
    _found(sight, makelronde_id)
    with work.store.at_once():
        _unchanged(sight, makelronde_id, APPROVED)
        return tagged(Makelronde.of(work.undo_round(makelronde_id)))


def _found(sight: Sight, identifier: str) -> KeptRound:
    with sought(_NO_SUCH):
        return sight.round(identifier)


def _unchanged(sight: Sight, identifier: str, state: str) -> KeptRound:
    """Return the round as the client knows it; raises ProblemError, 409 where it is past this state."""
    found = _found(sight, identifier)
    unchanged(Makelronde.of(found))
    if found.state != state:
        raise ProblemError(409, f"Deze ronde is {found.state}; dit kan alleen met een ronde die {state} is.")
    return found


def _mine(sight: Sight) -> list[Question]:
    return [q for q in sight.bureau.store.open_questions() if q.id in sight.asked]


def _require_known(sight: Sight, pairs: Mapping[str, Iterable[Koppeling]]) -> None:
    """Raise ProblemError (400) that tells which pairs name a leervraag or aanbod that the caller does not know."""
    faults = [
        Fault("Deze sleutel is niet bekend.", pointer=f"/{field}/{n}/{noun}")
        for field, found in pairs.items()
        for n, pair in enumerate(found)
        for noun, known in (("leervraag", sight.question), ("aanbod", sight.offer))
        if not _known(known, getattr(pair, noun))
    ]
    if faults:
        raise ProblemError(400, "", tuple(faults))


def _known(look: Callable[[str], Any], identifier: str) -> bool:
    try:
        look(identifier)
    except UnknownNameError:
        return False
    return True
