"""A sheet that is sent goes in, all of it or nothing is kept; what it does, or on trial would do, comes out.

file (multipart, or the body itself) -> limits -> read_sheet -> planned beside what the caller may see -> take_over
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import Field

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, allowed, bureau, caller
from api.document import documented
from api.faults import Fault
from api.front import takes
from api.lists import CSV, JSON, XLSX, Query, Truth, form, tagged
from api.problems import ProblemError
from api.resources.beoordelingen import row
from api.sight import Sight
from api.wire.overnames import Foutregel, Overname
from matcher import (
    MOST_SHEET_BYTES,
    CellProblem,
    Sheet,
    SheetPlan,
    proposal_row,
    read_sheet,
    write_errors,
)

blueprint = APIBlueprint("overnames", __name__, tag="Overnemen")
FORM = "multipart/form-data"
_FIELD = "bestand"
# Beside the file a form has its borders.
_BORDERS = 2**16
_SUFFIXES = {CSV: ".csv", XLSX: ".xlsx"}
Planner = Callable[[Sight, Sheet], SheetPlan]


class Proef(Query):
    """Of er alleen gekeken wordt."""

    proef: Truth = Field(False, description="Kijk alleen wat er zou gebeuren.", examples=[True])


def _upload(path: str, *roles: str) -> Callable[[Planner], Planner]:
    """Declare where a kind of sheet is taken over, and by whom; the function plans it beside what they may see."""
    noun = path.split("/")[1]

    def declared(planned: Planner) -> Planner:
        def view(query_data: Proef) -> Response:
            return _taken(noun, planned, query_data.proef)

        view.__name__, view.__doc__ = f"{noun}_overnemen", planned.__doc__
        view = allowed(*roles)(view)
        view = documented(uploads=(FORM, CSV, XLSX), forms=(XLSX,))(view)
        view = takes(MOST_SHEET_BYTES + _BORDERS)(view)
        view = blueprint.output(Overname, status_code=200)(view)
        view = blueprint.input(Proef, location="query")(view)
        blueprint.post(path)(view)
        return planned

    return declared


@_upload("/aanbod/_import", BEHEERDER)
def _of_offers(sight: Sight, sheet: Sheet) -> SheetPlan:
    """Neem een blad met aanbod over."""
    return sight.bureau.planned(sheet)


@_upload("/leervragen/_import", VERBINDER, REGIO)
def _of_questions(sight: Sight, sheet: Sheet) -> SheetPlan:
    """Neem een blad met leervragen van uw regio's over."""
    work = sight.bureau
    found = work.planned(sheet, sight.questions(), {"region": sight.caller.regions})
    if sight.caller.role != REGIO:
        return found
    header = sheet.layout.column("region").header
    wrong = [
        CellProblem(e.row, header, "een regio die bij u hoort is nodig", sheet.letters.get("region", ""))
        for e in (*found.new, *found.changed) if e.value.region is None
    ]  # fmt: skip
    return replace(found, wrong=(*found.wrong, *wrong))


@_upload("/voorstellen/_import", VERBINDER)
def _of_proposals(sight: Sight, sheet: Sheet) -> SheetPlan:
    """Neem een blad met nieuwe voorstellen over; de stand van een voorstel wijzigt met een stap."""
    closed = sight.bureau.store.closed()
    known = {
        "question": [q.id for q in sight.questions() if q.id not in closed],
        "offer": [o.id for o in sight.offers()],
    }  # fmt: skip
    return sight.bureau.planned(sheet, [proposal_row(p) for p in sight.proposals()], known)


@_upload("/beoordelingen/_import", EVALUATOR)
def _of_judgements(sight: Sight, sheet: Sheet) -> SheetPlan:
    """Neem een blad met uw beoordelingen over."""
    work = sight.bureau
    mine = [row(j) for j in sight.all(work.store.judgements())]
    known = {"question": [q.id for q in sight.questions()], "offer": [o.id for o in sight.offers()]}
    found = work.planned(sheet, mine, known)
    if found.wrong:
        return found

    def real(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, **{kind: sight.real(kind, row[kind]) for kind in ("question", "offer")}}

    parts = {
        name: tuple(replace(e, value=real(e.value)) for e in getattr(found, name))
        for name in ("new", "changed", "same")
    }
    return replace(found, **parts)


def _taken(noun: str, planned: Planner, dry: bool) -> Response:
    work = bureau()
    chosen = form(JSON, XLSX)
    with _file() as path:
        sheet = read_sheet(path, noun)
        with work.store.at_once():
            plan = planned(Sight(caller(), work), sheet)
            if not (plan.wrong or dry):
                work.take_over(sheet.layout.name, plan)
        if dry and chosen == XLSX:
            return _errors(noun, sheet, plan)
    if plan.wrong and not dry:
        raise ProblemError(400, "Er is niets overgenomen: er zitten fouten in het blad.", tuple(_faults(plan)))
    warnings = work.warnings(plan) if sheet.layout.name == "questions" else []
    return tagged(Overname.of(plan, warnings, dry))


@contextmanager
def _file() -> Iterator[Path]:
    """Yield a file with what was sent; raises ProblemError for what is no file, or no sort that is known."""
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder) / f"blad{_SUFFIXES.get(request.mimetype, '')}"
        if request.mimetype == FORM:
            if [*request.files] != [_FIELD] or len(request.files.getlist(_FIELD)) != 1:
                raise ProblemError(400, "", (Fault("Stuur één bestand, in dit veld.", pointer=f"/{_FIELD}"),))
            request.files[_FIELD].save(path)
        elif request.mimetype in _SUFFIXES:
            path.write_bytes(request.get_data(cache=False))
        else:
            sorts = (FORM, *_SUFFIXES)
            raise ProblemError(415, f"Stuur de inhoud als {' of '.join(sorts)}.", headers={"Accept": ", ".join(sorts)})
        yield path


def _faults(plan: SheetPlan) -> Iterator[Fault]:
    for one in map(Foutregel.of, plan.wrong):
        place = f"rij {one.rij}" + (f", kolom {one.kolom}" if one.kolom else "") + (f" ({one.kop})" if one.kop else "")
        yield Fault(f"{place}: {one.reden}")


def _errors(noun: str, sheet: Sheet, plan: SheetPlan) -> Response:
    """Return a sheet with only the rows that are wrong, each fault coloured and told; mended it can be sent again."""
    with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
        path = Path(folder) / "fouten.xlsx"
        write_errors(path, sheet, plan)
        response = Response(path.read_bytes(), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{noun}-fouten.xlsx"'
    response.vary.add("Accept")
    return response
