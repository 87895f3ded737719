"""The catalogue, kept by the beheerder: add, change and delete an offer, and bring one back from the bin."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from api.access import BEHEERDER, allowed, bureau, caller
from api.pages import drafts
from api.pages.frame import done
from api.problems import ProblemError, sought
from api.reading import saw
from api.sight import Sight
from matcher import (
    KIND_NAMES,
    PERSPECTIVES,
    ActedOnError,
    Bureau,
    Offer,
    SheetPlan,
    UnknownNameError,
    filled_form,
    layout_of,
    read_form,
)

blueprint = Blueprint("catalogue", __name__)
# {field of the page: field of an Offer}, in the order of the page.
FIELDS: Mapping[str, str] = {
    "naam": "name", "soort": "kind", "organisatie": "organisation", "perspectief": "perspective",
    "omschrijving": "summary", "doelgroep": "audience", "themas": "themes", "regios": "regions", "vormen": "forms",
    "uren": "hours_per_month", "vanaf": "available_from", "tot": "available_until", "bijeenkomsten": "sessions",
    "contact": "contact", "bron": "source", "voorbeeld": "example",
}  # fmt: skip
_SEVERAL = frozenset({"regios", "vormen"})
_LONGEST = 20_000
_MOST_CHANGES = 6
_CHANGED_MEANWHILE = (
    "Iemand anders wijzigde dit aanbod terwijl u bezig was. Hieronder staat wat u invulde. "
    "Bewaart u nog een keer, dan geldt uw versie."
)


@blueprint.get("/aanbod/nieuw")
@allowed(BEHEERDER)
def new_form() -> str:
    """Ask what the new offer is."""
    return _form(None, _kept(), {})


@blueprint.post("/aanbod/nieuw")
@allowed(BEHEERDER)
def add() -> Response:
    """Put an offer in the catalogue."""
    work, given = bureau(), _given()
    # Its real id is given by `enter`; this one is like no other.
    plan = work.planned(read_form("offers", {"id": f"nieuw-{secrets.token_hex(8)}", **_as_fields(given)}))
    if plan.wrong:
        return make_response(_form(None, given, _errors(plan)), 400)
    made = work.enter(plan.taken[0])
    drafts.drop(request.path)
    return done(_place(made.id), f"{made.name or made.id} staat in de catalogus.", undo=f"{_place(made.id)}/weg")


@blueprint.get("/aanbod/<offer_id>/wijzig")
@allowed(BEHEERDER)
def change_form(offer_id: str) -> str:
    """Show an offer as a form."""
    found = _found(offer_id)
    saw(bureau(), [found])
    return _form(found, _kept() or _of(found), {})


@blueprint.post("/aanbod/<offer_id>/wijzig")
@allowed(BEHEERDER)
def change(offer_id: str) -> Response:
    """Keep what was changed of an offer; where someone else changed it meanwhile, ask first."""
    work, given = bureau(), _given()
    with work.store.at_once():
        before = _found(offer_id)
        plan = work.planned(read_form("offers", {"id": offer_id, **_as_fields(given)}))
        if plan.wrong:
            return make_response(_form(before, given, _errors(plan)), 400)
        if request.form.get("versie") != _version(before):
            return make_response(_form(before, given, {"": _CHANGED_MEANWHILE}), 409)
        numbers = work.store.put(plan.taken, work.by, work.clock())
    drafts.drop(request.path)
    if not numbers:
        return done(_place(offer_id), "Er was niets gewijzigd.", tone="info")
    return done(
        _place(offer_id), "De wijziging is bewaard.", undo=f"{_place(offer_id)}/terugdraaien", wijziging=str(numbers[0])
    )


@blueprint.post("/aanbod/<offer_id>/terugdraaien")
@allowed(BEHEERDER)
def undo(offer_id: str) -> Response:
    """Bring an offer back to what it was before a change of it."""
    work, number = bureau(), request.form.get("wijziging", "")
    _found(offer_id)
    known = {str(c.number) for c in work.store.changes("offer", offer_id)}
    if number not in known:
        raise ProblemError(404, "Deze wijziging bestaat niet.")
    try:
        work.store.undo_change(int(number), work.by, work.clock())
    except ActedOnError:
        return done(f"{_place(offer_id)}/wijzig", "Dit kan niet meer: er is al mee verder gewerkt.", tone="negative")
    return done(f"{_place(offer_id)}/wijzig", "De wijziging is teruggedraaid.")


@blueprint.post("/aanbod/<offer_id>/weg")
@allowed(BEHEERDER)
def delete(offer_id: str) -> Response:
    """Put an offer in the bin; while a proposal for it is open that cannot be."""
    work, found = bureau(), _found(offer_id)
    try:
        work.store.delete("offer", offer_id, work.by, work.clock())
    except ActedOnError:
        text = "Dit aanbod kan nu niet weg: er staat nog een voorstel mee open. Een verbinder kan dat afronden."
        return done(_place(offer_id), text, tone="negative")
    return done(
        "/prullenbak", f"{found.name or offer_id} ligt in de prullenbak.", undo="/prullenbak/terug", kenmerk=offer_id
    )


@blueprint.get("/prullenbak")
@allowed(BEHEERDER)
def bin_() -> str:
    """Show what of the catalogue is in the bin, the newest first, and until when."""
    work = bureau()
    keep = work.settings.periods["bin"]
    found = [b for b in reversed(work.store.bin()) if b.kind == "offer"]
    people = {p.key: p.name for p in work.store.people()}
    rows = [(b.key, people.get(b.by, b.by), b.at.astimezone(), (b.at + keep).astimezone()) for b in found]
    return render_template(
        "catalogus/prullenbak.html", rows=rows, days=keep.days, crumbs=[("/aanbod", "Catalogus"), (None, "Prullenbak")]
    )


@blueprint.post("/prullenbak/terug")
@allowed(BEHEERDER)
def put_back() -> Response:
    """Bring an offer back from the bin."""
    work, offer_id = bureau(), request.form.get("kenmerk", "")
    try:
        work.store.restore("offer", offer_id, work.by, work.clock())
    except UnknownNameError:
        raise ProblemError(404, "Dit aanbod ligt niet in de prullenbak.") from None
    except ActedOnError:
        return done("/prullenbak", "Dit kan niet: er is al nieuw aanbod met dit kenmerk.", tone="negative")
    return done(_place(offer_id), "Het aanbod staat weer in de catalogus.", undo=f"{_place(offer_id)}/weg")


def _found(offer_id: str) -> Offer:
    with sought("Dit aanbod bestaat niet, of ligt in de prullenbak."):
        return Sight(caller(), bureau()).offer(offer_id)


def _place(offer_id: str) -> str:
    return f"/aanbod/{quote(offer_id, safe='')}"


def _form(offer: Offer | None, given: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    work = bureau()
    forms = sorted({f for o in work.store.offers() for f in o.forms} | set(given.get("vormen") or ()))
    regions = sorted({*work.known["regions"], *(given.get("regios") or ())})
    name = (offer.name or offer.id) if offer else "Nieuw aanbod"
    here = [(_place(offer.id), name), (None, "Wijzig")] if offer else [(None, name)]
    return render_template(
        "catalogus/wijzig.html", offer=offer, name=name, given=given, errors=errors, kinds=list(KIND_NAMES.items()),
        perspectives=[(p, p) for p in PERSPECTIVES], regions=[(r, r) for r in regions], forms=[(f, f) for f in forms],
        version=_version(offer) if offer else "", place=_place(offer.id) if offer else "",
        changes=_changes(work, offer.id) if offer else [], crumbs=[("/aanbod", "Catalogus"), *here],
    )  # fmt: skip


def _given() -> dict[str, Any]:
    """Return what was filled in, by field of the page; of regions and forms a list."""
    form = request.form
    given: dict[str, Any] = {name: form.get(name, "")[:_LONGEST].strip() for name in FIELDS if name not in _SEVERAL}
    return (
        given | {name: form.getlist(name) for name in _SEVERAL} | {"anders": form.get("anders", "")[:_LONGEST].strip()}
    )


def _kept() -> dict[str, Any]:
    """Return what someone filled in before the session ended; empty when nothing was."""
    kept = drafts.kept(request.path)
    return {k: v if k in _SEVERAL else "".join(v[:1]) for k, v in kept.items()}


def _of(offer: Offer) -> dict[str, Any]:
    told = filled_form("offers", offer)
    given: dict[str, Any] = {name: told[field] for name, field in FIELDS.items()}
    days = {"vanaf": offer.available_from, "tot": offer.available_until}
    return given | {n: d.isoformat() if d else "" for n, d in days.items()} | {
        "regios": list(offer.regions), "vormen": list(offer.forms),
    }  # fmt: skip


def _as_fields(given: Mapping[str, Any]) -> dict[str, str]:
    """Return {field of an Offer: text}, as `read_form` reads it."""
    lists = {name: [_quoted(v) for v in given[name]] for name in _SEVERAL}
    lists["vormen"] += [given["anders"]] if given.get("anders") else []
    return {field: "\n".join(lists[n]) if n in lists else str(given.get(n, "")) for n, field in FIELDS.items()}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _errors(plan: SheetPlan) -> dict[str, str]:
    """Return {field of the page: sentence}, in the order of the page."""
    headers = {c.header: c.field for c in layout_of("offers").columns}
    told = {headers.get(p.field, ""): p.message for p in plan.wrong}
    return {name: _sentence(told[field]) for name, field in FIELDS.items() if field in told} or {"": plan.sentence}


def _sentence(message: str) -> str:
    if message.endswith("verplicht"):
        return "Vul dit veld in."
    text = message.removesuffix(".")
    return f"{text[0].upper()}{text[1:]}." if text else "Dit kan niet."


def _version(offer: Offer) -> str:
    """Return what names an offer as it is now: another when anything of it changed."""
    told = json.dumps(filled_form("offers", offer), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _changes(work: Bureau, offer_id: str) -> list[dict[str, Any]]:
    found = work.store.changes("offer", offer_id)[-_MOST_CHANGES:]
    people = {p.key: p.name for p in work.store.people()}
    undone = {c.undoes for c in found}
    return [
        {
            "number": c.number, "at": c.at.astimezone(), "by": people.get(c.by, c.by), "last": c is found[-1],
            "what": "teruggedraaid" if c.undoes else "gewijzigd" if c.former else "toegevoegd",
            "undone": c.number in undone,
        }
        for c in reversed(found)
    ]  # fmt: skip
