"""The resources of the API under /v1, one module a noun; what each shows goes through `sight`."""

from __future__ import annotations

from apiflask import APIBlueprint

from api.resources import (
    aanbod,
    accounts,
    beoordelingen,
    beschikbaarheden,
    gegevens,
    gezondheid,
    leeragenda,
    leervragen,
    logregels,
    makelrondes,
    overnames,
    regios,
    sleutels,
    themas,
    voorstellen,
)

_NOUNS = (
    leervragen, voorstellen, aanbod, beschikbaarheden, themas, regios, makelrondes, leeragenda, beoordelingen,
    overnames, accounts, sleutels, logregels, gegevens, gezondheid,
)  # fmt: skip


def resources() -> APIBlueprint:
    """Return all resources as one blueprint."""
    all_of_them = APIBlueprint("v1", __name__, url_prefix="/v1")
    for module in _NOUNS:
        all_of_them.register_blueprint(module.blueprint)
    return all_of_them
