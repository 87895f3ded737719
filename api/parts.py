"""What every operation of the OpenAPI document shares: problem answers, headers, parameters and the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.kinds import KINDS
from api.problems import PROBLEM

SCHEME = "sleutel"
_ALLOW = "De methoden die hier wel kunnen."


def answer_name(status: int) -> str:
    """Return under which name the document keeps the answer of a status."""
    kind = KINDS.get(status)
    return "".join(w.title() for w in kind.name.split("-")) if kind else "Probleem"


def _problem_example(status: int) -> dict[str, Any]:
    kind = KINDS[status]
    found: dict[str, Any] = {
        "type": f"urn:problem-type:matcher:{kind.name}", "title": kind.title, "status": status, "detail": kind.detail,
        "instance": "urn:uuid:2f6c1a0e-8f4b-4c58-9a55-0d7a4f3e9b11",
    }  # fmt: skip
    if status == 400:
        found["errors"] = [{"pointer": "/titel", "detail": "Dit veld is verplicht."}]
    return found


def components() -> dict[str, Any]:
    """Return the shared parts by their place in the document."""
    return {
        "responses": {answer_name(s): _problem_answer(k.title, _problem_example(s)) for s, k in KINDS.items()}
        | {"Probleem": _problem_answer("Een ander probleem.", _problem_example(500))},
        "headers": _response_headers(),
        "parameters": _parameters(),
        "securitySchemes": {SCHEME: {
            "type": "http", "scheme": "bearer",
            "description": "Een sleutel die de beheerder uitgeeft; hij hoort bij een rol en verloopt.",
        }},
    }  # fmt: skip


def _problem_answer(title: str, example: Mapping[str, Any]) -> dict[str, Any]:
    status = example["status"]
    headers = ["API-Version", "X-Request-Id", *(["Allow"] if status == 405 else [])]
    headers += ["Retry-After"] if status in {429, 503} else []
    return {
        "description": title,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Probleem"}, "example": dict(example)}},
    }


def _header(description: str, example: Any, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


def _response_headers() -> dict[str, Any]:
    return {
        "API-Version": _header("De volledige versie van de API.", "1.0.0"),
        "X-Request-Id": _header("Het kenmerk van dit verzoek; het staat ook in het log.",
                                "2f6c1a0e-8f4b-4c58-9a55-0d7a4f3e9b11", format="uuid"),
        "Link": _header("De eerste, vorige, volgende en laatste bladzijde (RFC 8288).",
                        '</v1/leervragen?page=2&pageSize=20>; rel="next"'),
        "X-Total-Count": {"description": "Hoeveel er zijn, over alle bladzijden.", "schema": {"type": "integer"},
                          "example": 42},
        "ETag": _header("Het kenmerk van deze stand; stuur het mee in If-Match als u wijzigt.", '"33a64df551425fcc"'),
        "Location": _header("Waar staat wat gemaakt is.", "/v1/leervragen/lv-1"),
        "Allow": _header(_ALLOW, "GET, HEAD, OPTIONS"),
        "Retry-After": {"description": "Na hoeveel seconden het opnieuw kan.", "schema": {"type": "integer"},
                        "example": 5},
    }  # fmt: skip


def _parameters() -> dict[str, Any]:
    def header(name: str, told: str, example: str, required: bool = False, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "header", "required": required, "description": told,
                "schema": {"type": "string", **schema}, "example": example}  # fmt: skip

    return {
        "IfMatch": header("If-Match", "De ETag van de stand die u wijzigt.", '"33a64df551425fcc"', required=True),
        "IfNoneMatch": header("If-None-Match", "De ETag die u al hebt; is er niets nieuws, dan komt 304.",
                              '"33a64df551425fcc"'),
        "IdempotencyKey": header(
            "Idempotency-Key", "Een eigen sleutel voor dit verzoek: komt het nog eens, dan is het antwoord hetzelfde.",
            "8e03978e-40d5-43dd-bc93-6894a57f9324", pattern="^[A-Za-z0-9._~+/=:-]{1,128}$",
        ),
    }  # fmt: skip


SCHEMAS: dict[str, Any] = {
    "Probleem": {
        "type": "object", "title": "Probleem", "description": "Wat er misging (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "Wat voor probleem het is."},
            "title": {"type": "string", "description": "Het probleem in een paar woorden."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "De HTTP-status."},
            "detail": {"type": "string", "description": "Wat er gebeurde en wat u kunt doen."},
            "instance": {"type": "string", "format": "uri", "description": "Het kenmerk van dit verzoek."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fout"},
                       "description": "Alles wat er niet klopt, in één keer."},
        },
    },
    "Fout": {
        "type": "object", "title": "Fout", "description": "Eén ding dat niet klopt.", "required": ["detail"],
        "properties": {
            "pointer": {"type": "string", "description": "Waar in de inhoud (JSON Pointer)."},
            "parameter": {"type": "string", "description": "Welke parameter of kopregel."},
            "detail": {"type": "string", "description": "Wat er niet klopt."},
        },
    },
}  # fmt: skip
