"""Gegevens: what is held on the caller; for the beheerder access and erasure of anyone (AVG, articles 15 and 17)."""

from __future__ import annotations

from collections.abc import Iterator

from apiflask import APIBlueprint
from flask import Response

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, Caller, allowed, bureau, caller
from api.document import documented
from api.faults import Fault
from api.lists import tagged
from api.problems import ProblemError
from api.sight import Sight
from api.wire.accounts import AccountUit, SleutelUit
from api.wire.gegevens import Aanmelding, Bericht, Bewaard, Concept, GegevensOverMij, Gewist, Handeling, Wie, Wissen
from matcher import Bureau, Line

blueprint = APIBlueprint("gegevens", __name__, tag="Gegevens")
_MOST = 1000


@blueprint.get("/gegevens-over-mij")
@blueprint.output(GegevensOverMij)
@documented()
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def gegevens_over_mij() -> Response:
    """Geef wat over u bewaard wordt. Waar anderen u noemen in een tekst, geeft de beheerder op verzoek."""
    work, who = bureau(), caller()
    store = work.store
    account = store.account(person=who.key)
    if account is None:
        raise ProblemError(404)
    drafts = store.drafts(who.key).items()
    return tagged(GegevensOverMij.model_construct(
        account=AccountUit.of(account, store.person(who.key)),
        sleutels=tuple(map(SleutelUit.of, Sight(who, work).all(store.api_keys(who.key)))),
        aanmeldingen=tuple(
            Aanmelding.model_construct(begonnen_op=s.made, gezien_op=s.seen) for s in store.sessions(who.key)
        ),
        concepten=tuple(
            Concept.model_construct(formulier=f, bewaard_op=at, inhoud=store.draft(who.key, f) or {})
            for f, at in drafts
        ),
        berichten=tuple(
            Bericht.model_construct(soort=n.kind, klaargezet_op=n.made)
            for n in store.unsent(_MOST) if n.person == who.key
        ),
        handelingen=tuple(_deeds(work, who, store.log(most=_MOST, by=who.key, newest=True))),
        inzage=tuple(_deeds(work, who, _by_others(work, who))),
        aantal_handelingen=store.log_size(by=who.key),
        aantal_inzage=len(_by_others(work, who, 1_000_000)),
    ))  # fmt: skip


@blueprint.post("/gegevens/_inzien")
@blueprint.input(Wie)
@blueprint.output(Bewaard, status_code=200)
@documented()
@allowed(BEHEERDER)
def inzien(json_data: Wie) -> Response:
    """Geef alles wat over iemand bewaard wordt, om aan die persoon te geven; dat u keek, staat in het logboek."""
    work = bureau()
    held = work.store.held_on(json_data.wie)
    ids = [p for p in sorted(work.store.ids_of(json_data.wie)) if work.store.person(p)]
    offers = sorted(row["id"] for row in held.get("offer", ()))
    things = [*(("person", p) for p in ids), *(("offer", o) for o in offers)]
    work.store.record("gegevens inzien", work.by, work.clock(), things or [("person", work.by)])
    rows = {kind: tuple(found) for kind, found in held.items()}
    return tagged(Bewaard.model_construct(gegevens=rows, aantal=sum(map(len, rows.values()))))


@blueprint.post("/gegevens/_wissen")
@blueprint.input(Wissen)
@blueprint.output(Gewist, status_code=200)
@documented(also=(404,))
@allowed(BEHEERDER)
def wissen(json_data: Wissen) -> Response:
    """Wis wat over iemand bewaard wordt. Dit kan niet ongedaan worden gemaakt."""
    work, who = bureau(), json_data.wie
    if json_data.bevestiging != who:
        raise ProblemError(400, "", (Fault("Schrijf hier precies wie u wist.", pointer="/bevestiging"),))
    if work.by in work.store.ids_of(who):
        raise ProblemError(409, "U kunt uzelf niet wissen; vraag het een andere beheerder.")
    if not work.store.held_on(who):
        raise ProblemError(404, "Over deze persoon wordt niets bewaard.")
    done = work.store.erase(who, work.by, work.clock())
    return tagged(Gewist.model_construct(
        verwijderd=done.removed, vervangen=done.replaced, aliassen=done.aliases, nog_in=done.still
    ))  # fmt: skip


def _by_others(work: Bureau, who: Caller, most: int = _MOST) -> list[Line]:
    lines = work.store.log(most=most, of=[who.key], newest=True)
    return [x for x in lines if x.attributes.get("dpl.core.user") != who.key]


def _deeds(work: Bureau, who: Caller, lines: list[Line]) -> Iterator[Handeling]:
    """Yield what was done, without of whom: those are others."""
    roles = {p.key: p.role for p in work.store.people()}
    for line in lines:
        by = line.attributes.get("dpl.core.user", "")
        role = None if by == who.key else roles.get(by)
        yield Handeling.model_construct(op=line.start_time, handeling=line.name, rol=role)
