"""Leervragen as a list, and one of them beside who could help with it and who could not, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.pages import following
from api.pages.frame import done
from api.pages.sheets import asked_as_excel, excel
from api.pages.shown import day_of, headline, listed, offer_of, refused, suggestion
from api.problems import sought
from api.sight import Sight
from matcher import KIND_NAMES, PERSPECTIVES, Question, key

blueprint = Blueprint("questions", __name__)
_SORTS: Mapping[str, Callable[[Question], Any]] = {
    "leervraag": headline, "regio": lambda q: q.region, "gesteld": lambda q: q.asked_on, "nodig": lambda q: q.needed_on,
    "uren": lambda q: q.hours_per_month,
}  # fmt: skip
STATES = ("open", "nieuw", "gesloten")
_AMOUNTS = (5, 10, 20)
_MOST_REFUSED = 8


@blueprint.get("/leervragen")
@allowed(VERBINDER, REGIO)
def questions() -> str | Response:
    """Show the leervragen that someone may see, filtered by the address; as Excel by the same filter."""
    sight = Sight(caller(), bureau())
    known = sight.questions()
    found = [q for q in known if _wanted(q, sight)]
    if asked_as_excel():
        return excel("leervragen", "questions", found)
    rows = listed(found, len(known), _SORTS, "-gesteld")
    return render_template(
        "leervragen/lijst.html", list=rows, state_of=_states(sight), headline=headline,
        states=[(s, s) for s in STATES],
        regions=[(r, r) for r in sorted({q.region for q in known if q.region})], crumbs=[(None, "Leervragen")],
    )  # fmt: skip


@blueprint.get("/leervragen/<question_id>")
@allowed(VERBINDER, REGIO)
def question(question_id: str) -> str:
    """Show a leervraag, who could help with it and who could not."""
    work = bureau()
    sight = Sight(caller(), work)
    with sought():
        asked = sight.question(question_id)
    if sight.caller.role == REGIO:
        return following.page(sight, asked)
    wanted = _filters()
    amount = next((n for n in _AMOUNTS if str(n) == request.args.get("aantal")), _AMOUNTS[0])
    found = work.suggest(question_id, amount, **wanted)
    capacities = work.store.capacities()
    kept = [suggestion(sight, s, capacities) for s in sight.all(found.kept)]
    mine = [p for p in sight.proposals() if p.question == question_id]
    return render_template(
        "leervragen/leervraag.html", question=asked, headline=headline(asked), suggestions=kept, amount=amount,
        refused=refused(sight.all(found.refused[:_MOST_REFUSED])), refused_total=len(found.refused),
        most=max((s["score"] for s in kept), default=1.0), closed=question_id in work.store.closed(),
        proposals=[(p, offer_of(sight, p.offer).name) for p in mine], running=[(p.offer, p.id) for p in mine if p.open],
        kinds=[(k, KIND_NAMES[k]) for k in KIND_NAMES], perspectives=[(p, p) for p in PERSPECTIVES],
        forms=[(f, f) for f in work.matchmaker.known_forms], notice=work.notice, filtered=bool(wanted),
        crumbs=[("/leervragen", "Leervragen"), (None, headline(asked))],
    )  # fmt: skip


@blueprint.post("/leervragen/<question_id>/sluit")
@allowed(VERBINDER, REGIO)
def close(question_id: str) -> Response:
    """Close a leervraag."""
    work = bureau()
    with sought():
        Sight(caller(), work).question(question_id)
    work.store.close_question(question_id, work.by, work.clock(), request.form.get("waarom", "")[:1000])
    back = f"/leervragen/{quote(question_id, safe='')}"
    return done(back, "De leervraag is gesloten.", undo=f"{back}/heropen")


@blueprint.post("/leervragen/<question_id>/heropen")
@allowed(VERBINDER, REGIO)
def reopen(question_id: str) -> Response:
    """Open a leervraag again."""
    work = bureau()
    with sought():
        Sight(caller(), work).question(question_id)
    work.store.reopen_question(question_id, work.by, work.clock())
    return done(f"/leervragen/{quote(question_id, safe='')}", "De leervraag is weer open.")


def _wanted(question: Question, sight: Sight) -> bool:
    args, states = request.args, _states(sight)
    if args.get("regio") and key(args["regio"]) != key(question.region or ""):
        return False
    if args.get("staat") in STATES and states(question) != args["staat"]:
        return args["staat"] == "open" and states(question) == "nieuw"
    words = args.get("woorden", "").casefold().split()
    return all(w in f"{question.title} {question.text}".casefold() for w in words)


def _states(sight: Sight) -> Callable[[Question], str]:
    """Return what tells of a question: gesloten, nieuw (nothing was proposed yet) or open."""
    closed = sight.bureau.store.closed()
    proposed = {p.question for p in sight.bureau.store.proposals()}
    return lambda q: "gesloten" if q.id in closed else "open" if q.id in proposed else "nieuw"


def _filters() -> dict[str, Any]:
    """Return what the address asks of the suggestions; what it says wrongly counts as not said."""
    found: dict[str, Any] = {}
    if day := day_of(request.args.get("op", "")):
        found["needed_on"] = day
    known = {"kinds": tuple(KIND_NAMES), "perspectives": PERSPECTIVES, "forms": bureau().matchmaker.known_forms}
    for name, field in (("vorm", "forms"), ("soort", "kinds"), ("blik", "perspectives")):
        if (given := request.args.get(name, "")) in known[field]:
            found[field] = (given,)
    return found
