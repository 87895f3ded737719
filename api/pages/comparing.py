"""Two offers beside each other for one leervraag: what each adds, and whether it can happen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.pages.shown import headline, hours, offer_page, parts, question_page, why
from api.problems import sought
from api.reading import saw
from api.sight import Sight
from matcher import KIND_NAMES, Offer, Question, Suggestion, UnknownNameError

blueprint = Blueprint("comparing", __name__)
# How many of the suggestions can be chosen from.
_CHOICE = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the offer as the caller may see it, its suggestion for the question, and why it cannot happen."""

    offer: Offer
    suggestion: Suggestion
    objections: tuple[str, ...]
    hours: tuple[float, float | None] | None

    @property
    def shown(self) -> dict[str, Any]:
        """What the page shows of it."""
        return {
            "id": self.offer.id, "offer": self.offer, "href": offer_page(self.offer), "why": why(self.suggestion, 3),
            "kind": KIND_NAMES[self.offer.kind], "parts": parts(self.suggestion.score), "hours": self.hours,
            "score": self.suggestion.score.total, "objections": self.objections,
        }  # fmt: skip


@blueprint.get("/vergelijk")
@allowed(VERBINDER, REGIO)
def compare() -> str:
    """Show two offers beside each other for a question; without two, or without a question, ask for them."""
    work = bureau()
    sight = Sight(caller(), work)
    asked = _question(sight, request.args.get("vraag", ""))
    if asked is None:
        return render_template("vergelijk.html", question=None, sides=[], crumbs=[(None, "Vergelijk")])
    choice = _choice(sight, asked)
    # Who names no second one sees the best two that there are.
    names = [request.args.get("een", ""), request.args.get("ander", "")]
    spare = [i for i, _ in choice if i not in names]
    sides = [_side(sight, asked, name or (spare.pop(0) if spare else "")) for name in names]
    found = [s for s in sides if s]
    saw(work, [asked, *(s.offer for s in found)])
    known = dict(choice) | {s.offer.id: s.offer.name for s in found}
    return render_template(
        "vergelijk.html", question=asked, headline=headline(asked), href=question_page(asked),
        sides=[s.shown for s in found], choice=list(known.items()), most=max((s.suggestion.score.total for s in found),
        default=1.0), crumbs=[("/leervragen", "Leervragen"), (question_page(asked), headline(asked)),
                              (None, "Vergelijk")],
    )  # fmt: skip


def _question(sight: Sight, identifier: str) -> Question | None:
    if not identifier:
        return None
    with sought():
        return sight.question(identifier)


def _choice(sight: Sight, asked: Question) -> list[tuple[str, str]]:
    found = sight.all(sight.bureau.consider(asked, _CHOICE).kept)
    return [(s.offer.id, s.offer.name) for s in found]


def _side(sight: Sight, asked: Question, identifier: str) -> Side | None:
    """Return one side; None where nothing was chosen, or what was chosen is not there."""
    work = sight.bureau
    try:
        offer = sight.offer(identifier)
    except UnknownNameError:
        return None
    ((found, objections),) = work.weighed([(asked.id, identifier)])
    seen = sight.see(found)
    if seen is None:
        return None
    left = hours(found.offer, work.store.capacities().get(identifier)) if caller().role == VERBINDER else None
    return Side(offer, replace(seen, offer=offer), objections, left)
