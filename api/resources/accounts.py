"""Accounts, for the beheerder: who may come in, in what role; a link to choose a password, shown once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, url_for
from pydantic import Field

from api.access import BEHEERDER, allowed, bureau, caller
from api.document import documented
from api.lists import Paged, once, ordered, paged, sort_field, tagged, unchanged
from api.problems import ProblemError
from api.reading import saw
from api.resources.answers import KeptAnswers
from api.sight import Sight
from api.wire.accounts import Accounts, AccountUit, GewijzigdAccount, NieuwAccount, Rol, Stand, Uitnodiging
from matcher import Account, Bureau, Person
from matcher import accounts as rules

blueprint = APIBlueprint("accounts", __name__, url_prefix="/accounts", tag="Accounts")
_NO_SUCH = "Dit account bestaat niet."
_LAST = "Er moet een beheerder overblijven die zich kan aanmelden."
_SORTS: Mapping[str, Callable[[AccountUit], Any]] = {
    "inlognaam": lambda a: a.inlognaam, "naam": lambda a: a.naam, "rol": lambda a: a.rol,
    "sindsOp": lambda a: a.sinds_op,
}  # fmt: skip


class Lijst(Paged):
    """Welke accounts, en in welke volgorde."""

    rol: Rol | None = Field(None, description="Alleen met deze rol.")
    status: Stand | None = Field(None, description="Alleen wie zich kan aanmelden, of juist niet.")
    sort: str = sort_field(*_SORTS, default="inlognaam")


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Accounts)
@documented()
@allowed(BEHEERDER)
def accounts(query_data: Lijst) -> Response:
    """Geef wie een account heeft."""
    work = bureau()
    found = ordered(_listed(work, query_data), query_data.sort, _SORTS)
    page = paged(found, query_data)
    saw(work, [a for row in page.rows if (a := work.store.account(person=row.id))])
    return tagged(Accounts.model_construct(accounts=tuple(page.rows), aantal=page.total), headers=page.headers)


@blueprint.post("")
@blueprint.input(NieuwAccount)
@blueprint.output(AccountUit, status_code=201)
@documented(idempotent=True, etag=True)
@allowed(BEHEERDER)
def nieuw_account(json_data: NieuwAccount) -> Response:
    """Geef iemand een account; de link om een wachtwoord te kiezen vraagt u daarna."""
    work, new = bureau(), json_data

    def made() -> Response:
        found = rules.add(work.store, new.inlognaam, new.naam, new.rol, new.regios, work.by, work.clock())
        place = url_for("v1.accounts.account", account_id=found.person)
        return tagged(_model(work, found.person), 201, {"Location": place})

    with work.store.at_once():
        return once(made, KeptAnswers(work), work.by)


@blueprint.get("/<account_id>")
@blueprint.output(AccountUit)
@documented(etag=True)
@allowed(BEHEERDER)
def account(account_id: str) -> Response:
    """Geef één account."""
    work = bureau()
    found = _model(work, account_id)
    saw(work, [_account(work, account_id)])
    return tagged(found)


@blueprint.patch("/<account_id>")
@blueprint.input(GewijzigdAccount)
@blueprint.output(AccountUit)
@documented(if_match=True, etag=True)
@allowed(BEHEERDER)
def gewijzigd_account(account_id: str, json_data: GewijzigdAccount) -> Response:
    """Geef iemand een andere rol of andere regio's, sluit een account af, of open het weer."""
    work = bureau()
    with work.store.at_once():
        before = _model(work, account_id)
        unchanged(before)
        _change(work, before, json_data)
        if not _administrators(work):
            raise ProblemError(409, _LAST)
        return tagged(_model(work, account_id))


@blueprint.post("/<account_id>/_uitnodigen")
@blueprint.output(Uitnodiging, status_code=200)
@documented()
@allowed(BEHEERDER)
def uitnodigen(account_id: str) -> Response:
    """Maak een link waarmee iemand één keer een wachtwoord kiest; een eerdere link werkt dan niet meer."""
    work = bureau()
    # Not by Idempotency-Key: an answer that is kept would keep the link, which no one may read back.
    if _account(work, account_id).disabled:
        raise ProblemError(409, "Dit account is afgesloten; open het eerst weer.")
    token = rules.invite(work.store, account_id, work.by, work.clock())
    link = current_app.extensions["options"].address.rstrip("/") + f"/wachtwoord/{token}"
    until = _account(work, account_id).invited_until
    return tagged(Uitnodiging.model_construct(link=link, geldig_tot_op=until))


@blueprint.delete("/<account_id>/inlogcode")
@blueprint.output({}, status_code=204)
@documented()
@allowed(BEHEERDER)
def zonder_inlogcode(account_id: str) -> Response:
    """Haal de inlogcode van iemand weg, na een verloren telefoon."""
    work = bureau()
    with work.store.at_once():
        work.store.drop_code(_account(work, account_id).person, work.by, work.clock())
    return Response(status=204)


def _listed(work: Bureau, wanted: Lijst) -> list[AccountUit]:
    sight = Sight(caller(), work)
    people = {p.key: p for p in sight.all(work.store.people())}
    found = [AccountUit.of(a, people.get(a.person)) for a in sight.all(work.store.accounts())]
    return [a for a in found if wanted.rol in {None, a.rol} and wanted.status in {None, a.status}]


def _account(work: Bureau, person: str) -> Account:
    found = work.store.account(person=person)
    if found is None or (seen := Sight(caller(), work).see(found)) is None:
        raise ProblemError(404, _NO_SUCH)
    return seen


def _model(work: Bureau, person: str) -> AccountUit:
    found = work.store.person(person)
    seen = Sight(caller(), work).see(found) if found else None
    return AccountUit.of(_account(work, person), seen)


def _change(work: Bureau, before: AccountUit, wanted: GewijzigdAccount) -> None:
    store, at = work.store, work.clock()
    if wanted.rol is not None or wanted.regios is not None:
        regions = before.regios if wanted.regios is None else wanted.regios
        rules.change(store, before.id, wanted.rol or before.rol or "", regions, work.by, at)
    if wanted.status is not None and wanted.status != before.status:
        store.set_disabled(before.id, wanted.status == "afgesloten", work.by, at)


def _administrators(work: Bureau) -> list[Person]:
    """Return who can still look after the accounts: without anyone, no one could be let in again."""
    found = (rules.lets_in(work.store, a.person) for a in work.store.accounts())
    return [p for p in found if p and p.role == BEHEERDER]
