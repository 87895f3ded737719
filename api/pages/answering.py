"""A proposal as the region sees it that it is for: say yes, say no and why, and later what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, render_template, request

from api.access import bureau, caller
from api.pages import drafts
from api.pages.following import Proposed
from api.pages.frame import done
from api.pages.shown import headline, suggestion
from api.problems import ProblemError, sought
from api.reading import saw
from api.sight import Sight
from matcher import NEXT, UNDO, InvalidValueError, MatcherError, Outcome, Proposal, Suggestion, UnknownNameError

# The steps that a region takes on a proposal for its own question.
STEPS = ("aanvaard", "afgewezen", "afgerond")
_WORDS = ("Nee", "Een beetje", "Redelijk", "Goed", "Heel goed")
HELPED = tuple((str(n), str(n), word) for n, word in enumerate(_WORDS, 1))
# The expert's line of an outcome, where a region tells it alone.
NOT_ASKED = "niet gevraagd"
_SAID = {
    "aanvaard": "U zei ja. De verbinder ziet dit, en u ziet nu de contactgegevens.",
    "afgewezen": "U zei nee. De verbinder zoekt verder.",
    "afgerond": "Dank u wel. Wat ervan kwam, is bewaard; daar leren andere regio’s van.",
}
_MOST_CONSIDERED = 50


def page(proposal_id: str) -> str:
    """Show a proposal and what the region may answer."""
    return _page(proposal_id, {}, {k: v[0] for k, v in drafts.kept(request.path).items() if v})


def answer(proposal_id: str) -> Response:
    """Take the region's step, or take back the one it took last."""
    work, form = bureau(), request.form
    kind, here = form.get("stap", ""), f"/voorstellen/{quote(proposal_id, safe='')}"
    with sought():
        found = Sight(caller(), work).proposal(proposal_id)
    if kind not in STEPS and not (kind == UNDO and _own_step(found)):
        raise ProblemError(403)
    if kind != UNDO:
        drafts.keep(request.path, form.to_dict(flat=False))
    try:
        outcome = _outcome(form) if kind == "afgerond" else None
        work.take(proposal_id, kind, _line(form, "waarom", 1000) if kind == "afgewezen" else "", outcome)
    except InvalidValueError as fault:
        return make_response(_page(proposal_id, _errors(fault), form), 400)
    except MatcherError:
        text = "Dit kan nu niet meer: het voorstel is intussen veranderd. Hieronder ziet u hoe het er nu voor staat."
        return make_response(_page(proposal_id, {"": text}, form), 409)
    drafts.drop(request.path)
    if kind == UNDO:
        return done(here, "Uw laatste antwoord is teruggedraaid.")
    return done(here, _SAID[kind], undo=here, stap=UNDO)


def _page(proposal_id: str, errors: Mapping[str, str], form: Mapping[str, str]) -> str:
    work = bureau()
    sight = Sight(caller(), work)
    with sought():
        found = sight.proposal(proposal_id)
        question = sight.question(found.question)
    offer = next((o for o in sight.offers() if o.id == found.offer), None)
    card = _card(sight, Proposed(found, offer, question))
    may = [s for s in NEXT[found.state] if s in STEPS]
    saw(work, [question, *([offer] if offer else [])])
    return render_template(
        "voorstellen/antwoord.html", found=Proposed(found, offer, question), headline=headline(question),
        card=card and suggestion(sight, card, work.store.capacities()), may=may, can_undo=_own_step(found),
        helped=HELPED, errors=errors, given=form, events=_events(found), note=found.steps[0].note, undo=UNDO,
        crumbs=[("/voorstellen", "Voorstellen"), (None, headline(question))],
    )  # fmt: skip


def _card(sight: Sight, proposed: Proposed) -> Suggestion | None:
    """Return why the offer fits; None where it is no longer among the best, or can no longer be said."""
    try:
        kept = sight.bureau.consider(proposed.question, _MOST_CONSIDERED).kept
    except UnknownNameError:
        return None
    return next((s for s in sight.all(kept) if s.offer.id == proposed.proposal.offer), None)


def _own_step(found: Proposal) -> bool:
    """Return whether the last step that counts is one that the caller took as a region."""
    last = found.effective[-1][1] if found.effective else None
    return last is not None and last.by == caller().key and last.kind in STEPS


def _events(found: Proposal) -> list[dict[str, Any]]:
    counting = {number for number, _ in found.effective}
    return [
        {
            "title": step.kind.capitalize(), "at": step.at.astimezone(), "note": step.note if n else "",
            "now": n == max(counting, default=-1), "taken_back": step.kind != UNDO and n not in counting,
        }
        for n, step in enumerate(found.steps)
    ]  # fmt: skip


def _outcome(form: Mapping[str, str]) -> Outcome:
    helped = form.get("hielp", "")
    return Outcome(int(helped) if helped in set("12345") else 0, _line(form, "regio_zegt", 500), NOT_ASKED)


def _line(form: Mapping[str, str], name: str, most: int) -> str:
    return " ".join(form.get(name, "").split())[:most]


def _errors(fault: InvalidValueError) -> dict[str, str]:
    return {
        "note": {"waarom": "Schrijf in een paar woorden waarom dit niet past. Dan kan de verbinder beter zoeken."},
        "helped": {"hielp": "Kies hoe goed het hielp."},
        "region": {"regio_zegt": "Schrijf in één regel wat ervan kwam."},
    }.get(fault.field, {"": "Dit kan niet."})
