"""A store goes in; the engine over it comes out, read once and kept up with what changes there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, TypeVar

from matcher.accounts import pseudonym
from matcher.agenda.alike import Likeness
from matcher.errors import MatcherError, UnknownNameError
from matcher.judging import pool as pool_of
from matcher.matchmaker import Matchmaker, as_it_stands, matchmaker_over
from matcher.parties import Question
from matcher.settings import Settings
from matcher.store import Store
from matcher.suggestions import Suggestions
from matcher.vectors import HASHED, open_encoder

# What a catalogue is made of, and what tells what its offers can do now.
_CATALOGUE, _STANDING = ("offer", "region"), ("offer", "capacity", "busy", "pair", "proposal")
# How many answers and other things made of the store stay at hand.
_MOST = 2_000
T = TypeVar("T")


@dataclass
class Engines:
    """The engine over one store: read when it is first asked for, and anew when the catalogue changed.

    Safe for threads, which share it. given: an engine over the same offers, where it is at hand. forgiving: where the
    model cannot be used words alone answer, and `fault` says why.
    """

    settings: Settings
    given: Matchmaker | None = None
    forgiving: bool = False
    fault: str = ""
    _kept: OrderedDict[Hashable, tuple[tuple[int, ...], Any]] = field(default_factory=OrderedDict)
    _lock: RLock = field(default_factory=RLock)
    _likeness: Likeness | None = None

    def catalogue(self, store: Store) -> Matchmaker:
        """Return the engine over the offers as they are in the catalogue."""
        with self._lock:
            return self.remember(store, "catalogue", _CATALOGUE, lambda: self._read(store))

    def as_it_stands(self, store: Store) -> Matchmaker:
        """Return the engine as things stand: hours that proposals hold are gone, declined pairs are refused."""
        with self._lock:
            engine = self.catalogue(store)
            return self.remember(store, "standing", _STANDING, lambda: as_it_stands(engine, store))

    def suggest(self, store: Store, question: Question, k: int) -> Suggestions:
        """Return the suggestions for a question; the same again while nothing changed."""
        engine = self.as_it_stands(store)
        return self.remember(store, (question, k), _STANDING, lambda: engine.suggest(question, k))

    def remember(self, store: Store, what: Hashable, kinds: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what was made before under this name, or make it: it is new, or something of these kinds changed.

        What is made within a transaction is not kept, as what it was made of may yet be taken back.
        """
        marks = store.marks(*kinds)
        with self._lock:
            if (found := self._kept.get(what)) is not None and found[0] == marks:
                self._kept.move_to_end(what)
                return found[1]  # type: ignore[no-any-return]
        made = make()
        if not store.in_transaction:
            with self._lock:
                self._kept[what] = (marks, made)
                self._kept.move_to_end(what)
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        return made

    def likeness(self, store: Store) -> Likeness:
        """Return what tells which questions are alike, by the engine's reader; it remembers what it read."""
        reader = self.catalogue(store).reader
        if self._likeness is None or self._likeness.reader.fingerprint != reader.fingerprint:
            self._likeness = Likeness(reader)
        return self._likeness

    def behind(self, store: Store, kind: str, given: str) -> str:
        """Return the id of a "question" or an "offer" that a pseudonym stands for; raises UnknownNameError."""
        known = self.remember(store, ("behind", kind), (kind,), lambda: _pseudonyms(store, kind))
        if given not in known:
            raise UnknownNameError(kind, given, ())
        return known[given]

    def to_judge(self, store: Store) -> tuple[tuple[str, str], ...]:
        """Return the pairs that evaluators are asked to judge, made anew when questions or the catalogue changed."""

        def made() -> tuple[tuple[str, str], ...]:
            secret = store.secret()
            return pool_of(store.open_questions(), self.catalogue(store), lambda q: pseudonym(secret, "question", q))

        return self.remember(store, "to judge", (*_CATALOGUE, "question", "closing"), made)

    def _read(self, store: Store) -> Matchmaker:
        if self.given is not None:
            given, self.given = self.given, None
            return given
        try:
            engine = matchmaker_over(store, self.settings)
        except (MatcherError, OSError, ValueError) as fault:
            if not self.forgiving:
                raise
            self.fault = str(fault)
            return matchmaker_over(store, replace(self.settings, model=HASHED, reranker=""))
        self.fault = ""
        return engine

    def mended(self) -> bool:
        """Return whether the model of the settings can be used; where it can again, it is at the next question."""
        with self._lock:
            if self.fault:
                with suppress(MatcherError, OSError, ValueError):
                    open_encoder(self.settings.model)
                    self._kept.clear()
                    self.fault = ""
            return not self.fault


def _pseudonyms(store: Store, kind: str) -> dict[str, str]:
    secret, things = store.secret(), store.questions() if kind == "question" else store.offers()
    return {pseudonym(secret, kind, thing.id): thing.id for thing in things}
