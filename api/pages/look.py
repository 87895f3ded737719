"""What every page shares: who looks and in which theme goes into the layout; the fixed pages come out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, render_template

from api.access import ANYONE, allowed
from api.options import Options

# How far ahead security.txt may be trusted: RFC 9116 asks for less than a year.
_TRUSTED = timedelta(days=180)
THEME = "/huisstijl.css"


def _options() -> Options:
    found: Options = current_app.extensions["options"]
    return found


def shared() -> dict[str, Any]:
    """Return what layout.html reads: the viewer (role and label) and the address of the municipality's theme."""
    caller = g.get("caller")
    viewer = {"role": caller.role, "label": ", ".join(caller.regions)} if caller else None
    return {"viewer": viewer, "theme": THEME if _options().theme else None}


@allowed(ANYONE)
def theme() -> Response:
    """Serve the municipality's CSS file of the setting `theme`, read anew each time: it is small and may be mended."""
    path = _options().theme
    if path is None:
        abort(404)
    return Response(path.read_text(encoding="utf-8"), mimetype="text/css")


@allowed(ANYONE)
def accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("toegankelijkheid.html", contact=_options().contact)


@allowed(ANYONE)
def privacy() -> str:
    """Show what is kept of whom, and why."""
    return render_template("privacy.html", contact=_options().contact)


@allowed(ANYONE)
def security() -> Response:
    """Tell where a leak can be reported (RFC 9116); 404 while nobody set an address for it."""
    options = _options()
    if not options.contact:
        abort(404)
    # The same text all day: it is dated from the day that begins.
    today = datetime.combine(datetime.now(UTC).date(), time(), UTC)
    text = render_template(
        "security.txt", contact=f"mailto:{options.contact}", expires=today + _TRUSTED,
        canonical=f"{options.address}/.well-known/security.txt",
    )  # fmt: skip
    return Response(text, mimetype="text/plain")


def install(blueprint: Blueprint) -> None:
    """Give the blueprint the fixed pages, and every template of the app what it shares."""
    blueprint.app_context_processor(shared)
    for path, view in (
        (THEME, theme), ("/toegankelijkheid", accessibility), ("/privacy", privacy),
        ("/.well-known/security.txt", security),
    ):  # fmt: skip
        blueprint.add_url_rule(path, view.__name__, view)
