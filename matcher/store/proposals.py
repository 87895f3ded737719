"""Suggestions shown, proposals with their steps, judgements and rounds go in, by whom and when, and come out equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.privacy import require_allowed
from matcher.proposals import Capacity, Proposal, Step, advance, propose, utc
from matcher.store.capacity import Capacities
from matcher.store.decisions import id_of, number_of, row_of

ROUND_STATES = ("concept", "goedgekeurd", "teruggedraaid")


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that someone was shown: place (from 1) and score at that moment."""

    question: str
    offer: str
    rank: int
    score: float
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """An evaluator's grade (0-3) of a pair."""

    question: str
    offer: str
    grade: int
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeptRound:
    """A broker's round as it was kept: its state (ROUND_STATES), its body as JSON values, who put it so and when."""

    id: str
    state: str
    body: dict[str, Any]
    by: str
    at: datetime


class Proposals(Capacities):
    """What people decide, appended and never overwritten."""

    def propose(
        self, question: str, offer: str, hours: float, by: str, at: datetime, note: str = "", again: bool = False
    ) -> Proposal:
        """Propose an offer for a question and reserve its hours a month; returns the proposal with its new id.

        Of two who take the last hours at once, the second gets NoHoursLeftError (or NoPlacesLeftError).
        Raises DoubleProposalError for a pair that was proposed before, unless `again`; InvalidValueError for a
        closed question; UnknownNameError for a question or an offer that is not there.
        """
        with self.at_once():
            self._required("question", question)
            self._required("offer", offer)
            if self._entry("closing", question) is not None:
                raise InvalidValueError("question", question, "een leervraag die open is")
            draft = Proposal("dit voorstel", question, offer, hours)
            first = Step("voorgesteld", at, by, note)
            propose(draft, first, self.capacity(offer), self.proposals(offer=offer), again)
            row = {"question": question, "offer": offer, "hours": hours}
            number = self._insert("proposal", row)
            self._append(number, 0, first, offer)
            return Proposal(id_of(number), question, offer, hours, (first,))

    def take(self, proposal: str, step: Step) -> Proposal:
        """Append a step to a proposal and return the proposal after it.

        Raises as `proposals.advance`: StepNotAllowedError, and NoHoursLeftError when an undo asks hours back that
        were given away meanwhile.
        """
        with self.at_once():
            before = self.proposal(proposal)
            # An offer that was erased has no hours to give, but what was open with it can still be ended.
            capacity = self.capacity(before.offer) if self._entry("offer", before.offer) else Capacity(0)
            after = advance(before, step, capacity, self.proposals(offer=before.offer))
            self._append(number_of(proposal), len(before.steps), after.steps[-1], before.offer)
            return after

    def show(self, question: str, ranked: Iterable[tuple[str, float]], by: str, at: datetime) -> None:
        """Remember which offers, best first with their scores, someone was shown for a question."""
        with self.at_once():
            for rank, (offer, score) in enumerate(ranked, 1):
                told = self._log("suggestie tonen", "makelen", by, at, f"offer {offer}", self._person("offer", offer))
                self._insert("suggestion", {
                    "question": question, "offer": offer, "rank": rank, "score": score, "by": by,
                    "at": utc("at", at).isoformat(), "log": told,
                })  # fmt: skip

    def shown(self, question: str | None = None) -> list[Shown]:
        """Return the suggestions that were shown, for one question on request, the oldest first."""
        sql = "SELECT question, offer, rank, score, by, at FROM suggestion WHERE ? IN (question, '') ORDER BY number"
        rows = self._db.execute(sql, [question or ""])
        return [Shown(q, o, rank, score, who, datetime.fromisoformat(at)) for q, o, rank, score, who, at in rows]

    def judge(self, question: str, offer: str, grade: int, by: str, at: datetime, note: str = "") -> None:
        """Append an evaluator's grade (0-3) of a pair; the latest of each evaluator counts."""
        if grade not in range(4):
            raise InvalidValueError("grade", grade, "0, 1, 2 of 3")
        require_allowed(note=note)
        with self.at_once():
            told = self._log("paar beoordelen", "beoordelen", by, at, f"offer {offer}", self._person("offer", offer))
            self._insert("judgement", {
                "question": question, "offer": offer, "grade": grade, "by": by, "at": utc("at", at).isoformat(),
                "note": note, "log": told,
            })  # fmt: skip

    def judgements(self) -> list[Judgement]:
        """Return the latest grade of each evaluator for each pair, in order of question, offer and evaluator."""
        rows = self._db.execute(
            "SELECT question, offer, grade, by, at, note FROM judgement WHERE number IN "
            "(SELECT max(number) FROM judgement GROUP BY question, offer, by) ORDER BY question, offer, by"
        )
        return [Judgement(q, o, g, who, datetime.fromisoformat(at), note) for q, o, g, who, at, note in rows]

    def keep_round(self, identifier: str, state: str, body: dict[str, Any], by: str, at: datetime) -> int | None:
        """Keep a round: a concept may be replaced, goedgekeurd stays until it is teruggedraaid.

        body: what JSON can hold. Returns the number of the change. Proposals that follow from it: in one `at_once`.
        """
        with self.at_once():
            before = (self._entry("round", identifier) or {"state": "concept"})["state"]
            allowed = {"concept": ROUND_STATES[:2], "goedgekeurd": ROUND_STATES[2:]}.get(before, ())
            if state not in allowed:
                raise UnknownNameError("state", state, allowed)
            entry = {"state": state, "body": body, "by": by, "at": utc("at", at).isoformat()}
            return self._put("round", identifier, entry, by, at)

    def rounds(self) -> list[KeptRound]:
        """Return the rounds as they are now, in order of id; earlier versions by `changes("round", id)`."""
        return [
            KeptRound(identifier, e["state"], e["body"], e["by"], datetime.fromisoformat(e["at"]))
            for identifier, e in self._entries("round").items()
        ]

    def _append(self, proposal: int, number: int, step: Step, offer: str) -> None:
        result = step.outcome
        require_allowed(note=step.note, **({"region": result.region, "expert": result.expert} if result else {}))
        told = self._log(
            f"voorstel {step.kind}", "makelen", step.by, step.at, f"proposal {id_of(proposal)}",
            self._person("offer", offer),
        )  # fmt: skip
        self._insert("step", {"proposal": proposal, "number": number, **row_of(step), "log": told})
