"""What all work at the bureau rests on: the store, the engine, the clock, and who is at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from matcher import reference
from matcher.accounts import pseudonym
from matcher.engines import Engines
from matcher.matchmaker import Matchmaker
from matcher.parties import Question, Region, by_key
from matcher.proposals import NEXT
from matcher.settings import Settings
from matcher.store import ROUND_STATES, Store
from matcher.thesaurus import Thesaurus

# What a proposal reserves when neither the question nor the verbinder says how many hours a month it takes.
UNSTATED_HOURS = 1.0
# How far ahead a calendar is read.
AHEAD = timedelta(days=366)
DRAFT, APPROVED, UNDONE = ROUND_STATES
# As what a proposal begins.
(FIRST,) = NEXT[""]
# Which field of a sheet is in someone's own words.
FREE = {"questions": "text", "offers": "summary", "judgements": "reason", "proposals": "note"}
TAKEN = "dit kenmerk is al van iets anders; kies een ander"
Pair = tuple[str, str]
T = TypeVar("T")


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Work:
    """The store of one bureau and the engine over it, and who is at work; for one thread."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime] = now
    engines: Engines | None = None

    @property
    def by(self) -> str:
        """Who is at work, by key."""
        return self.settings.user

    @cached_property
    def _engines(self) -> Engines:
        return self.engines or Engines(self.settings)

    @property
    def engine(self) -> Matchmaker:
        """The engine over the catalogue."""
        return self._engines.catalogue(self.store)

    @property
    def matchmaker(self) -> Matchmaker:
        """The engine as things stand: hours that proposals hold are gone, declined pairs are refused."""
        return self._engines.as_it_stands(self.store)

    def question(self, identifier: str) -> Question:
        """Return a question by its id; raises UnknownNameError naming some that are known."""
        return self.store.question(identifier)

    def _dated(self, question: Question) -> Question:
        """Return the question, wanted today when it names no date: what is over is no help."""
        return question if question.needed_on else replace(question, needed_on=self.clock().astimezone().date())

    @property
    def notice(self) -> str:
        """What keeps answers from being as good as they can be, as a Dutch sentence; "" when nothing does."""
        return self._engines.fault

    def _binned(self, kind: str) -> set[str]:
        """Return the ids of what is in the bin: given to another, they would stand in the way of bringing it back."""
        return {b.key for b in self.store.bin() if b.kind == kind}

    def remember(self, what: Hashable, kinds: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what was made before under this name, or make it: anew where something of these kinds changed."""
        return self._engines.remember(self.store, what, kinds, make)

    def pseudonym(self, kind: str, identifier: str) -> str:
        """Return the id under which evaluators know a "question" or an "offer"."""
        return pseudonym(self.store.secret(), kind, identifier)

    def behind(self, kind: str, given: str) -> str:
        """Return the id that a pseudonym stands for; raises UnknownNameError."""
        return self._engines.behind(self.store, kind, given)

    def _next(self, prefix: str, taken: Iterable[str]) -> str:
        numbers = [int(i.removeprefix(f"{prefix}-")) for i in taken if re.fullmatch(rf"{prefix}-[0-9]{{1,15}}", i)]
        return f"{prefix}-{max(numbers, default=0) + 1}"

    @property
    def thesaurus(self) -> Thesaurus:
        """The themes in which questions and offers are understood."""
        return self.engine.reader.concepts.thesaurus

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions, in order of name: those of the store, or of the reference corpus while it has none."""
        return tuple(self.store.regions() or sorted(reference.regions(), key=lambda r: r.name))

    @property
    def known(self) -> dict[str, tuple[str, ...]]:
        """What a sheet may name, by field: regions, leervragen, aanbod."""
        offers, questions = self.store.offers(), self.store.questions()
        names = {r.name for r in self.regions} | {n for o in offers for n in o.regions}
        regions = tuple(sorted(by_key(names).values()))
        return {
            "region": regions, "regions": regions,
            "question": tuple(q.id for q in questions), "offer": tuple(o.id for o in offers),
        }  # fmt: skip
