"""The bureau at work: gathers from the store, lets the engine and the domain decide, writes back, dated and signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from matcher import reference
from matcher.errors import InvalidValueError, MissingPartError, UnknownNameError
from matcher.exchange.plans import Plan, plan
from matcher.exchange.sheets import Sheet
from matcher.intake import Intake
from matcher.matchmaker import Matchmaker, as_it_stands, matchmaker_over
from matcher.parties import Question, by_key
from matcher.proposals import UNDO, Outcome, Proposal, Step
from matcher.reasons import refusal
from matcher.settings import Settings
from matcher.store import Store, open_store
from matcher.suggestions import Suggestions, rank

# What a proposal reserves when neither the question nor the verbinder says how many hours a month it takes.
UNSTATED_HOURS = 1.0


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Bureau:
    """The store of one bureau and the engine over it; for one thread."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime] = now

    @property
    def by(self) -> str:
        """Who is at work, by key."""
        return self.settings.user

    @cached_property
    def engine(self) -> Matchmaker:
        """The engine over the catalogue, read when it is first asked for."""
        return matchmaker_over(self.store, self.settings)

    @property
    def matchmaker(self) -> Matchmaker:
        """The engine as things stand: hours that proposals hold are gone, declined pairs are refused."""
        return as_it_stands(self.engine, self.store)

    def question(self, identifier: str) -> Question:
        """Return a question by its id; raises UnknownNameError naming those that are open."""
        found = {q.id: q for q in self.store.questions()}
        if identifier not in found:
            raise UnknownNameError("leervraag", identifier, [q.id for q in self.store.open_questions()])
        return found[identifier]

    def _dated(self, question: Question) -> Question:
        """Return the question, wanted today when it names no date: what is over is no help."""
        return question if question.needed_on else replace(question, needed_on=self.clock().astimezone().date())

    def suggest(self, question: str, k: int = 5) -> Suggestions:
        """Return the suggestions for a question of the store, and remember that they were shown."""
        found = self.matchmaker.suggest(self._dated(self.question(question)), k)
        self.store.show(question, [(s.offer.id, s.score.total) for s in found.kept], self.by, self.clock())
        return found

    def objections(self, question: str, offer: str) -> tuple[str, ...]:
        """Return why this offer cannot happen for this question, as Dutch clauses; empty when it can."""
        engine = self.matchmaker
        place = {o.id: i for i, o in enumerate(engine.pool.offers)}
        if offer not in place:
            raise UnknownNameError("aanbod", offer, [*list(place)[:10], "..."])
        asked = self._dated(self.question(question))
        ranking = rank(asked, engine.pool, engine.reader, engine.weights, engine.rules)
        return tuple(refusal(r, engine.pool.offers[place[offer]]) for r in ranking.refusals(place[offer]))

    def propose(
        self, question: str, offer: str, note: str = "", hours: float | None = None, again: bool = False
    ) -> Proposal:
        """Propose an offer for a question and reserve its hours a month.

        hours: those that the question asks, else UNSTATED_HOURS. Errors as `Store.propose`.
        """
        asked = self.question(question)
        taken = hours if hours is not None else asked.hours_per_month or UNSTATED_HOURS
        return self.store.propose(question, offer, taken, self.by, self.clock(), note, again)

    def take(self, proposal: str, kind: str, note: str = "", outcome: Outcome | None = None) -> Proposal:
        """Take a step with a proposal (`proposals.NEXT`); errors as `Store.take`."""
        return self.store.take(proposal, Step(kind, self.clock(), self.by, note, outcome))

    @property
    def known(self) -> dict[str, tuple[str, ...]]:
        """What a sheet may name, by field: regions, leervragen, aanbod."""
        offers, questions = self.store.offers(), self.store.questions()
        names = {r.name for r in (self.store.regions() or reference.regions())} | {n for o in offers for n in o.regions}
        regions = tuple(sorted(by_key(names).values()))
        return {
            "region": regions, "regions": regions,
            "question": tuple(q.id for q in questions), "offer": tuple(o.id for o in offers),
        }  # fmt: skip

    def take_in(self, intake: Intake) -> int:
        """Keep the offers and questions of an application, as a person saw them; returns how many changed."""
        return len(self.store.put([*intake.offers, *intake.questions], self.by, self.clock()))

    def planned(self, sheet: Sheet) -> Plan:
        """Return what taking over a sheet would do: what is new, changed, the same and wrong. Nothing is kept."""
        return plan(sheet, self.rows(sheet.layout.name), self.known)

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
        return [_proposal_row(p) for p in self.store.proposals()]

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
        if known or row["state"] not in {None, "", "voorgesteld"}:
            raise InvalidValueError(
                "stand", f"{row['id']}: {row['state']}", "een nieuw voorstel; de stand verandert met `matcher step`"
            )
        made = [p for p in self.store.proposals(row["question"], row["offer"]) if p.state != UNDO]
        if not made:
            self.propose(row["question"], row["offer"], row["note"] or "", row["hours"])


def _proposal_row(p: Proposal) -> dict[str, Any]:
    return {
        "id": p.id, "question": p.question, "offer": p.offer, "state": p.state, "hours": p.hours,
        "since": p.steps[-1].at.astimezone().date(), "note": p.note or None,
    }  # fmt: skip


@contextmanager
def open_memory(settings: Settings) -> Iterator[Store]:
    """Open the bureau's own database; raises MissingPartError when there is none yet."""
    if not settings.database.exists():
        raise MissingPartError(f"de database van het bureau, {settings.database},", "maak die met `matcher start`")
    store = open_store(settings.database, must_exist=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_bureau(settings: Settings) -> Iterator[Bureau]:
    """Open the bureau's own database, with the engine over it for when it is asked for; errors as `open_memory`."""
    with open_memory(settings) as store:
        yield Bureau(store, settings)
