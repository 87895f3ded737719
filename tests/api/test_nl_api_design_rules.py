"""The NL API Design Rules 2.2, one test for each rule id that can be told from a document and a running service.

https://gitdocumentatie.logius.nl/publicatie/api/adr/2.2.0/ The rules about how an organisation works with its versions
(/core/deprecation-schedule, /core/transition-period) and the modules that do not apply (geospatial, signing,
encryption) are not for a test of one service.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
METHODS = {"get", "post", "put", "patch", "delete"}
KEBAB = re.compile(r"^(/|(/_[a-z0-9]+|/(([a-z0-9\-]+|{[^}]+})(/([a-z0-9\-.]+|{[^}]+}))*)(/_[a-z]+)?)/?)$")
SEMVER = re.compile(r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")
MANDATORY = {
    "Cache-Control": "no-store", "Content-Security-Policy": "frame-ancestors 'none'", "Content-Type": "",
    "Strict-Transport-Security": "max-age=", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
}  # fmt: skip
# Singular resources that stand on their own, and what is no noun by design.
SINGULAR = {"leeft", "gereed", "gegevens-over-mij", "leeragenda", "aanbod"}
VERBS = {"get", "list", "create", "update", "delete", "haal", "maak", "wijzig", "verwijder", "opvragen", "toevoegen"}
BUILT_WITH = ("flask", "werkzeug", "pydantic", "sqlite", "python", "traceback", "marshmallow", "apiflask", "gunicorn")


def operations(document):
    """Yield (path, method, operation)."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def resolved(document, part):
    """Return what a part refers to, or the part itself."""
    while "$ref" in part:
        found = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def properties(node):
    """Yield (name, schema) of every property in the document."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def segments(document):
    return {s for path in document["paths"] for s in path.strip("/").split("/") if s and not s.startswith("{")}


def parameters(document, operation, where):
    found = (resolved(document, p) for p in operation.get("parameters", ()))
    return [p for p in found if p["in"] == where]


def test_core_naming_resources(served):
    """/core/naming-resources: nouns, not verbs; an operation by its underscore is the one exception."""
    assert not {s for s in segments(served.document) if not s.startswith("_")} & VERBS


def test_core_naming_collections(served):
    """/core/naming-collections: what has items below it is a plural."""
    for path in served.document["paths"]:
        name, _, below = path.strip("/").partition("/")
        if below.startswith("{") and name not in SINGULAR:
            assert name.endswith(("en", "s")), path


def test_core_interface_language(served):
    """/core/interface-language: Dutch names, in the address and in what goes over the line."""
    english = {"questions", "offers", "suggestions", "title", "text", "themes", "needed_on", "created_at", "total"}
    own = {n for n, _ in properties({k: v for k, v in served.document["components"]["schemas"].items()
                                     if k not in {"Probleem", "Fout"}})}  # fmt: skip
    assert not (segments(served.document) | own) & english


def test_core_no_trailing_slash(served):
    """/core/no-trailing-slash: none in the document; asked for, it is 404 and no redirect."""
    assert [p for p in served.document["paths"] if p != "/" and p.endswith("/")] == []
    for path in served.document["paths"]:
        answer = served.client.get("/v1" + re.sub(r"{[^}]+}", "x", path) + "/", headers=served.headers)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


def test_core_path_segments_kebab_case(served):
    """/core/path-segments-kebab-case: also no file extensions, and no hyphen at an end."""
    for path in served.document["paths"]:
        assert KEBAB.fullmatch(path), path
        assert not any(s.startswith("-") or s.endswith("-") or "." in s for s in path.split("/")), path


def test_core_query_keys_camel_case(served):
    """/core/query-keys-camel-case."""
    keys = [p["name"] for _, _, o in operations(served.document) for p in parameters(served.document, o, "query")]
    assert keys
    assert [k for k in keys if not re.fullmatch(r"[a-z][a-z\d]*([A-Z][a-z\d]*)*", k)] == []


def test_core_hide_implementation(served):
    """/core/hide-implementation: nothing tells what it is built with."""
    told = str(served.document).casefold()
    assert [w for w in BUILT_WITH if w in told] == []
    answer = served.client.post(served.collection, data=b"{", content_type="application/json", headers=served.headers)
    heard = (answer.get_data(as_text=True) + str(answer.headers)).casefold()
    assert [w for w in BUILT_WITH if w in heard] == []


def test_core_date_time_format(served):
    """/core/date-time/format: a date or a moment is a string with its format."""
    for name, schema in properties(served.document):
        if schema.get("format") in {"date", "date-time", "time-local"}:
            kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            assert set(kinds) <= {"string", "null"}, name
        if re.search(r"(Datum|datum)$|(?<![a-z])Op$", name):
            assert schema.get("format") in {"date", "date-time"}, name
        assert schema.get("format") not in {"time", "date-time-local"}, name


def test_core_date_time_timezone(served):
    """/core/date-time/timezone: any offset in, UTC out: every moment in an example ends in Z."""
    moments = re.findall(r"'(\d{4}-\d\d-\d\dT[^']*)'", str(served.document))
    assert [m for m in moments if not m.endswith("Z")] == []


def test_core_date_time_date_omit_time_portion(served):
    """/core/date-time/date-omit-time-portion: ...Datum is a date, and its example is no moment."""
    dates = [(n, s) for n, s in properties(served.document) if re.search(r"Datum$|^datum$", n)]
    assert dates
    for name, schema in dates:
        assert schema.get("format") == "date", name
        for example in schema.get("examples", ()):
            date.fromisoformat(example)


def test_core_http_methods(served):
    """/core/http-methods: the five of the rule; what is not there is 405 with Allow, HEAD goes where GET goes."""
    for path, item in served.document["paths"].items():
        assert set(item) <= METHODS | {"parameters", "summary", "description"}, path
        wrong = next(m for m in ("delete", "patch", "put", "post", "get") if m not in item)
        answer = served.client.open("/v1" + re.sub(r"{[^}]+}", "x", path), method=wrong.upper(), headers=served.headers)
        if answer.status_code != 404 and not path.endswith("}"):
            assert answer.status_code == 405, (wrong, path)
            assert {m.upper() for m in item} <= set(re.split(r", *", answer.headers["Allow"]))
    assert served.client.head(served.collection, headers=served.headers).status_code == 200


def test_core_http_safety(served):
    """/core/http-safety: reading twice gives the same and changes nothing."""
    first, second = (served.client.get(served.collection, headers=served.headers).get_data() for _ in range(2))
    assert first == second


def test_core_http_response_code(served):
    """/core/http-response-code: more than 200 and 404; what makes something tells 201 with its place."""
    for path, method, operation in operations(served.document):
        good = {s for s in operation["responses"] if s.startswith("2")}
        assert good, (method, path)
        assert "422" not in operation["responses"], (method, path)
        if "201" in good:
            assert "Location" in operation["responses"]["201"]["headers"], path
        assert {"406", "500"} <= set(operation["responses"]), (method, path)


def test_core_stateless(served):
    """/core/stateless: no cookie is set, and none is asked for."""
    assert "Set-Cookie" not in served.client.get(served.collection, headers=served.headers).headers
    assert not any(p["in"] == "cookie" for _, _, o in operations(served.document)
                   for p in parameters(served.document, o, "cookie"))  # fmt: skip
    schemes = served.document["components"]["securitySchemes"].values()
    assert all(s.get("in") != "cookie" for s in schemes)


def test_core_nested_child(served):
    """/core/nested-child: a child stands under an item of a collection that is there."""
    paths = set(served.document["paths"])
    for path in paths:
        parent, _, rest = path.partition("/{")
        if "/" in rest:
            assert parent in paths, path


def test_core_resource_operations(served):
    """/core/resource-operations: a last part with an underscore is posted, or read where it changes nothing."""
    for path, item in served.document["paths"].items():
        parts = path.strip("/").split("/")
        assert not any(p.startswith("_") for p in parts[:-1]), path
        if parts[-1].startswith("_"):
            assert set(item) in ({"post"}, {"get"}), path


def test_core_error_handling_problem_details(served):
    """/core/error-handling/problem-details: documented as such for every error, and so it is."""
    for path, method, operation in operations(served.document):
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                content = resolved(served.document, answer)["content"]
                assert list(content) == ["application/problem+json"], (method, path, status)
                schema = resolved(served.document, content["application/problem+json"]["schema"])
                assert {"status", "title", "detail"} <= set(schema["required"])
    for answer in (
        served.client.get("/v1/bestaat-niet", headers=served.headers),
        served.client.delete("/v1/openapi.json", headers=served.headers),
        served.client.get(served.collection, headers={**served.headers, "Accept": "image/png"}),
        served.client.post(served.collection, data=b"x", content_type="text/plain", headers=served.headers),
    ):
        assert answer.mimetype == "application/problem+json"
        told = answer.get_json(force=True)
        assert {"status", "title", "detail"} <= set(told)
        assert told["status"] == answer.status_code


def test_core_error_handling_invalid_input(served):
    """/core/error-handling/invalid-input: 400 is documented wherever something comes in, and it is what comes."""
    for path, method, operation in operations(served.document):
        if operation.get("parameters") or method in {"post", "put", "patch"}:
            assert "400" in operation["responses"], (method, path)
    assert served.client.get(f"{served.collection}?page=nul", headers=served.headers).status_code == 400
    assert served.client.get(f"{served.collection}?bestaatNiet=1", headers=served.headers).status_code == 400
    for wrong in (b"{", b"[]", b"{}", b'{"titel": 1}', b""):
        answer = served.client.post(
            served.collection, data=wrong, content_type="application/json", headers=served.headers
        )
        assert answer.status_code == 400, wrong


def test_core_error_handling_all_errors(served):
    """/core/error-handling/all-errors: both wrong keys are told at once."""
    told = served.client.get(f"{served.collection}?page=nul&pageSize=1000", headers=served.headers).get_json(force=True)
    assert {e["parameter"] for e in told["errors"]} == {"page", "pageSize"}


def test_core_doc_openapi(served):
    """/core/doc-openapi: version 3, paths are there, every reference leads somewhere, ids are unique."""
    assert served.document["openapi"].startswith("3.")
    assert served.document["paths"]
    for ref in set(references(served.document)):
        assert resolved(served.document, {"$ref": ref}), ref
    ids = [o["operationId"] for _, _, o in operations(served.document)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(served.document):
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        named = {p["name"] for p in parameters(served.document, operation, "path")}
        assert named == set(re.findall(r"{([^}]+)}", path)), path


def test_core_doc_openapi_contact(served):
    """/core/doc-openapi-contact: name, address and e-mail."""
    assert {"name", "url", "email"} <= set(served.document["info"]["contact"])


def test_core_doc_language(served):
    """/core/doc-language: what is told is Dutch: no sentence of the tools in English is left."""
    told = " ".join(re.findall(r"'(?:description|summary|title)': ['\"]([^'\"]*)", str(served.document)))
    assert not re.search(r"\b(the|successful|response|validation|error|authentication|not found|of type)\b", told, re.I)


def test_core_publish_openapi(served):
    """/core/publish-openapi: at /openapi.json, without a key, for every origin."""
    answer = served.client.get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_core_uri_version(served):
    """/core/uri-version: the major version is in the server's address, and in no path."""
    major = served.document["info"]["version"].split(".")[0]
    assert served.document["servers"]
    assert all(re.search(rf"/v{major}$", s["url"]) for s in served.document["servers"])
    assert not any(re.match(r"/v\d", p) for p in served.document["paths"])


