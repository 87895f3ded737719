"""A small service with the shape of ours: what the front, the problems, the lists and the document are tested on."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any, Literal

from apiflask import APIBlueprint, APIFlask
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from api import document, front, lists, problems
from matcher import UnknownNameError
from matcher.exchange.sheets import write_sheet

ROOT = Path(__file__).parent.parent.parent / "api"


class Uur(BaseModel):
    """Hoeveel uren."""

    model_config = ConfigDict(extra="forbid")
    per_maand: float = Field(alias="perMaand", ge=0, le=200, description="Uren per maand.", examples=[4])


class Leervraag(BaseModel):
    """Wat een regio wil leren."""

    model_config = ConfigDict(extra="forbid")
    titel: str = Field(min_length=1, max_length=200, description="De vraag in een paar woorden.", examples=["Thuis"])
    tekst: str = Field("", max_length=5000, description="De vraag zelf.", examples=["Hoe helpen wij thuiszitters?"])
    nodig_datum: date | None = Field(None, alias="nodigDatum", description="Wanneer het nodig is.")
    vorm: Literal["workshop", "traject"] | None = Field(None, description="In welke vorm.")
    uren: Uur | None = Field(None, description="Hoeveel uren.")
    themas: list[str] = Field(default_factory=list, max_length=20, description="Waar het over gaat.")


class Bewaard(Leervraag):
    """Een leervraag zoals die bewaard is."""

    id: str = Field(description="Het id.", examples=["lv-1"])


class Lijst(BaseModel):
    """Een bladzijde van een lijst."""

    items: list[Bewaard] = Field(description="De leervragen.")


class Zoek(lists.Paged):
    """Waarop de lijst te filteren is."""

    thema: lists.Several = Field(default_factory=list, description="Alleen over deze thema's.", examples=[["verzuim"]])
    sort: str = lists.sort_field("titel", "id", default="titel")


class Answers(dict):  # type: ignore[type-arg]
    def get(self, *place: str) -> lists.Answer | None:  # type: ignore[override]
        return super().get(place)

    def put(self, key: str, owner: str, route: str, answer: lists.Answer) -> None:
        self[key, owner, route] = answer


def toy(**options: Any) -> APIFlask:
    """Return the small service: `log` has the lines it wrote, `rows` what it holds, `fails` what it raises."""
    app = APIFlask("toy", root_path=str(ROOT), spec_path=None, docs_path=None)
    app.log = io.StringIO()
    app.rows = {f"lv-{i}": Bewaard(id=f"lv-{i}", titel=f"Vraag {i:02}") for i in range(1, 46)}
    app.answers, app.fails = Answers(), None
    front.install(app, front.Front(log=app.log, **options))
    problems.install(app, names={"needed_on": "nodigDatum"})
    app.register_blueprint(_leervragen(app))
    app.add_url_rule("/stuk", "stuk", view_func=lambda: _fail(app))
    app.document = document.install(app, document.About(tags={"Leervragen": "Wat regio's willen leren."}))
    return app


def _fail(app: APIFlask) -> Response:
    raise app.fails


def _leervragen(app: APIFlask) -> APIBlueprint:
    bp = APIBlueprint("leervragen", "leervragen", url_prefix="/v1", tag="Leervragen")

    @bp.get("/leervragen")
    @bp.input(Zoek, location="query")
    @bp.output(Lijst)
    @document.documented(sheets=True)
    def lijst(query_data: Zoek) -> Any:
        """Geef de leervragen."""
        rows = lists.ordered(app.rows.values(), query_data.sort, {"titel": lambda r: r.titel, "id": lambda r: r.id})
        page = lists.paged(rows, query_data)
        sheet = [{"id": r.id, "region": "Almere", "title": r.titel, "text": "x"} for r in rows]
        told = {"items": [r.model_dump(mode="json", by_alias=True) for r in page.rows]}
        response = lists.negotiated(lambda: told, lambda: sheet, "leervragen", write_sheet)
        response.headers.update(page.headers)
        return response

    @bp.post("/leervragen")
    @bp.input(Leervraag, location="json")
    @bp.output(Bewaard, status_code=201)
    @document.documented(idempotent=True, also=(409,))
    def maak(json_data: Leervraag) -> Any:
        """Stel een leervraag."""

        def do() -> Response:
            made = Bewaard(id=f"lv-{len(app.rows) + 1}", **json_data.model_dump(by_alias=True))
            app.rows[made.id] = made
            return lists.tagged(made, 201, {"Location": f"/v1/leervragen/{made.id}"})

        return lists.once(do, app.answers, request.headers.get("X-Wie", "a"))

    @bp.get("/leervragen/<identifier>")
    @bp.output(Bewaard)
    @document.documented(etag=True)
    def een(identifier: str) -> Any:
        """Geef een leervraag."""
        return lists.tagged(_found(app, identifier))

    @bp.put("/leervragen/<identifier>")
    @bp.input(Leervraag, location="json")
    @bp.output(Bewaard)
    @document.documented(if_match=True)
    def wijzig(identifier: str, json_data: Leervraag) -> Any:
        """Wijzig een leervraag."""
        lists.unchanged(_found(app, identifier))
        app.rows[identifier] = Bewaard(id=identifier, **json_data.model_dump(by_alias=True))
        return lists.tagged(app.rows[identifier])

    @bp.post("/leervragen/_zoek")
    @bp.input(Leervraag, location="json")
    @bp.output(Lijst)
    def zoek(json_data: Leervraag) -> Any:
        """Zoek bij een leervraag die niet bewaard wordt."""
        return {"items": []}

    @bp.get("/stuk/<wat>")
    @bp.doc(hide=True)
    def stuk(wat: str) -> Any:
        return _fail(app)

    @bp.get("/leeft")
    @document.documented(everyone=True)
    @bp.output(Uur)
    def leeft() -> Any:
        """Zeg dat de dienst leeft."""
        return {"perMaand": 4}

    return bp


def _found(app: APIFlask, identifier: str) -> Bewaard:
    with problems.sought():
        if identifier not in app.rows:
            raise UnknownNameError("leervraag", identifier, app.rows)
        return app.rows[identifier]
