"""The first page after signing in: what waits for someone today, by role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, render_template

from api.access import BEHEERDER, EVALUATOR, VERBINDER, allowed, bureau, caller
from api.pages import care, judging
from api.pages.shown import headline
from api.sight import Sight
from matcher import UNDO, Capacity, Offer, Proposal, dutch_date

blueprint = Blueprint("start", __name__)
# An offer with at most so many hours a month left, of those that have any, is nearly full.
_NEARLY_FULL = 2
_MOST = 8
_DAYS = ("Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrijdag", "Zaterdag", "Zondag")


@blueprint.get("/")
@allowed(VERBINDER, EVALUATOR, BEHEERDER)
def start() -> str:
    """Show what waits today."""
    sight = Sight(caller(), bureau())
    return _STARTS[sight.caller.role](sight)


def today_of(sight: Sight) -> date:
    """Return the day that it is here."""
    return sight.bureau.clock().astimezone().date()


def day_line(day: date) -> str:
    """Return a day as a line above a page, as "Maandag 1 maart 2027"."""
    return f"{_DAYS[day.weekday()]} {dutch_date(day)}"


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
    found = [
        (o, left, total) for o, left, total in known if left is not None and total and left <= _NEARLY_FULL < total
    ]
    return sorted(found, key=lambda f: (f[1], f[0].name))


_STARTS: Mapping[str, Callable[[Sight], str]] = {
    VERBINDER: _verbinder, EVALUATOR: judging.home, BEHEERDER: care.home,
}  # fmt: skip
