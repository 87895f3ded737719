"""A secret and six digits go in, the step of thirty seconds that they belong to comes out: TOTP (RFC 6238)."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

from matcher.errors import WrongCodeError
from matcher.proposals import utc
from matcher.store import Store

SECONDS = 30
# A code of the step before and of the step after is taken too: RFC 6238, 5.2 permits one step for delay.
_AROUND = (0, -1, 1)


def step_of(secret: str, code: str, at: datetime, after: int = 0) -> int | None:
    """Return the step of a code that holds now and comes after a step that was used; else None."""
    digits = re.sub(r"[ -]", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp = pyotp.TOTP(secret, interval=SECONDS)
    steps = [totp.timecode(utc("at", at)) + offset for offset in _AROUND]
    return next((s for s in steps if hmac.compare_digest(totp.generate_otp(s), digits) and s > after), None)


def enrol(store: Store, person: str, at: datetime, by: str = "") -> tuple[str, str]:
    """Make a secret for an authenticator app; returns (secret, otpauth URI for a QR code). In force after `confirm`."""
    account = store.account(person=person)
    secret = pyotp.random_base32()
    store.keep_code(person, secret, by or person, at)
    name = account.login if account else person
    return secret, pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=name, issuer_name="Matcher")


def confirm(store: Store, person: str, code: str, at: datetime) -> None:
    """Put the secret that waits in force, by a code made with it; raises WrongCodeError, also where none waits."""
    held = store.credentials(person)
    step = held.totp_new and step_of(held.totp_new, code, at)
    if not step:
        raise WrongCodeError(SECONDS)
    store.confirm_code(person, step, person, at)


def used_up(store: Store, person: str, code: str, at: datetime) -> bool:
    """Return whether a code is right, and use it up: it holds once. True where a person has no codes."""
    held = store.credentials(person)
    if held.totp is None:
        return True
    step = step_of(held.totp, code, at, held.totp_step)
    return step is not None and store.use_step(person, step)
