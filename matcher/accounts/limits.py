"""Moments of failed attempts go in, the moment from which one may try again comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from matcher.errors import TooManyAttemptsError
from matcher.proposals import utc
from matcher.store import LONGEST_REMEMBERED, Store

# After so many failures each next one doubles the wait, from a second to a quarter of an hour. Under this a login is
# tried 17 times in the first hour and 4 in each after it; ASVS 4.0, 2.2.1 permitted 100, 5.0 (6.3.1) names no number.
# An address has more: behind one of a municipality many people sign in.
FREE: Mapping[str, int] = MappingProxyType({"login": 5, "address": 20})
REMEMBERED: Mapping[str, timedelta] = MappingProxyType({"login": LONGEST_REMEMBERED, "address": timedelta(hours=1)})
LONGEST = timedelta(minutes=15)


def free_from(failures: Sequence[datetime], free: int) -> datetime | None:
    """Return the moment from which one may try again, after failures in order of time; None for at once."""
    over = len(failures) - free
    if over < 0:
        return None
    return failures[-1] + min(timedelta(seconds=2 ** min(over, 20)), LONGEST)


def let_try(store: Store, login: str, address: str, at: datetime) -> list[int]:
    """Count an attempt as failed until it is forgiven, and return its numbers for `Store.forget_attempts`.

    Counted before the password is looked at, so that many at once do not slip by together. Raises
    TooManyAttemptsError while the login or the address has to wait; that attempt does not count.
    """
    subjects = {kind: value for kind, value in (("login", login), ("address", address)) if value}
    with store.at_once():
        failed = {k: store.attempts(k, value, utc("at", at) - REMEMBERED[k]) for k, value in subjects.items()}
        waits = [moment for kind, past in failed.items() if (moment := free_from(past, FREE[kind]))]
        if waits and max(waits) > at:
            raise TooManyAttemptsError(max(waits))
        return store.try_to_sign_in(subjects, at)
