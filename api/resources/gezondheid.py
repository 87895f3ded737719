"""Leeft and gereed: that the process answers, and whether the service can do all it should."""

from __future__ import annotations

from typing import Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from api.access import ANYONE, allowed, desk
from api.document import documented
from api.faults import Fault
from api.lists import tagged
from api.problems import ProblemError
from api.wire import Wire

blueprint = APIBlueprint("gezondheid", __name__, tag="Gezondheid")
# What is told of each ailment of the desk, and after how many seconds to look again. No paths: anyone may ask.
_TOLD = {
    "database": ("De database is niet te lezen.", 60),
    "model": ("Het taalmodel is er niet; antwoorden gaan alleen op woorden.", 300),
    "schijf": ("De schijf is vol; wat er is, is te lezen, maar er wordt niets bewaard.", 60),
}


class Leeft(Wire):
    """Dat de dienst antwoordt."""

    status: Literal["leeft"] = Field("leeft", description="Altijd leeft.", examples=["leeft"])


class Gereed(Wire):
    """Dat de dienst alles kan."""

    status: Literal["gereed"] = Field("gereed", description="Altijd gereed.", examples=["gereed"])


@blueprint.get("/leeft")
@blueprint.output(Leeft)
@documented(everyone=True)
@allowed(ANYONE)
def leeft() -> Response:
    """Zeg dat de dienst antwoordt; dit zegt niets over de database."""
    return tagged(Leeft(status="leeft"))


@blueprint.get("/gereed")
@blueprint.output(Gereed)
@documented(everyone=True)
@allowed(ANYONE)
def gereed() -> Response:
    """Zeg of de dienst alles kan; zo niet, dan 503 met wat er schort."""
    if wrong := desk().ailments():
        faults = tuple(Fault(_TOLD[one][0]) for one in wrong)
        soon = min(_TOLD[one][1] for one in wrong)
        raise ProblemError(503, "De dienst kan nu niet alles.", faults, {"Retry-After": str(soon)})
    return tagged(Gereed(status="gereed"))
