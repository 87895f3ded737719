"""The views of an app -> its OpenAPI document as the NL API Design Rules 2.2 want it, and a page to read it on.

APIFlask's own document -> paths without /v1 -> names, forms, problems, headers, keys, examples -> /v1/openapi.json
                                                                                               -> /v1/docs
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from apiflask import APIFlask
from flask import Response, json, render_template

from api.front import public
from api.lists import CSV, JSON, XLSX, offers, tagged
from api.parts import SCHEMAS, SCHEME, answer_name, components
from api.schemas import sample, tidy

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
PREFIX = "/v1"
_METHODS = ("get", "post", "put", "patch", "delete")
_WRITES = frozenset({"post", "put", "patch", "delete"})
# What any view may answer, and what only some may.
_ALWAYS, _WITH_KEY, _WITH_BODY, _WRITING = (406, 429, 500, 503), (401, 403), (413, 415), (409, 507)


@dataclass(frozen=True, slots=True)
class About:
    """What the document says of the service as a whole. contact: name, url and email; tags: name -> description."""

    version: str = "1.0.0"
    title: str = "Matcher"
    description: str = (
        "Brengt een leervraag van een regio bij iemand die ermee kan helpen: leervragen, aanbod, suggesties met hun "
        "redenen, en voorstellen. Fouten komen als problem+json (RFC 9457). Iedere aanroep heeft een sleutel nodig in "
        "`Authorization: Bearer`."
    )
    contact: Mapping[str, str] = field(default_factory=lambda: {
        "name": "Beheer van deze installatie van Matcher", "url": "https://example.org/matcher",
        "email": "beheer@example.org",
    })  # fmt: skip
    server: str = PREFIX
    tags: Mapping[str, str] = field(default_factory=dict)


def documented(
    if_match: bool = False, idempotent: bool = False, etag: bool = False, everyone: bool = False,
    sheets: bool = False, also: tuple[int, ...] = (), forms: tuple[str, ...] = (), upload: str = "",
    uploads: tuple[str, ...] = (),
) -> Callable[[View], View]:  # fmt: skip
    """Declare what a view does that its models do not tell.

    if_match: it wants If-Match (`lists.unchanged`). idempotent: it knows Idempotency-Key (`lists.once`). etag: it
    answers with an ETag (`lists.tagged`). everyone: it needs no key. sheets: it also answers as CSV and XLSX
    (`lists.negotiated`). also: other statuses that it may answer. forms: in what else it answers, beside JSON. upload:
    the one sort of text that it takes (`lists.uploaded`), where that is not JSON. uploads: the sorts of sheet that it
    takes as its body.
    """

    def declared(view: View) -> View:
        view.told = {  # type: ignore[attr-defined]
            "if_match": if_match, "idempotent": idempotent, "etag": etag, "everyone": everyone, "sheets": sheets,
            "also": also, "forms": forms, "upload": upload, "uploads": uploads,
        }  # fmt: skip
        if sheets or forms:
            view.produces = (JSON, *((CSV, XLSX) if sheets else ()), *forms)  # type: ignore[attr-defined]
        return view

    return declared


class Document:
    """The document of one app, made when it is first asked for."""

    def __init__(self, app: APIFlask, about: About) -> None:
        self._app, self._about = app, about

    @cached_property
    def value(self) -> dict[str, Any]:
        """The document as JSON values."""
        found: Any = self._app.spec
        return dict(found)

    @cached_property
    def page(self) -> str:
        """The document as a page for people."""
        return render_template("documentatie.html", spec=self.value, methods=_METHODS, dumps=_pretty)

    def made(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Return APIFlask's document as ours."""
        about = self._about
        paths = {p.removeprefix(PREFIX): ops for p, ops in spec["paths"].items() if p.startswith(f"{PREFIX}/")}
        known = {(path, method): view for path, method, view in _views(self._app)}
        for path, operations in paths.items():
            for method, operation in operations.items():
                self._complete(path, method, operation, getattr(known.get((path, method)), "told", {}))
        own = spec.get("components") or {}
        found = {
            "openapi": "3.1.0",
            "info": {
                "title": about.title, "version": about.version, "description": about.description,
                "contact": dict(about.contact),
                "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
            },
            "servers": [{"url": about.server, "description": "Deze installatie"}],
            "tags": _tags(paths, about.tags),
            "security": [{SCHEME: []}],
            "paths": paths,
            "components": {**own, **components(), "schemas": {**(own.get("schemas") or {}), **SCHEMAS}},
        }  # fmt: skip
        return _with_examples(tidy(found))

    def _complete(self, path: str, method: str, operation: dict[str, Any], told: Mapping[str, Any]) -> None:
        everyone = bool(told.get("everyone"))
        if everyone:
            operation["security"] = []
        operation["operationId"] = _camel(operation.get("operationId") or f"{method}_{path}")
        operation.setdefault("description", operation.get("summary", ""))
        _complete_parameters(method, operation, told)
        if told.get("uploads"):
            operation["requestBody"] = _upload(told["uploads"])
        _complete_answers(method, operation, told)
        if told.get("upload"):
            operation["requestBody"] = {"content": {told["upload"]: {"schema": {"type": "string"}}}}
        statuses = {*_ALWAYS, *told.get("also", ()), *(() if everyone else _WITH_KEY)}
        if operation["parameters"] or method in {"post", "put", "patch"}:
            statuses.add(400)
        if "{" in path:
            statuses.add(404)
        if "requestBody" in operation:
            statuses |= set(_WITH_BODY)
            operation["requestBody"].setdefault("required", True)
        if method in _WRITES:
            statuses |= set(_WRITING)
        if told.get("if_match"):
            statuses |= {412, 428}
        own = {int(s): r.get("description", "") for s, r in operation["responses"].items() if s[:1] in "45"}
        for status in sorted({*statuses, *own} - {422}):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/{answer_name(status)}"}
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = {"$ref": "#/components/responses/Probleem"}


