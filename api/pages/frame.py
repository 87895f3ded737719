"""What stands around every page: who is signed in, a message about what was just done, the theme; and error pages.

A page that changes something ends with `done(...)`: a redirect to where it shows, with a message and, where it can be
undone, a button that undoes it. The message travels in a cookie of its own that is gone once it was shown.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from api.access import Caller
from api.options import Options
from api.pages.drafts import NEVER
from api.problems import Problem, page

MESSAGE = "__Host-melding"
_MOST = 1000
# What may go right when the same is sent again.
_TRY_AGAIN = frozenset({429, 500, 503, 507})


def install(blueprint: Blueprint) -> None:
    """Give the pages their frame."""

    @blueprint.app_context_processor
    def around() -> dict[str, Any]:
        who: Caller | None = g.get("caller")
        return {
            "viewer": who and {"role": who.role, "label": who.name, "regions": who.regions},
            "theme": url_for("pages.fixed.theme") if options().theme else None,
            "flashes": _messages(),
            "provider": options().oidc is not None,
        }

    @blueprint.after_app_request
    def shown(response: Response) -> Response:
        if g.get("message_shown"):
            response.delete_cookie(MESSAGE, secure=True, httponly=True, samesite="Lax", path="/")
        return response


def options() -> Options:
    """Return what the bureau set for its service."""
    found: Options = current_app.extensions["options"]
    return found


def done(to: str, text: str, undo: str = "", tone: str = "positive", **fields: str) -> Response:
    """Return the redirect to a page, which then says what was done.

    undo: the address to which a button posts that takes it back, with these fields. `to` and `undo`: paths of ours.
    """
    message: dict[str, Any] = {"text": text[:_MOST], "tone": tone}
    if undo:
        message["undo"] = {"action": undo, "fields": fields}
    response = redirect(to, 303)
    told = json.dumps(message, ensure_ascii=True)
    response.set_cookie(MESSAGE, told, secure=True, httponly=True, samesite="Lax", path="/", max_age=60)
    return response  # type: ignore[return-value]


def safe_path(given: str) -> str:
    """Return a path of this site to go on to; "/" for anything that could lead elsewhere, or to no page of ours."""
    if not given.startswith("/") or given.startswith(("//", "/\\")) or any(c in given for c in "\\\r\n\t"):
        return "/"
    path = given.partition("?")[0].partition("#")[0]
    adapter = current_app.url_map.bind("", script_name="/")
    return given if adapter.test(path, method="GET") else "/"


def problem_page(status: int, found: Problem) -> str:
    """Return the page of an error; where nobody is signed in, the page to sign in, which keeps what was filled in."""
    if status == 401 and not request.path.startswith("/static/"):
        try:
            given = {k: v for k, v in request.form.to_dict(flat=False).items() if k not in NEVER}
            filled = json.dumps(given) if request.method == "POST" else ""
            onward = request.full_path.rstrip("?") if request.method == "GET" else request.path
            return render_template("aanmelden/aanmelden.html", onward=onward, kept=filled, timed_out=True)
        except Exception:
            return page(status, found)
    if status in _TRY_AGAIN and request.method == "POST" and g.get("caller") and (sent := _filled()):
        return page(status, found, filled=sent)
    return page(status, found)


def _filled() -> list[tuple[str, str]]:
    """Return what was sent and did not arrive, to be sent again; never a form with something secret in it."""
    found = list(request.form.items(multi=True))
    return [] if {name for name, _ in found} & NEVER else found


def _messages() -> list[dict[str, Any]]:
    """Return the message that a page before this one left, once."""
    given = request.cookies.get(MESSAGE, "")
    if not given:
        return []
    g.message_shown = True
    try:
        message = json.loads(given)
        undo = message.get("undo")
        kept: dict[str, Any] = {"text": str(message["text"])[:_MOST], "tone": str(message.get("tone", ""))[:20]}
        if undo and str(undo["action"]).startswith("/") and not str(undo["action"]).startswith("//"):
            kept["undo"] = {
                "action": str(undo["action"]),
                "fields": {str(k): str(v) for k, v in undo["fields"].items()},
            }
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return [kept]
