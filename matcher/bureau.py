"""The bureau at work: gathers from the store, lets the engine and the domain decide, writes back, dated and signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from matcher.errors import MissingPartError, UnknownNameError
from matcher.matchmaker import Matchmaker, as_it_stands, matchmaker_over
from matcher.parties import Question
from matcher.proposals import Outcome, Proposal, Step
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
