"""Regio's: which there are, by the names that leervragen and aanbod use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from api.access import BEHEERDER, REGIO, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.lists import Paged, Truth, ordered, paged, sort_field, tagged
from api.problems import ProblemError
from api.sight import Sight
from api.wire.regios import Regio, Regios
from matcher import Region, key

blueprint = APIBlueprint("regios", __name__, url_prefix="/regios", tag="Regio's")
_SORTS: Mapping[str, Callable[[Region], Any]] = {"naam": lambda r: r.name, "provincie": lambda r: r.province}


class Lijst(Paged):
    """Welke regio's, en in welke volgorde."""

    provincie: str | None = Field(None, max_length=300, description="Alleen in deze provincie.")
    inspiratieregio: Truth | None = Field(None, description="Alleen inspiratieregio's, of juist niet.")
    sort: str = sort_field(*_SORTS, default="naam")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Regios)
@documented(etag=True)
@allowed(VERBINDER, REGIO, BEHEERDER)
def regios(query_data: Lijst) -> Response:
    """Geef de regio's."""
    found = _all()
    if query_data.provincie is not None:
        found = [r for r in found if key(r.province) == key(query_data.provincie)]
    if query_data.inspiratieregio is not None:
        found = [r for r in found if r.inspiratieregio == query_data.inspiratieregio]
    page = paged(ordered(found, query_data.sort, _SORTS), query_data)
    shown = tuple(map(Regio.of, page.rows))
    return tagged(Regios.model_construct(regios=shown, aantal=page.total), headers=page.headers)


@blueprint.get("/<naam>")
@blueprint.output(Regio)
@documented(etag=True)
@allowed(VERBINDER, REGIO, BEHEERDER)
def regio(naam: str) -> Response:
    """Geef één regio, bij haar naam."""
    found = next((r for r in _all() if key(r.name) == key(naam)), None)
    if found is None:
        raise ProblemError(404, "Deze regio bestaat niet.")
    return tagged(Regio.of(found))


def _all() -> list[Region]:
    return Sight(caller(), bureau()).all(bureau().regions)
