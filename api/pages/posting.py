"""A new leervraag in three short steps, each at an address of its own; what was typed stays kept until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request

from api.access import REGIO, VERBINDER, allowed, bureau, caller
from api.pages import drafts
from api.pages.asked import NO_REGION, PERSPECTIVE_HINTS, Read, shown, spans, typed, wishes, words
from api.pages.drafts import Filled
from api.pages.frame import done
from api.problems import ProblemError, sought
from api.reading import saw
from api.sight import Sight
from matcher import ActedOnError, Bureau, InvalidValueError, Question, UnknownNameError, privacy

blueprint = Blueprint("posting", __name__)
WORDS, WISHES, CHECK = "/leervragen/nieuw", "/leervragen/nieuw/wensen", "/leervragen/nieuw/controle"
STEPS = ("Uw vraag", "Wat u zoekt", "Controleren")
_CRUMBS = [("/leervragen", "Leervragen"), (None, "Stel een leervraag")]
_MOST_ALIKE, _MOST_COMMUNITIES = 4, 2
# In the address of a step: show at once what is wrong in it.
_LOOK = "fouten"
# From here on a question asks nearly the same.
_NEARLY_THE_SAME = 0.6


@blueprint.get(WORDS)
@allowed(VERBINDER, REGIO)
def words_form() -> str:
    """Ask for the question in someone's own words."""
    kept = drafts.kept(WORDS)
    return _words_page(kept, words(kept, regions()).errors if _LOOK in request.args else {})


@blueprint.post(WORDS)
@allowed(VERBINDER, REGIO)
def keep_words() -> Response:
    """Keep the question as it was typed, and go on."""
    drafts.keep(WORDS, request.form.to_dict(flat=False))
    errors = words(request.form.to_dict(flat=False), regions()).errors
    return make_response(_words_page(drafts.kept(WORDS), errors), 400) if errors else _on(WISHES)


@blueprint.get(WISHES)
@allowed(VERBINDER, REGIO)
def wishes_form() -> str | Response:
    """Ask when, in what form, for how many hours and from whose view."""
    if not drafts.kept(WORDS):
        return _on(WORDS)
    kept = drafts.kept(WISHES)
    return _wishes_page(kept, _wishes(bureau(), kept).errors if _LOOK in request.args else {})


@blueprint.post(WISHES)
@allowed(VERBINDER, REGIO)
def keep_wishes() -> Response:
    """Keep what is wished, and go on."""
    drafts.keep(WISHES, request.form.to_dict(flat=False))
    errors = _wishes(bureau(), request.form.to_dict(flat=False)).errors
    return make_response(_wishes_page(drafts.kept(WISHES), errors), 400) if errors else _on(CHECK)


@blueprint.get(CHECK)
@allowed(VERBINDER, REGIO)
def check() -> str | Response:
    """Show the whole question, who asks much the same, and what may not stand in it, before it is sent."""
    back, _ = _unfinished(bureau())
    return _on(f"{back}?{_LOOK}=ja" if drafts.kept(WORDS) else back) if back else _check_page({})


@blueprint.post(CHECK)
@allowed(VERBINDER, REGIO)
def send() -> Response:
    """Post the question; sent twice, it is posted once."""
    work = bureau()
    with work.store.at_once():
        if not drafts.kept(WORDS):
            return done("/leervragen", "Deze leervraag is al verstuurd.", tone="info")
        back, read = _unfinished(work)
        if back:
            return _on(f"{back}?{_LOOK}=ja")
        try:
            made = work.post(Question("nieuw", asked_on=work.clock().astimezone().date(), **read.fields))
        except InvalidValueError:
            return make_response(_check_page({"": privacy.warnings(_full_text(read))[0]}), 400)
        for form in (WORDS, WISHES, CHECK):
            drafts.drop(form)
    here = f"/leervragen/{quote(made.id, safe='')}"
    return done(here, "Uw leervraag is verstuurd. Een verbinder zoekt nu wie kan helpen.", undo=f"{here}/terug")


