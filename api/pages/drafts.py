"""What someone typed into a form stays kept under the address of that form, until it was sent or thrown away."""

from __future__ import annotations

import json

from api.access import bureau, caller
from matcher import Bureau

Filled = dict[str, list[str]]
_MOST = 100_000
# Passwords and codes are kept nowhere.
NEVER = frozenset({"wachtwoord", "huidig", "nieuw", "nogmaals", "code"})


def keep(form: str, filled: Filled) -> None:
    """Keep what the signed-in person filled in into a form (its path)."""
    _keep(bureau(), caller().key, form, filled)


def keep_text(work: Bureau, person: str, form: str, text: str) -> None:
    """Keep what came along with signing in: a form that was sent when the session had ended, as JSON."""
    try:
        given = json.loads(text[:_MOST])
        filled = {str(k): [str(v) for v in values] for k, values in given.items() if isinstance(values, list)}
    except (ValueError, AttributeError):
        return
    _keep(work, person, form, filled)


def kept(form: str) -> Filled:
    """Return what the signed-in person filled in into a form before; empty when nothing is kept."""
    found = bureau().store.draft(caller().key, form)
    return {} if found is None else {k: list(v) for k, v in found.items()}


def drop(form: str) -> None:
    """Throw away what was kept of a form."""
    bureau().store.drop_draft(caller().key, form)


def _keep(work: Bureau, person: str, form: str, filled: Filled) -> None:
    work.store.keep_draft(person, form, {k: v for k, v in filled.items() if k not in NEVER}, work.clock())
