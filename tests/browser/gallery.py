"""Every macro in every state as pages of a small Flask app: what the browser tests and the screenshots look at.

No data of the programme: regions and offers here are made up, and say so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, render_template, request

from api.problems import KINDS

ROOT = Path(__file__).parent.parent.parent
# What front.py will send too: nothing inline, nothing from elsewhere.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PAGES = ("dag", "leervraag", "lijst", "formulier", "voorstel", "beoordelen", "vergelijken", "tekens")
STATES = ("gevuld", "leeg", "fout", "lang")
STATUSES = (400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503, 507)
LONG = "Meervoudigebeperkingenondersteuningsarrangementencoördinatiebijeenkomst"

SUMMARY = (
    "Brengt school, leerplicht en jeugdhulp aan één tafel, van beginnend verzuim tot terugkeer naar school. "
    "Oefent met echte situaties, zonder namen."
)
PARTS = [("betekenis", 0.1529), ("begrippen", 0.3686), ("woorden", 0.0346), ("thema’s", 0.01), ("perspectief", 0.004)]


def _suggestion(rank: int, name: str, kind: str, factor: float, **more: object) -> dict[str, object]:
    found = [(label, round(value * factor, 4)) for label, value in PARTS]
    start = SUMMARY.index("van beginnend")
    return {
        "rank": rank, "name": name, "href": f"/aanbod/{rank}", "kind": kind, "organisation": "Voorbeeldorganisatie",
        "perspective": ("praktijk", "beleid", "wetenschap", "ervaring")[rank % 4], "summary": SUMMARY, "parts": found,
        "sentence": "Gaat over thuiszitters terug naar school, in uw woorden: “zit al maanden thuis”.",
        "marks": [(start, SUMMARY.index(". Oefent"))], "available": "Beschikbaar op 1 maart 2027, online",
        "hours": (2, 6), "tags": ["voorbeeld"], **more,
    }  # fmt: skip


def _suggestions(state: str) -> list[dict[str, object]]:
    if state == "leeg":
        return []
    found = [
        _suggestion(1, "Community of practice over verzuim", "community of practice", 1.0),
        _suggestion(2, "Procesbegeleider voor school en jeugdhulp", "facilitator", 0.82, hours=(5, None)),
        _suggestion(3, "Handreiking aanwezigheid op school", "dossier", 0.61, hours=None, organisation=None),
    ]
    if state == "lang":
        found[0] |= {"name": LONG, "summary": f"{LONG} {LONG} en nog veel meer. " * 6, "marks": [(0, 70), (72, 142)]}
        found[1] |= {"sentence": LONG * 3, "organisation": LONG, "kind": LONG}
    return found


def _refused(state: str) -> list[dict[str, object]]:
    if state == "leeg":
        return []
    name = LONG if state == "lang" else "Bemiddelaar bij geschillen over plaatsing"
    return [
        {"name": name, "href": "/aanbod/9", "score": 0.1204, "near": True, "reasons": ["Zit vol."]},
        {"name": "Onderzoeker schoolaanwezigheid", "href": "/aanbod/8", "score": 0.11,
         "reasons": ["Pas beschikbaar vanaf 1 juni 2027.", "Werkt niet in deze regio."]},
    ]  # fmt: skip


def _rows(state: str) -> list[dict[str, object]]:
    if state == "leeg":
        return []
    title = f"{LONG} {LONG}" if state == "lang" else "Hoe krijgen we thuiszitters weer naar school?"
    states = ("voorgesteld", "aanvaard", "loopt", "afgerond", "afgewezen", "ingetrokken")
    return [{"id": n, "title": title, "region": "Voorbeeldregio", "on": date(2027, 3, n), "hours": 1.5 * n, "state": s}
            for n, s in enumerate(states, 1)]  # fmt: skip


def _errors(state: str) -> dict[str, str]:
    if state != "fout":
        return {}
    return {
        "titel": "Vul in waar de vraag over gaat.",
        "tekst": "Hier staat een burgerservicenummer (BSN). Haal het weg: over kinderen bewaren we geen gegevens.",
        "vorm": "Kies een vorm.",
        "datum": "Kies een datum van vandaag of later.",
        "regio": "Kies een regio uit de lijst.",
    }


def _values(state: str) -> dict[str, object]:
    if state == "leeg":
        return {}
    text = LONG * 8 if state == "lang" else "Een leerling zit al maanden thuis. Wie pakt de regie?"
    return {"titel": LONG if state == "lang" else "Terug naar school", "tekst": text, "vorm": "online",
            "soort": ["expert", "cop"], "datum": "2027-03-01", "regio": "twee", "uren": "4"}  # fmt: skip


def _events() -> list[dict[str, object]]:
    at = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    return [
        {"title": "Voorgesteld", "at": at, "by": "verbinder", "note": "Graag voor de zomer een eerste gesprek."},
        {"title": "Ingetrokken", "at": at.replace(hour=10), "by": "verbinder", "taken_back": True},
        {"title": "Aanvaard", "at": at.replace(day=4), "by": "regio", "now": True},
        {"title": "Loopt", "to_come": True},
        {"title": "Afgerond", "to_come": True},
    ]


def make_gallery(theme: str | None = None) -> Flask:
    """Return the app: /<page>/<state>, /fouten/<status>, and the fixed pages; `theme` as in the setting."""
    app = Flask(__name__, template_folder=str(ROOT / "api" / "templates"), static_folder=str(ROOT / "api" / "static"))
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "templates"))  # type: ignore[union-attr]
    viewer = SimpleNamespace(role="verbinder", label="voorbeeld")

    @app.context_processor
    def shared() -> dict[str, object]:
        return {"viewer": viewer, "theme": "/vreemd.css" if request.args.get("thema") else theme}

    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.get("/vreemd.css")
    def foreign() -> Response:
        return Response((Path(__file__).parent / "vreemd.css").read_text(encoding="utf-8"), mimetype="text/css")

    @app.route("/<page>/<state>", methods=["GET", "POST"])
    def shown(page: str, state: str) -> str:
        return render_template(
            f"{page}.html", state=state, path=request.path, args=list(request.args.items(multi=True)),
            sort=request.args.get("sorteer", "datum"), suggestions=_suggestions(state), refused=_refused(state),
            rows=_rows(state), errors=_errors(state), values=_values(state), events=_events(), long=LONG,
            crumbs=[("/", "Vandaag"), ("/leervragen", "Leervragen"), (None, LONG if state == "lang" else "Deze vraag")],
            flashes=[{"text": "Voorstel verstuurd.", "undo": {"action": request.path}}] if state == "gevuld" else [],
        )  # fmt: skip

    @app.get("/fouten/<int:status>")
    def failed(status: int) -> str:
        kind = KINDS[status]
        facts = {"title": kind.title, "detail": "", "what_now": kind.what_now, "faults": ()}
        return render_template("error.html", status=status, reference="7f3a-19c2", **facts)

    @app.get("/toegankelijkheid")
    def accessibility() -> str:
        return render_template("toegankelijkheid.html", contact="bureau@example.org")

    @app.get("/privacy")
    def privacy() -> str:
        return render_template("privacy.html", contact="bureau@example.org", retention=[("Sessies", "12 uur")])

    return app


if __name__ == "__main__":
    make_gallery().run(port=8765)