@blueprint.post("/leervragen/<question_id>/terug")
@allowed(VERBINDER, REGIO)
def take_back(question_id: str) -> Response:
    """Take back a question that one posted oneself, while nothing was done with it: it is a draft again."""
    work = bureau()
    with sought(), work.store.at_once():
        Sight(caller(), work).question(question_id)
        try:
            question = work.take_back(question_id)
        except ActedOnError:
            text = "Terughalen kan niet meer: er is al iets met de vraag gedaan. Sluiten kan wel."
            return done(f"/leervragen/{quote(question_id, safe='')}", text, tone="warning")
        if question is None:
            raise ProblemError(403)
        for form in (WORDS, WISHES):
            drafts.keep(form, typed(question))
    return done(CHECK, "De leervraag is teruggehaald. Er is niets verstuurd; dit is weer uw concept.")


def regions() -> list[str | None]:
    """Return for which regions the caller may ask; a verbinder also for none."""
    who = caller()
    return [*who.regions, None] if who.role == VERBINDER else [*who.regions]


def region_options() -> list[tuple[str, str]]:
    """Return these regions as choices; none where there is nothing to choose."""
    found = regions()
    return [] if len(found) < 2 else [(r or NO_REGION, r or "Geen bepaalde regio") for r in found]


def perspective_options() -> list[tuple[str, str, str]]:
    """Return the perspectives as choices with what they mean."""
    return [(p, p.capitalize(), hint) for p, hint in PERSPECTIVE_HINTS.items()]


def _on(to: str) -> Response:
    return redirect(to, 303)  # type: ignore[return-value]


def _wishes(work: Bureau, filled: Filled) -> Read:
    return wishes(filled, work.matchmaker.known_forms, work.clock().astimezone().date())


def _unfinished(work: Bureau) -> tuple[str, Read]:
    """Return the step that something misses in, "" for none, and what was read of both."""
    said, wished = words(drafts.kept(WORDS), regions()), _wishes(work, drafts.kept(WISHES))
    return WORDS if said.errors else WISHES if wished.errors else "", said | wished


def _words_page(filled: Filled, errors: Mapping[str, str]) -> str:
    return render_template(
        "leervragen/nieuw.html", at=1, steps_of=STEPS, given=_given(filled), errors=errors, crumbs=_CRUMBS,
        regions=region_options(), allowed=bool(regions()), kept=any(map(any, filled.values())) and not errors,
    )  # fmt: skip


def _wishes_page(filled: Filled, errors: Mapping[str, str]) -> str:
    work = bureau()
    said, account = drafts.kept(WORDS), work.store.account(person=caller().key)
    given: dict[str, Any] = {"vorm": [], "blik": []} | _given(filled)
    given |= {"vorm": filled.get("vorm", []), "blik": filled.get("blik", [])}
    if not filled and account and "@" in account.login:
        given["contact"] = account.login
    return render_template(
        "leervragen/wensen.html", at=2, steps_of=STEPS, given=given, errors=errors, crumbs=_CRUMBS, back=WORDS,
        forms=[(f, f[:1].upper() + f[1:]) for f in work.matchmaker.known_forms], perspectives=perspective_options(),
        today=work.clock().astimezone().date(), warnings=_warnings(words(said, regions())),
    )  # fmt: skip


def _check_page(errors: Mapping[str, str]) -> str:
    work = bureau()
    sight, (_, read) = Sight(caller(), work), _unfinished(work)
    question = Question("nieuw", **read.fields)
    own = {q.id for q in sight.questions()}
    alike = [(a, a.question.id in own, a.likeness >= _NEARLY_THE_SAME) for a in work.alike(question, _MOST_ALIKE)]
    try:
        communities = sight.all(work.communities(question, _MOST_COMMUNITIES))
    except UnknownNameError:
        communities = []  # of a region that is in no list: no reason to keep the question from being asked
    saw(work, communities)
    return render_template(
        "leervragen/controle.html", at=3, steps_of=STEPS, question=question, wishes=shown(read.fields), alike=alike,
        communities=communities, warnings=_warnings(read), spans=spans, errors=errors, crumbs=_CRUMBS,
        words_at=WORDS, wishes_at=WISHES,
    )  # fmt: skip


def _full_text(read: Read) -> str:
    return f"{read.fields.get('title', '')}\n{read.fields.get('text', '')}"


def _warnings(read: Read) -> tuple[str, ...]:
    return privacy.warnings(_full_text(read))


def _given(filled: Filled) -> dict[str, str]:
    return {name: values[0] for name, values in filled.items() if values}
