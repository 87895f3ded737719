"""Accounts, for the beheerder: who may come in, in what role and for which regions; links, second steps and keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from api.access import BEHEERDER, allowed, bureau, caller
from api.pages import drafts
from api.pages.frame import done, options
from api.pages.shown import listed
from api.problems import ProblemError
from api.reading import saw
from api.sight import Sight
from matcher import (
    ROLES,
    SCOPES,
    Account,
    ApiKey,
    Bureau,
    InvalidValueError,
    MatcherError,
    Person,
    UnknownNameError,
    accounts,
)

blueprint = Blueprint("people", __name__)
_NO_SUCH = "Dit account bestaat niet."
_LAST = "Dit kan niet: er moet een beheerder overblijven die zich kan aanmelden."
STANDS = ("actief", "uitgenodigd", "zonder wachtwoord", "afgesloten")
ROLES_TOLD = {
    "verbinder": "Ziet de leervragen van de eigen regio’s en doet voorstellen.",
    "regio": "Stelt leervragen voor de eigen regio’s en volgt die.",
    "evaluator": "Beoordeelt paren, zonder namen en regio’s.",
    "beheerder": "Beheert catalogus, accounts, inzage en logboek. Ziet geen leervragen.",
}
_DAYS = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Row:
    """An account with its person, and how it stands."""

    account: Account
    person: Person
    stand: str


_SORTS: Mapping[str, Callable[[Row], Any]] = {
    "naam": lambda r: r.person.name, "rol": lambda r: r.person.role, "login": lambda r: r.account.login,
    "sinds": lambda r: r.account.since, "stand": lambda r: r.stand,
}  # fmt: skip


@blueprint.get("/accounts")
@allowed(BEHEERDER)
def all_of_them() -> str:
    """Show who has an account, filtered by the address."""
    work = bureau()
    known = _rows(work)
    role, stand = request.args.get("rol", ""), request.args.get("stand", "")
    kept = [
        r for r in known
        if (role not in ROLES or r.person.role == role) and (stand not in STANDS or r.stand == stand)
    ]  # fmt: skip
    rows = listed(kept, len(known), _SORTS, "naam")
    saw(work, [r.person for r in rows.rows])
    return render_template(
        "accounts/lijst.html", list=rows, roles=[(r, r) for r in ROLES], stands=[(s, s) for s in STANDS],
        crumbs=[(None, "Accounts")],
    )  # fmt: skip


@blueprint.get("/accounts/nieuw")
@allowed(BEHEERDER)
def new_form() -> str:
    """Ask whose account it is."""
    kept = drafts.kept(request.path)
    return _new({k: v if k == "regios" else "".join(v[:1]) for k, v in kept.items()}, {})


@blueprint.post("/accounts/nieuw")
@allowed(BEHEERDER)
def add() -> Response:
    """Give someone an account; the link to choose a password comes after."""
    work, form = bureau(), request.form
    name, login, role = (form.get(field, "")[:200].strip() for field in ("naam", "login", "rol"))
    regions = form.getlist("regios")
    given = {"naam": name, "login": login, "rol": role, "regios": regions}
    errors = _lacking(given)
    if not errors:
        try:
            made = accounts.add(work.store, login, name, role, regions, work.by, work.clock())
        except InvalidValueError as fault:
            errors = _told(fault)
    if errors:
        return make_response(_new(given, errors), 400)
    drafts.drop(request.path)
    return done(
        _place(made.person), f"{given['naam']} heeft een account. Maak nu een link om een wachtwoord te kiezen."
    )


@blueprint.get("/accounts/<person>")
@allowed(BEHEERDER)
def one(person: str) -> str:
    """Show an account, and what can be done with it."""
    found = _found(person)
    saw(bureau(), [found.person])
    return _page(found)


@blueprint.post("/accounts/<person>")
@allowed(BEHEERDER)
def change(person: str) -> Response:
    """Give someone another role or other regions, from their next click on."""
    work, before = bureau(), _found(person)
    role, regions = request.form.get("rol", ""), request.form.getlist("regios")
    try:
        with work.store.at_once():
            accounts.change(work.store, person, role, regions, work.by, work.clock())
            _someone_left(work)
    except InvalidValueError as fault:
        return make_response(_page(before, _told(fault), given={"rol": role, "regios": regions}), 400)
    except ProblemError as fault:
        return make_response(_page(before, {"rol": fault.detail}, given={"rol": role, "regios": regions}), 409)
    number = work.store.changes("person", person)[-1].number
    back = f"{_place(person)}/terugdraaien"
    return done(_place(person), "De rol en de regio’s zijn gewijzigd.", undo=back, wijziging=str(number))


@blueprint.post("/accounts/<person>/terugdraaien")
@allowed(BEHEERDER)
def undo(person: str) -> Response:
    """Give someone the role and regions back that they had."""
    work, number = bureau(), request.form.get("wijziging", "")
    _found(person)
    if number not in {str(c.number) for c in work.store.changes("person", person) if c.former}:
        raise ProblemError(404, "Deze wijziging bestaat niet.")
    with work.store.at_once():
        work.store.undo_change(int(number), work.by, work.clock())
        _someone_left(work)
    return done(_place(person), "De rol en de regio’s zijn weer zoals ze waren.")


@blueprint.post("/accounts/<person>/afsluiten")
@allowed(BEHEERDER)
def close(person: str) -> Response:
    """Close an account: sessions and keys hold no more."""
    work, found = bureau(), _found(person)
    try:
        with work.store.at_once():
            work.store.set_disabled(person, True, work.by, work.clock())
            _someone_left(work)
    except ProblemError as fault:
        return make_response(_page(found, {"": fault.detail}), 409)
    text = f"Het account van {found.person.name} is afgesloten. Sessies en sleutels werken niet meer."
    return done(_place(person), text, undo=f"{_place(person)}/openen")


@blueprint.post("/accounts/<person>/openen")
@allowed(BEHEERDER)
def open_(person: str) -> Response:
    """Open an account again."""
    work, found = bureau(), _found(person)
    work.store.set_disabled(person, False, work.by, work.clock())
    return done(_place(person), f"Het account van {found.person.name} is weer open.")


@blueprint.post("/accounts/<person>/link")
@allowed(BEHEERDER)
def invite(person: str) -> str:
    """Make a link to choose a password, shown on this page and nowhere again."""
    work, found = bureau(), _found(person)
    if found.account.disabled:
        raise ProblemError(409, "Dit account is afgesloten; open het eerst weer.")
    token = accounts.invite(work.store, person, work.by, work.clock())
    address = (options().address or request.host_url).rstrip("/")
    return _page(_found(person), link=f"{address}/wachtwoord/{token}")


@blueprint.post("/accounts/<person>/afmelden")
@allowed(BEHEERDER)
def sign_out(person: str) -> Response:
    """End all sessions of someone."""
    work, found = bureau(), _found(person)
    accounts.sign_out_everywhere(work.store, person, work.by, work.clock())
    return done(_place(person), f"{found.person.name} is overal afgemeld.")


@blueprint.post("/accounts/<person>/code")
@allowed(BEHEERDER)
def drop_code(person: str) -> Response:
    """Take someone's second step away, after a lost telephone."""
    work, found = bureau(), _found(person)
    work.store.drop_code(person, work.by, work.clock())
    return done(
        _place(person), f"{found.person.name} meldt zich aan zonder code, en kan een nieuwe tweede stap instellen."
    )


