"""Signing in at an identity provider: a browser goes there and comes back, and is let in if it has an account here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from api.access import ANYONE, allowed, desk
from api.options import Oidc
from api.pages.frame import safe_path
from api.pages.signing import enter
from api.provider import LIFE, Going, Provider, ProviderDownError, ProviderRefusedError
from matcher import SignInRefusedError, accounts

COOKIE = "__Host-onderweg"
BACK = "/aanmelden/oidc/terug"
_MOST_ONWARD = 1000


def pages(oidc: Oidc, address: str) -> Blueprint:
    """Return the pages of one provider; address: at which people reach this service."""
    blueprint = Blueprint("oidc", __name__)
    provider = Provider(oidc, address.rstrip("/") + BACK)

    @blueprint.get("/aanmelden/oidc")
    @allowed(ANYONE)
    def go() -> Response:
        """Send someone to the provider; what belongs to this attempt stays in their browser."""
        at, onward = desk().clock(), safe_path(request.args.get("verder", "/"))[:_MOST_ONWARD]
        going = Going(secrets.token_urlsafe(32), int(at.timestamp()), onward)
        try:
            response: Any = redirect(provider.way(going, at), 303)
        except ProviderDownError:
            return _failed("down", 503)
        response.set_cookie(
            COOKIE, f"{going.token} {going.left} {going.onward}", max_age=LIFE, secure=True, httponly=True,
            samesite="Lax", path="/",
        )  # fmt: skip
        return response  # type: ignore[no-any-return]

    @blueprint.get(BACK)
    @allowed(ANYONE)
    def back() -> Response:
        """Let in who comes back, when the provider vouches for a login that is known here."""
        at, going = desk(), _going()
        if going is None:
            return _failed("lost", 400)
        try:
            claims = provider.claims(going, request.args, at.clock())
            token = accounts.sign_in_vouched(at.store, login_in(claims, oidc.claim), at.clock())
        except ProviderDownError:
            return _failed("down", 503)
        except ProviderRefusedError:
            return _failed("lost", 400)
        except SignInRefusedError:
            return _failed("unknown", 403)
        return _forget(enter(token, safe_path(going.onward)))

    return blueprint


def login_in(claims: Mapping[str, Any], claim: str) -> str:
    """Return the login that a provider vouches for; "" for none, such as an e-mail address that nobody verified."""
    found = claims.get(claim)
    if not isinstance(found, str) or (claim == "email" and claims.get("email_verified") is not True):
        return ""
    # Only e-mail addresses are the same in capitals.
    return found if claim == "email" or found == found.strip().lower() else ""


def _going() -> Going | None:
    token, _, rest = request.cookies.get(COOKIE, "").partition(" ")
    left, _, onward = rest.partition(" ")
    return Going(token, int(left), onward) if token and left.isdecimal() and len(left) < 12 else None


def _failed(why: str, status: int) -> Response:
    return _forget(make_response(render_template("aanmelden/oidc.html", why=why, errors=True), status))


def _forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    return response
