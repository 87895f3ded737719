"""Thema's: the thesaurus, to look something up in, or whole as SKOS for another system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.lists import JSON, Paged, form, ordered, paged, sort_field, tagged
from api.problems import ProblemError
from api.sight import Sight
from api.wire.themas import Thema, Themas
from matcher import Theme, key, turtle

blueprint = APIBlueprint("themas", __name__, url_prefix="/themas", tag="Thema's")
TURTLE = "text/turtle"
_SORTS: Mapping[str, Callable[[Theme], Any]] = {"id": lambda t: t.id, "label": lambda t: t.label}


class Lijst(Paged):
    """Welke thema's, en in welke volgorde."""

    label: str | None = Field(
        None, max_length=300, description="Alleen thema's waarvan een naam hiermee begint, of een woord erin.",
        examples=["bekostiging"],
    )  # fmt: skip
    sort: str = sort_field(*_SORTS, default="label")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Themas)
@documented(etag=True, forms=(TURTLE,))
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def themas(query_data: Lijst) -> Response:
    """Geef thema's; als Turtle (SKOS) altijd de hele thesaurus."""
    thesaurus = bureau().thesaurus
    if form(JSON, TURTLE) == TURTLE:
        response = Response(_whole(thesaurus), mimetype=TURTLE)
    else:
        found = [t for t in Sight(caller(), bureau()).all(thesaurus.themes) if _called(t, query_data.label)]
        page = paged(ordered(found, query_data.sort, _SORTS), query_data)
        shown = tuple(map(Thema.of, page.rows))
        response = tagged(Themas.model_construct(themas=shown, aantal=page.total), headers=page.headers)
    response.vary.add("Accept")
    return response


@blueprint.get("/<thema_id>")
@blueprint.output(Thema)
@documented(etag=True)
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def thema(thema_id: str) -> Response:
    """Geef één thema."""
    thesaurus = bureau().thesaurus
    if thema_id not in thesaurus.position:
        raise ProblemError(404, "Dit thema bestaat niet.")
    return tagged(Thema.of(thesaurus[thema_id]))


def _called(theme: Theme, label: str | None) -> bool:
    """Return whether a name of a theme has words that begin as asked."""
    return label is None or any(f" {key(label)}" in f" {key(name)}" for name in theme.labels)


@lru_cache(maxsize=1)
def _whole(thesaurus: Any) -> str:
    return turtle(thesaurus)