@blueprint.post("/accounts/<person>/sleutels")
@allowed(BEHEERDER)
def make_key(person: str) -> Response | str:
    """Make a key for a program, shown on this page and nowhere again."""
    work, found = bureau(), _found(person)
    days, scopes = request.form.get("dagen", ""), [s for s in SCOPES if s in request.form.getlist("mag")]
    errors = {} if scopes else {"mag": "Kies wat de sleutel mag."}
    if days not in {str(d) for d in _DAYS}:
        errors["dagen"] = "Kies hoe lang de sleutel werkt."
    if found.account.disabled:
        errors[""] = "Dit account is afgesloten; open het eerst weer."
    if errors:
        return make_response(_page(found, errors), 400)
    _, key = accounts.make_key(work.store, person, scopes, int(days), work.by, work.clock())
    return _page(found, key=key)


@blueprint.post("/accounts/<person>/sleutels/intrekken")
@allowed(BEHEERDER)
def revoke(person: str) -> Response:
    """Take a key back: it holds no more at once."""
    work, key = bureau(), request.form.get("sleutel", "")
    _found(person)
    if key not in {k.id for k in work.store.api_keys(person)}:
        raise ProblemError(404, "Deze sleutel bestaat niet.")
    work.store.revoke_key(key, work.by, work.clock())
    return done(_place(person), f"Sleutel {key} werkt niet meer.")


