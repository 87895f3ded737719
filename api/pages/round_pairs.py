"""One pair of a question and an offer: fixed for rounds or ruled out, with a reason, and the draft held again by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request

from api.access import VERBINDER, allowed, bureau, caller
from api.pages.frame import done
from api.pages.rounds import DRAFT, mine
from api.pages.shown import headline, question_page
from api.problems import ProblemError, sought
from api.sight import Sight
from matcher import FIXED, FORBIDDEN, MatcherError, Pair, UnknownNameError, Wanted, wanted

blueprint = Blueprint("round_pairs", __name__)
FREE = "vrij"
_TOLD = {FIXED: "De koppeling staat vast", FORBIDDEN: "De koppeling is uitgesloten", FREE: "De koppeling is weer vrij"}
_CHOICE = 15
_MOST = 500


@blueprint.get("/rondes/<round_id>/koppeling")
@allowed(VERBINDER)
def pair_form(round_id: str) -> str:
    """Ask what has to happen with a pair, and why."""
    return _form(round_id, request.args, {})


@blueprint.post("/rondes/<round_id>/koppeling")
@allowed(VERBINDER)
def decide_pair(round_id: str) -> Response:
    """Fix a pair, rule it out or free it, and hold the round again; where none can be held by it, nothing changes."""
    work, form = bureau(), request.form
    sight = Sight(caller(), work)
    with sought():
        kept = sight.round(round_id)
        question = sight.question(form.get("vraag", "")).id
    if errors := _errors(sight, form):
        return make_response(_form(round_id, form, errors), 400)
    pair, rule = (question, form["aanbod"]), form["besluit"]
    if kept.state != DRAFT:
        return make_response(_form(round_id, form, {"": f"Deze ronde is al {kept.state}."}), 409)
    asked = wanted(kept.body)
    if rule == FREE:
        work.store.delete("pair", " ".join(pair), work.by, work.clock())
    try:
        # Held before anything is kept: that takes a while, and others want to write.
        body = work.hold_round(_with(asked, pair, rule), mine(sight)) | {"verzoek": asked.told}
        with work.store.at_once():
            if rule != FREE:
                work.store.set_pair(Pair(*pair, rule, form["waarom"].strip()[:_MOST]), work.by, work.clock())
            work.keep_draft(body, round_id)
    except MatcherError as fault:
        return make_response(_form(round_id, form, {"": str(fault)}), 409)
    return done(f"/rondes/{round_id}", f"{_TOLD[rule]}; de ronde is opnieuw gehouden.")


def _with(asked: Wanted, pair: tuple[str, str], rule: str) -> Wanted:
    if rule == FREE:
        return asked
    if rule == FIXED:
        return replace(asked, fixed=(*asked.fixed, pair))
    return replace(asked, forbidden=(*asked.forbidden, pair))


def _errors(sight: Sight, form: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    try:
        sight.offer(form.get("aanbod", ""))
    except UnknownNameError:
        errors["aanbod"] = "Kies een aanbod uit de lijst."
    if form.get("besluit") not in _TOLD:
        errors["besluit"] = "Kies wat er met deze koppeling moet gebeuren."
    elif form["besluit"] != FREE and not form.get("waarom", "").strip():
        errors["waarom"] = "Schrijf erbij waarom, dan begrijpt een ander het later ook."
    return errors


def _form(round_id: str, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    sight = Sight(caller(), bureau())
    with sought():
        kept = sight.round(round_id)
        question = sight.question(given.get("vraag", ""))
    if kept.state != DRAFT and not errors:
        raise ProblemError(409, f"Deze ronde is {kept.state}; alleen een concept kunt u nog wijzigen.")
    chosen = given.get("aanbod", "")
    rule = next((p for p in sight.bureau.store.pairs() if (p.question, p.offer) == (question.id, chosen)), None)
    found = {s.offer.id: s.offer.name for s in sight.all(sight.bureau.consider(question, _CHOICE).kept)}
    if chosen and chosen not in found:
        found |= {o.id: o.name for o in sight.offers() if o.id == chosen}
    return render_template(
        "rondes/koppeling.html", round=kept, question=question, headline=headline(question), offers=list(found.items()),
        given=given, rule=rule, errors=errors, href=question_page(question),
        crumbs=[("/rondes", "Makelrondes"), (f"/rondes/{round_id}", round_id), (None, "Koppeling")],
    )  # fmt: skip
