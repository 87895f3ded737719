"""JSON schemas as pydantic writes them -> as the OpenAPI document tells them, and an example of what they describe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from api.bodies import LARGEST

# What `bodies` refuses, told beforehand: characters that are no text, and numbers that a double does not hold.
TEXT = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$"
_REF = "#/components/schemas/"
_FORMATS = {
    "date": "2027-03-01", "date-time": "2027-03-01T13:30:00Z", "uuid": "2f6c1a0e-8f4b-4c58-9a55-0d7a4f3e9b11",
    "email": "naam@example.org", "uri": "https://example.org", "binary": "",
}  # fmt: skip
_DEEPEST = 6


def tidy(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its schemas in order: names without dots, one way to say "or null", limits told."""
    schemas: dict[str, Any] = spec["components"]["schemas"]
    names = _names(schemas)
    spec["components"]["schemas"] = {names[old]: schema for old, schema in schemas.items()}
    _rename(spec, names)
    for schema in list(_schemas(spec)):
        _simplify(schema)
    for parameter in _parameters(spec):
        _for_query(parameter)
    for schema in _incoming(spec):
        _limit(schema)
    return spec


def _names(schemas: Mapping[str, Any]) -> dict[str, str]:
    """Return {name: its name without dots}: the last part where that is one schema, else all parts."""
    found: dict[str, str] = {}
    taken: dict[str, Any] = {n: s for n, s in schemas.items() if "." not in n}
    for name, schema in schemas.items():
        short = re.sub(r"\W", "", name.rsplit(".", 1)[-1])
        if "." in name and taken.setdefault(short, schema) is not schema and _bare(taken[short]) != _bare(schema):
            short = re.sub(r"\W", "", name)
            taken[short] = schema
        found[name] = short
    return found


def _bare(schema: Any) -> str:
    """Return a schema as text in which only the last part of each name counts."""
    return re.sub(r"(#/components/schemas/)(?:[^'./]+\.)+", r"\1", repr(schema))


def _rename(node: Any, names: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str) and ref.startswith(_REF):
            node["$ref"] = _REF + names.get(ref.removeprefix(_REF), ref.removeprefix(_REF))
        for mapping in (node.get("mapping") or {},) if isinstance(node.get("mapping"), dict) else ():
            for key, value in mapping.items():
                mapping[key] = _REF + names.get(str(value).removeprefix(_REF), str(value).removeprefix(_REF))
        for value in node.values():
            _rename(value, names)
    elif isinstance(node, list):
        for value in node:
            _rename(value, names)


def _schemas(node: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """Yield every schema under a node of the document, the inner ones first."""
    if isinstance(node, dict):
        for key, value in list(node.items()):
            if key not in {"example", "examples", "default", "enum", "const"}:
                yield from _schemas(value, key)
        if {"type", "anyOf", "oneOf", "allOf", "properties", "items"} & set(node) and name != "properties":
            yield node
    elif isinstance(node, list):
        for value in node:
            yield from _schemas(value)


def _simplify(schema: dict[str, Any]) -> None:
    """Say "this or null" in one type where it is a plain one: a date that may be absent keeps its format in sight."""
    options = schema.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        others = [o for o in options if o != {"type": "null"}]
        if len(others) == 1 and isinstance(others[0].get("type"), str):
            schema.pop("anyOf")
            for key, value in others[0].items():
                schema.setdefault(key, value)
            schema["type"] = [others[0]["type"], "null"]
            if "enum" in schema:
                schema["enum"] = [*schema["enum"], None]
    if schema.get("default", 0) is None:
        schema.pop("default")
    if "properties" in schema:
        for one in schema["properties"].values():
            if isinstance(one, dict) and isinstance(one.get("title"), str):
                one.pop("title")


def _parameters(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in spec["paths"].values():
        for operation in operations.values():
            yield from (p for p in operation.get("parameters", ()) if "schema" in p)


def _for_query(parameter: dict[str, Any]) -> None:
    """A query has no null: what is not there is not sent."""
    schema = parameter["schema"]
    schema.pop("title", None)
    if isinstance(schema.get("type"), list):
        schema["type"] = next(t for t in schema["type"] if t != "null")
        if None in schema.get("enum", ()):
            schema["enum"] = [v for v in schema["enum"] if v is not None]
    if {"type": "null"} in schema.get("anyOf", ()):
        rest = [o for o in schema.pop("anyOf") if o != {"type": "null"}]
        schema.update(rest[0] if len(rest) == 1 else {"anyOf": rest})
    if "example" not in parameter and schema.get("examples"):
        parameter["example"] = schema.pop("examples")[0]


def _incoming(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every schema that something sent has to meet."""
    seen: set[str] = set()
    todo: list[Any] = []
    for operations in spec["paths"].values():
        for operation in operations.values():
            todo.append([p for p in operation.get("parameters", ()) if p.get("in") in {"query", "path"}])
            todo.append(operation.get("requestBody", {}))
    while todo:
        part = todo.pop()
        yield from _schemas(part)
        for ref in set(re.findall(rf"{_REF}(\w+)", repr(part))) - seen:
            seen.add(ref)
            todo.append(spec["components"]["schemas"].get(ref, {}))


def _limit(schema: dict[str, Any]) -> None:
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds and not {"pattern", "format", "enum", "const"} & set(schema):
        schema["pattern"] = TEXT
    if {"integer", "number"} & set(kinds) and not {"enum", "const"} & set(schema):
        if not {"minimum", "exclusiveMinimum"} & set(schema):
            schema["minimum"] = -LARGEST
        if not {"maximum", "exclusiveMaximum"} & set(schema):
            schema["maximum"] = LARGEST


def sample(schema: Mapping[str, Any], spec: Mapping[str, Any], depth: int = 0) -> Any:
    """Return an example that meets a schema, from the examples of its parts; None where none can be made."""
    if "$ref" in schema:
        return sample(spec["components"]["schemas"].get(schema["$ref"].removeprefix(_REF), {}), spec, depth)
    if depth > _DEEPEST:
        return None
    for key in ("example", "const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("allOf", "oneOf", "anyOf"):
        if schema.get(key):
            return next((v for v in (sample(s, spec, depth + 1) for s in schema[key]) if v is not None), None)
    return _of_kind(schema, spec, depth)


def _of_kind(schema: Mapping[str, Any], spec: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            return _object(schema, spec, depth)
        case "array":
            one = sample(schema.get("items", {}), spec, depth + 1)
            return [] if one is None and not schema.get("minItems") else None if one is None else [one]
        case "string":
            return _text(schema)
        case "integer" | "number":
            least = schema.get("minimum", 1)
            return max(1, least) if schema.get("maximum", 1) >= 1 else least
        case "boolean":
            return True
    return None


def _object(schema: Mapping[str, Any], spec: Mapping[str, Any], depth: int) -> Any:
    parts = {name: sample(one, spec, depth + 1) for name, one in schema.get("properties", {}).items()}
    if any(parts.get(name) is None for name in schema.get("required", ())):
        return None
    return {name: value for name, value in parts.items() if value is not None}


def _text(schema: Mapping[str, Any]) -> str | None:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if schema.get("pattern", TEXT) != TEXT or "format" in schema:
        return None
    text = "tekst"
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 100)]
