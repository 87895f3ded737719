"""What holds for every answer: request id, API-Version, security headers, caching, one log line, figures, sizes.

    request -> sizes, id -> the view, or problems -> headers -> one line in the log, one count -> answer

No view sets a security header, and none may loosen one, but by `public` and `takes`.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

from apiflask import APIFlask
from flask import Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from werkzeug.routing import Map, UnicodeConverter

from api import bodies
from api.problems import ProblemError, for_machines

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
_MOST_URL, _MOST_HEADERS = 4096, 16 * 1024
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_HEADERS = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
                          "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
_CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_CSP_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Front:
    """What the front needs to know.

    version: of the API, semver. most_bytes: of a body, where a view does not take more (`takes`). most_parts: of a
    form. metrics_token: who sends it as bearer may read /metrics; empty: nobody may, and the address does not exist.
    log: where the lines go, None for stderr.
    """

    version: str = "1.0.0"
    most_bytes: int = 2**20
    most_parts: int = 200
    metrics_token: str = ""
    log: TextIO | None = None


class Figures:
    """Counts and durations by method, route and status; never by who or what."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("matcher_requests", "Answered requests.", labels, registry=self.registry)
        self.seconds = Histogram(
            "matcher_request_seconds", "Time to answer.", labels[:2], buckets=_BUCKETS, registry=self.registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Add one answered request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)


def public(seconds: int) -> Callable[[View], View]:
    """Declare that a view shows nothing personal: caches may keep its answer so long. Otherwise: no-store."""

    def declared(view: View) -> View:
        view.public_for = seconds  # type: ignore[attr-defined]
        return view

    return declared


def takes(most_bytes: int) -> Callable[[View], View]:
    """Declare that a view takes a larger body than others: an upload."""

    def declared(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return declared


class _Identifier(UnicodeConverter):
    """A part of an address that names a thing: an underscore begins an operation (`/_zoek`), and no id."""

    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = f"(?!_){self.regex}"


def _open(view: Callable[..., Any]) -> Callable[..., Any]:
    return view


def install(app: APIFlask, options: Front, guard: Guard = _open) -> None:
    """Give the app its front. `guard`: how the app declares that /metrics needs no account."""
    bodies.install(app)
    figures = Figures()
    app.url_map.converters.update(default=_Identifier, string=_Identifier)
    app.url_map.merge_slashes = False  # an address that is nearly right is 404, never a redirect
    app.config.update(
        MAX_CONTENT_LENGTH=options.most_bytes, MAX_FORM_MEMORY_SIZE=options.most_bytes,
        MAX_FORM_PARTS=options.most_parts,
    )  # fmt: skip

    @app.before_request
    def begin() -> None:
        g.began, g.request_id = time.perf_counter(), _request_id(request.headers.get("X-Request-Id", ""))
        _check_sizes()
        _check_text()
        _check_forms()

    @app.after_request
    def finish(response: Response) -> Response:
        _dress(response, options.version)
        route, seconds = _route(), time.perf_counter() - g.get("began", time.perf_counter())
        method = request.method if request.method in _METHODS else "OTHER"
        figures.count(method, route, response.status_code, seconds)
        _write(options.log, {
            "event": "request", "request_id": g.get("request_id"), "method": method, "route": route,
            "status": response.status_code, "ms": round(seconds * 1000, 1),
        })  # fmt: skip
        return response

    @app.get("/metrics")
    @app.doc(hide=True)
    @guard
    def metrics() -> Response:
        if not options.metrics_token:
            raise ProblemError(404)
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), options.metrics_token.encode()):
            raise ProblemError(401, headers={"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


def _request_id(given: str) -> str:
    """Return the id that came along when it is a UUID, else a new one."""
    with contextlib.suppress(ValueError):
        if str(uuid.UUID(given)) == given.lower():
            return given.lower()
    return str(uuid.uuid4())


def _check_sizes() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", 0)
    if most:
        request.max_content_length = request.max_form_memory_size = most
    if len(request.full_path) > _MOST_URL:
        raise ProblemError(414)
    if sum(len(name) + len(value) + 4 for name, value in request.headers) > _MOST_HEADERS:
        raise ProblemError(431)
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        raise ProblemError(413, f"Wat u stuurde is te groot: hoogstens {limit / 2**20:g} MB.".replace(".", ",", 0))


def _check_text() -> None:
    """Refuse an address with characters that are no text."""
    parts = [request.path, *request.args.keys(), *(v for values in request.args.lists() for v in values[1])]
    if any(bodies.STRANGE.search(part) for part in parts):
        raise ProblemError(400, "Er staan tekens in het adres die geen tekst zijn.")


def _check_forms() -> None:
    """Refuse content of a sort that the view does not take, and an answer in a form that it does not give."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or not for_machines(request.path) or request.method in {"HEAD", "OPTIONS"}:
        return
    spec: dict[str, Any] = getattr(view, "_spec", {})
    _check_accept(view, spec)
    taken = spec.get("content_type") or ()
    taken = [*([taken] if isinstance(taken, str) else taken), *getattr(view, "takes_also", ())]
    if spec.get("body") is not None and request.mimetype not in taken:
        raise ProblemError(415, f"Stuur de inhoud als {' of '.join(taken)}.", headers={"Accept": ", ".join(taken)})


def _check_accept(view: Callable[..., Any], spec: dict[str, Any]) -> None:
    given = {*getattr(view, "produces", ()), (spec.get("response") or {}).get("content_type") or "application/json"}
    wanted = request.accept_mimetypes
    if wanted and not any(wanted.quality(form) > 0 for form in given | {"application/problem+json"}):
        raise ProblemError(406, f"Dit adres antwoordt als {' of '.join(sorted(given))}.")


def _route() -> str:
    """Return the template of the address: what was filled in may be personal."""
    return request.url_rule.rule if request.url_rule else "-"


def _dress(response: Response, version: str) -> None:
    machines, html = for_machines(request.path), response.mimetype == "text/html"
    for name, value in _HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = _CSP_PAGE if html else _CSP
    # With `no-referrer` a browser says Origin: null when a form is sent, and then its origin cannot be checked.
    response.headers["Referrer-Policy"] = "no-referrer" if machines else "same-origin"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if machines:
        response.headers["API-Version"] = version
    if "Access-Control-Allow-Origin" in response.headers:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = _caching(response)


def _caching(response: Response) -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    seconds = 3600 if request.endpoint == "static" else getattr(view, "public_for", 0)
    return f"public, max-age={seconds}" if seconds and response.status_code in {200, 206, 304} else "no-store"


def _write(log: TextIO | None, line: dict[str, Any]) -> None:
    """Write one line; a log that cannot be written stops no answer."""
    with contextlib.suppress(OSError, ValueError):
        print(json.dumps(line), file=log or sys.stderr, flush=True)
