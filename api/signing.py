"""A request goes in, who sent it comes out: by an API key under /v1, by a session cookie on the pages; CSRF refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from api.access import Caller, desk
from api.problems import ProblemError
from matcher import accounts

# The prefix makes browsers take the cookie from this host alone, over HTTPS (or localhost), for every path.
COOKIE = "__Host-matcher"
API = "/v1"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = "bearer"


def identify() -> Caller | None:
    """Return who sent this request: keys count under /v1 only, sessions on the pages only; None for nobody."""
    return _by_key() if of_the_api(request.path) else _by_session()
