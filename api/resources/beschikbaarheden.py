"""Beschikbaarheden: what each offer can do now, and when it cannot; kept up by hand or by its calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from api.access import BEHEERDER, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.front import takes
from api.lists import Paged, Truth, ordered, paged, sort_field, tagged, unchanged, uploaded
from api.problems import sought
from api.sight import Sight
from api.wire.beschikbaarheden import Beschikbaarheden, Beschikbaarheid, NieuweAfwezigheid, NieuweBeschikbaarheid
from matcher import Availability, Bureau

blueprint = APIBlueprint("beschikbaarheden", __name__, url_prefix="/beschikbaarheden", tag="Beschikbaarheden")
_NO_SUCH = "Dit aanbod bestaat niet."
CALENDAR = "text/calendar"
_SORTS: Mapping[str, Callable[[Availability], Any]] = {
    "aanbod": lambda a: a.offer, "urenOver": lambda a: a.hours.left, "koppelingenOver": lambda a: a.places.left,
}  # fmt: skip


class Lijst(Paged):
    """Welke beschikbaarheden, en in welke volgorde."""

    vol: Truth | None = Field(None, description="Alleen wat vol zit, of juist niet.")
    sort: str = sort_field(*_SORTS, default="aanbod")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Beschikbaarheden)
@documented()
@allowed(VERBINDER, BEHEERDER)
def beschikbaarheden(query_data: Lijst) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Geef wat al het aanbod nu kan."""
    work = bureau()
    found = Sight(caller(), work).all(work.store.availabilities())
    if query_data.vol is not None:
        found = [a for a in found if _full(a) == query_data.vol]
    page = paged(ordered(found, query_data.sort, _SORTS), query_data)
    shown = tuple(map(Beschikbaarheid.of, page.rows))
    return Beschikbaarheden.model_construct(beschikbaarheden=shown, aantal=page.total).out(), 200, page.headers


@blueprint.get("/<aanbod_id>")
@blueprint.output(Beschikbaarheid)
@documented(etag=True)
@allowed(VERBINDER, BEHEERDER)
def beschikbaarheid(aanbod_id: str) -> Response:
    """Geef wat één aanbod nu kan."""
    return tagged(_model(bureau(), aanbod_id))


@blueprint.put("/<aanbod_id>")
@blueprint.input(NieuweBeschikbaarheid)
@blueprint.output(Beschikbaarheid)
@documented(if_match=True, etag=True)
@allowed(VERBINDER, BEHEERDER)
def nieuwe_beschikbaarheid(aanbod_id: str, json_data: NieuweBeschikbaarheid) -> Response:
    """Zeg hoeveel uren en koppelingen een aanbod kan; wat al loopt, blijft lopen."""
    work = bureau()
    capacity = json_data.capacity(work.clock().astimezone().date())
    return _changed(work, aanbod_id, lambda: work.store.set_capacity(aanbod_id, capacity, work.by, work.clock()))


@blueprint.put("/<aanbod_id>/afwezig")
@blueprint.input(NieuweAfwezigheid)
@blueprint.output(Beschikbaarheid)
@documented(if_match=True, etag=True)
@allowed(VERBINDER, BEHEERDER)
def nieuwe_afwezigheid(aanbod_id: str, json_data: NieuweAfwezigheid) -> Response:
    """Zeg wanneer een aanbod niet kan, in plaats van wat er eerder stond."""
    work = bureau()
    periods = json_data.periods()
    return _changed(work, aanbod_id, lambda: work.store.set_busy(aanbod_id, periods, work.by, work.clock()))


@blueprint.put("/<aanbod_id>/agenda")
@blueprint.output(Beschikbaarheid)
@blueprint.doc(description=(
    "Lees uit een agenda (iCalendar) wanneer een aanbod niet kan, vanaf vandaag en een jaar vooruit. Van de afspraken "
    "zelf wordt niets bewaard."
))  # fmt: skip
@documented(if_match=True, etag=True, upload=CALENDAR)
@takes(10 * 2**20)
@allowed(VERBINDER, BEHEERDER)
def nieuwe_agenda(aanbod_id: str) -> Response:
    """Lees uit een agenda wanneer een aanbod niet kan."""
    work, text = bureau(), uploaded(CALENDAR)
    return _changed(work, aanbod_id, lambda: work.fill_calendar(aanbod_id, text))


def _changed(work: Bureau, offer: str, change: Callable[[], Any]) -> Response:
    with work.store.at_once():
        unchanged(_model(work, offer))
        change()
        return tagged(_model(work, offer))


def _model(work: Bureau, offer: str) -> Beschikbaarheid:
    with sought(_NO_SUCH):
        found = Sight(caller(), work).see(work.store.availability(offer))
    assert found is not None, "only who may see all of it gets here"  # noqa: S101
    return Beschikbaarheid.of(found)


def _full(found: Availability) -> bool:
    return found.hours.left == 0 or found.places.left == 0
