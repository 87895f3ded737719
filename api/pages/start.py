"""The first page after signing in: what waits for someone today, by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, render_template

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed, bureau, caller
from api.pages import care, judging, overview
from api.pages.shown import day_line, headline, today_of
from api.sight import Sight
from matcher import UNDO, Capacity, Offer, Proposal

blueprint = Blueprint("start", __name__)
# An offer with at most so many hours a month left, of those that have any, is nearly full.
NEARLY_FULL = 2
_MOST = 8


@blueprint.get("/")
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def start() -> str:
    """Show what waits today."""
    sight = Sight(caller(), bureau())
    return _STARTS[sight.caller.role](sight)


def _verbinder(sight: Sight) -> str:
    work = sight.bureau
    closed, proposals = work.store.closed(), [p for p in sight.proposals() if p.state != UNDO]
    proposed = {p.question for p in proposals}
    new = [q for q in sight.questions() if q.id not in closed and q.id not in proposed]
    new.sort(key=lambda q: (q.asked_on or date.min, q.id), reverse=True)
    waiting = [p for p in proposals if p.state == "voorgesteld"]
    names, today = {o.id: o.name for o in sight.offers()}, today_of(sight)
    full = _nearly_full(work.matchmaker.pool.offers, work.store.capacities())
    return render_template(
        "begin/verbinder.html", above=day_line(today), new=new[:_MOST], new_total=len(new), headline=headline,
        waiting=[(p, names.get(p.offer, p.offer), _days_since(p, today)) for p in waiting[:_MOST]],
        waiting_total=len(waiting), full=full[:_MOST], full_total=len(full), notice=work.notice,
    )  # fmt: skip


def _days_since(proposal: Proposal, today: date) -> int:
    return (today - proposal.steps[-1].at.astimezone().date()).days


def _nearly_full(offers: tuple[Offer, ...], capacities: Mapping[str, Capacity]) -> list[tuple[Offer, float, float]]:
    """Return the offers that have few hours left, the fewest first: offer, hours left, hours in all."""
    known = [(o, o.hours_per_month, capacities[o.id].hours) for o in offers]
    found = [(o, left, total) for o, left, total in known if left is not None and total and left <= NEARLY_FULL < total]
    return sorted(found, key=lambda f: (f[1], f[0].name))


_STARTS: Mapping[str, Callable[[Sight], str]] = {
    VERBINDER: _verbinder, REGIO: overview.page, EVALUATOR: judging.home, BEHEERDER: care.home,
}  # fmt: skip
