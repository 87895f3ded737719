"""The leeragenda: what the open questions have in common and where they find no help, as JSON or as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from apiflask import APIBlueprint
from flask import Response

from api.access import VERBINDER, allowed, bureau, caller
from api.document import documented
from api.lists import JSON, form, tagged
from api.problems import ProblemError
from api.sight import Sight
from api.wire.leeragenda import Leeragenda
from matcher import Balance, png, svg

blueprint = APIBlueprint("leeragenda", __name__, url_prefix="/leeragenda", tag="Leeragenda")
_DRAW: Mapping[str, Callable[[Sequence[Balance]], bytes]] = {"image/svg+xml": svg, "image/png": png}
# What draws has settings of its own for the whole process: one picture at a time.
_DRAWING = Lock()


@blueprint.get("")
@blueprint.output(Leeragenda)
@documented(etag=True, forms=tuple(_DRAW))
@allowed(VERBINDER)
def leeragenda() -> Response:
    """Geef de leeragenda van de open leervragen die u mag zien; als SVG of PNG de tekening van vraag en aanbod."""
    work = bureau()
    sight = Sight(caller(), work)
    mine = [q for q in work.store.open_questions() if q.id in sight.asked]
    found, chosen = sight.see(work.agenda(among=mine)), form(JSON, *_DRAW)
    if found is None:
        raise ProblemError(403)
    if chosen == JSON:
        response = tagged(Leeragenda.of(found, work.notice))
    else:
        with _DRAWING:
            response = Response(_DRAW[chosen](found.themes), mimetype=chosen)
    response.vary.add("Accept")
    return response
