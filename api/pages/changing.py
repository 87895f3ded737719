"""A leervraag that stands there is changed; where someone else changed it meanwhile both are shown, nothing is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.pages import drafts
from api.pages.asked import Read, shown, typed, wishes, words
from api.pages.drafts import Filled
from api.pages.frame import done
from api.pages.posting import perspective_options, region_options, regions
from api.pages.shown import headline
from api.problems import ProblemError, sought
from api.sight import Sight
from matcher import ActedOnError, Bureau, Question, UnknownNameError, key

blueprint = Blueprint("changing", __name__)
Difference = tuple[str, str, str]


@blueprint.get("/leervragen/<question_id>/wijzig")
@allowed(VERBINDER, REGIO)
def change_form(question_id: str) -> str:
    """Show the question as it stands, or as someone had begun to change it."""
    question, kept = _question(question_id), drafts.kept(request.path)
    return _page(question, kept or typed(question), {}, bool(kept))


@blueprint.post("/leervragen/<question_id>/wijzig")
@allowed(VERBINDER, REGIO)
def change(question_id: str) -> Response:
    """Keep the change, unless the question is no longer what it was when the form was opened."""
    work, filled = bureau(), request.form.to_dict(flat=False)
    drafts.keep(request.path, filled)
    with work.store.at_once():
        question = _question(question_id)
        read = _read(work, question, filled)
        if read.errors:
            return make_response(_page(question, drafts.kept(request.path), read.errors), 400)
        wanted = replace(question, **read.fields)
        if request.form.get("versie") != version(question) and wanted != question:
            return make_response(_page(question, filled, {}, differences=_differences(question, wanted)), 409)
        work.change(wanted)
        drafts.drop(request.path)
        number = work.store.changes("question", question_id)[-1].number if wanted != question else 0
    here = f"/leervragen/{quote(question_id, safe='')}"
    if not number:
        return done(here, "Er is niets veranderd.", tone="info")
    return done(here, "De leervraag is gewijzigd.", undo=f"{here}/wijzig/terug", wijziging=str(number))


@blueprint.post("/leervragen/<question_id>/wijzig/terug")
@allowed(VERBINDER, REGIO)
def undo(question_id: str) -> Response:
    """Bring the question back to what it was before a change of one's own."""
    work, here = bureau(), f"/leervragen/{quote(question_id, safe='')}"
    _question(question_id)
    number = request.form.get("wijziging", "")
    own = [c.number for c in work.store.changes("question", question_id) if c.by == work.by and c.former is not None]
    if number not in map(str, own):
        raise ProblemError(404)
    try:
        work.store.undo_change(int(number), work.by, work.clock())
    except (ActedOnError, UnknownNameError):
        return done(here, "Terugdraaien kan niet meer: er is al verder gewerkt met de vraag.", tone="warning")
    return done(here, "De wijziging is teruggedraaid.")


def version(question: Question) -> str:
    """Return what tells whether a question is still what it was."""
    return hashlib.sha256(repr(question).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _question(question_id: str) -> Question:
    with sought():
        return Sight(caller(), bureau()).question(question_id)


def _read(work: Bureau, question: Question, filled: Filled) -> Read:
    """Return what was typed; what stands there already may stay, also where a new question could not ask it."""
    own = [question.region if key(r or "") == key(question.region or "") else r for r in regions()]
    today, forms = work.clock().astimezone().date(), {*work.matchmaker.known_forms, *question.forms}
    return words(filled, own) | wishes(filled, forms, today, question.needed_on)


def _page(
    question: Question, filled: Filled, errors: Mapping[str, str], kept: bool = False,
    differences: Sequence[Difference] = (),
) -> str:  # fmt: skip
    forms = list(dict.fromkeys([*bureau().matchmaker.known_forms, *question.forms]))
    given: dict[str, Any] = {name: values[0] for name, values in filled.items() if values}
    given |= {"vorm": filled.get("vorm", []), "blik": filled.get("blik", [])}
    # After both were shown, sending again is meant.
    stands = version(question) if differences or not given.get("versie") else given["versie"]
    here = f"/leervragen/{quote(question.id, safe='')}"
    return render_template(
        "leervragen/wijzig.html", question=question, headline=headline(question), here=here, given=given,
        errors=errors, kept=kept, version=stands, differences=differences, regions=region_options(),
        forms=[(f, f[:1].upper() + f[1:]) for f in forms], perspectives=perspective_options(),
        crumbs=[("/leervragen", "Leervragen"), (here, headline(question)), (None, "Wijzig")],
    )  # fmt: skip


def _differences(now: Question, wanted: Question) -> list[Difference]:
    """Return what differs between a question as it stands and as someone typed it: (what, now, typed)."""
    both = [
        ("Regio", now.region or "geen", wanted.region or "geen"), ("In één zin", now.title, wanted.title),
        ("Uw vraag", now.text, wanted.text),
        *((what, a, b) for (what, a, _), (_, b, _) in zip(shown(_facts(now)), shown(_facts(wanted)), strict=True)),
    ]  # fmt: skip
    return [(what, a, b) for what, a, b in both if a != b]


def _facts(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in question.__dataclass_fields__}
