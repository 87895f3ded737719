"""The log, for the beheerder: who saw or did what, of whom, between then and then; in the address keys and no names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request

from api.access import BEHEERDER, allowed, bureau, caller
from api.lists import CSV, sheet
from api.pages.shown import PAGE_SIZE, Listed
from api.sight import Sight
from api.wire.logregels import Logregel
from matcher import Bureau, InvalidValueError, Line, write_sheet

blueprint = Blueprint("journal", __name__)
# Lines in one sheet: what a sheet that is read in may hold as well.
_MOST = 30_000
_MOST_NAME, _MOST_IDS = 300, 20
_NOUNS = {
    "offer": "aanbod", "question": "leervraag", "person": "persoon", "proposal": "voorstel", "region": "regio",
    "round": "makelronde", "key": "sleutel", "pair": "paar",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it: names of now beside the keys that the log holds."""

    number: int
    at: datetime
    what: str
    by: str
    by_name: str
    about: str
    about_key: str
    succeeded: bool


@blueprint.get("/logboek")
@allowed(BEHEERDER)
def log() -> str | Response:
    """Show the lines that the address asks for, the newest first; as CSV by the same filter."""
    work = bureau()
    asked = _asked()
    store, wanted = work.store, {k: v for k, v in asked.items() if v}
    if request.args.get("als") == "csv":
        lines = store.log(most=_MOST, newest=True, **wanted)
        _record(work, asked["of"] or ())
        return _sheet(_seen(work, lines))
    total = store.log_size(**wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(_page(), pages)
    lines = _seen(work, store.log(most=PAGE_SIZE, skip=(page - 1) * PAGE_SIZE, newest=True, **wanted))
    _record(work, asked["of"] or ())
    names = {p.key: p.name for p in store.people()}
    rows = Listed([_row(x, names) for x in lines], total, total, page, "", list(request.args.items(multi=True)))
    return render_template(
        "logboek/lijst.html", list=rows, about=asked["of"] or [], filtered=bool(wanted), errors={},
        people=sorted(((p.key, f"{p.name} ({p.role})") for p in store.people()), key=lambda o: o[1].casefold()),
        crumbs=[(None, "Logboek")],
    )  # fmt: skip


@blueprint.post("/logboek")
@allowed(BEHEERDER)
def search() -> Response:
    """Find the keys of someone by name, and go to the lines about them: the address then names no one."""
    who = request.form.get("wie", "")[:_MOST_NAME].strip()
    try:
        found = sorted(bureau().store.ids_of(who) - {who}) if who else []
    except InvalidValueError:
        found = []
    # What was typed may be an id itself; a name is none, and stays out of the address.
    known = found or ([who] if who and _is_id(bureau(), who) else [])
    return redirect(f"/logboek?{urlencode([('over', k) for k in known[:_MOST_IDS] or ['-']])}", 303)  # type: ignore[return-value]


def _asked() -> dict[str, Any]:
    """Return what the address asks of the log; what it says wrongly counts as not said."""
    args = request.args
    since, until = _day(args.get("van", "")), _day(args.get("tot", ""))
    over = [o[:_MOST_NAME] for o in args.getlist("over") if o][:_MOST_IDS]
    return {
        "of": over or None, "by": args.get("door", "")[:_MOST_NAME] or None,
        "since": since and _midnight(since), "until": until and _midnight(until + timedelta(days=1)),
    }  # fmt: skip


def _day(given: str) -> date | None:
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return None
    return found if 1970 <= found.year < 9999 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()


def _page() -> int:
    asked = request.args.get("pagina", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def _seen(work: Bureau, lines: list[Line]) -> list[Line]:
    return Sight(caller(), work).all(lines)


def _row(line: Line, names: dict[str, str]) -> Row:
    by, about = line.attributes.get("dpl.core.user", ""), line.attributes.get("matcher.about", "")
    kind, _, thing = about.partition(" ")
    told = f"{_NOUNS.get(kind, kind)} {thing}".strip()
    name = names.get(thing, "") if kind in {"person", "account"} else ""
    return Row(
        line.seq, line.start_time.astimezone(), line.name, by, names.get(by, by), f"{told} ({name})" if name else told,
        thing, line.status_code == 1,
    )  # fmt: skip


def _sheet(lines: Iterable[Line]) -> Response:
    response = make_response(sheet("log.csv", "log", _rows(lines), write_sheet))
    response.headers["Content-Type"] = CSV
    response.headers["Content-Disposition"] = 'attachment; filename="logboek.csv"'
    return response


def _rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in map(Logregel.of, lines):
        yield line.out()


def _is_id(work: Bureau, given: str) -> bool:
    return any(given in ids for ids in _ids(work).values())


def _ids(work: Bureau) -> dict[str, set[str]]:
    store = work.store
    return {
        "offer": {o.id for o in store.offers()}, "question": {q.id for q in store.questions()},
        "person": {p.key for p in store.people()},
    }  # fmt: skip


def _record(work: Bureau, about: Iterable[str]) -> None:
    """Log about whom or what the log was asked; what was asked may be a name, which has no place there."""
    things = [(kind, one) for one in sorted(about) for kind, ids in _ids(work).items() if one in ids]
    if things:
        work.store.record("logboek inzien", work.by, work.clock(), things)
