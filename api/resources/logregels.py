"""Logregels, for the beheerder: who saw and did what, of whom, between then and then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import AwareDatetime, Field

from api.access import BEHEERDER, allowed, bureau, caller
from api.document import documented
from api.lists import JSON, SUFFIXES, Paged, Slice, form, negotiated, sort_field
from api.sight import Sight
from api.wire.logregels import Logregel, Logregels, LogVraag
from matcher import Bureau, Line, write_sheet

blueprint = APIBlueprint("logregels", __name__, url_prefix="/logregels", tag="Logregels")
# Lines in one sheet: what a sheet that is read in may hold as well.
_MOST = 30_000


class Lijst(Paged):
    """Welke regels, en in welke volgorde."""

    over: str | None = Field(None, max_length=300, description="Over dit kenmerk.", examples=["expert-1"])
    door: str | None = Field(None, max_length=100, description="Door deze persoon (sleutel).", examples=["p-1f2e3d4c"])
    van_op: AwareDatetime | None = Field(
        None, alias="vanOp", description="Vanaf dit moment.", examples=["2027-03-01T00:00:00Z"]
    )
    tot_op: AwareDatetime | None = Field(
        None, alias="totOp", description="Tot dit moment, dat zelf niet meetelt.", examples=["2027-03-02T00:00:00Z"]
    )
    sort: str = sort_field("nummer", default="-nummer")


class _Asked(Protocol):
    over: Any
    door: Any
    van_op: Any
    tot_op: Any
    page: int
    page_size: int
    sort: Any


@blueprint.get("")
@blueprint.input(Lijst, location="query")
@blueprint.output(Logregels)
@documented(sheets=True)
@allowed(BEHEERDER)
def logregels(query_data: Lijst) -> Response:
    """Geef regels van het logboek, de nieuwste eerst."""
    about = None if query_data.over is None else [query_data.over]
    return _told(bureau(), query_data, about, query_data.door)


@blueprint.post("/_zoek")
@blueprint.input(LogVraag)
@blueprint.output(Logregels)
@documented(sheets=True)
@allowed(BEHEERDER)
def zoek_logregels(json_data: LogVraag) -> Response:
    """Geef regels over iemand bij naam; namen horen niet in een adres."""
    store = bureau().store
    about = None if json_data.over is None else store.ids_of(json_data.over)
    account = store.account(json_data.door) if json_data.door else None
    return _told(bureau(), json_data, about, account.person if account else json_data.door)


def _told(work: Bureau, asked: _Asked, about: Iterable[str] | None, by: str | None) -> Response:
    sight, whose = Sight(caller(), work), {"of": about, "by": by, "since": asked.van_op, "until": asked.tot_op}
    newest = asked.sort.startswith("-")
    total = work.store.log_size(**whose)
    start, most = (asked.page - 1) * asked.page_size, asked.page_size
    sheet = form(JSON, *SUFFIXES) != JSON
    lines = sight.all(work.store.log(most=_MOST if sheet else most, skip=0 if sheet else start, newest=newest, **whose))
    _record(work, about or ())
    page = Slice(lines, total, asked.page, most)

    def told() -> dict[str, Any]:
        return Logregels.model_construct(logregels=tuple(map(Logregel.of, lines)), aantal=total).out()

    response = negotiated(told, lambda: _rows(lines), "log", write_sheet)
    response.headers.update({k: v for k, v in page.headers.items() if request.method == "GET" or k != "Link"})
    return response


def _record(work: Bureau, about: Iterable[str]) -> None:
    """Log about whom or what the log was asked; what was asked may be a name, which has no place there."""
    store = work.store
    known = {
        "offer": {o.id for o in store.offers()}, "question": {q.id for q in store.questions()},
        "person": {p.key for p in store.people()},
    }  # fmt: skip
    things = [(kind, one) for one in sorted(about) for kind, ids in known.items() if one in ids]
    store.record("logboek inzien", work.by, work.clock(), things)


def _rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in map(Logregel.of, lines):
        yield line.out()
