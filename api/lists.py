"""A list or a value -> an answer: a page with its links, an order, a form (JSON, CSV, XLSX), an ETag, said once.

rows -> ordered -> paged -> JSON with Link        rows -> negotiated -> JSON | CSV | XLSX
value -> etag -> 304 | answer        If-Match -> 412, 428        Idempotency-Key -> the same answer again
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.faults import Fault
from api.problems import ProblemError

JSON, CSV = "application/json", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES: Mapping[str, str] = {CSV: ".csv", XLSX: ".xlsx"}
Row = TypeVar("Row")
View = TypeVar("View", bound=Callable[..., Any])


def _whole(value: Any) -> Any:
    """Return a text of digits as a number; a query knows only text."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) else value


def _several(value: Any) -> Any:
    """Return one value of a key in the query as a list of one."""
    return [value] if isinstance(value, str) else value


def _truth(value: Any) -> Any:
    """Return the two texts that JSON has for it as a truth value."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


# In the model of a query: a whole number; true or false; a key that may come more than once.
Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
Truth = Annotated[bool, BeforeValidator(_truth), Field(strict=True)]
Several = Annotated[list[str], BeforeValidator(_several), Field(max_length=50),
                    WithJsonSchema({"type": "array", "items": {"type": "string"}, "maxItems": 50})]  # fmt: skip


class Query(BaseModel):
    """The keys of a query; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Paged(Query):
    """The keys of every list: which page, and how many a page."""

    page: Whole = Field(1, ge=1, le=1_000_000, description="Welke bladzijde, vanaf 1.", examples=[1])
    page_size: Whole = Field(
        20, alias="pageSize", ge=1, le=100, description="Hoeveel er op een bladzijde staan.", examples=[20]
    )


def sort_field(*keys: str, default: str) -> Any:
    """Return the field `sort` of a query model: one or more of these keys, each with `-` for the other way round."""
    names = "|".join(map(re.escape, keys))
    told = ", ".join(keys)
    return Field(
        default, pattern=f"^-?({names})(,-?({names})){{0,3}}$", examples=[default],
        description=f"Waarop de lijst is geordend: {told}; met een - ervoor andersom, met komma's ertussen meer.",
    )  # fmt: skip


