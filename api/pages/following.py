"""A leervraag as who asked it sees it: where it stands, what is proposed, who could help; and how both are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from api.pages.asked import shown
from api.pages.shown import headline, suggestion
from api.reading import saw
from api.sight import Sight
from matcher import UNDO, Offer, Proposal, Question, Suggestion, UnknownNameError

STAGES = ("Gesteld", "Verbinder zoekt", "Voorstel", "Aan de slag", "Afgerond")
# What a state of a proposal means to who asked, and its tone.
STANDS = {
    "voorgesteld": ("Wacht op uw antwoord", "warning"), "aanvaard": ("U zei ja", "accent"),
    "loopt": ("Loopt", "accent"), "afgerond": ("Afgerond", "positive"), "afgewezen": ("U zei nee", ""),
    "ingetrokken": ("Ingetrokken", ""),
}  # fmt: skip
_AMOUNT = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its offer as the caller may see it; offer None: it is in the catalogue no more."""

    proposal: Proposal
    offer: Offer | None
    question: Question

    @property
    def name(self) -> str:
        """What the offer is called."""
        return self.offer.name if self.offer else "Aanbod dat er niet meer is"

    @property
    def stands(self) -> tuple[str, str]:
        """Where it stands, in words, and the tone."""
        return STANDS.get(self.proposal.state, (self.proposal.state, ""))


def page(sight: Sight, question: Question) -> str:
    """Show a leervraag to a region that asked it."""
    work = sight.bureau
    proposed = proposals_of(sight, [question])
    closed, found = question.id in work.store.closed(), _could_help(sight, question)
    capacities = work.store.capacities()
    saw(work, [question, *found, *(p.offer for p in proposed if p.offer)])
    return render_template(
        "leervragen/volgen.html", question=question, headline=headline(question), closed=closed, stages=STAGES,
        at=stage(proposed), told=told(proposed, closed)[0], proposed=proposed, wishes=shown(_facts(question)),
        suggestions=[suggestion(sight, s, capacities) for s in found],
        most=max((s.score.total for s in found), default=1.0), can_take_back=_can_take_back(sight, question, proposed),
        crumbs=[("/leervragen", "Mijn leervragen"), (None, headline(question))],
    )  # fmt: skip


def proposals_of(sight: Sight, questions: Sequence[Question]) -> list[Proposed]:
    """Return what was proposed for these questions and not undone, the latest first."""
    asked, offers = {q.id: q for q in questions}, {o.id: o for o in sight.offers()}
    found = [p for p in sight.proposals() if p.question in asked and p.state != UNDO]
    made = [Proposed(p, offers.get(p.offer), asked[p.question]) for p in found]
    return sorted(made, key=lambda p: p.proposal.steps[-1].at, reverse=True)


def stage(proposed: Sequence[Proposed]) -> int:
    """Return where a question is among STAGES, from 1."""
    states = {p.proposal.state for p in proposed}
    if states & {"aanvaard", "loopt"}:
        return 4
    if "voorgesteld" in states:
        return 3
    return 5 if "afgerond" in states else 2


def told(proposed: Sequence[Proposed], closed: bool) -> tuple[str, str]:
    """Return where a question stands, as one Dutch sentence, and its tone."""
    if closed:
        return "Deze vraag is gesloten.", ""
    waiting = sum(p.proposal.state == "voorgesteld" for p in proposed)
    running = [p.name for p in proposed if p.proposal.state in {"aanvaard", "loopt"}]
    if waiting:
        many = "Er wacht 1 voorstel" if waiting == 1 else f"Er wachten {waiting} voorstellen"
        return f"{many} op uw antwoord.", "warning"
    if running:
        return f"U bent aan de slag met {running[0]}.", "accent"
    if any(p.proposal.state == "afgerond" for p in proposed):
        return "U hebt deze vraag afgerond.", "positive"
    return "Een verbinder zoekt wie kan helpen.", "info"


def _could_help(sight: Sight, question: Question) -> list[Suggestion]:
    try:
        return sight.all(sight.bureau.consider(question, _AMOUNT).kept)
    except UnknownNameError:
        # A region or form that is in no list any more: the question can still be read and changed.
        return []


def _can_take_back(sight: Sight, question: Question, proposed: Sequence[Proposed]) -> bool:
    changes = sight.bureau.store.changes("question", question.id)
    return not proposed and len(changes) == 1 and changes[0].by == sight.caller.key


def _facts(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in question.__dataclass_fields__}
