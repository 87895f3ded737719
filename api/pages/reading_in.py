"""Sheets of the catalogue: read one in after a dry run that shows what would happen, all or nothing; give one out."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from api.access import BEHEERDER, allowed, bureau, caller
from api.front import takes
from api.lists import CSV, XLSX, sheet
from api.pages import uploads
from api.pages.frame import done
from api.problems import ProblemError
from api.reading import saw
from api.sight import Sight
from matcher import (
    BrokenFileError,
    InvalidValueError,
    Problem,
    Sheet,
    SheetPlan,
    read_sheet,
    write_errors,
    write_sheet,
    write_template,
)

blueprint = Blueprint("reading_in", __name__)
KIND = "offers"
# A sheet may be 16 MB; around it come the borders of the form.
_MOST_BYTES = 16 * 2**20 + 2**16
_MOST_ROWS = 50
_MISSING = "Kies een Excelblad (.xlsx) of een CSV-bestand."
_TYPES = {".xlsx": XLSX, ".csv": CSV}


@dataclass(frozen=True, slots=True)
class Cut:
    """The first of many rows, and how many there are."""

    rows: Sequence[Any]
    total: int

    @classmethod
    def of(cls, rows: Sequence[Any]) -> Cut:
        """Return as many as a page shows."""
        return cls(rows[:_MOST_ROWS], len(rows))


@blueprint.get("/inlezen")
@allowed(BEHEERDER)
def start() -> str:
    """Ask for a sheet, and give templates and what there is."""
    return _start({})


@blueprint.post("/inlezen")
@takes(_MOST_BYTES)
@allowed(BEHEERDER)
def upload() -> Response | str:
    """Read a sheet, and show what taking it over would do; nothing is taken over yet."""
    given = request.files.get("blad")
    data = given.read() if given else b""
    if not data:
        return make_response(_start({"blad": _MISSING}), 400)
    digest = uploads.hold(data)
    try:
        found = _read(digest)
    except BrokenFileError as fault:
        uploads.drop(digest)
        return make_response(_start({"blad": _told(fault)}), 400)
    return _plan(digest, found, (given.filename or "") if given else "")


@blueprint.post("/inlezen/fouten")
@allowed(BEHEERDER)
def errors() -> Response:
    """Give the rows that are wrong as a sheet, with the faults marked; mended, it can be read in as it is."""
    found = _held(_digest())
    plan = bureau().planned(found)
    if not plan.wrong:
        raise ProblemError(409, "In dit blad zijn geen fouten meer.")
    return _download("fouten.xlsx", lambda path: write_errors(path, found, plan))


@blueprint.post("/inlezen/overnemen")
@allowed(BEHEERDER)
def take_over() -> Response | str:
    """Take over what the dry run showed, all or nothing; where the catalogue changed meanwhile, show it again."""
    work, digest = bureau(), _digest()
    found = _held(digest)
    with work.store.at_once():
        plan = work.planned(found)
        if plan.wrong or request.form.get("plan") != _mark(plan):
            return make_response(_plan(digest, found, request.form.get("bestand", ""), again=True), 409)
        work.take_over(KIND, plan)
    uploads.drop(digest)
    return done("/aanbod", f"Overgenomen: {plan.sentence}")


@blueprint.get("/inlezen/sjabloon")
@allowed(BEHEERDER)
def template() -> Response:
    """Give an empty sheet with drop-downs and an explanation."""
    work = bureau()
    forms = tuple(sorted({f for o in work.store.offers() for f in o.forms}))
    return _download("aanbod-leeg.xlsx", lambda path: write_template(path, KIND, {**work.known, "forms": forms}))


@blueprint.get("/inlezen/uitgeven")
@allowed(BEHEERDER)
def give_out() -> Response:
    """Give the whole catalogue as a sheet that can be read in again: Excel, or CSV where the address asks it."""
    work, suffix = bureau(), ".csv" if request.args.get("als") == "csv" else ".xlsx"
    offers = Sight(caller(), work).offers()
    saw(work, offers)
    response = make_response(sheet(f"aanbod{suffix}", KIND, offers, write_sheet))
    return _as_file(response, f"aanbod{suffix}")


def _start(faults: dict[str, str]) -> str:
    total = len(bureau().store.offers())
    return render_template("inlezen/start.html", errors=faults, total=total, crumbs=[(None, "Inlezen")])


def _plan(digest: str, found: Sheet, name: str, again: bool = False) -> str:
    plan = bureau().planned(found)
    return render_template(
        "inlezen/proef.html", plan=plan, mark=_mark(plan), digest=digest, name=name[:200], again=again,
        passed_over=found.passed_over, new=Cut.of(plan.new), changed=Cut.of(plan.changed), wrong=Cut.of(plan.wrong),
        shown=_shown,
        wrong_rows=len({p.line for p in plan.wrong}), crumbs=[("/inlezen", "Inlezen"), (None, "Proef")],
    )  # fmt: skip


def _mark(plan: SheetPlan) -> str:
    """Return what names a plan: another where anything else would be taken over."""
    return hashlib.sha256(repr((plan.new, plan.changed, len(plan.wrong))).encode()).hexdigest()


def _read(digest: str) -> Sheet:
    found = read_sheet(uploads.held(digest))
    if found.layout.name != KIND:
        text = f"Dit is een blad met {found.layout.title.casefold()}; hier leest u aanbod in"
        raise BrokenFileError("blad", [Problem(0, "", text)])
    return found


def _held(digest: str) -> Sheet:
    try:
        return _read(digest)
    except BrokenFileError:
        raise ProblemError(410, uploads.GONE) from None


def _digest() -> str:
    return request.form.get("blad", "")


def _told(fault: BrokenFileError) -> str:
    """Return what is wrong with a file, without the place where it lies."""
    first = fault.problems[0]
    place = first.place.removeprefix(", ")
    return f"Dit bestand kan niet worden gelezen: {place + ': ' if place else ''}{first.message}."


def _shown(value: Any) -> str:
    """Return what stood or comes to stand in a cell."""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _download(name: str, write: Callable[[Path], None]) -> Response:
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder) / name
        try:
            write(path)
        except InvalidValueError:
            raise ProblemError(400, "Dit blad kan niet worden gemaakt: een tekst is te lang voor een cel.") from None
        return _as_file(make_response(path.read_bytes()), name)


def _as_file(response: Response, name: str) -> Response:
    response.headers["Content-Type"] = _TYPES[Path(name).suffix]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
