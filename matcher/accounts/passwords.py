"""A password goes in, its argon2id hash or the rules that it breaks come out; the password itself is kept nowhere."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matcher.errors import WeakPasswordError

# argon2-cffi's defaults: 64 MiB, 3 passes, 4 lanes (RFC 9106, 4: second recommended option). OWASP's Password Storage
# Cheat Sheet asks for at least 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher()
# Each takes its 64 MiB while it runs: whoever comes third in one process waits for a tenth of a second or so.
AT_ONCE = 2
_TURN = BoundedSemaphore(AT_ONCE)
# ASVS 5.0: 6.2.1 (at least 8, 15 recommended; ours is between), 6.2.9 (at least 64 permitted).
LEAST, MOST = 12, 128
# Passwords of at least LEAST characters that are tried first are these, repeated, joined, or with digits and signs.
_OBVIOUS = (
    "wachtwoord", "password", "welkom", "welcome", "geheim", "secret", "inloggen", "login", "admin", "beheerder",
    "verbinder", "evaluator", "matcher", "metandereogen", "gemeente", "nederland", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwerty", "asdf", "azerty", "abcdefghijkl", "abcdef", "abc", "iloveyou", "letmein", "changeme", "test", "regio",
    "lente", "zomer", "herfst", "winter", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december",
)  # fmt: skip
_ONLY_OBVIOUS = re.compile(f"(?:{'|'.join(_OBVIOUS)})*")
_READ_AS = str.maketrans("013457@$!", "oieastasi")
_FEWEST_DIFFERENT = 5


def checked(password: str, login: str) -> str:
    """Return the password, where it keeps the rules; raises WeakPasswordError with all that it breaks.

    No rule asks for capitals, digits or signs (ASVS 6.2.5).
    """
    broken = {
        f"Gebruik ten minste {LEAST} tekens.": len(password) < LEAST,
        f"Gebruik ten hoogste {MOST} tekens.": len(password) > MOST,
        "Gebruik uw inlognaam niet in uw wachtwoord.": login.lower() in password.lower(),
        "Kies iets dat minder voor de hand ligt.": _obvious(password[:MOST]),
        "Gebruik alleen tekens die te typen zijn.": not password.isprintable(),
    }
    if any(broken.values()):
        raise WeakPasswordError(sentence for sentence, breaks in broken.items() if breaks)
    return password


def _obvious(password: str) -> bool:
    # A year behind it is left off before digits are read as letters.
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())
    readings = ("".join(filter(str.isalpha, text)) for text in (word, word.translate(_READ_AS)))
    return any(map(_ONLY_OBVIOUS.fullmatch, readings)) or len(set(password)) < _FEWEST_DIFFERENT


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return the hash to keep, its parameters and salt within."""
    with _TURN:
        return hasher.hash(password)


def right(password: str, kept: str | None, hasher: PasswordHasher = HASHER) -> bool:
    """Return whether this is the password of a hash; without a hash False, in the same time."""
    # Made before it is known whether it is needed: the first time it costs as much for a login that exists.
    decoy = _decoy(hasher)
    try:
        with _TURN:
            return hasher.verify(kept or decoy, password) and kept is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    return hashed("", hasher)


def outdated(kept: str, hasher: PasswordHasher = HASHER) -> bool:
    """Return whether a hash was made with other parameters than those of today."""
    return hasher.check_needs_rehash(kept)
