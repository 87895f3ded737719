"""Nothing goes in, a token that nobody can guess comes out; and of a token its digest, of an id its pseudonym."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from types import MappingProxyType

from matcher.errors import UnknownNameError

# What makes the random part: argument of whatever makes a token, so that a test can name it.
Maker = Callable[[int], str]
# Bytes of randomness: ASVS 5.0, 7.2.3 asks for 16 at least.
WIDTH = 32
_PREFIXES = MappingProxyType({"question": "v-", "offer": "a-"})


def new_token(make: Maker = secrets.token_urlsafe) -> str:
    """Return a token of 32 random bytes, fit for a header or an address."""
    return make(WIDTH)


def digest(token: str) -> str:
    """Return the SHA-256 of a token: all that is kept of it. No salt and no slow hash: it cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def pseudonym(secret: bytes, kind: str, identifier: str) -> str:
    """Return what an evaluator sees instead of the id of a question ("v-" and 12 hex digits) or an offer ("a-").

    secret: `store.secret()`. The same id always has the same pseudonym; without the secret nothing leads back.
    """
    if kind not in _PREFIXES:
        raise UnknownNameError("soort", kind, _PREFIXES)
    return _PREFIXES[kind] + hmac.digest(secret, f"{kind} {identifier}".encode(), "sha256").hex()[:12]
