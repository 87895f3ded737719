"""Values of the library go in, what the macros show comes out: names for people, addresses, hours of hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

from flask import request

from api.lists import ordered
from api.sight import Sight
from matcher import (
    GOOD,
    KIND_NAMES,
    PART_NAMES,
    Capacity,
    Helped,
    Offer,
    Question,
    Refused,
    Score,
    Suggestion,
    UnknownNameError,
    dutch_date,
)

Row = TypeVar("Row")
PAGE_SIZE = 25
# The parts of a score in a fixed order, so that each keeps its colour.
_PARTS = tuple(PART_NAMES)
# A reason that points at a phrase which stands elsewhere.
_POINTS_AT = "in deze zin."
_DAYS = ("Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrijdag", "Zaterdag", "Zondag")


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list: its rows, how many there are with and without filters, the place and the order."""

    rows: Sequence[Any]
    total: int
    of: int
    page: int
    sort: str
    args: Sequence[tuple[str, str]]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def size(self) -> int:
        """How many rows a page has."""
        return PAGE_SIZE

    @property
    def filtered(self) -> bool:
        """Whether anything is left out by a filter."""
        return any(v for k, v in self.args if k not in {"sorteer", "pagina", "als"})


def listed(rows: Iterable[Row], of: int, keys: Mapping[str, Callable[[Row], Any]], default: str) -> Listed:
    """Return the page of the rows that the address asks for; what it says wrongly counts as not said."""
    sort = request.args.get("sorteer", default)
    if sort.removeprefix("-") not in keys:
        sort = default
    found = ordered(rows, sort, keys)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    asked = request.args.get("pagina", "1")
    page = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 7 else 1), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Listed(shown, len(found), of, page, sort, list(request.args.items(multi=True)))


def suggestion(sight: Sight, found: Suggestion, capacities: Mapping[str, Capacity]) -> dict[str, Any]:
    """Return a suggestion as the macro `suggestion` shows it."""
    offer = found.offer
    possible = next((r.text for r in found.reasons if not r.part), "")
    return {
        "id": offer.id, "rank": found.rank, "name": offer.name, "href": offer_page(offer),
        "kind": KIND_NAMES[offer.kind], "organisation": offer.organisation, "perspective": offer.perspective,
        "sentence": found.sentence, "summary": offer.summary, "marks": found.marks, "score": found.score.total,
        "parts": parts(found.score),
        "reasons": [r.text for r in found.reasons], "available": possible,
        "tags": ["voorbeeld"] if offer.example else [], "hours": hours(offer, capacities.get(offer.id)),
    }  # fmt: skip


def helped(found: Helped, asked: Question) -> dict[str, Any]:
    """Return a question, as it was asked, that an offer would help as the macro `suggestion` shows it."""
    score, title = found.suggestion.score, headline(asked)
    weak = [] if score.total >= GOOD else ["past minder goed"]
    return {
        "id": asked.id, "rank": found.suggestion.rank, "name": title, "href": question_page(asked),
        "kind": asked.region or "zonder regio", "sentence": why(found.suggestion),
        "summary": asked.text if title != asked.text.strip() else "", "score": score.total, "parts": parts(score),
        "available": f"Nodig op {dutch_date(asked.needed_on)}" if asked.needed_on else "",
        "tags": weak + (["voorbeeld"] if asked.example else []),
    }  # fmt: skip


def why(found: Suggestion, most: int = 2) -> str:
    """Return in one sentence why an offer fits, without who it is and when it can: for where that stands already."""
    told = [r.text.rstrip(".") for r in found.reasons if r.part and not r.text.endswith(_POINTS_AT)][:most]
    text = "; ".join([*told[:1], *(t[0].lower() + t[1:] for t in told[1:])]) or found.sentence
    return text if text.endswith(".") else f"{text[0].upper()}{text[1:]}."


def parts(score: Score) -> list[tuple[str, float]]:
    """Return the parts of a score in their fixed order, each with what it is called."""
    return [(PART_NAMES[name], score.parts.get(name, 0.0)) for name in _PARTS]


def day_of(given: str) -> date | None:
    """Return the day that an address names (2027-03-01); None for anything else."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def question_page(question: Question) -> str:
    """Return the address of a question's page."""
    return f"/leervragen/{quote(question.id, safe='')}"


def offer_of(sight: Sight, identifier: str) -> Offer:
    """Return an offer as the caller may see it, or what stands in its place once it was thrown away or erased."""
    try:
        return sight.offer(identifier)
    except UnknownNameError:
        return Offer(identifier, "dossier", "Aanbod dat er niet meer is", "Dit aanbod is weggegooid of gewist.")


def offer_page(offer: Offer) -> str:
    """Return the address of an offer's page."""
    return f"/aanbod/{quote(offer.id, safe='')}"


def hours(offer: Offer, capacity: Capacity | None) -> tuple[float, float | None] | None:
    """Return the hours a month left and in all, of an offer as it stands; None where no limit is known."""
    total = capacity.hours if capacity else None
    return None if total is None or offer.hours_per_month is None else (offer.hours_per_month, total)


def refused(found: Iterable[Refused]) -> list[dict[str, Any]]:
    """Return the refused as the macro `refused` shows them."""
    return [
        {
            "name": r.offer.name, "href": offer_page(r.offer), "score": r.score.total, "near": len(r.refusals) == 1,
            "reasons": [f"{text[0].upper()}{text[1:]}." for text in r.reasons],
        }
        for r in found
    ]  # fmt: skip


def headline(question: Question) -> str:
    """Return what a question is called in a list: its title, else the start of its text."""
    text = question.title.strip() or question.text.strip()
    return text if len(text) <= 90 else f"{text[:87].rsplit(' ', 1)[0]} ..."


def today_of(sight: Sight) -> date:
    """Return the day that it is here."""
    return sight.bureau.clock().astimezone().date()


def day_line(day: date) -> str:
    """Return a day as a line above a page, as "Maandag 1 maart 2027"."""
    return f"{_DAYS[day.weekday()]} {dutch_date(day)}"
