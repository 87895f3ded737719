"""A file that someone uploaded lies on the server between two steps: for that person alone, by its digest, an hour."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from pathlib import Path

from api.access import bureau, caller
from api.problems import ProblemError

HOUR = 3600.0
GONE = "Dit bestand is er niet meer: het wordt een uur bewaard. Kies het opnieuw."
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Files of one person at once: who uploads more loses the oldest.
_MOST = 5


def hold(data: bytes) -> str:
    """Keep what was uploaded, and return the digest under which it lies."""
    digest, folder = hashlib.sha256(data).hexdigest(), _folder()
    path = folder / _name(digest)
    with open(path, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
        out.write(data)
    _sweep(folder)
    return digest


def held(digest: str) -> Path:
    """Return where a file of this person lies; raises ProblemError (410) when it is there no more."""
    folder = _folder()
    _sweep(folder)
    path = folder / _name(digest)
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise ProblemError(410, GONE)
    return path


def drop(digest: str) -> None:
    """Throw away a file of this person."""
    if _DIGEST.fullmatch(digest):
        (_folder() / _name(digest)).unlink(missing_ok=True)


def _folder() -> Path:
    """Return the folder of whoever is at work; of others nobody can tell whose it is."""
    who = hashlib.sha256(caller().key.encode()).hexdigest()[:16]
    folder = bureau().settings.cache / "ingelezen" / who
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _name(digest: str) -> str:
    return f"{digest}.blad"


def _sweep(folder: Path) -> None:
    """Throw away what lies longer than an hour, of everyone, and of this person what is too much."""
    early = time.time() - HOUR
    for path in folder.parent.glob("*/*.blad"):
        with contextlib.suppress(FileNotFoundError):  # another request swept it
            if path.stat().st_mtime < early:
                path.unlink()
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(folder.glob("*.blad"), key=lambda p: p.stat().st_mtime)[:-_MOST]:
            path.unlink(missing_ok=True)
