"""The document tells what the service does, with examples that hold; the page shows it to people, without a script."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading

import pytest
from werkzeug.serving import make_server

from api.schemas import sample, tidy


@pytest.fixture
def spec(client):
    return client.get("/v1/openapi.json").get_json()


def test_paths_have_no_version_and_pages_are_not_in_it(spec):
    assert set(spec["paths"]) == {"/leervragen", "/leervragen/{identifier}", "/leervragen/_zoek", "/leeft"}
    assert spec["servers"] == [{"url": "/v1", "description": "Deze installatie"}]


def test_a_date_that_may_be_absent_keeps_its_format_in_sight(spec):
    one = spec["components"]["schemas"]["Leervraag"]["properties"]["nodigDatum"]
    assert (one["type"], one["format"]) == (["string", "null"], "date")
    assert "anyOf" not in one


def test_what_a_view_declares_is_told(spec):
    listed, made = spec["paths"]["/leervragen"]["get"], spec["paths"]["/leervragen"]["post"]
    one, changed = (spec["paths"]["/leervragen/{identifier}"][m] for m in ("get", "put"))
    assert {"Link", "X-Total-Count", "API-Version"} <= set(listed["responses"]["200"]["headers"])
    assert set(listed["responses"]["200"]["content"]) == {
        "application/json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }  # fmt: skip
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in made["parameters"]
    assert {"400", "409", "413", "415", "507"} <= set(made["responses"])
    assert "ETag" in one["responses"]["200"]["headers"]
    assert "304" in one["responses"]
    assert {"404", "412", "428"} <= set(changed["responses"])
    assert spec["paths"]["/leeft"]["get"]["security"] == []
    assert "401" not in spec["paths"]["/leeft"]["get"]["responses"]
    assert spec["security"] == [{"sleutel": []}]
    assert spec["components"]["securitySchemes"]["sleutel"]["scheme"] == "bearer"


def test_the_limits_of_text_and_numbers_are_told_where_something_comes_in(spec):
    titel = spec["components"]["schemas"]["Leervraag"]["properties"]["titel"]
    assert re.search(titel["pattern"], "Thuis 👩‍👩‍👧\n")
    assert not re.search(titel["pattern"], "a\x00")


def test_an_example_is_taken_when_it_is_sent(client, spec):
    body = spec["paths"]["/leervragen"]["post"]["requestBody"]["content"]["application/json"]
    assert client.post("/v1/leervragen", json=body["example"]).status_code == 201


def test_the_document_may_be_kept_and_is_the_same_each_time(client):
    first = client.get("/v1/openapi.json")
    assert client.get("/v1/openapi.json").get_data() == first.get_data()
    assert client.get("/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_two_schemas_of_one_name_stay_two():
    one, other = ({"type": "object", "properties": {p: {"type": "string"}}} for p in "ab")
    ref = {"$ref": "#/components/schemas/Twee.Deel"}
    spec = {"paths": {}, "components": {"schemas": {"Een.Deel": one, "Twee.Deel": other, "Twee": {
        "type": "object", "properties": {"deel": ref}}, "Drie.Deel": json.loads(json.dumps(one))}}}  # fmt: skip
    found = tidy(spec)["components"]["schemas"]
    assert set(found) == {"Deel", "TweeDeel", "Twee"}
    assert found["Twee"]["properties"]["deel"]["$ref"] == "#/components/schemas/TweeDeel"


@pytest.mark.parametrize(("schema", "value"), [
    ({"type": "string", "minLength": 8}, "tekstxxx"), ({"type": "string", "pattern": "^x$"}, None),
    ({"type": ["string", "null"], "format": "date"}, "2027-03-01"), ({"type": "integer", "minimum": 3}, 3),
    ({"type": "number", "maximum": 0, "minimum": -2}, -2), ({"enum": ["a", "b"]}, "a"), ({"const": 4}, 4),
    ({"type": "array", "items": {"type": "boolean"}}, [True]),
    ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
    ({"type": "object", "properties": {"a": {"type": "string", "pattern": "^x$"}}}, {}),
    ({"type": "object", "properties": {"a": {"type": "string", "pattern": "^x$"}}, "required": ["a"]}, None),
])  # fmt: skip
def test_an_example_is_made_or_there_is_none(schema, value):
    assert sample(schema, {"components": {"schemas": {}}}) == value


def test_the_page_has_every_operation_and_schema_and_no_script_or_outside_host(client, spec):
    page = client.get("/v1/docs").get_data(as_text=True)
    for operations in spec["paths"].values():
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in spec["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    assert not re.search(r"<script|\sstyle=|\son\w+=|<style|<iframe", page)
    loaded = re.findall(r'<(?:link|img|script)[^>]+(?:href|src)="([^"]+)"', page)
    assert loaded == ["/static/documentatie.css"]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.skipif(not shutil.which("chromium"), reason="no browser here")
def test_the_page_passes_axe_in_light_and_dark_at_320_pixels_and_loads_nothing_from_elsewhere(app):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    playwright = pytest.importorskip("playwright.sync_api")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    faults: list[str] = []
    try:
        with playwright.sync_playwright() as p:
            browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 320, "height": 800})
            page.on("request", lambda r: None if "127.0.0.1" in r.url else faults.append(r.url))
            page.on("console", lambda m: faults.append(m.text) if "Content Security" in m.text else None)
            page.goto(f"http://127.0.0.1:{server.port}/v1/docs")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found = axe.Axe().run(page).response["violations"]
                faults += [f"{scheme} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
            faults += ["wide"] * page.evaluate("document.documentElement.scrollWidth > 320")
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    assert faults == []


def test_the_document_comes_out_on_the_command_line():
    out = subprocess.run([sys.executable, "-m", "api"], capture_output=True, text=True, check=True)
    assert json.loads(out.stdout)["servers"][0]["url"] == "/v1"