def _upload(forms: Sequence[str]) -> dict[str, Any]:
    """Return what a view takes that takes a file: as it is, or as the field `bestand` of a form."""
    file: dict[str, Any] = {"type": "string", "format": "binary", "description": "Het bestand."}
    part = {"type": "object", "required": ["bestand"], "properties": {"bestand": file}}
    return {
        "description": "Het werkblad, XLSX of CSV.", "required": True,
        "content": {f: {"schema": part if f == "multipart/form-data" else file} for f in forms},
    }  # fmt: skip


def _views(app: APIFlask) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", rule.rule).removeprefix(PREFIX)
        for method in rule.methods or ():
            yield path, method.lower(), app.view_functions[rule.endpoint]


def _camel(name: str) -> str:
    first, *rest = [w for w in re.split(r"[^A-Za-z0-9]+", name) if w]
    return first[:1].lower() + first[1:] + "".join(w[:1].upper() + w[1:] for w in rest)


def _tags(paths: Mapping[str, Any], told: Mapping[str, str]) -> list[dict[str, str]]:
    used = dict.fromkeys(tag for ops in paths.values() for op in ops.values() for tag in op.get("tags", ()))
    return [{"name": t, "description": told.get(t, f"Alles over {t.casefold()}.")} for t in used]


def _complete_parameters(method: str, operation: dict[str, Any], told: Mapping[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        schema = parameter.get("schema", {})
        parameter["required"] = parameter.get("in") == "path" or parameter.get("required", False)
        text = schema.pop("description", "") or f"{parameter['name']} van wat u zoekt."
        parameter.setdefault("description", text)
        if parameter["in"] == "path":
            schema.setdefault("minLength", 1) if schema.get("type") == "string" else None
    if told.get("if_match"):
        parameters.append({"$ref": "#/components/parameters/IfMatch"})
    if told.get("idempotent"):
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if told.get("etag") and method == "get":
        parameters.append({"$ref": "#/components/parameters/IfNoneMatch"})


def _complete_answers(method: str, operation: dict[str, Any], told: Mapping[str, Any]) -> None:
    answers = operation["responses"]
    paged = any(p.get("name") == "pageSize" for p in operation["parameters"])
    for status, answer in list(answers.items()):
        if status[:1] not in "23":
            continue
        headers = answer.setdefault("headers", {})
        names = ["API-Version", "X-Request-Id", *(("Link", "X-Total-Count") if paged else ())]
        names += ["ETag"] if told.get("etag") or (told.get("if_match") and method != "delete") else []
        names += ["Location"] if status == "201" else []
        for name in names:
            headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})
        if status == "204":
            answer.pop("content", None)
        if told.get("sheets") and status == "200":
            answer.setdefault("content", {}).update({
                CSV: {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string", "format": "binary"}},
            })  # fmt: skip
        if status == "200":
            for kind in told.get("forms", ()):
                schema = {"type": "string", **({"format": "binary"} if kind in {"image/png", XLSX} else {})}
                answer.setdefault("content", {})[kind] = {"schema": schema}
    if told.get("etag") and method == "get":
        headers = {n: {"$ref": f"#/components/headers/{n}"} for n in ("API-Version", "ETag")}
        answers["304"] = {"description": "U hebt de laatste stand al.", "headers": headers}


def _with_examples(spec: dict[str, Any]) -> dict[str, Any]:
    """Give every JSON that goes in or out an example, made of the examples of its fields where it has none."""
    for operations in spec["paths"].values():
        for operation in operations.values():
            answers = [a for s, a in operation["responses"].items() if s.startswith("2")]
            for part in [operation.get("requestBody", {}), *answers]:
                content = part.get("content", {}).get(JSON)
                if content and content.get("schema") and not {"example", "examples"} & set(content):
                    found = sample(content["schema"], spec)
                    if found is not None:
                        content["example"] = found
    return spec


def _open(view: Callable[..., Any]) -> Callable[..., Any]:
    return view


def install(app: APIFlask, about: About, guard: Guard = _open) -> Document:
    """Publish the document and the page to read it on, without a key. `guard`: how the app declares that."""
    document = Document(app, about)
    app.title, app.version = about.title, about.version
    app.config.update(
        AUTO_404_RESPONSE=False, AUTO_VALIDATION_ERROR_RESPONSE=False, AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True, AUTO_SERVERS=False, VALIDATION_ERROR_STATUS_CODE=400,
        SUCCESS_DESCRIPTION="Gelukt.",
    )  # fmt: skip
    app.spec_processor(document.made)  # type: ignore[arg-type]  # a document in YAML we never ask for

    @app.get(f"{PREFIX}/openapi.json", endpoint="document")
    @app.doc(hide=True)
    @guard
    @public(300)
    def openapi() -> Response:
        return tagged(document.value, headers={"Access-Control-Allow-Origin": "*"})

    @app.get(f"{PREFIX}/docs", endpoint="document_page")
    @app.doc(hide=True)
    @guard
    @public(300)
    @offers("text/html")
    def docs() -> Response:
        return Response(document.page, mimetype="text/html")

    return document


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False)
