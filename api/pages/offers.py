"""The catalogue as a list, and one offer: what it is, what it can do now, and which open questions it would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from api.access import BEHEERDER, REGIO, VERBINDER, allowed, bureau, caller
from api.pages.sheets import asked_as_excel, excel
from api.pages.shown import day_of, headline, helped, hours, listed, today_of
from api.pages.start import NEARLY_FULL
from api.problems import sought
from api.reading import saw
from api.sight import Sight
from matcher import KIND_NAMES, PERSPECTIVES, UNDO, Availability, Helped, Offer, absences, key

blueprint = Blueprint("offers", __name__)
_AMOUNTS = (5, 10, 20)
# What an offer's questions are made of: while none of these changed, they are the same.
_MADE_OF = ("question", "closing", "offer", "capacity", "busy", "pair", "proposal", "region")


@dataclass(frozen=True, slots=True)
class Row:
    """An offer as the caller may see it, with the hours a month left and in all as far as these may be seen."""

    offer: Offer
    hours: tuple[float, float | None] | None

    @property
    def left(self) -> float | None:
        """The hours left, of an offer whose hours are known."""
        return self.hours[0] if self.hours else None


_SORTS: Mapping[str, Callable[[Row], Any]] = {
    "naam": lambda r: r.offer.name, "soort": lambda r: KIND_NAMES[r.offer.kind],
    "vanaf": lambda r: r.offer.available_from,
    "tot": lambda r: r.offer.available_until, "uren": lambda r: r.left,
}  # fmt: skip


@blueprint.get("/aanbod")
@allowed(VERBINDER, REGIO, BEHEERDER)
def offers() -> str | Response:
    """Show the catalogue as someone may see it, filtered by the address; as Excel by the same filter."""
    work = bureau()
    sight = Sight(caller(), work)
    known = _rows(sight)
    found = [r for r in known if _wanted(r)]
    if asked_as_excel():
        rows = [r.offer for r in found]
        saw(work, rows)
        return excel("aanbod", "offers", rows)
    page = listed(found, len(known), _SORTS, "naam")
    saw(work, [r.offer for r in page.rows])
    return render_template(
        "aanbod/lijst.html", list=page, names=KIND_NAMES, kinds=list(KIND_NAMES.items()),
        perspectives=[(p, p) for p in PERSPECTIVES], forms=[(f, f) for f in _named(known, "forms")],
        regions=[(r, r) for r in _named(known, "regions")], counts_hours=_counts_hours(),
        today=today_of(sight), crumbs=[(None, "Aanbod")],
    )  # fmt: skip


@blueprint.get("/aanbod/<offer_id>")
@allowed(VERBINDER, REGIO, BEHEERDER)
def offer(offer_id: str) -> str:
    """Show an offer, what it can do now, and the open questions that it would help, of those that someone may see."""
    work = bureau()
    sight = Sight(caller(), work)
    with sought():
        seen = sight.offer(offer_id)
        found = sight.see(work.store.availability(offer_id))
    amount = next((n for n in _AMOUNTS if str(n) == request.args.get("aantal")), _AMOUNTS[0])
    questions = [] if sight.caller.role == BEHEERDER else _questions(sight, offer_id, amount)
    saw(work, [seen, *(h.question for h in questions)])
    asked = {q.id: q for q in sight.questions()}
    cards = [helped(h, asked[h.question.id]) for h in questions]
    return render_template(
        "aanbod/aanbod.html", offer=seen, kind=KIND_NAMES[seen.kind], availability=found, today=today_of(sight),
        hours=_hours_of(seen, found), absences=_absences(found, today_of(sight)), questions=cards, amount=amount,
        most=max((c["score"] for c in cards), default=1.0), proposals=_proposals(sight, offer_id),
        notice=work.notice, crumbs=[("/aanbod", "Aanbod"), (None, seen.name)],
    )  # fmt: skip


def _rows(sight: Sight) -> list[Row]:
    """Return the catalogue; hours that proposals hold are gone, for who may know that."""
    if not _counts_hours():
        return [Row(o, None) for o in sight.offers()]
    store = sight.bureau.store
    now, capacities = {o.id: o for o in sight.bureau.matchmaker.pool.offers}, store.capacities()
    return [Row(o, hours(now.get(o.id, o), capacities.get(o.id))) for o in sight.offers()]


def _counts_hours() -> bool:
    return caller().role in {VERBINDER, BEHEERDER}


def _wanted(row: Row) -> bool:
    args, offer = request.args, row.offer
    day = day_of(args.get("datum", ""))
    named = {"regio": offer.regions, "vorm": offer.forms}
    if any(args.get(n) and names and key(args[n]) not in map(key, names) for n, names in named.items()):
        return False
    if (args.get("soort") or offer.kind) != offer.kind:
        return False
    if args.get("perspectief") and args["perspectief"] != offer.perspective:
        return False
    if args.get("bijnavol") == "ja" and not _nearly_full(row):
        return False
    if day and not ((offer.available_from or day) <= day <= (offer.available_until or day)):
        return False
    text = " ".join((offer.name, offer.organisation, offer.summary, offer.audience or "", *offer.themes)).casefold()
    return all(word in text for word in args.get("woorden", "").casefold().split())


def _nearly_full(row: Row) -> bool:
    if row.hours is None or row.hours[1] is None:
        return False
    left, total = row.hours
    return left <= NEARLY_FULL < total  # type: ignore[operator]


def _named(rows: list[Row], field: str) -> list[str]:
    """Return all that the offers name in a field, each once, in order."""
    return sorted({key(name): name for r in rows for name in getattr(r.offer, field)}.values(), key=str.casefold)


def _hours_of(offer: Offer, found: Availability | None) -> tuple[float, float | None] | None:
    """Return the hours a month left and in all; None where they are not known, or not for the caller to know."""
    if found is None or found.hours.total is None:
        return None
    return found.hours.left or 0.0, found.hours.total


def _absences(found: Availability | None, today: date) -> list[tuple[date, date]]:
    return [] if found is None else [(first, last) for first, last in absences(found.busy) if last >= today]


def _questions(sight: Sight, offer_id: str, amount: int) -> list[Helped]:
    """Return the open questions that an offer would help; kept at hand, as all of them have to be read for it."""
    work, day = sight.bureau, today_of(sight)
    mine = [q for q in work.store.open_questions() if q.id in sight.asked]
    name = ("helped", offer_id, amount, day, sight.caller.role, sight.caller.regions)
    return sight.all(work.remember(name, _MADE_OF, lambda: work.helped(offer_id, mine, amount)))


def _proposals(sight: Sight, offer_id: str) -> list[tuple[Any, str]]:
    """Return the proposals of an offer that the caller may see and that hold, each with what its question is called."""
    if sight.caller.role == BEHEERDER:
        return []
    titles = {q.id: headline(q) for q in sight.questions()}
    held = [p for p in sight.all(sight.bureau.store.proposals(offer=offer_id)) if p.state != UNDO]
    return [(p, titles.get(p.question, p.question)) for p in reversed(held)]
