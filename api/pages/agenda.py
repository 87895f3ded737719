"""The learning agenda: what the open leervragen have in common and where they find no help, as picture and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from api.access import VERBINDER, allowed, bureau, caller
from api.pages.rounds import mine
from api.pages.shown import headline, listed, offer_page, question_page, today_of
from api.problems import ProblemError, sought
from api.reading import saw
from api.sight import Sight
from matcher import GOOD, Agenda, Balance, Fit, Group, group_sentences

blueprint = Blueprint("agenda", __name__)
# What the agenda is made of: while none of these changed, it is the same today.
_MADE_OF = ("question", "closing", "offer", "capacity", "busy", "pair", "proposal", "region")
# So many themes stand in the picture; the table has all.
_DRAWN = 12
_SORTS: Mapping[str, Callable[[Group], Any]] = {
    "groep": lambda g: g.name, "leervragen": lambda g: len(g.questions), "regios": lambda g: len(g.regions),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A theme as the picture draws it: questions without and with help, offers that can and that cannot, with what
    the theme is called and the first of its questions, by which its group is found."""

    label: str
    unmet: int
    met: int
    able: int
    unable: int

    @classmethod
    def of(cls, balance: Balance) -> Bar:
        """Return the bar of a theme."""
        unmet = len(balance.unmet)
        return cls(balance.theme.label, unmet, balance.asked - unmet, len(balance.offers), len(balance.missed))


@blueprint.get("/agenda")
@allowed(VERBINDER)
def agenda() -> str:
    """Show the agenda of the open questions that someone may see."""
    found = _agenda(Sight(caller(), bureau()))
    bars = [Bar.of(b) for b in found.themes]
    several = [g for g in found.groups if len(g.questions) > 1]
    return render_template(
        "agenda/agenda.html", balances=found.themes, bars=bars[:_DRAWN], total=len(bars),
        asked=sum(b.unmet + b.met for b in bars), unmet=sum(b.unmet for b in bars), key_of=key_of, headline=headline,
        list=listed(several, len(several), _SORTS, "-leervragen"), alone=len(found.groups) - len(several),
        fits=sum(bool(g.community) for g in several), proposals=sum(bool(g.proposal) for g in several),
        page_of=question_page, crumbs=[(None, "Leeragenda")],
    )  # fmt: skip


@blueprint.get("/agenda/<question_id>")
@allowed(VERBINDER)
def group(question_id: str) -> str:
    """Show the group that a question is in: its questions, its regions, and what it could become."""
    sight = Sight(caller(), bureau())
    with sought():
        asked = sight.question(question_id)
    found = next((g for g in _agenda(sight).groups if asked.id in {q.id for q in g.questions}), None)
    if found is None:
        raise ProblemError(404, "Deze leervraag is gesloten, en staat daarom niet meer op de leeragenda.")
    questions = {q.id: q for q in sight.questions()}
    proposal = found.proposal
    fits = [f for f in (found.community, proposal and proposal.facilitator, proposal and proposal.nearest) if f]
    saw(sight.bureau, [f.offer for f in fits])
    return render_template(
        "agenda/groep.html", group=found, told=group_sentences(found), headline=headline, page_of=question_page,
        questions=[questions[q.id] for q in found.questions], community=_fit(found.community, found),
        facilitator=_fit(proposal.facilitator, found) if proposal else None,
        nearest=_fit(proposal.nearest, found) if proposal else None, good=GOOD,
        crumbs=[("/agenda", "Leeragenda"), (None, found.name)],
    )  # fmt: skip


def key_of(group: Group) -> str:
    """Return what names a group in an address: its most central question, which says what the group is about."""
    return group.medoid.id


def _agenda(sight: Sight) -> Agenda:
    """Return the agenda over what the caller may see; kept at hand, as all questions have to be read for it."""
    work = sight.bureau
    asked = mine(sight)
    name = ("agenda", frozenset(q.id for q in asked), today_of(sight))
    found = sight.see(work.remember(name, _MADE_OF, lambda: work.agenda(among=asked)))
    if found is None:
        raise ProblemError(403)
    return found


def _fit(fit: Fit | None, group: Group) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {
        "name": fit.offer.name, "href": offer_page(fit.offer), "score": fit.score, "summary": fit.offer.summary,
        "organisation": fit.offer.organisation, "able": len(fit.possible_for), "of": len(group.questions),
        "sessions": fit.offer.sessions,
    }  # fmt: skip
