"""Beoordelingen: an evaluator's own grades, the next pair to grade, and how far evaluators agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import Field

from api.access import EVALUATOR, allowed, bureau, caller
from api.document import documented
from api.lists import Paged, Whole, negotiated, once, ordered, paged, sort_field, tagged
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire.aanbod import Aanbod
from api.wire.beoordelingen import (
    Beoordeling,
    Beoordelingen,
    Beurt,
    NieuweBeoordeling,
    Overeenstemming,
    Overeenstemmingen,
)
from api.wire.leervragen import Leervraag
from matcher import Agreement, Judgement, write_sheet

blueprint = APIBlueprint("beoordelingen", __name__, url_prefix="/beoordelingen", tag="Beoordelingen")
_SORTS: Mapping[str, Callable[[Judgement], Any]] = {
    "leervraag": lambda j: j.question, "aanbod": lambda j: j.offer, "graad": lambda j: j.grade,
    "beoordeeldOp": lambda j: j.at,
}  # fmt: skip


class Lijst(Paged):
    """Welke oordelen, en in welke volgorde."""

    leervraag: str | None = Field(None, max_length=100, description="Alleen bij deze.", examples=["v-0123456789ab"])
    graad: Annotated[Whole, Field(ge=0, le=3)] | None = Field(None, description="Alleen met deze graad.", examples=[2])
    sort: str = sort_field(*_SORTS, default="-beoordeeldOp")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Beoordelingen)
@documented(sheets=True)
@allowed(EVALUATOR)
def beoordelingen(query_data: Lijst) -> Response:
    """Geef de oordelen die u gaf."""
    work = bureau()
    mine = Sight(caller(), work).all(work.store.judgements())
    asked = [j for j in mine if query_data.leervraag in {None, j.question} and query_data.graad in {None, j.grade}]
    found = ordered(asked, query_data.sort, _SORTS)
    page = paged(found, query_data)

    def told() -> dict[str, Any]:
        shown = tuple(map(Beoordeling.of, page.rows))
        return Beoordelingen.model_construct(beoordelingen=shown, aantal=page.total).out()

    response = negotiated(told, lambda: map(row, found), "judgements", write_sheet)
    response.headers.update(page.headers)
    return response


@blueprint.post("")
@blueprint.input(NieuweBeoordeling)
@blueprint.output(Beoordeling, status_code=201)
@documented(idempotent=True)
@allowed(EVALUATOR)
def nieuwe_beoordeling(json_data: NieuweBeoordeling) -> Response:
    """Geef een oordeel over een leervraag en een aanbod."""
    work, given = bureau(), json_data
    sight = Sight(caller(), work)

    def made() -> Response:
        question, offer = sight.real("question", given.leervraag), sight.real("offer", given.aanbod)
        work.judge(question, offer, given.graad, given.notitie)
        kept = Beoordeling.model_construct(**given.model_dump(), beoordeeld_op=work.clock())
        place = url_for("v1.beoordelingen.beoordelingen", leervraag=given.leervraag)
        return tagged(kept, 201, {"Location": place})

    with work.store.at_once():
        return once(made, KeptAnswers(work), work.by)


@blueprint.get("/_volgende")
@blueprint.output(Beurt)
@documented()
@allowed(EVALUATOR)
def volgende() -> Response:
    """Geef het volgende paar dat u nog niet beoordeelde."""
    work = bureau()
    sight, now = Sight(caller(), work), work.turn()
    shown: dict[str, Any] = {"leervraag": None, "aanbod": None}
    if now.pair:
        question, offer = sight.see(work.store.question(now.pair[0])), sight.see(work.store.offer(now.pair[1]))
        if question and offer:
            shown = {"leervraag": Leervraag.of(question, closed=False), "aanbod": Aanbod.of(offer)}
    return tagged(Beurt.model_construct(**shown, beoordeeld=now.judged, totaal=now.total))


@blueprint.get("/_overeenstemming")
@blueprint.output(Overeenstemmingen)
@documented()
@allowed(EVALUATOR)
def overeenstemming() -> Response:
    """Geef hoezeer de beoordelaars het eens zijn over wat meer dan één van hen beoordeelde."""
    every_two, mean = bureau().agreement()
    names = _names(mean.between)
    return tagged(Overeenstemmingen.model_construct(
        gemiddeld=_told(mean, names), overeenstemmingen=tuple(_told(a, names) for a in every_two)
    ))  # fmt: skip


def row(judgement: Judgement) -> dict[str, Any]:
    """Return a judgement as a row of a sheet."""
    return {
        "question": judgement.question, "offer": judgement.offer, "grade": judgement.grade,
        "reason": judgement.note or None,
    }  # fmt: skip


def _names(people: tuple[str, ...]) -> dict[str, str]:
    """Return what evaluators are called towards each other: not by name, nor by what leads to one."""
    mine = caller().key
    return {person: "u" if person == mine else f"beoordelaar {n}" for n, person in enumerate(people, 1)}


def _told(found: Agreement, names: Mapping[str, str]) -> Overeenstemming:
    return Overeenstemming.model_construct(
        tussen=tuple(names[p] for p in found.between), paren=found.pairs, kappa=found.kappa, laag=found.low,
        hoog=found.high,
    )  # fmt: skip
