"""A request goes in, who sent it comes out: by an API key under /v1, by a session cookie on the pages; CSRF refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from api.access import Caller, desk
from api.problems import ProblemError, for_machines
from matcher import accounts

# The prefix makes browsers take the cookie from this host alone, over HTTPS (or localhost), for every path.
COOKIE = "__Host-matcher"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = "bearer"


def identify() -> Caller | None:
    """Return who sent this request: keys count under /v1 only, sessions on the pages only; None for nobody."""
    return _by_key() if for_machines(request.path) else _by_session()


def require_same_site() -> None:
    """Raise ProblemError (403) for a request that changes something and that another site may have made (CSRF).

    Sec-Fetch-Site, which no page can set, decides; where a browser does not send it, Origin has to be our own. Neither
    of both: refused. Under /v1 no cookie counts, so that there is nothing to forge.
    """
    if request.method in _SAFE or for_machines(request.path):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        own = site == "same-origin"
    else:
        own = urlsplit(request.headers.get("Origin", "")).netloc == request.host != ""
    if not own:
        raise ProblemError(403, "Dit verzoek kwam niet van deze site zelf.")


def keep_session(response: Response, token: str) -> Response:
    """Put the session in the answer's cookie."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def drop_session(response: Response) -> Response:
    """Take the session out of the browser."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def _by_key() -> Caller | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _BEARER or not key.strip():
        return None
    at = desk()
    found = accounts.who_by_key(at.store, key.strip(), at.clock())
    return None if found is None else Caller.of(*found)


def _by_session() -> Caller | None:
    if not (token := request.cookies.get(COOKIE, "")):
        return None
    at = desk()
    person = accounts.who_by_session(at.store, token, at.clock())
    return None if person is None else Caller.of(person)
