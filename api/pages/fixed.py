"""Pages that are the same for everyone: accessibility, privacy, security.txt, the municipality's own theme."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, render_template, send_file

from api.access import ANYONE, allowed, desk
from api.front import public
from api.pages.frame import options
from api.problems import ProblemError

blueprint = Blueprint("fixed", __name__)
_DAYS_VALID = 180


@blueprint.get("/toegankelijkheid")
@allowed(ANYONE)
def accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("toegankelijkheid.html", contact=options().contact)


@blueprint.get("/privacy")
@allowed(ANYONE)
def privacy() -> str:
    """Show what is kept of whom, and why."""
    chosen = options()
    return render_template("privacy.html", bureau=chosen.bureau, contact=chosen.contact, retention=())


@blueprint.get("/.well-known/security.txt")
@allowed(ANYONE)
@public(86_400)
def security() -> Response:
    """Say where to report what is unsafe (RFC 9116)."""
    chosen = options()
    if not chosen.contact:
        raise ProblemError(404)
    expires = desk().clock().replace(microsecond=0) + timedelta(days=_DAYS_VALID)
    where = f"{chosen.address}/.well-known/security.txt"
    told = render_template("security.txt", contact=f"mailto:{chosen.contact}", expires=expires, canonical=where)
    return Response(told, mimetype="text/plain")


@blueprint.get("/thema.css")
@allowed(ANYONE)
@public(300)
def theme() -> Response:
    """Give the municipality's own theme."""
    chosen = options().theme
    if chosen is None:
        raise ProblemError(404)
    return send_file(chosen.absolute(), mimetype="text/css")
