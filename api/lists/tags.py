"""A value -> its ETag: what a client has already is not sent again, and only what it knows can it change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Response, request
from pydantic import BaseModel

from api.problems import ProblemError


def plain(value: object) -> str:
    """Return a date or a moment as JSON text."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: keys in order, no spaces, UTF-8."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain, allow_nan=False
    ).encode()


def etag(value: Any) -> str:
    """Return the ETag of a value, without quotes: the same value, the same tag."""
    return hashlib.sha256(canonical(value)).hexdigest()[:32]


def tagged(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return the value as JSON with its ETag, or 304 where the client has it already (If-None-Match)."""
    tag = etag(value)
    known = request.if_none_match
    if request.method in {"GET", "HEAD"} and status == 200 and known and (known.star_tag or known.contains_weak(tag)):
        response = Response(status=304)
    else:
        shown = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value
        response = Response(
            json.dumps(shown, ensure_ascii=False, default=plain) + "\n", status, mimetype="application/json"
        )
    response.headers.update(headers or {})
    response.set_etag(tag)
    return response


def unchanged(value: Any, required: bool = True) -> None:
    """Return when the client changes the value as it is now (If-Match); raises ProblemError, 428 without, 412 stale."""
    if "If-Match" not in request.headers:
        if required:
            raise ProblemError(428)
        return
    if not request.if_match.contains(etag(value)):
        raise ProblemError(412)
