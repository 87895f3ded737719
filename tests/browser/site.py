"""The village and a caller of every role go in; the real service over it on a free port comes out, as an address."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from flask import Response, make_response, redirect, request
from waitress.server import create_server

from api import access
from api.signing import keep_session
from matcher import Bureau, Desk, Person, accounts
from matcher.store import Store, open_store
from tests.api.conftest import CALLERS, CATALOGUE, NOON, QUESTIONS, REGIONS

if TYPE_CHECKING:
    from apiflask import APIFlask
    from playwright.sync_api import Page

PASSWORD = "een zin die nergens staat"  # noqa: S105 - of a database that lives for one test
# Cheap to make, six times; signing in makes it anew as the service wants it.
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Site:
    """Where the service runs, the desk it works at, and who may sign in: a name of CALLERS, with PASSWORD."""

    address: str
    desk: Desk
    people: Mapping[str, Person]

    def bureau(self, caller: str = "verbinder") -> Bureau:
        """Return the bureau at which a caller is at work, to put something there or to look."""
        return self.desk.bureau(self.people[caller].key)

    def sign_in(self, page: Page, caller: str = "verbinder") -> None:
        """Sign in as a person does: by the form on the page that is open."""
        page.get_by_label("Gebruikersnaam").fill(f"{caller}-login")
        page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Meld aan").click()


def make_file(path: Path) -> dict[str, Person]:
    """Make the file of a small bureau, and return who may sign in there."""
    with closing(open_store(path)) as store:
        store.fill([*REGIONS, *QUESTIONS, *CATALOGUE])
        keys = {name: _enter(store, name, *facts) for name, facts in CALLERS.items()}
        known = {p.key: p for p in store.people()}
    return {name: known[key] for name, key in keys.items()}


def _enter(store: Store, name: str, role: str, regions: tuple[str, ...]) -> str:
    person = accounts.add(store, f"{name}-login", f"Naam van {name}", role, regions, "beheer", NOON).person
    token = accounts.invite(store, person, "beheer", NOON)
    accounts.choose_password(store, token, PASSWORD, NOON, hasher=_QUICK)
    return person


@contextmanager
def served(app: APIFlask) -> Iterator[str]:
    """Serve the app as the service does while the block runs; at localhost, where browsers keep `__Host-` cookies."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.effective_port}"
    finally:
        server.close()
        thread.join(5)


def _run(server: Any) -> None:
    # It is closed from another thread, and may then be waiting for what was just closed.
    with suppress(OSError):
        server.run()


def let_in(app: APIFlask, people: Mapping[str, Person]) -> None:
    """Give the app of a test a door without a password: /_als/<caller>?pad=/... signs in and goes there."""

    @access.allowed(access.ANYONE)
    def entered(caller: str) -> Response:
        at = access.desk()
        token = accounts.start_session(at.store, people[caller].key, at.clock())
        return keep_session(make_response(redirect(request.args["pad"])), token)

    app.add_url_rule("/_als/<caller>", view_func=entered)
