"""Sleutels: the keys of programs; everyone makes and revokes their own, the beheerder those of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for
from pydantic import Field

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, Caller, allowed, bureau, caller
from api.document import documented
from api.lists import Paged, ordered, paged, sort_field, tagged
from api.problems import ProblemError
from api.sight import Sight
from api.wire.accounts import GemaakteSleutel, NieuweSleutel, Sleutels, SleutelUit
from matcher import ApiKey, Bureau
from matcher import accounts as rules

blueprint = APIBlueprint("sleutels", __name__, url_prefix="/sleutels", tag="Sleutels")
_NO_SUCH = "Deze sleutel bestaat niet, of is niet van u."
_SORTS: Mapping[str, Callable[[ApiKey], Any]] = {
    "id": lambda k: k.id, "gemaaktOp": lambda k: k.made, "verlooptOp": lambda k: k.expires, "van": lambda k: k.person,
}  # fmt: skip


class Lijst(Paged):
    """Welke sleutels, en in welke volgorde."""

    van: str | None = Field(None, max_length=100, description="Alleen van deze persoon.", examples=["p-1f2e3d4c"])
    sort: str = sort_field(*_SORTS, default="-gemaaktOp")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Sleutels)
@documented()
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def sleutels(query_data: Lijst) -> Response:
    """Geef uw sleutels; een beheerder ziet die van iedereen."""
    work = bureau()
    seen = Sight(caller(), work).all(work.store.api_keys())
    found = ordered([k for k in seen if query_data.van in {None, k.person}], query_data.sort, _SORTS)
    page = paged(found, query_data)
    shown = tuple(map(SleutelUit.of, page.rows))
    return tagged(Sleutels.model_construct(sleutels=shown, aantal=page.total), headers=page.headers)


@blueprint.post("")
@blueprint.input(NieuweSleutel)
@blueprint.output(GemaakteSleutel, status_code=201)
@documented()
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def nieuwe_sleutel(json_data: NieuweSleutel) -> Response:
    """Maak een sleutel voor een programma; u ziet die alleen nu."""
    work, who = bureau(), caller()
    # Not by Idempotency-Key: an answer that is kept would keep the key, which no one may read back.
    if set(json_data.mag) - who.scopes:
        raise ProblemError(403, "U kunt een sleutel niet meer geven dan u zelf mag.")
    kept, key = rules.make_key(
        work.store, _owner(work, who, json_data.van), json_data.mag, json_data.dagen, work.by, work.clock()
    )
    place = {"Location": url_for("v1.sleutels.sleutel", sleutel_id=kept.id)}
    return tagged(GemaakteSleutel.of(kept, sleutel=key), 201, place)


@blueprint.get("/<sleutel_id>")
@blueprint.output(SleutelUit)
@documented(etag=True)
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def sleutel(sleutel_id: str) -> Response:
    """Geef één sleutel, zonder de sleutel zelf."""
    return tagged(SleutelUit.of(_found(bureau(), sleutel_id)))


@blueprint.delete("/<sleutel_id>")
@blueprint.output({}, status_code=204)
@documented()
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def ingetrokken_sleutel(sleutel_id: str) -> Response:
    """Trek een sleutel in; die werkt meteen niet meer."""
    work = bureau()
    work.store.revoke_key(_found(work, sleutel_id).id, work.by, work.clock())
    return Response(status=204)


def _found(work: Bureau, identifier: str) -> ApiKey:
    for key in Sight(caller(), work).all(work.store.api_keys()):
        if key.id == identifier:
            return key
    raise ProblemError(404, _NO_SUCH)


def _owner(work: Bureau, who: Caller, given: str | None) -> str:
    """Return for whom a key is made; another than oneself only by the beheerder, and only who has an account."""
    if given in {None, who.key}:
        return who.key
    if who.role != BEHEERDER:
        raise ProblemError(403, "U kunt alleen voor uzelf een sleutel maken.")
    if rules.lets_in(work.store, given or "") is None:
        raise ProblemError(409, "Deze persoon heeft geen account dat open is.")
    return given or ""
