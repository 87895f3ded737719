"""The commands of a beheerder: who may come in, in what role, and the keys of other programs."""

from __future__ import annotations

from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from matcher import accounts as rules
from matcher.bureau import now, open_memory
from matcher.cli.doors import print_json, settings, terminal
from matcher.errors import InvalidValueError, UnknownNameError
from matcher.store import ROLES, SCOPES, Account, ApiKey, Store


@click.command()
@click.option("--add", metavar="INLOGNAAM", help="Maak een account, met --name, --role en --region.")
@click.option("--name", default="", help="Hoe deze persoon heet.")
@click.option("--role", type=click.Choice(ROLES), help="De rol.")
@click.option("--region", "regions", multiple=True, metavar="REGIO", help="Een regio; mag vaker.")
@click.option("--change", "changed", metavar="INLOGNAAM", help="Geef een andere rol en regio's: --role, --region.")
@click.option("--disable", metavar="INLOGNAAM", help="Sluit dit account af, met zijn sessies en sleutels.")
@click.option("--enable", metavar="INLOGNAAM", help="Open het weer.")
@click.option(
    "--password",
    metavar="INLOGNAAM",
    help="Geef een code om één keer een wachtwoord te kiezen; dan vervallen sessies en sleutels.",
)
@click.option("--no-code", metavar="INLOGNAAM", help="Haal de inlogcode weg, na een verloren telefoon.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def accounts(
    add: str | None, name: str, role: str | None, regions: tuple[str, ...], changed: str | None, disable: str | None,
    enable: str | None, password: str | None, no_code: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Noem de accounts; maak er een, geef een andere rol, sluit er een af of laat een wachtwoord kiezen."""
    chosen, at = settings(), now()
    by = chosen.user
    if (add or changed) and role is None:
        raise click.UsageError("bij --add en --change hoort --role")
    token = ""
    with open_memory(chosen) as store:
        if add:
            rules.add(store, add, name, role or "", regions, by, at)
        if changed:
            rules.change(store, _person(store, changed), role or "", regions, by, at)
        for login, shut in ((disable, True), (enable, False)):
            if login:
                store.set_disabled(_person(store, login), shut, by, at)
        if no_code:
            store.drop_code(_person(store, no_code), by, at)
        if wanted := password or add:
            token = rules.invite(store, _person(store, wanted), by, at)
        rows = [_account_json(store, a) for a in store.accounts()]
    if as_json:
        print_json({"accounts": rows} | ({"code": token, "urenGeldig": rules.LINK_HOURS} if token else {}))
        return
    _print_accounts(rows)
    if token:
        click.echo(f"Code om één keer een wachtwoord te kiezen, {rules.LINK_HOURS} uur geldig: {token}")


def _print_accounts(rows: list[dict[str, Any]]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("inlognaam", "naam", "rol", "regio's", "kenmerk", "stand"):
        table.add_column(column, overflow="fold")
    for row in rows:
        states = {
            "afgesloten": row["afgeslotenOp"], "om te oefenen": row["demo"],
            "nog geen wachtwoord": not row["wachtwoord"], "met inlogcode": row["inlogcode"],
        }  # fmt: skip
        told = ", ".join(state for state, holds in states.items() if holds)
        cells = (row["inlognaam"], row["naam"], row["rol"], ", ".join(row["regios"]), row["persoon"], told)
        table.add_row(*(escape(cell or "-") for cell in cells))
    terminal().print(table if rows else "Er zijn nog geen accounts. Maak er een met: matcher accounts --add INLOGNAAM")


def _account_json(store: Store, account: Account) -> dict[str, Any]:
    person = store.person(account.person)
    return {
        "inlognaam": account.login, "persoon": account.person, "naam": person.name if person else None,
        "rol": person.role if person else None, "regios": list(person.regions) if person else [],
        "sinds": account.since.isoformat(), "afgeslotenOp": account.disabled and account.disabled.isoformat(),
        "demo": account.demo, "wachtwoord": account.password, "inlogcode": account.code,
    }  # fmt: skip


def _person(store: Store, login: str) -> str:
    if (account := store.account(login)) is None:
        raise UnknownNameError("account", login, [a.login for a in store.accounts()])
    return account.person


@click.command()
@click.option("--make", metavar="INLOGNAAM", help="Maak een sleutel voor een programma van deze persoon.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="Wat die mag; mag vaker.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365), help="Hoeveel dagen die geldt.")
@click.option("--revoke", metavar="SLEUTEL", help="Trek deze sleutel in.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def keys(make: str | None, scopes: tuple[str, ...], days: int, revoke: str | None, as_json: bool) -> None:
    """Noem de sleutels van programma's; maak er een, die één keer getoond wordt, of trek er een in."""
    chosen, at = settings(), now()
    if scopes and not make:
        raise InvalidValueError("--scope", " ".join(scopes), "alleen met --make INLOGNAAM")
    shown = ""
    with open_memory(chosen) as store:
        if make:
            _, shown = rules.make_key(store, _person(store, make), scopes or ("lezen",), days, chosen.user, at)
        if revoke:
            store.revoke_key(revoke, chosen.user, at)
        logins = {a.person: a.login for a in store.accounts()}
        rows = [_key_json(k, logins) for k in store.api_keys()]
    if as_json:
        print_json({"sleutels": rows} | ({"sleutel": shown} if shown else {}))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("sleutel", "van", "mag", "tot", "laatst gebruikt", "ingetrokken"):
        table.add_column(column, overflow="fold")
    for row in rows:
        cells = (row["id"], row["van"], ", ".join(row["mag"]), row["tot"][:10], row["gebruikt"], row["ingetrokkenOp"])
        table.add_row(*(escape((cell or "-")[:100]) for cell in cells))
    terminal().print(table if rows else "Er zijn geen sleutels. Maak er een met: matcher keys --make INLOGNAAM")
    if shown:
        click.echo(f"De sleutel, die hierna niet meer te zien is: {shown}")


def _key_json(key: ApiKey, logins: dict[str, str]) -> dict[str, Any]:
    return {
        "id": key.id, "van": logins.get(key.person, key.person), "mag": list(key.scopes),
        "gemaaktOp": key.made.isoformat(), "tot": key.expires.isoformat(),
        "gebruikt": key.used and key.used.isoformat(),
        "ingetrokkenOp": key.revoked and key.revoked.isoformat(),
    }  # fmt: skip