def test_core_changelog():
    """/core/changelog: what changed is told, what is not published yet on top."""
    assert re.search(r"^## Unreleased", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_core_semver(served):
    """/core/semver."""
    assert SEMVER.fullmatch(served.document["info"]["version"])


def test_core_version_header(served):
    """/core/version-header: documented with every good answer, sent with every answer, errors among them."""
    for path, method, operation in operations(served.document):
        for status, answer in operation["responses"].items():
            if status[0] in "23":
                assert "API-Version" in resolved(served.document, answer)["headers"], (method, path, status)
    for path, accept in product((served.collection, "/v1/openapi.json", "/v1/niets", "/v1/docs"), ("*/*", "image/png")):
        answer = served.client.get(path, headers={**served.headers, "Accept": accept})
        assert answer.headers["API-Version"] == served.document["info"]["version"], (path, accept)


def test_core_transport_tls(served):
    """/core/transport/tls: the service tells browsers to come by https only, and no server is http."""
    assert (
        "max-age=" in served.client.get(served.collection, headers=served.headers).headers["Strict-Transport-Security"]
    )
    assert not any(s["url"].startswith("http:") for s in served.document["servers"])


def test_core_transport_no_sensitive_uris(served):
    """/core/transport/no-sensitive-uris: no free text, name, address or key in a query; search is posted."""
    sensitive = {"q", "zoek", "tekst", "titel", "naam", "email", "contact", "sleutel", "token", "wachtwoord", "wie"}
    keys = {p["name"] for _, _, o in operations(served.document) for p in parameters(served.document, o, "query")}
    assert not keys & sensitive
    assert all(s.get("in") != "query" for s in served.document["components"]["securitySchemes"].values())


@pytest.mark.parametrize("path", ["/v1/leervragen", "/v1/niets", "/v1/leervragen?page=x"])
def test_core_transport_security_headers(served, path):
    """/core/transport/security-headers: all of the mandatory ones, with errors too."""
    answer = served.client.get(path, headers=served.headers)
    for name, value in MANDATORY.items():
        assert value in answer.headers[name], name


def test_core_transport_cors(served):
    """/core/transport/cors: only the document is for every origin."""
    away = {**served.headers, "Origin": "https://elders.example"}
    for path in (served.collection, "/v1/niets", "/v1/docs"):
        assert "Access-Control-Allow-Origin" not in served.client.get(path, headers=away).headers
