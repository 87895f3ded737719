"""What someone typed into a form stays kept under the address of that form, until it was sent or thrown away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.access import bureau, caller
from matcher import Bureau, privacy

Filled = dict[str, list[str]]
_MOST = 100_000
# Passwords and codes are kept nowhere.
NEVER = frozenset({"wachtwoord", "huidig", "nieuw", "nogmaals", "code"})
# Before the address of a form: what was thrown away, and can be brought back.
_GONE = "weg:"


@dataclass(frozen=True, slots=True)
class Draft:
    """A form half filled in: its address, what is in it, when it was last kept."""

    form: str
    filled: Filled
    at: datetime


def keep(form: str, filled: Filled) -> None:
    """Keep what the signed-in person filled in into a form (its path), without a BSN: that is never kept."""
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
    return _filled(bureau().store.draft(caller().key, form))


def listed(under: str = "/") -> list[Draft]:
    """Return the drafts of the signed-in person of forms under a path, the newest first."""
    store, who = bureau().store, caller().key
    found = [(f, at) for f, at in store.drafts(who).items() if f == under or f.startswith(under.rstrip("/") + "/")]
    return [Draft(form, filled, at) for form, at in found if any(map(any, (filled := kept(form)).values()))]


def drop(form: str) -> None:
    """Forget what was kept of a form."""
    bureau().store.drop_draft(caller().key, form)


def throw_away(under: str) -> int:
    """Put the drafts of forms under a path aside, for `bring_back`; return how many there were."""
    return _moved(listed(under), "", _GONE)


def bring_back(under: str) -> int:
    """Take back what was thrown away under a path; return how many there were."""
    return _moved(listed(_GONE + under), _GONE, "")


def _moved(found: list[Draft], before: str, after: str) -> int:
    with bureau().store.at_once():
        for draft in found:
            keep(after + draft.form.removeprefix(before), draft.filled)
            drop(draft.form)
    return len(found)


def _filled(found: Mapping[str, list[str]] | None) -> Filled:
    return {} if found is None else {k: list(v) for k, v in found.items()}


def _keep(work: Bureau, person: str, form: str, filled: Filled) -> None:
    entry = {k: [privacy.without_bsn(v) for v in values] for k, values in filled.items() if k not in NEVER}
    work.store.keep_draft(person, form, entry, work.clock())
