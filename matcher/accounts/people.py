"""A name, a role and regions go in, a person with an account comes out; four of them to try the service with."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from argon2 import PasswordHasher

from matcher.accounts.passwords import HASHER, hashed
from matcher.errors import InvalidValueError, UnknownNameError
from matcher.parties import by_key, key
from matcher.store import ROLES, Account, Person, Store

# Roles that see nothing without a region.
_OF_REGIONS = ("verbinder", "regio")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,99}")
# Bytes of a demo password: 16 characters.
_DEMO_WIDTH = 12


def add(store: Store, login: str, name: str, role: str, regions: Iterable[str], by: str, at: datetime) -> Account:
    """Keep a new person with an account, which has no password yet (`invite`).

    Raises InvalidValueError for a login that is taken or may not be, and a role of regions without one;
    UnknownNameError for a role or a region that nobody knows.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise InvalidValueError("login", login, "3 tot 100 letters zonder accent, cijfers en . _ @ + -")
    if not name.strip():
        raise InvalidValueError("naam", name, "een naam")
    person = Person(f"p-{secrets.token_hex(4)}", name.strip(), role, _regions(store, role, regions))
    with store.at_once():
        store.put_people([person], by, at)
        return store.add_account(person.key, login, by, at)


def change(store: Store, person: str, role: str, regions: Iterable[str], by: str, at: datetime) -> Person:
    """Give a person another role and other regions, from the next request on.

    Raises LastKeeperError for the last beheerder, UnknownNameError, InvalidValueError.
    """
    former = store.person(person)
    if former is None:
        raise UnknownNameError("persoon", person, [p.key for p in store.people()])
    after = replace(former, role=role, regions=_regions(store, role, regions))
    with store.at_once():
        if after.role != "beheerder":
            store.need_another_keeper(person)
        store.put_people([after], by, at)
    return after


def _regions(store: Store, role: str, regions: Iterable[str]) -> tuple[str, ...]:
    known, asked = by_key([r.name for r in store.regions()]), [r for r in regions if r.strip()]
    if unknown := [r for r in asked if key(r) not in known]:
        raise UnknownNameError("regio", unknown[0], sorted(known.values()))
    if role in _OF_REGIONS and not asked:
        raise InvalidValueError("regio", "", f"ten minste één regio bij de rol {role}")
    return tuple(sorted({known[key(r)] for r in asked}))


def demo_accounts(store: Store, at: datetime, hasher: PasswordHasher = HASHER) -> list[tuple[str, str, str]]:
    """Make an account of each role to try the service with; returns [(login, password, role)], this once.

    The verbinder has all regions, the regio the one with most open questions. Raises InvalidValueError in a store that
    has accounts.
    """
    made = [(f"demo-{role}", secrets.token_urlsafe(_DEMO_WIDTH), role) for role in ROLES]
    kept = [hashed(password, hasher) for _, password, _ in made]
    with store.at_once():
        if store.accounts():
            raise InvalidValueError("store", str(store.path), "een database zonder accounts")
        for (login, _, role), one in zip(made, kept, strict=True):
            store.put_people([Person(login, f"Demo {role}", role, _demo_regions(store, role))], login, at)
            store.add_account(login, login, login, at, demo=True)
            store.set_password(login, one, login, at)
    return made


def _demo_regions(store: Store, role: str) -> tuple[str, ...]:
    names = tuple(r.name for r in store.regions())
    asking = Counter(q.region for q in store.open_questions() if q.region in names)
    return {"verbinder": names, "regio": tuple(r for r, _ in asking.most_common(1) if r) or names[:1]}.get(role, ())


def has_demo_accounts(store: Store) -> bool:
    """Return whether someone could come in by an account that was made to try the service with."""
    return any(a.demo and a.disabled is None for a in store.accounts())