def stand_of(account: Account, at: datetime) -> str:
    """Return how an account stands: one of STANDS."""
    if account.disabled:
        return "afgesloten"
    if account.password:
        return "actief"
    return "uitgenodigd" if account.invited_until and at < account.invited_until else "zonder wachtwoord"


def _rows(work: Bureau) -> list[Row]:
    sight = Sight(caller(), work)
    people = {p.key: p for p in sight.all(work.store.people())}
    found = [a for a in sight.all(work.store.accounts()) if a.person in people]
    return [Row(a, people[a.person], stand_of(a, work.clock())) for a in found]


def _found(person: str) -> Row:
    found = next((r for r in _rows(bureau()) if r.person.key == person), None)
    if found is None:
        raise ProblemError(404, _NO_SUCH)
    return found


def _place(person: str) -> str:
    return f"/accounts/{quote(person, safe='')}"


def _new(given: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "accounts/nieuw.html", given=given, errors=errors, roles=[(r, r, t) for r, t in ROLES_TOLD.items()],
        regions=_regions(bureau()), crumbs=[("/accounts", "Accounts"), (None, "Nieuw account")],
    )  # fmt: skip


def _page(
    found: Row, errors: Mapping[str, str] | None = None, link: str = "", key: str = "",
    given: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    work, person = bureau(), found.person
    at = work.clock()
    keys = sorted(Sight(caller(), work).all(work.store.api_keys(person.key)), key=lambda k: k.made, reverse=True)
    return render_template(
        "accounts/account.html", row=found, errors=errors or {}, link=link, key=key, place=_place(person.key),
        given=given or {"rol": person.role, "regios": person.regions}, regions=_regions(work),
        roles=[(r, r, t) for r, t in ROLES_TOLD.items()], keys=[(k, _key_stand(k, at)) for k in keys],
        sessions=len([s for s in work.store.sessions(person.key) if accounts.holds(s, at)]),
        scopes=[(s, s) for s in SCOPES], days=[(d, f"{d} dagen") for d in _DAYS], mine=person.key == work.by,
        crumbs=[("/accounts", "Accounts"), (None, person.name)],
    )  # fmt: skip


def _key_stand(key: ApiKey, at: datetime) -> str:
    return "ingetrokken" if key.revoked else "verlopen" if at >= key.expires else "werkt"


def _regions(work: Bureau) -> list[tuple[str, str]]:
    return [(r.name, r.name) for r in work.store.regions()]


def _someone_left(work: Bureau) -> None:
    """Raise where nobody is left who could let anyone in again; within the transaction, which is then taken back."""
    let_in = (accounts.lets_in(work.store, a.person) for a in work.store.accounts())
    if not any(p and p.role == BEHEERDER for p in let_in):
        raise ProblemError(409, _LAST)


def _lacking(given: Mapping[str, Any]) -> dict[str, str]:
    asked = {"naam": "Vul de naam in.", "login": "Vul een gebruikersnaam in.", "rol": "Kies een rol."}
    return {name: text for name, text in asked.items() if not given[name]}


def _told(fault: MatcherError) -> dict[str, str]:
    if isinstance(fault, UnknownNameError):
        return {"regios" if fault.field == "regio" else "rol": "Kies een van de mogelijkheden."}
    told = {
        "login": "Deze gebruikersnaam kan niet of is al in gebruik. Gebruik 3 tot 100 kleine letters en cijfers.",
        "naam": "Vul de naam in.", "regio": "Kies ten minste één regio bij deze rol.",
    }  # fmt: skip
    field = getattr(fault, "field", "")
    return {"regios" if field == "regio" else field: told[field]} if field in told else {"": "Dit kan niet."}
