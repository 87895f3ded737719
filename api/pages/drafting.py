"""Drafts: thrown away, and brought back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed
from api.pages import drafts
from api.pages.frame import done, safe_path
from api.pages.posting import CHECK, WISHES, WORDS
from api.problems import ProblemError

blueprint = Blueprint("drafting", __name__)
_CHANGE, _PROPOSE, _ANSWER = (
    r"/leervragen/[^/]{1,200}/wijzig", r"/leervragen/[^/]{1,200}/voorstel/[^/]{1,200}", r"/voorstellen/[^/]{1,50}",
)  # fmt: skip
# The forms that are kept while someone types.
_FORMS = (re.escape(WORDS), re.escape(WISHES), _CHANGE, _PROPOSE, _ANSWER)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft as it is shown: what it is about, what it is, where one goes on, when it was kept."""

    title: str
    what: str
    href: str
    form: str
    at: datetime


def unfinished() -> list[Unfinished]:
    """Return the drafts of the signed-in person, the newest first; the steps of a new question are one."""
    found = {d.form: d for d in drafts.listed()}
    steps = [found.pop(form) for form in (WORDS, WISHES, CHECK) if form in found]
    shown = [s for d in found.values() if (s := _shown(d))]
    if steps:
        title = (steps[0].filled.get("titel") or [""])[0] or (steps[0].filled.get("tekst") or [""])[0]
        onward = CHECK if len(steps) > 1 and steps[0].form == WORDS else WORDS
        at = max(s.at for s in steps)
        shown.append(Unfinished(_short(title), "Nieuwe leervraag, nog niet verstuurd", onward, WORDS, at.astimezone()))
    return sorted(shown, key=lambda d: d.at, reverse=True)


@blueprint.app_context_processor
def beside() -> dict[str, Any]:
    """Let any page show the drafts."""
    return {"unfinished": unfinished}


@blueprint.post("/concepten/bewaar")
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def keep() -> Response:
    """Keep what is being typed into a form; asked by the page itself, so that a closed tab loses nothing."""
    form = request.form.get("formulier", "")
    if not any(re.fullmatch(pattern, form) for pattern in _FORMS):
        raise ProblemError(404)
    drafts.keep(form, {k: v for k, v in request.form.to_dict(flat=False).items() if k != "formulier"})
    return Response(status=204)


@blueprint.post("/concepten/weg")
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def throw_away() -> Response:
    """Throw a draft away."""
    form = request.form.get("formulier", "")
    back = safe_path(request.form.get("terug", "/"))
    if not drafts.throw_away(form):
        return done(back, "Dit concept was er al niet meer.", tone="info")
    return done(back, "Het concept is weggegooid.", undo="/concepten/terug", formulier=form, terug=back)


@blueprint.post("/concepten/terug")
@allowed(VERBINDER, REGIO, EVALUATOR, BEHEERDER)
def bring_back() -> Response:
    """Bring back a draft that was thrown away."""
    found = drafts.bring_back(request.form.get("formulier", ""))
    told = "Het concept is terug." if found else "Dit concept is er niet meer."
    return done(safe_path(request.form.get("terug", "/")), told, tone="positive" if found else "warning")


def _shown(draft: drafts.Draft) -> Unfinished | None:
    """Return a draft of a page that asks for text, None for one of another kind."""
    if re.fullmatch(_CHANGE, draft.form):
        title, what = (draft.filled.get("titel") or [""])[0], "Wijziging van een leervraag, nog niet bewaard"
    elif re.fullmatch(_PROPOSE, draft.form):
        title, what = (draft.filled.get("notitie") or [""])[0], "Voorstel, nog niet gedaan"
    elif re.fullmatch(_ANSWER, draft.form):
        title = next((v for name, (v, *_) in draft.filled.items() if name != "stap" and v), "")
        what = "Antwoord op een voorstel, nog niet verstuurd"
    else:
        return None
    return Unfinished(_short(title), what, _address(draft.form), draft.form, draft.at.astimezone())


def _address(form: str) -> str:
    """Return the address of a form: its path comes out of the request decoded."""
    return quote(form, safe="/")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]} ..."
