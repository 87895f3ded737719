"""The service: a desk goes in, the app that answers over HTTP comes out; it holds the library, not the database.

request -> front -> signing.identify -> access.admit -> resources or pages -> sight -> reading -> wire -> answer
"""

from __future__ import annotations

from apiflask import APIFlask

from api import access, document, front, problems, reading, signing
from api.options import Options
from api.pages import oidc, pages
from api.pages.frame import problem_page
from api.resources import resources
from api.wire.names import NAMES
from matcher import Desk

__all__ = ["Options", "create_app"]


def create_app(desk: Desk, options: Options | None = None) -> APIFlask:
    """Return the app over a desk. Raises RuntimeError where a route does not say who may call it."""
    chosen = options or Options()
    app = APIFlask(__name__, docs_path=None, spec_path=None, static_url_path="/static")
    app.extensions["matcher"] = desk
    app.extensions["options"] = chosen
    guard = access.allowed(access.ANYONE)
    front.install(app, front.Front(metrics_token=chosen.metrics), guard)
    problems.install(app, NAMES, problem_page)
    reading.install(app, chosen.profiles)

    @app.before_request
    def admitted() -> None:
        signing.require_same_site()
        access.admit(signing.identify)

    app.register_blueprint(resources())
    app.register_blueprint(pages())
    if chosen.oidc:
        app.register_blueprint(oidc.pages(chosen.oidc, chosen.address))
    document.install(app, document.About(), guard)
    guard(app.view_functions["static"])
    access.require_declared(app)
    return app
