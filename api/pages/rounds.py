"""Makelrondes: held over the open leervragen that someone may see, looked at, approved, in whole or not, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from api.access import VERBINDER, allowed, bureau, caller
from api.pages.frame import done
from api.pages.rounds_shown import Placed, figures, key_of, left_over, pairs_of, placed, reasons, rules_of
from api.pages.shown import listed
from api.problems import ProblemError, sought
from api.sight import Sight
from matcher import ROUND_STATES, ActedOnError, Aims, KeptRound, MatcherError, Question, Wanted, wanted

blueprint = Blueprint("rounds", __name__)
DRAFT, APPROVED, UNDONE = ROUND_STATES
# What a person chooses between, and what that weighs (`Aims`); the middle one is the default of the library.
EVENNESS = ("0", "0.005", "0.02")
MIX = ("0", "0.02", "0.05")
_AIMS = {"totaal": "total", "geholpen": "helped"}
_ASKED = {"helpers": "1", "doel": "totaal", "spreiding": EVENNESS[1], "mix": MIX[1]}
_ALLOWED = {"helpers": ("1", "2", "3"), "doel": tuple(_AIMS), "spreiding": EVENNESS, "mix": MIX}
_SORTS: Mapping[str, Callable[[KeptRound], Any]] = {
    "ronde": lambda r: (len(r.id), r.id), "op": lambda r: r.at, "stand": lambda r: r.state,
    "geplaatst": lambda r: len(r.body["geplaatst"]), "over": lambda r: len(r.body["over"]),
}  # fmt: skip
_PLACED_SORTS: Mapping[str, Callable[[Placed], Any]] = {
    "leervraag": lambda p: p.title, "aanbod": lambda p: p.name, "score": lambda p: p.score,
}  # fmt: skip
_MOST_LEFT = 200


@blueprint.get("/rondes")
@allowed(VERBINDER)
def rounds() -> str:
    """Show the makelrondes over leervragen that someone may see."""
    sight = Sight(caller(), bureau())
    known, state = sight.rounds(), request.args.get("stand", "")
    found = [r for r in known if state not in ROUND_STATES or r.state == state]
    return render_template(
        "rondes/lijst.html", list=listed(found, len(known), _SORTS, "-op"), states=[(s, s) for s in ROUND_STATES],
        open=len(mine(sight)), crumbs=[(None, "Makelrondes")],
    )  # fmt: skip


@blueprint.get("/rondes/nieuw")
@allowed(VERBINDER)
def new_round_form() -> str:
    """Ask what a round has to strive for."""
    return _form(_ASKED, {})


@blueprint.post("/rondes/nieuw")
@allowed(VERBINDER)
def new_round() -> Response:
    """Hold a round over the open questions that someone may see, and keep it as a draft."""
    work, given = bureau(), {**_ASKED, **request.form}
    if errors := {n: "Kies een van deze mogelijkheden." for n, ok in _ALLOWED.items() if given[n] not in ok}:
        return make_response(_form(given, errors), 400)
    aims = Aims(_AIMS[given["doel"]], float(given["spreiding"]), float(given["mix"]))  # type: ignore[arg-type]
    try:
        body = work.hold_round(Wanted(int(given["helpers"]), aims), mine(Sight(caller(), work)))
    except MatcherError as fault:
        return make_response(_form(given, {"": str(fault)}), 409)
    kept = work.keep_draft(body)
    return done(f"/rondes/{kept.id}", "De ronde is klaar. Er is nog niets voorgesteld: kijk eerst of het klopt.")


@blueprint.get("/rondes/<round_id>")
@allowed(VERBINDER)
def round_(round_id: str) -> str:
    """Show a round: what it places and why, what is left over and why, and what it is better than."""
    return _round(round_id, {})


@blueprint.post("/rondes/<round_id>")
@allowed(VERBINDER)
def decide(round_id: str) -> Response:
    """Approve a draft but for what was left out, take that out of the draft, or hold it again."""
    with sought():
        kept = Sight(caller(), bureau()).round(round_id)
    step = {"goedkeuren": _approve, "weghalen": _take_out, "opnieuw": _again}.get(request.form.get("doe", ""))
    if step is None:
        raise ProblemError(400)
    if kept.state != DRAFT:
        return _refused(round_id, f"Deze ronde is al {kept.state}. Alleen een concept kunt u nog wijzigen.")
    try:
        return step(kept, _left_out(kept))
    except MatcherError as fault:
        return _refused(round_id, f"{fault} Er is niets voorgesteld. Houd de ronde opnieuw, of laat dit paar weg.")


@blueprint.post("/rondes/<round_id>/terugdraaien")
@allowed(VERBINDER)
def undo(round_id: str) -> Response:
    """Take back all that a round proposed."""
    work = bureau()
    with sought():
        kept = Sight(caller(), work).round(round_id)
    if kept.state != APPROVED:
        return _refused(round_id, f"Deze ronde is {kept.state}. Alleen een goedgekeurde ronde kunt u terugdraaien.")
    try:
        work.undo_round(round_id)
    except ActedOnError as fault:
        return _refused(round_id, f"Dit kan niet meer: op {', '.join(fault.by)} is al gereageerd.")
    count = len(kept.body.get("voorstellen", ()))
    return done(f"/rondes/{round_id}", f"De ronde is teruggedraaid: {_counted(count)} ingetrokken, de uren zijn vrij.")


def mine(sight: Sight) -> list[Question]:
    """Return the open questions that the caller may see."""
    return [q for q in sight.bureau.store.open_questions() if q.id in sight.asked]


def _approve(kept: KeptRound, out: set[tuple[str, str]]) -> Response:
    if len(out) == len(kept.body["geplaatst"]):
        return _refused(kept.id, "Laat ten minste één koppeling staan.", 400)
    made = bureau().approve(kept.id, out).body["voorstellen"]
    here = f"/rondes/{kept.id}"
    return done(here, f"{_counted(len(made))} gedaan; de uren zijn gereserveerd.", undo=f"{here}/terugdraaien")


def _take_out(kept: KeptRound, out: set[tuple[str, str]]) -> Response:
    if not out:
        return _refused(kept.id, "Haal eerst het vinkje weg bij wat niet mee moet doen.", 400)
    bureau().revise_round(kept.id, None, out)
    told = "1 koppeling is" if len(out) == 1 else f"{len(out)} koppelingen zijn"
    return done(f"/rondes/{kept.id}", f"{told} uit het concept gehaald.")


def _again(kept: KeptRound, _: set[tuple[str, str]]) -> Response:
    work = bureau()
    body = work.hold_round(wanted(kept.body), mine(Sight(caller(), work)))
    work.keep_draft(body, kept.id)
    return done(f"/rondes/{kept.id}", "De ronde is opnieuw gehouden, over de leervragen die nu openstaan.")


def _left_out(kept: KeptRound) -> set[tuple[str, str]]:
    """Return the pairs that were shown with a tick, which someone took away; what stands on another page stays."""
    form = request.form
    gone = set(form.getlist("getoond")) - set(form.getlist("mee"))
    return {pair for pair in pairs_of(kept) if key_of(pair) in gone}


def _counted(count: int) -> str:
    return "1 voorstel is" if count == 1 else f"{count} voorstellen zijn"


def _refused(round_id: str, text: str, status: int = 409) -> Response:
    return make_response(_round(round_id, {"": text}), status)


def _form(given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "rondes/nieuw.html", given=given, errors=errors, open=len(mine(Sight(caller(), bureau()))), evenness=EVENNESS,
        mix=MIX, crumbs=[("/rondes", "Makelrondes"), (None, "Nieuwe ronde")],
    )  # fmt: skip


def _round(round_id: str, errors: Mapping[str, str]) -> str:
    sight = Sight(caller(), bureau())
    with sought():
        kept = sight.round(round_id)
    rows = listed(placed(sight, kept), len(kept.body["geplaatst"]), _PLACED_SORTS, "leervraag")
    left = left_over(sight, kept)
    return render_template(
        "rondes/ronde.html", round=kept, list=rows, reasons=reasons(sight, rows.rows),
        left=left[:_MOST_LEFT], left_total=len(left), figures=figures(kept), draft=kept.state == DRAFT,
        approved=kept.state == APPROVED, rules=rules_of(sight), errors=errors,
        crumbs=[("/rondes", "Makelrondes"), (None, round_id)],
    )  # fmt: skip
