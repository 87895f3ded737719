"""What is held on someone, to give to that person, and erasing it; a name goes in by a body and never by an address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from api.access import BEHEERDER, allowed, bureau
from api.pages.frame import done
from api.problems import ProblemError
from matcher import Bureau, InvalidValueError, key

blueprint = Blueprint("subjects", __name__)
_MOST_NAME = 300
_MOST_ROWS = 20
# What each kind of row is called, in the order of the page.
KINDS: Mapping[str, str] = {
    "person": "Persoon", "account": "Account", "offer": "Aanbod in de catalogus", "capacity": "Uren en plaatsen",
    "busy": "Bezette tijden", "question": "Leervragen", "proposal": "Voorstellen", "step": "Stappen van voorstellen",
    "judgement": "Beoordelingen", "pair": "Vaste en uitgesloten paren", "round": "Makelrondes",
    "closing": "Gesloten leervragen", "suggestion": "Getoonde suggesties", "vector": "Vectoren van een tekst",
    "version": "Eerdere versies", "bin": "Prullenbak", "session": "Sessies", "api_key": "Sleutels",
    "draft": "Concepten", "notice": "Berichten", "attempt": "Pogingen om aan te melden",
    "log": "Regels van het logboek",
}  # fmt: skip
# What each field is called to a person; of others the name by which it is kept.
NAMES: Mapping[str, str] = {
    "id": "kenmerk", "key": "kenmerk", "name": "naam", "role": "rol", "regions": "regio’s", "region": "regio",
    "login": "gebruikersnaam", "since": "sinds", "invited_until": "link geldig tot", "kind": "soort",
    "organisation": "organisatie", "perspective": "perspectief", "summary": "omschrijving", "themes": "thema’s",
    "forms": "vormen", "hours_per_month": "uren per maand", "available_from": "beschikbaar vanaf",
    "available_until": "beschikbaar tot en met", "audience": "doelgroep", "sessions": "bijeenkomsten",
    "source": "bron", "example": "voorbeeld", "title": "titel", "text": "tekst", "question": "leervraag",
    "offer": "aanbod", "person": "persoon", "by": "door", "at": "op", "note": "notitie", "grade": "graad",
    "rank": "plaats", "hours": "uren", "number": "nummer", "former": "zoals het was", "made": "gemaakt op",
    "seen": "laatst gezien op", "ended": "beëindigd op", "expires": "verloopt op", "used": "gebruikt op",
    "start_time": "begin", "end_time": "einde", "dpl.core.user": "door", "matcher.about": "over",
    "dpl.core.data_subject_id": "betrokkene", "dpl.core.processing_activity_id": "activiteit",
}  # fmt: skip
_SAYS_NOTHING = "Vul een naam, een gebruikersnaam of een kenmerk in, van ten minste 3 letters."


@blueprint.get("/betrokkenen")
@allowed(BEHEERDER)
def start() -> str:
    """Ask about whom it is."""
    return _start("", {})


@blueprint.post("/betrokkenen")
@allowed(BEHEERDER)
def look() -> Response | str:
    """Show what is held on someone; that it was looked at goes to the log."""
    who = _who()
    try:
        held = _looked(who)
    except InvalidValueError:
        return make_response(_start(who, {"wie": _SAYS_NOTHING}), 400)
    return _held(who, held, {}) if held else _start(who, {}, nothing=True)


@blueprint.post("/betrokkenen/bestand")
@allowed(BEHEERDER)
def download() -> Response:
    """Give what is held on someone as JSON, to hand over to that person."""
    try:
        held = _looked(_who())
    except InvalidValueError:
        raise ProblemError(400, _SAYS_NOTHING) from None
    response = make_response(json.dumps(held, ensure_ascii=False, indent=1, default=str) + "\n")
    response.headers["Content-Type"] = "application/json"
    # Without the name: that of a file ends up in places that nobody clears.
    response.headers["Content-Disposition"] = 'attachment; filename="inzage.json"'
    return response


@blueprint.post("/betrokkenen/wissen")
@allowed(BEHEERDER)
def erase() -> Response | str:
    """Erase someone, after their name was written once more; this cannot be undone."""
    work, who = bureau(), _who()
    try:
        held = work.store.held_on(who)
    except InvalidValueError:
        return make_response(_start(who, {"wie": _SAYS_NOTHING}), 400)
    if not held:
        return _start(who, {}, nothing=True)
    if errors := _objections(work, who):
        return make_response(_held(who, held, errors), 400)
    gone = work.store.erase(who, work.by, work.clock())
    text = (
        f"Gewist: {gone.removed} rijen zijn weg en in {gone.replaced} is een vermelding vervangen. "
        "Reservekopieën van voor vandaag bevatten de gegevens nog."
    )
    return done("/betrokkenen", text)


def _who() -> str:
    return request.form.get("wie", "")[:_MOST_NAME].strip()


def _looked(who: str) -> dict[str, list[dict[str, Any]]]:
    """Return what is held on someone, and log that it was seen, by ids; raises InvalidValueError for no name."""
    work = bureau()
    if not who:
        raise InvalidValueError("wie", who, "een naam of een kenmerk")
    held = work.store.held_on(who)
    people = [p for p in sorted(work.store.ids_of(who)) if work.store.person(p)]
    offers = sorted(row["id"] for row in held.get("offer", ()))
    seen = [*(("person", p) for p in people), *(("offer", o) for o in offers)]
    work.store.record("gegevens inzien", work.by, work.clock(), seen or [("person", work.by)])
    return held


def _objections(work: Bureau, who: str) -> dict[str, str]:
    if work.by in work.store.ids_of(who):
        return {"": "U kunt uzelf niet wissen. Vraag het een andere beheerder."}
    if key(request.form.get("nogmaals", "")) != key(who):
        return {"nogmaals": f"Schrijf hier precies: {who}"}
    return {}


def _start(who: str, errors: Mapping[str, str], nothing: bool = False) -> str:
    return render_template(
        "betrokkenen/vraag.html", who=who, errors=errors, nothing=nothing, crumbs=[(None, "Inzage en wissen")]
    )


def _held(who: str, held: Mapping[str, Sequence[Mapping[str, Any]]], errors: Mapping[str, str]) -> str:
    found = [(KINDS.get(kind, kind), held[kind]) for kind in sorted(held, key=_place)]
    return render_template(
        "betrokkenen/bewaard.html", who=who, errors=errors, most=_MOST_ROWS, total=sum(len(rows) for _, rows in found),
        kinds=[(name, [_facts(r) for r in rows[:_MOST_ROWS]], len(rows)) for name, rows in found],
        crumbs=[("/betrokkenen", "Inzage en wissen"), (None, who)],
    )  # fmt: skip


def _place(kind: str) -> int:
    return list(KINDS).index(kind) if kind in KINDS else len(KINDS)


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a row as names and texts, without what is empty; what it holds as JSON stands among the rest."""
    found: list[tuple[str, str]] = []
    for name, value in row.items():
        inner = _unpacked(value)
        if isinstance(inner, dict):
            found += [(NAMES.get(n, n), _text(v)) for n, v in inner.items() if v not in (None, "", [], {})]
        elif inner not in (None, "", [], {}):
            found.append((NAMES.get(name, name), _text(inner)))
    return list(dict.fromkeys(found))


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        with suppress(ValueError):
            return json.loads(value)
    return value


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
