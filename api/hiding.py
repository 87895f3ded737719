"""What may not be seen of an offer or a question goes in; the texts without it come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from matcher import Offer, Reason, Step

# What stands in place of the name of a person who is not known to the caller yet.
HIDDEN = {"expert": "Expert", "facilitator": "Facilitator"}


def hidden_name(offer: Offer) -> str:
    """Return what an offer of a person is called while that person is not known to the caller."""
    return HIDDEN[offer.kind] + (f" van {offer.organisation}" if offer.organisation else "")


def scrubbed(offer: Offer, **changes: Any) -> Offer:
    """Return the offer with these changes, and without what they hide in its other texts."""
    gone = [getattr(offer, field) or "" for field in ("name", "organisation", "contact") if field in changes]
    hide = without(*gone, put=HIDDEN.get(offer.kind, "[naam]"))
    audience = None if offer.audience is None else hide(offer.audience)
    return replace(offer, summary=hide(offer.summary), audience=audience, **changes)


def hiding(offer: Offer, seen: Offer) -> Callable[[str], str]:
    gone = [
        getattr(offer, f) or "" for f in ("name", "organisation", "contact") if getattr(offer, f) != getattr(seen, f)
    ]
    return without(*gone, put=HIDDEN.get(offer.kind, "[naam]"))


def without(*texts: str, put: str) -> Callable[[str], str]:
    """Return a function that replaces these texts, whole and whatever their case."""
    known = sorted({t.strip() for t in texts if t.strip()}, key=len, reverse=True)
    if not known:
        return lambda text: text
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(t)}(?!\w)" for t in known), re.IGNORECASE)
    return lambda text: pattern.sub(put, text)


def reason_without(reason: Reason, hide: Callable[[str], str], moved: bool) -> Reason:
    phrase = None if reason.phrase is None else hide(reason.phrase)
    return replace(reason, text=hide(reason.text), phrase=phrase, span=None if moved else reason.span)


def tells_the_name(reason: Reason, offer: Offer, seen: Offer) -> bool:
    """Return whether a reason lists words of a name that is hidden: asking for the name would confirm it."""
    if reason.part != "words" or offer.name == seen.name:
        return False
    return bool(set(re.findall(r"\w+", offer.name.casefold())) & set(re.findall(r"\w+", reason.text.casefold())))


def unnamed_step(step: Step, hide: Callable[[str], str]) -> Step:
    told = step.outcome
    outcome = None if told is None else replace(told, region=hide(told.region), expert=hide(told.expert))
    return replace(step, note=hide(step.note), outcome=outcome)
