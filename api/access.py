"""A request goes in, the Caller who makes it comes out; every view says which roles may call it, or is not served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from api.problems import ProblemError
from matcher import Bureau, Desk, Person

VERBINDER, REGIO, EVALUATOR, BEHEERDER = "verbinder", "regio", "evaluator", "beheerder"
# Who may call a view without being known.
ANYONE = "iedereen"
READ, WRITE = "lezen", "schrijven"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request: a person's key, role and regions as they are now, and what the key or session permits."""

    key: str
    role: str
    regions: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset({READ, WRITE})
    name: str = ""

    @classmethod
    def of(cls, person: Person, scopes: frozenset[str] = frozenset({READ, WRITE})) -> Caller:
        """Return the caller that a person is."""
        return cls(person.key, person.role, person.regions, scopes, person.name)


def allowed(*roles: str) -> Callable[[View], View]:
    """Declare which roles may call a view: of the four, or ANYONE. Stands nearest to the function."""

    def declared(view: View) -> View:
        view.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declared


def roles_of(app: Flask, endpoint: str) -> frozenset[str]:
    """Return the roles that may call an endpoint; none for one that declares nothing."""
    view = app.view_functions.get(endpoint)
    while view is not None and not hasattr(view, "allowed_roles"):
        view = getattr(view, "__wrapped__", None)
    return getattr(view, "allowed_roles", frozenset())


def require_declared(app: Flask) -> None:
    """Raise where a route does not say who may call it: what nobody thought of is served to nobody."""
    silent = sorted({r.endpoint for r in app.url_map.iter_rules() if not roles_of(app, r.endpoint)})
    if silent:
        raise RuntimeError(f"routes without @allowed: {', '.join(silent)}")


def admit(identify: Callable[[], Caller | None]) -> None:
    """Let the request through when its caller may call its view; else raise ProblemError(401) or NotAllowedError."""
    if request.endpoint is None:
        return
    roles = roles_of(current_app, request.endpoint)
    g.caller = caller = identify()
    if ANYONE in roles:
        return
    if caller is None:
        raise ProblemError(401)
    if caller.role not in roles:
        raise ProblemError(403)
    if (WRITE if request.method not in _SAFE else READ) not in caller.scopes:
        raise ProblemError(403)


def desk() -> Desk:
    """Return the desk that the service works at."""
    found: Desk = current_app.extensions["matcher"]
    return found


def caller() -> Caller:
    """Return who makes this request; raises ProblemError (401) when nobody is known."""
    if (found := g.get("caller")) is None:
        raise ProblemError(401)
    return found  # type: ignore[no-any-return]


def bureau() -> Bureau:
    """Return the bureau at which the caller is at work."""
    return desk().bureau(caller().key)
