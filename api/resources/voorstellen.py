"""Voorstellen: bring a leervraag and aanbod together, follow what comes of it, and take the next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import Field

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.lists import Paged, negotiated, once, ordered, paged, sort_field, tagged
from api.problems import ProblemError, sought
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire.voorstellen import NieuweStap, NieuwVoorstel, Stand, Voorstel, Voorstellen
from matcher import STATES, Proposal, key, proposal_row, write_sheet

blueprint = APIBlueprint("voorstellen", __name__, url_prefix="/voorstellen", tag="Voorstellen")
_NO_SUCH = "Dit voorstel bestaat niet, of is niet voor u bestemd."
# What each role may do with a proposal that it sees. A region answers what it is proposed and says what came of it;
# that it runs, is taken back or undone is for who holds both ends.
MAY: Mapping[str, tuple[str, ...]] = {VERBINDER: STATES, REGIO: ("aanvaard", "afgewezen", "afgerond")}
_SORTS: Mapping[str, Callable[[Proposal], Any]] = {
    "id": lambda p: int(p.id.removeprefix("v-")), "leervraag": lambda p: p.question, "aanbod": lambda p: p.offer,
    "status": lambda p: p.state, "voorgesteldOp": lambda p: p.steps[0].at, "gewijzigdOp": lambda p: p.steps[-1].at,
}  # fmt: skip


class Lijst(Paged):
    """Welke voorstellen, en in welke volgorde."""

    leervraag: str | None = Field(None, max_length=300, description="Alleen bij deze leervraag.", examples=["lv-12"])
    aanbod: str | None = Field(None, max_length=300, description="Alleen met dit aanbod.", examples=["expert-1"])
    status: Stand | None = Field(None, description="Alleen voorstellen die er zo voor staan.")
    regio: str | None = Field(None, max_length=300, description="Alleen bij vragen van deze regio.")
    sort: str = sort_field(*_SORTS, default="id")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Voorstellen)
@documented(sheets=True)
@allowed(VERBINDER, REGIO)
def voorstellen(query_data: Lijst) -> Response:
    """Geef de voorstellen die u mag zien."""
    sight = Sight(caller(), bureau())
    found = ordered(_listed(sight, query_data), query_data.sort, _SORTS)
    page = paged(found, query_data)

    def told() -> dict[str, Any]:
        shown = tuple(Voorstel.of(p, MAY[sight.caller.role]) for p in page.rows)
        return Voorstellen.model_construct(voorstellen=shown, aantal=page.total).out()

    response = negotiated(told, lambda: map(proposal_row, found), "proposals", write_sheet)
    response.headers.update(page.headers)
    return response


@blueprint.post("")
@blueprint.input(NieuwVoorstel)
@blueprint.output(Voorstel, status_code=201)
@documented(idempotent=True, etag=True)
@allowed(VERBINDER)
def nieuw_voorstel(json_data: NieuwVoorstel) -> Response:
    """Stel een aanbod voor bij een leervraag; de uren zijn daarmee gereserveerd."""
    work, asked = bureau(), json_data
    sight = Sight(caller(), work)

    def made() -> Response:
        question, offer = sight.question(asked.leervraag), sight.offer(asked.aanbod)
        if question.id in work.store.closed():
            raise ProblemError(409, "Deze leervraag is gesloten; open die eerst weer.")
        found = work.propose(question.id, offer.id, asked.notitie, asked.uren, asked.opnieuw)
        place = url_for("v1.voorstellen.voorstel", voorstel_id=found.id)
        return tagged(Voorstel.of(found, MAY[VERBINDER]), 201, {"Location": place})

    with work.store.at_once():
        return once(made, KeptAnswers(work), work.by)


@blueprint.get("/<voorstel_id>")
@blueprint.output(Voorstel)
@documented(etag=True)
@allowed(VERBINDER, REGIO)
def voorstel(voorstel_id: str) -> Response:
    """Geef één voorstel, met alle stappen en wat er nu kan."""
    return tagged(_model(Sight(caller(), bureau()), voorstel_id))


@blueprint.post("/<voorstel_id>/stappen")
@blueprint.input(NieuweStap)
@blueprint.output(Voorstel, status_code=201)
@documented(idempotent=True, etag=True)
@blueprint.doc(description=(
    "Een verbinder kan elke stap zetten. Een regio kan een voorstel bij een eigen leervraag aanvaarden, afwijzen en "
    "afronden; de andere stappen zijn voor de verbinder. Wat nu niet kan, geeft 409."
))  # fmt: skip
@allowed(VERBINDER, REGIO)
def nieuwe_stap(voorstel_id: str, json_data: NieuweStap) -> Response:
    """Zet een stap met een voorstel."""
    work, asked = bureau(), json_data
    sight = Sight(caller(), work)
    # Before the write lock is held: what may be seen is looked up in all questions.
    with sought(_NO_SUCH):
        sight.proposal(voorstel_id)

    def made() -> Response:
        if asked.soort not in MAY[sight.caller.role]:
            raise ProblemError(403, "Deze stap is voor de verbinder.")
        outcome = None if asked.uitkomst is None else asked.uitkomst.outcome()
        work.take(voorstel_id, asked.soort, asked.notitie, outcome)
        place = url_for("v1.voorstellen.voorstel", voorstel_id=voorstel_id)
        sight.look_again()
        return tagged(_model(sight, voorstel_id), 201, {"Location": place})

    with work.store.at_once():
        return once(made, KeptAnswers(work), work.by)


def _listed(sight: Sight, wanted: Lijst) -> list[Proposal]:
    asked = {"question": wanted.leervraag, "offer": wanted.aanbod, "state": wanted.status}
    given = {field: value for field, value in asked.items() if value is not None}
    found = [p for p in sight.proposals() if all(getattr(p, f) == v for f, v in given.items())]
    if wanted.regio is not None:
        here = {q.id for q in sight.questions() if q.region is not None and key(q.region) == key(wanted.regio)}
        found = [p for p in found if p.question in here]
    return found


def _model(sight: Sight, identifier: str) -> Voorstel:
    with sought(_NO_SUCH):
        return Voorstel.of(sight.proposal(identifier), MAY[sight.caller.role])
