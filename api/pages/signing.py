"""Signing in and out, choosing a password, and one's own account: password, second step, sessions."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from markupsafe import Markup

from api.access import ANYONE, BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed, bureau, caller, desk
from api.pages.drafts import keep_text
from api.pages.frame import done, safe_path
from api.signing import COOKIE, drop_session, keep_session
from matcher import (
    LinkRefusedError,
    SignInRefusedError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongCodeError,
    accounts,
)

blueprint = Blueprint("signing", __name__)
_EVERYONE = (VERBINDER, REGIO, EVALUATOR, BEHEERDER)


@blueprint.get("/aanmelden")
@allowed(ANYONE)
def sign_in_form() -> str:
    """Ask who someone is."""
    return render_template("aanmelden/aanmelden.html", onward=request.args.get("verder", "/"), kept="")


@blueprint.post("/aanmelden")
@allowed(ANYONE)
def sign_in() -> Response:
    """Let someone in, and go on to the page they came for; what they had filled in there is kept."""
    form = request.form
    at = desk()
    try:
        token = accounts.sign_in(
            at.store, form.get("naam", ""), form.get("wachtwoord", ""), form.get("code", "").replace(" ", ""),
            request.remote_addr or "", at.clock(),
        )  # fmt: skip
    except TooManyAttemptsError as fault:
        wait = max(1, round((fault.until - at.clock()).total_seconds()))
        return _refused(str(fault), 429, {"Retry-After": str(wait)})
    except SignInRefusedError as fault:
        return _refused(str(fault), 403)
    onward = safe_path(form.get("verder", "/"))
    person = accounts.who_by_session(at.store, token, at.clock())
    if person and form.get("bewaard"):
        keep_text(at.bureau(person.key), person.key, onward, form["bewaard"])
    return enter(token, onward)


def enter(token: str, onward: str) -> Response:
    """Go on with a new session; the one that this browser had ends."""
    at = desk()
    if former := request.cookies.get(COOKIE, ""):
        accounts.sign_out(at.store, former, at.clock())
    return keep_session(make_response(redirect(onward, 303)), token)


@blueprint.post("/afmelden")
@allowed(ANYONE)
def sign_out() -> Response:
    """End the session."""
    at = desk()
    if token := request.cookies.get(COOKIE, ""):
        accounts.sign_out(at.store, token, at.clock())
    return drop_session(make_response(redirect("/aanmelden", 303)))


@blueprint.get("/wachtwoord/<token>")
@allowed(ANYONE)
def choose_form(token: str) -> str:
    """Ask for a first password, by the link that the beheerder gave."""
    return render_template("aanmelden/kiezen.html", token=token, errors={})


@blueprint.post("/wachtwoord/<token>")
@allowed(ANYONE)
def choose(token: str) -> Response:
    """Keep the password that someone chose by a link; the link then holds no more."""
    errors = _twice(request.form)
    if not errors:
        at = desk()
        try:
            accounts.choose_password(at.store, token, request.form.get("nieuw", ""), at.clock())
        except WeakPasswordError as fault:
            errors = {"nieuw": " ".join(fault.broken)}
        except LinkRefusedError as fault:
            errors = {"": str(fault)}
        else:
            return done("/aanmelden", "Uw wachtwoord is gekozen. U kunt zich nu aanmelden.")
    return make_response(render_template("aanmelden/kiezen.html", token=token, errors=errors), 400)


@blueprint.get("/mijn-account")
@allowed(*_EVERYONE)
def account() -> str:
    """Show one's own account."""
    return _account()


@blueprint.post("/mijn-account/wachtwoord")
@allowed(*_EVERYONE)
def change_password() -> Response:
    """Change one's own password; all other sessions end."""
    work, who, errors = bureau(), caller(), _twice(request.form)
    if not errors:
        given = request.form.get("huidig", ""), request.form.get("nieuw", "")
        try:
            accounts.change_password(work.store, who.key, *given, work.clock(), keep=request.cookies.get(COOKIE, ""))
        except WeakPasswordError as fault:
            errors = {"nieuw": " ".join(fault.broken)}
        except SignInRefusedError:
            errors = {"huidig": "Dit is niet uw huidige wachtwoord."}
        else:
            return done("/mijn-account", "Uw wachtwoord is gewijzigd. Op andere apparaten bent u afgemeld.")
    return make_response(_account(errors), 400)


@blueprint.post("/mijn-account/code")
@allowed(*_EVERYONE)
def second_step() -> Response:
    """Begin with a second step: show the secret that an authenticator app asks for, once."""
    work = bureau()
    secret, address = accounts.enrol(work.store, caller().key, work.clock())
    # Our own drawing: nothing in it was sent by anyone.
    shape = Markup(segno.make(address, error="m").svg_inline(scale=5, svgclass="qr"))  # noqa: S704
    return make_response(render_template("aanmelden/code.html", secret=secret, shape=shape, errors={}))


@blueprint.post("/mijn-account/code/bevestigen")
@allowed(*_EVERYONE)
def confirm_code() -> Response:
    """Put the second step into force with a first code."""
    work = bureau()
    try:
        accounts.confirm(work.store, caller().key, request.form.get("code", "").replace(" ", ""), work.clock())
    except WrongCodeError as fault:
        return make_response(
            render_template("aanmelden/code.html", secret="", shape="", errors={"code": str(fault)}), 400
        )
    return done("/mijn-account", "De tweede stap staat aan. Bij het aanmelden vraagt Matcher voortaan een code.")


@blueprint.post("/mijn-account/afmelden")
@allowed(*_EVERYONE)
def sign_out_everywhere() -> Response:
    """End all one's sessions, this one too."""
    work = bureau()
    accounts.sign_out_everywhere(work.store, caller().key, work.by, work.clock())
    return drop_session(make_response(redirect("/aanmelden", 303)))


def _account(errors: Mapping[str, str] | None = None) -> str:
    work = bureau()
    found = work.store.account(person=caller().key)
    sessions = [s for s in work.store.sessions(caller().key) if accounts.holds(s, work.clock())]
    return render_template("aanmelden/account.html", account=found, sessions=sessions, errors=errors or {})


def _refused(text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    form = request.form
    shown = render_template(
        "aanmelden/aanmelden.html", onward=safe_path(form.get("verder", "/")), kept=form.get("bewaard", ""),
        name=form.get("naam", ""), errors={"naam": text},
    )  # fmt: skip
    return make_response(shown, status, headers or {})


def _twice(form: Mapping[str, str]) -> dict[str, str]:
    return {} if form.get("nieuw") == form.get("nogmaals") else {"nogmaals": "Dit is niet hetzelfde wachtwoord."}
