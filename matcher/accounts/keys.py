"""A person and scopes go in, a key for another program comes out, once; and of a key, who that is at this moment."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from matcher.accounts.signing import lets_in
from matcher.accounts.tokens import Maker, digest, new_token
from matcher.errors import InvalidValueError
from matcher.proposals import utc
from matcher.store import ApiKey, Person, Store

# By this a key is recognised that someone left in a file or a log.
PREFIX = "mk_"
LONGEST = timedelta(days=365)


def make_key(
    store: Store, person: str, scopes: Iterable[str], days: int, by: str, at: datetime,
    make: Maker = secrets.token_urlsafe,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Return what is kept of a new key, and the key itself, which is shown this once.

    scopes: of SCOPES; days: how long it holds, a year at most. Raises UnknownNameError, InvalidValueError.
    """
    if not 1 <= days <= LONGEST.days:
        raise InvalidValueError("dagen", days, f"1 tot en met {LONGEST.days}")
    moment, token = utc("at", at), PREFIX + new_token(make)
    wanted = tuple(dict.fromkeys(scopes))
    # Its id is of no use to anyone, and the digest gives nothing away.
    kept = ApiKey(f"k-{digest(token)[:10]}", person, wanted, moment, moment + timedelta(days=days))
    store.keep_key(kept, digest(token), by, at)
    return kept, token


def who_by_key(store: Store, key: str, at: datetime) -> tuple[Person, frozenset[str]] | None:
    """Return whose key this is, with the role and regions of now, and its scopes; None when it holds no more."""
    kept = store.api_key(digest(key))
    if kept is None or not holds(kept, at):
        return None
    person = lets_in(store, kept.person)
    if person is None:
        return None
    if kept.used != utc("at", at).date():
        store.use_key(kept.id, at)
    return person, frozenset(kept.scopes)


def holds(key: ApiKey, at: datetime) -> bool:
    """Return whether a key holds at a moment."""
    return key.revoked is None and utc("at", at) < key.expires
