"""Sheets and applications go in and are taken over, all or nothing; what there is comes out as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from matcher import privacy
from matcher.bureau.deciding import Deciding
from matcher.bureau.work import FIRST, FREE, TAKEN
from matcher.errors import (
    CellProblem,
    InvalidValueError,
)
from matcher.exchange.plans import Plan, plan
from matcher.exchange.sheets import Sheet
from matcher.intake import Intake
from matcher.proposals import UNDO, Proposal


class Sheets(Deciding):
    """What comes and goes as a sheet."""

    def take_in(self, intake: Intake) -> int:
        """Keep the offers and questions of an application, as a person saw them, and who takes part in the region.

        Returns how many changed.
        """
        at = self.clock()
        with self.store.at_once():
            made = self.store.put([*intake.offers, *intake.questions], self.by, at)
            told = intake.partners and self.store.set_partners(
                intake.name, intake.partners, f"aanmelding van {intake.name}", self.by, at
            )
        return len(made) + bool(told)

    def planned(
        self, sheet: Sheet, there: Iterable[Any] | None = None, known: Mapping[str, Iterable[str]] | None = None
    ) -> Plan:
        """Return what taking over a sheet would do: what is new, changed, the same and wrong. Nothing is kept.

        there, known: what whoever brings the sheet may know of what there is and of names; without them all of it. An
        id that stands for something else is wrong, and of that something nothing is told. A question that holds a BSN
        is wrong, and the number is not repeated. So is a proposal that is not new.
        """
        rows = self.rows(sheet.layout.name)
        names = self.known if known is None else {field: tuple(values) for field, values in known.items()}
        found = plan(sheet, rows if there is None else there, names)
        if there is not None and sheet.layout.party:
            taken = {row.id for row in rows}
            own = [CellProblem(e.row, sheet.layout.column("id").header, TAKEN, sheet.letters["id"])
                   for e in found.new if e.value.id in taken]  # fmt: skip
            found = replace(found, wrong=(*found.wrong, *own))
        field = FREE[sheet.layout.name]
        holding = [e.row for e in (*found.new, *found.changed) if privacy.blocked(_free(e.value, field))]
        header, letter = sheet.layout.column(field).header, sheet.letters.get(field, "")
        wrong = [CellProblem(row, header, privacy.NO_BSN, letter) for row in holding]
        if sheet.layout.name == "proposals":
            wrong += _not_new(found, sheet)
        return replace(found, wrong=(*found.wrong, *wrong))

    def warnings(self, found: Plan) -> list[tuple[int, str]]:
        """Return what a plan of questions would bring in that asks for a second look: (row, Dutch sentence)."""
        entries = (*found.new, *found.changed)
        return [(e.row, text) for e in entries for text in privacy.warnings(e.value.full_text)]

    def rows(self, kind: str) -> list[Any]:
        """Return what there is of a kind of sheet: parties, or mappings with the fields of its layout."""
        if kind == "offers":
            return list(self.store.offers())
        if kind == "questions":
            return list(self.store.questions())
        if kind == "judgements":
            mine = [j for j in self.store.judgements() if j.by == self.by]
            return [
                {"question": j.question, "offer": j.offer, "grade": j.grade, "reason": j.note or None} for j in mine
            ]
        return [proposal_row(p) for p in self.store.proposals()]

    def take_over(self, kind: str, plan: Plan) -> None:
        """Keep what a plan takes, all or nothing; raises InvalidValueError where anything in it is wrong.

        Of a sheet of proposals only new pairs can be taken; what is proposed already changes by steps.
        """
        if plan.wrong:
            raise InvalidValueError("blad", plan.sentence, "een blad zonder fouten")
        with self.store.at_once():
            if kind in {"offers", "questions"}:
                self.store.put(plan.taken, self.by, self.clock())
            for row in plan.taken if kind == "judgements" else ():
                note = row["reason"] or ""
                self.store.judge(row["question"], row["offer"], row["grade"], self.by, self.clock(), note)
            for entry in (*plan.new, *plan.changed) if kind == "proposals" else ():
                self._propose_row(entry.value, bool(entry.changes))

    def _propose_row(self, row: Mapping[str, Any], known: bool) -> None:
        if known or row["state"] not in {None, "", FIRST}:
            raise InvalidValueError(
                "stand", f"{row['id']}: {row['state']}", "een nieuw voorstel; de stand verandert met `matcher step`"
            )
        made = [p for p in self.store.proposals(row["question"], row["offer"]) if p.state != UNDO]
        if not made:
            self.propose(row["question"], row["offer"], row["note"] or "", row["hours"])


def _not_new(found: Plan, sheet: Sheet) -> Iterator[CellProblem]:
    """Yield what a sheet of proposals cannot do: begin anywhere but at the beginning, or change what was proposed."""
    for entry in found.new:
        if (state := entry.value["state"]) not in {None, "", FIRST}:
            said = f"{state!r} kan niet bij een nieuw voorstel; toegestaan: {FIRST}, of leeg"
            yield CellProblem(entry.row, "Stand", said, sheet.letters.get("state", ""), state)
    letters = {sheet.layout.column(field).header: letter for field, letter in sheet.letters.items()}
    for entry in found.changed:
        header = entry.changes[0].header
        said = f"{entry.value['id']} is al voorgesteld en wijzigt niet door een blad; gebruik `matcher step`"
        yield CellProblem(entry.row, header, said, letters.get(header, ""))


def _free(value: Any, field: str) -> str:
    """Return what stands in a row of a sheet in someone's own words."""
    return str(value[field] or "") if isinstance(value, Mapping) else value.full_text


def proposal_row(p: Proposal) -> dict[str, Any]:
    """Return a proposal as a row of its sheet."""
    return {
        "id": p.id, "question": p.question, "offer": p.offer, "state": p.state, "hours": p.hours,
        "since": p.steps[-1].at.astimezone().date(), "note": p.note or None,
    }  # fmt: skip
