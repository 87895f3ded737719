"""Rows of proposals and their steps go in, Proposals come out: reading what was decided."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from matcher.errors import UnknownNameError
from matcher.proposals import Outcome, Proposal, Step
from matcher.store.file import File

_JOINED = """
SELECT p.number AS proposal, p.question, p.offer, p.hours, s.kind, s.at, s.by, s.note, s.outcome, s.undoes
FROM proposal p JOIN step s ON s.proposal = p.number WHERE {where} ORDER BY p.number, s.number
"""
# Steps that still count, later than a line of the log.
_SINCE = """
SELECT DISTINCT p.number FROM proposal p JOIN step s ON s.proposal = p.number
WHERE p.[{column}] = ? AND s.log > ? AND s.kind <> 'herroepen'
AND NOT EXISTS (SELECT 1 FROM step u WHERE u.proposal = s.proposal AND u.undoes = s.number) ORDER BY 1
"""


class Decisions(File):
    """What was proposed, and what came of it."""

    def proposals(self, question: str | None = None, offer: str | None = None) -> list[Proposal]:
        """Return the proposals, of one question or one offer on request, the oldest first."""
        given = {"p.question": question, "p.offer": offer}
        asked = {column: value for column, value in given.items() if value is not None}
        if not asked:
            return list(self._at_hand("proposal", lambda: {p.id: p for p in self._read("1")}).values())
        return self._read(" AND ".join(f"{c} = ?" for c in asked), *asked.values())

    def proposal(self, identifier: str) -> Proposal:
        """Return one proposal by its id; raises UnknownNameError when there is none."""
        found = self._read("p.number = ?", number_of(identifier))
        if not found:
            raise UnknownNameError("voorstel", identifier, [p.id for p in self.proposals()[-10:]])
        return found[0]

    def _again(self, kind: str, key: str) -> Any:
        return next(iter(self._read("p.number = ?", number_of(key))), None) if kind == "proposal" else None

    def _read(self, where: str, *values: Any) -> list[Proposal]:
        held: dict[int, Proposal] = {}
        steps: dict[int, list[Step]] = {}
        for row in self._db.query(_JOINED.format(where=where), list(values)):
            number = row["proposal"]
            held.setdefault(number, Proposal(id_of(number), row["question"], row["offer"], row["hours"]))
            steps.setdefault(number, []).append(_step(row))
        return [replace(proposal, steps=tuple(steps[number])) for number, proposal in held.items()]

    def _decided_since(self, column: str, key: str, told: int) -> list[str]:
        """Return the ids of proposals on which a step was taken after a line of the log."""
        return [id_of(number) for (number,) in self._db.execute(_SINCE.format(column=column), [key, told])]


def id_of(number: int) -> str:
    """Return the id of a proposal by its number: v-1, v-2, ..."""
    return f"v-{number}"


def number_of(identifier: str) -> int:
    """Return the number in the id of a proposal; 0, which no proposal has, for any other text."""
    return int(identifier[2:]) if re.fullmatch(r"v-[0-9]{1,15}", identifier) else 0


def row_of(step: Step) -> dict[str, Any]:
    """Return a step as a row, which `_step` reads back equal."""
    outcome = None if step.outcome is None else json.dumps(asdict(step.outcome), ensure_ascii=False)
    return {
        "kind": step.kind, "at": step.at.isoformat(), "by": step.by, "note": step.note, "outcome": outcome,
        "undoes": step.undoes,
    }  # fmt: skip


def _step(row: dict[str, Any]) -> Step:
    outcome = None if row["outcome"] is None else Outcome(**json.loads(row["outcome"]))
    return Step(row["kind"], datetime.fromisoformat(row["at"]), row["by"], row["note"], outcome, row["undoes"])
