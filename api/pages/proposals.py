"""Proposals: make one with a note, see them all, follow the life of one and take its next step, or take a step back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.pages import answering, drafts
from api.pages.frame import done
from api.pages.shown import headline, listed, offer_of, suggestion
from api.problems import ProblemError, sought
from api.sight import Sight
from matcher import (
    NEXT,
    STATES,
    UNDO,
    DoubleProposalError,
    InvalidValueError,
    MatcherError,
    Offer,
    Outcome,
    Proposal,
    Question,
    UnknownNameError,
)

blueprint = Blueprint("proposals", __name__)
# The steps that a region takes on a proposal for its own question; a verbinder takes all.
REGION_STEPS = ("aanvaard", "afgewezen", "afgerond")
# What the button of a step says.
STEP_NAMES = {
    "aanvaard": "Aanvaard", "afgewezen": "Wijs af", "ingetrokken": "Trek in", "loopt": "Het loopt",
    "afgerond": "Rond af",
}  # fmt: skip
_SORTS: Mapping[str, Callable[[Any], Any]] = {
    "leervraag": lambda r: headline(r.question), "aanbod": lambda r: r.offer.name, "stand": lambda r: r.proposal.state,
    "sinds": lambda r: r.proposal.steps[-1].at, "uren": lambda r: r.proposal.hours,
}  # fmt: skip


class Row:
    """A proposal with its question and its offer, as the caller may see them."""

    def __init__(self, proposal: Proposal, question: Question, offer: Offer | None) -> None:
        self.proposal, self.question, self.offer = proposal, question, offer


@blueprint.get("/voorstellen")
@allowed(VERBINDER, REGIO)
def proposals() -> str:
    """Show the proposals that someone may see, filtered by the address."""
    sight = Sight(caller(), bureau())
    questions, offers = {q.id: q for q in sight.questions()}, {o.id: o for o in sight.offers()}
    known = [Row(p, questions[p.question], offers.get(p.offer)) for p in sight.proposals() if p.state != UNDO]
    state = request.args.get("staat", "")
    found = [r for r in known if r.offer and (state not in STATES or r.proposal.state == state)]
    return render_template(
        "voorstellen/lijst.html", list=listed(found, len(known), _SORTS, "-sinds"), headline=headline,
        states=[(s, s) for s in STATES if s != UNDO], crumbs=[(None, "Voorstellen")],
    )  # fmt: skip


@blueprint.get("/leervragen/<question_id>/voorstel/<offer_id>")
@allowed(VERBINDER)
def propose_form(question_id: str, offer_id: str) -> str:
    """Ask for a note and the hours of a proposal."""
    return _propose_form(question_id, offer_id, {k: v[0] for k, v in drafts.kept(request.path).items() if v}, {})


@blueprint.post("/leervragen/<question_id>/voorstel/<offer_id>")
@allowed(VERBINDER)
def propose(question_id: str, offer_id: str) -> Response:
    """Propose an offer for a question, and reserve its hours."""
    work, form = bureau(), request.form
    sight = Sight(caller(), work)
    with sought():
        sight.question(question_id), sight.offer(offer_id)
    try:
        made = work.propose(
            question_id, offer_id, form.get("notitie", "")[:2000].strip(), _hours(form.get("uren", "")),
            again=form.get("opnieuw") == "ja",
        )  # fmt: skip
    except InvalidValueError as fault:
        errors = {"uren" if fault.field == "hours" else "": "Vul een getal in, bijvoorbeeld 2 of 1,5."}
        return make_response(_propose_form(question_id, offer_id, form, errors), 400)
    except DoubleProposalError as fault:
        return make_response(_propose_form(question_id, offer_id, form, {"opnieuw": str(fault)}, again=True), 409)
    except MatcherError as fault:
        return make_response(_propose_form(question_id, offer_id, form, {"": str(fault)}), 409)
    drafts.drop(request.path)
    return done(
        f"/leervragen/{quote(question_id, safe='')}", f"Het voorstel is gedaan ({made.id}); de uren zijn gereserveerd.",
        undo=f"/voorstellen/{made.id}", stap=UNDO,
    )  # fmt: skip


@blueprint.get("/voorstellen/<proposal_id>")
@allowed(VERBINDER, REGIO)
def proposal(proposal_id: str) -> str:
    """Show the life of a proposal, and what may follow."""
    if caller().role == REGIO:
        return answering.page(proposal_id)
    return _proposal(proposal_id, {}, {})


@blueprint.post("/voorstellen/<proposal_id>")
@allowed(VERBINDER, REGIO)
def step(proposal_id: str) -> Response:
    """Take the next step with a proposal, or take the last one back."""
    if caller().role == REGIO:
        return answering.answer(proposal_id)
    work, form = bureau(), request.form
    sight, kind = Sight(caller(), work), form.get("stap", "")
    with sought():
        sight.proposal(proposal_id)
    if kind not in _steps_of(sight):
        raise ProblemError(403)
    try:
        outcome = _outcome(form) if kind == "afgerond" else None
        work.take(proposal_id, kind, form.get(f"notitie-{kind}", "")[:2000].strip(), outcome)
    except (InvalidValueError, UnknownNameError) as fault:
        return make_response(_proposal(proposal_id, _step_errors(kind, fault), form), 400)
    except MatcherError as fault:
        return make_response(_proposal(proposal_id, {"": str(fault)}, form), 409)
    here = f"/voorstellen/{proposal_id}"
    if kind == UNDO:
        return done(here, "De laatste stap is teruggedraaid.")
    return done(here, f"Het voorstel is nu: {kind}.", undo=here if UNDO in _steps_of(sight) else "", stap=UNDO)


def _propose_form(
    question_id: str, offer_id: str, form: Mapping[str, str], errors: Mapping[str, str], again: bool = False
) -> str:
    work = bureau()
    sight = Sight(caller(), work)
    with sought():
        question, offer = sight.question(question_id), sight.offer(offer_id)
        objections = work.objections(question_id, offer_id)
    earlier = [p for p in work.store.proposals(question_id, offer_id) if p.state != UNDO]
    given = {"uren": question.hours_per_month, "notitie": ""} | dict(form)
    return render_template(
        "voorstellen/nieuw.html", question=question, offer=offer, headline=headline(question), objections=objections,
        earlier=earlier, again=again or bool(earlier), given=given, errors=errors,
        crumbs=[("/leervragen", "Leervragen"), (f"/leervragen/{quote(question_id, safe='')}", headline(question)),
                (None, "Stel voor")],
    )  # fmt: skip


def _proposal(proposal_id: str, errors: Mapping[str, str], form: Mapping[str, str]) -> str:
    work = bureau()
    sight = Sight(caller(), work)
    with sought():
        found = sight.proposal(proposal_id)
        question, offer = sight.question(found.question), offer_of(sight, found.offer)
    shown = next((s for s in sight.all(work.consider(question, 50).kept) if s.offer.id == offer.id), None)
    next_steps = [s for s in NEXT[found.state] if s in _steps_of(sight)]
    return render_template(
        "voorstellen/voorstel.html", proposal=found, question=question, offer=offer, headline=headline(question),
        card=shown and suggestion(sight, shown, work.store.capacities()), errors=errors, given=form,
        next=[s for s in next_steps if s != UNDO], undo=UNDO if UNDO in next_steps else "", names=STEP_NAMES,
        events=_events(found), crumbs=[("/voorstellen", "Voorstellen"), (None, found.id)],
    )  # fmt: skip


def _steps_of(sight: Sight) -> tuple[str, ...]:
    return tuple(STEP_NAMES | {UNDO: ""}) if sight.caller.role == VERBINDER else REGION_STEPS


def _events(found: Proposal) -> list[dict[str, Any]]:
    counting = {number for number, _ in found.effective}
    return [
        {
            "title": step.kind, "at": step.at.astimezone(), "note": step.note, "now": n == max(counting, default=-1),
            "taken_back": step.kind != UNDO and n not in counting,
        }
        for n, step in enumerate(found.steps)
    ]  # fmt: skip


def _outcome(form: Mapping[str, str]) -> Outcome:
    helped = form.get("hielp", "")
    lines = (" ".join(form.get(name, "").split())[:500] for name in ("regio_zegt", "expert_zegt"))
    return Outcome(int(helped) if helped.isdecimal() and len(helped) < 3 else 0, *lines)


def _step_errors(kind: str, fault: InvalidValueError) -> dict[str, str]:
    told = {
        "note": ("notitie", "Schrijf erbij waarom."),
        "helped": ("hielp", "Kies hoeveel het hielp, van 1 tot en met 5."),
        "region": ("regio_zegt", "Schrijf in één regel wat de regio ervan vindt."),
        "expert": ("expert_zegt", "Schrijf in één regel wat de expert ervan vindt."),
    }
    name, text = told.get(fault.field, ("", "Dit kan niet."))
    return {f"{name}" if name != "notitie" else f"notitie-{kind}": text}


def _hours(given: str) -> float | None:
    """Return the hours that someone typed, with a comma or a point; None for nothing."""
    text = given.strip().replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidValueError("hours", "...", "een getal") from None
