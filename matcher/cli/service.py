"""The command that starts the service: settings and an address go in, pages and the API answer until it is stopped."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from matcher import accounts, reference
from matcher.bureau import now
from matcher.cli.doors import FILE, print_json, settings
from matcher.errors import InvalidValueError, MissingPartError
from matcher.settings import Settings
from matcher.store import Store, open_store

if TYPE_CHECKING:
    from api.options import Oidc

# Where the demo keeps an API key of its verbinder, beside its database.
_KEY_FILE = "sleutel"
_KEY_DAYS = 30


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Het adres waarop de dienst luistert.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="De poort.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="Hoeveel tegelijk.")
@click.option("--address", help="Het adres waarop mensen de dienst bereiken; standaard http://host:port.")
@click.option(
    "--proxies", default=0, show_default=True, type=click.IntRange(0, 5), help="Hoeveel eigen proxy's ervoor staan."
)
@click.option("--theme", type=FILE, help="Een eigen CSS-bestand met de huisstijl van uw gemeente.")
@click.option("--contact", default="", help="Het e-mailadres van het bureau, voor privacy, toegankelijkheid en lekken.")
@click.option("--demo", is_flag=True, help="Om te oefenen: het voorbeeldcorpus en vier demo-accounts.")
@click.option("--json", "as_json", is_flag=True, help="Het adres en wat nieuw is als JSON, op de standaarduitvoer.")
def serve(
    host: str, port: int, threads: int, address: str | None, theme: Path | None, contact: str, demo: bool,
    proxies: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Start de dienst: de pagina's van het bureau en de JSON-API."""
    from api import Options

    chosen = settings()
    made = _practise(chosen) if demo else _require_no_demo(chosen)
    options = Options(
        theme=theme, metrics=os.environ.get("MATCHER_METRICS", ""), demo=demo, profiles=_profiles(os.environ),
        proxies=proxies,
        address=address or f"http://{'localhost' if host == '127.0.0.1' else host}:{port}",
        contact=contact, oidc=_provider(os.environ),
    )  # fmt: skip
    if as_json:
        print_json({"adres": options.address, "nieuw": made})
    else:
        _told(options.address, made)
    from api.serving import run

    run(chosen, options, host, port, threads)


def _profiles(environment: Mapping[str, str]) -> int:
    """Return how many profiles someone may read in an hour, as MATCHER_PROFILES says, or as is usual."""
    from api import Options

    if not (text := environment.get("MATCHER_PROFILES", "")):
        return Options().profiles
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise InvalidValueError("MATCHER_PROFILES", text, "een aantal, 0 voor geen grens")
    return int(text)


def _provider(environment: Mapping[str, str]) -> Oidc | None:
    """Return the identity provider that MATCHER_OIDC_ISSUER, _CLIENT, _SECRET and _CLAIM name, or None for none."""
    from api.options import CLAIMS, Oidc

    given = {name: environment.get(f"MATCHER_OIDC_{name}", "").strip() for name in ("ISSUER", "CLIENT", "SECRET")}
    if not any(given.values()):
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise InvalidValueError(f"MATCHER_OIDC_{missing[0]}", "", "een waarde, als u de andere twee invult")
    issuer = urlsplit(given["ISSUER"])
    safe = issuer.scheme == "https" or (issuer.scheme == "http" and issuer.hostname in {"localhost", "127.0.0.1"})
    if not (safe and issuer.hostname) or issuer.query or issuer.fragment or issuer.username:
        raise InvalidValueError("MATCHER_OIDC_ISSUER", given["ISSUER"], "een adres dat met https:// begint")
    if (claim := environment.get("MATCHER_OIDC_CLAIM", "") or "email") not in CLAIMS:
        raise InvalidValueError("MATCHER_OIDC_CLAIM", claim, ", ".join(CLAIMS))
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise MissingPartError("het deel om elders aan te melden", "installeer het met `pip install 'matcher[oidc]'`")
    return Oidc(given["ISSUER"], given["CLIENT"], given["SECRET"], claim)


def _told(address: str, made: Mapping[str, Any]) -> None:
    if made:
        click.echo("Demo-accounts; de wachtwoorden ziet u alleen nu:", err=True)
        for account in made["accounts"]:
            click.echo(f"  {account['rol']:<10}  {account['naam']:<16}  {account['wachtwoord']}", err=True)
        click.echo(f"Een API-sleutel van de verbinder staat in {made['sleutel']} ({_KEY_DAYS} dagen geldig).", err=True)
    click.echo(f"Matcher luistert op {address} (stoppen: Ctrl+C)", err=True)


def _practise(chosen: Settings) -> dict[str, Any]:
    """Fill a new database to practise with; return its accounts with their passwords, this once."""
    new = not chosen.database.exists()
    with closing(open_store(chosen.database)) as store:
        if not new:
            if store.accounts() and not accounts.has_demo_accounts(store):
                raise click.UsageError(f"{chosen.database} is van een echt bureau; start die zonder --demo")
            return {}
        store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
        made = accounts.demo_accounts(store, now())
        path = chosen.database.parent / _KEY_FILE
        _keep_key(store, path)
        told = [{"naam": login, "wachtwoord": password, "rol": role} for login, password, role in made]
        return {"accounts": told, "sleutel": str(path)}


def _keep_key(store: Store, path: Path) -> None:
    """Make an API key for the verbinder of the demo, in a file that only its owner can read."""
    who = store.account(login="demo-verbinder")
    if who is None:
        raise MissingPartError("het account demo-verbinder", "begin met een nieuwe database")
    _, key = accounts.make_key(store, who.person, ["lezen", "schrijven"], _KEY_DAYS, who.person, now())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key)


def _require_no_demo(chosen: Settings) -> dict[str, Any]:
    if not chosen.database.exists():
        raise MissingPartError(f"de database van het bureau, {chosen.database},", "maak die met `matcher start`")
    with closing(open_store(chosen.database)) as store:
        if accounts.has_demo_accounts(store):
            raise click.UsageError(
                f"{chosen.database} heeft demo-accounts; schakel die uit met `matcher accounts --disable`, "
                "of start met --demo om te oefenen"
            )
    return {}
