"""A login, a password and a code go in, a session comes out; and of a session, who that is at this moment."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher

from matcher.accounts.codes import used_up
from matcher.accounts.limits import let_try
from matcher.accounts.passwords import HASHER, checked, hashed, outdated, right
from matcher.accounts.tokens import Maker, digest, new_token
from matcher.errors import LinkRefusedError, SignInRefusedError
from matcher.proposals import utc
from matcher.store import NOBODY, Person, Session, Store

# conventions.md, within ASVS 5.0, 7.3.1 (inactivity) and 7.3.2 (absolute); NIST SP 800-63B-4, 2.2.3 (AAL2) names at
# most an hour and at most 24 hours.
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
# `seen` is written no more often than this: reading stays reading.
SEEN_EVERY = timedelta(minutes=1)
# How long a link to choose a password holds (ASVS 5.0, 6.4.1: a short period).
LINK_HOURS = 24


def sign_in(
    store: Store, login: str, password: str, code: str, address: str, at: datetime, hasher: PasswordHasher = HASHER,
    make: Maker = secrets.token_urlsafe,
) -> str:  # fmt: skip
    """Return the token of a new session, for a cookie; only its digest is kept.

    code: of the authenticator app, "" where the account has none. address: of the caller, for the limit alone.
    Raises SignInRefusedError, in the same time whatever was wrong, and TooManyAttemptsError before anything is tried.
    """
    tried = let_try(store, login, address, at)
    account = store.account(login)
    person = account.person if account else ""
    kept = store.credentials(person).password
    knows = right(password, kept, hasher)
    if not (knows and kept and lets_in(store, person) and used_up(store, person, code, at)):
        store.log_refusal(person, NOBODY, at)
        raise SignInRefusedError(at)
    # Before the file is locked: hashing takes its time, and others want to write.
    anew = hashed(password, hasher) if outdated(kept, hasher) else ""
    with store.at_once():
        store.forget_attempts(login, tried)
        if anew:
            store.rehash(person, anew)
        return start_session(store, person, at, make)


def start_session(store: Store, person: str, at: datetime, make: Maker = secrets.token_urlsafe) -> str:
    """Return the token of a new session for someone who was recognised, here or by an identity provider.

    Raises SignInRefusedError for an account that is closed or whose person is gone.
    """
    if lets_in(store, person) is None:
        raise SignInRefusedError(at)
    token = new_token(make)
    store.open_session(person, digest(token), person, at)
    return token


def sign_in_vouched(store: Store, login: str, at: datetime, make: Maker = secrets.token_urlsafe) -> str:
    """Return the token of a new session for the login that an identity provider vouches for; nobody is made by it.

    Raises SignInRefusedError for a login that is not here or whose account is closed, and logs that.
    """
    account = store.account(login) if login else None
    person = account.person if account else ""
    if lets_in(store, person) is None:
        store.log_refusal(person, NOBODY, at)
        raise SignInRefusedError(at)
    return start_session(store, person, at, make)


def lets_in(store: Store, person: str) -> Person | None:
    """Return a person as they are now, with the role and regions of now; None without an account that is open."""
    account = store.account(person=person) if person else None
    return store.person(person) if account and account.disabled is None else None


def who_by_session(store: Store, token: str, at: datetime) -> Person | None:
    """Return whose session this is, read anew each time; None when it ended, is too old, or was never there."""
    session = store.session(digest(token))
    if session is None or not holds(session, at):
        return None
    person = lets_in(store, session.person)
    if person and utc("at", at) - session.seen >= SEEN_EVERY:
        store.touch_session(digest(token), at)
    return person


def holds(session: Session, at: datetime) -> bool:
    """Return whether a session holds at a moment: not ended, and neither too long idle nor too old."""
    now = utc("at", at)
    return session.ended is None and now - session.seen < IDLE and now - session.made < ABSOLUTE


def sign_out(store: Store, token: str, at: datetime) -> None:
    """End a session."""
    if session := store.session(digest(token)):
        store.end_session(digest(token), session.person, at)


def sign_out_everywhere(store: Store, person: str, by: str, at: datetime) -> None:
    """End all sessions of a person."""
    store.end_sessions(person, by, at)


def change_password(
    store: Store, person: str, current: str, new: str, at: datetime, keep: str = "", hasher: PasswordHasher = HASHER
) -> None:
    """Change one's own password; all sessions end but the one of the token `keep`. Keys stay.

    Raises SignInRefusedError when the current one is wrong, TooManyAttemptsError, WeakPasswordError.
    """
    account = store.account(person=person)
    login = account.login if account else ""
    checked(new, login)
    tried = let_try(store, login, "", at)
    if not right(current, store.credentials(person).password, hasher):
        raise SignInRefusedError(at)
    kept = hashed(new, hasher)
    with store.at_once():
        store.forget_attempts(login, tried)
        store.set_password(person, kept, person, at, digest(keep) if keep else "")


def invite(store: Store, person: str, by: str, at: datetime, make: Maker = secrets.token_urlsafe) -> str:
    """Return a token with which a person may choose a password once, within 24 hours; former ones are worth nothing."""
    token = new_token(make)
    store.invite(person, digest(token), utc("at", at) + timedelta(hours=LINK_HOURS), by, at)
    return token


def choose_password(store: Store, token: str, new: str, at: datetime, hasher: PasswordHasher = HASHER) -> str:
    """Set a password with a token of `invite`, and return the login that it is for.

    A link is given after a loss: sessions end, and so do the keys that were made with the account, for whoever had it
    may have made some. (Who changes a password knowing the former one keeps the keys: `change_password`.)
    Raises LinkRefusedError, and WeakPasswordError, after which the token still holds.
    """
    account = store.invited(digest(token), at)
    if account is None or lets_in(store, account.person) is None:
        raise LinkRefusedError(LINK_HOURS)
    kept = hashed(checked(new, account.login), hasher)
    with store.at_once():
        if store.invited(digest(token), at) is None:
            raise LinkRefusedError(LINK_HOURS)
        store.set_password(account.person, kept, account.person, at)
        store.revoke_keys(account.person, account.person, at)
    return account.login