def ordered(rows: Iterable[Row], sort: str, keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
    """Return the rows in the order that `sort` asks (`naam`, `-gevraagdOp,naam`); what has no value comes last."""
    found = list(rows)
    for part in reversed(sort.split(",")):
        value, down = keys[part.removeprefix("-")], part.startswith("-")
        known = [(value(row), row) for row in found]
        there = sorted((p for p in known if p[0] is not None), key=lambda p: _comparable(p[0]), reverse=down)
        found = [row for _, row in there] + [row for v, row in known if v is None]
    return found


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page of a list: its rows, how many there are in all, and the headers that go with it."""

    rows: list[Row]
    total: int
    page: int
    size: int

    @property
    def headers(self) -> dict[str, str]:
        """Return Link, with the other keys of the query kept, and the total."""
        last = max(1, -(-self.total // self.size))
        pages = {"first": 1, "last": last}
        if self.page > 1:
            pages["prev"] = min(self.page - 1, last)
        if self.page < last:
            pages["next"] = self.page + 1
        order = [rel for rel in ("first", "prev", "next", "last") if rel in pages]
        return {
            "Link": ", ".join(f'<{self._at(pages[r])}>; rel="{r}"' for r in order),
            "X-Total-Count": str(self.total),
        }

    def _at(self, page: int) -> str:
        kept = [(k, v) for k, v in request.args.items(multi=True) if k not in {"page", "pageSize"}]
        return f"{request.path}?{urlencode([*kept, ('page', page), ('pageSize', self.size)])}"


def paged(rows: Sequence[Row], query: Paged) -> Slice[Row]:
    """Return the page of the rows that the query asks; one past the end is empty."""
    start = (query.page - 1) * query.page_size
    return Slice(list(rows[start : start + query.page_size]), len(rows), query.page, query.page_size)


def offers(*forms: str) -> Callable[[View], View]:
    """Declare that a view also answers in these forms (CSV, XLSX), for the check of Accept and the documentation."""

    def declared(view: View) -> View:
        view.produces = forms  # type: ignore[attr-defined]
        return view

    return declared


def form(*given: str) -> str:
    """Return the form that the client likes best of those that there are; raises ProblemError (406)."""
    if not request.accept_mimetypes:
        return given[0]
    found = request.accept_mimetypes.best_match(given)
    if found is None or request.accept_mimetypes.quality(found) <= 0:
        raise ProblemError(406, f"Dit adres antwoordt als {' of '.join(given)}.")
    return found


def negotiated(
    value: Callable[[], Any], rows: Callable[[], Iterable[Any]], kind: str,
    write: Callable[[Path, str, Iterable[Any]], None],
) -> Response:  # fmt: skip
    """Return `value()` as JSON, or `rows()` as a sheet of this kind, as Accept asks.

    write: `matcher.exchange.sheets.write_sheet`: path, kind, rows -> a file by its suffix.
    """
    chosen = form(JSON, *SUFFIXES)
    if chosen == JSON:
        response = Response(json.dumps(value(), ensure_ascii=False, default=_plain) + "\n", mimetype=JSON)
    else:
        name = f"{kind}{SUFFIXES[chosen]}"
        response = Response(_sheet(name, kind, rows(), write), mimetype=chosen)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept")
    return response


def _sheet(name: str, kind: str, rows: Iterable[Any], write: Callable[[Path, str, Iterable[Any]], None]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder) / name
        write(path, kind, rows)
        return path.read_bytes()


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: keys in order, no spaces, UTF-8."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain, allow_nan=False
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
        plain = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value
        response = Response(json.dumps(plain, ensure_ascii=False, default=_plain) + "\n", status, mimetype=JSON)
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a key: the digest of what was asked, the status, and headers with body as one JSON text."""

    digest: str
    status: int
    body: str


class Answers(Protocol):
    """Where answers are kept for a day, by the key, who sent it and the route; a key of someone else is not there."""

    def get(self, key: str, owner: str, route: str) -> Answer | None:
        """Return what was kept."""

    def put(self, key: str, owner: str, route: str, answer: Answer) -> None:
        """Keep an answer."""


class _AtWork:
    """The keys whose first request is not answered yet; of one process, as the service is."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def alone(self, key: tuple[str, str, str]) -> Iterator[None]:
        with self._lock:
            if key in self._keys:
                raise ProblemError(409, "Aan dit verzoek wordt al gewerkt.", headers={"Retry-After": "1"})
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


_AT_WORK = _AtWork()
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_KEY = re.compile(r'"?([A-Za-z0-9._~+/=:-]{1,128})"?')


def once(do: Callable[[], Response], answers: Answers, owner: str) -> Response:
    """Return what `do` answers; a second time with the same Idempotency-Key and the same body: the same answer.

    The draft (draft-ietf-httpapi-idempotency-key-header) answers 422 to another body under a used key. The NL API
    Design Rules know no 422, and 400 would say that the body is wrong, which it is not: it is 409, at odds with what
    was there. What failed is not kept, so that it can be tried again. Call it within the `at_once` of what `do`
    writes: then what was done and its answer are kept both, or neither.
    """
    key = _key()
    if key is None:
        return do()
    place = (key, owner, f"{request.method} {request.url_rule}")
    with _AT_WORK.alone(place):
        earlier, digest = answers.get(*place), _digest()
        if earlier:
            return _again(earlier, digest)
        response = do()
        if response.status_code < 400:
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            body = json.dumps([kept, response.get_data(as_text=True)], ensure_ascii=False)
            answers.put(*place, Answer(digest, response.status_code, body))
        return response


def _key() -> str | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    found = _KEY.fullmatch(given)
    if not found:
        told = "Een sleutel heeft 1 tot en met 128 letters, cijfers of . _ ~ + / = : -"
        raise ProblemError(400, "", (Fault(told, parameter="Idempotency-Key"),))
    return found[1]


def _digest() -> str:
    """Return what tells one request from another: its address with the query, its sort and its body."""
    facts = f"{request.full_path}\n{request.mimetype}\n".encode()
    return hashlib.sha256(facts + request.get_data(cache=True)).hexdigest()


def _again(earlier: Answer, digest: str) -> Response:
    if earlier.digest != digest:
        raise ProblemError(409, "Deze Idempotency-Key hoort bij een ander verzoek; kies een nieuwe.")
    headers, body = json.loads(earlier.body)
    response = Response(body, earlier.status)
    response.headers.update({**headers, "Idempotency-Replayed": "true"})
    return response
