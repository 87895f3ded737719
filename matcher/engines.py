"""A store goes in; the engine over it comes out, read once and kept up with what changes there."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock

from matcher.accounts import pseudonym
from matcher.agenda.alike import Likeness
from matcher.errors import MatcherError, UnknownNameError
from matcher.matchmaker import Matchmaker, as_it_stands, matchmaker_over
from matcher.parties import Question
from matcher.settings import Settings
from matcher.store import Store
from matcher.suggestions import Suggestions
from matcher.vectors import FITTED, open_encoder

# What a catalogue is made of, and what tells what its offers can do now.
_CATALOGUE, _STANDING = ("offer", "region"), ("offer", "capacity", "busy", "pair", "proposal")
# How many answers stay at hand.
_ANSWERS = 2_000


@dataclass
class Engines:
    """The engine over one store: read when it is first asked for, and anew when the catalogue changed.

    Safe for threads, which share it. given: an engine over the same offers, where it is at hand. forgiving: where the
    model cannot be used words alone answer, and `fault` says why.
    """

    settings: Settings
    given: Matchmaker | None = None
    forgiving: bool = False
    lock: RLock = field(default_factory=RLock)
    fault: str = ""
    _catalogue: tuple[tuple[int, ...], Matchmaker] | None = None
    _standing: tuple[tuple[int, ...], Matchmaker] | None = None
    _behind: dict[str, tuple[tuple[int, ...], dict[str, str]]] = field(default_factory=dict)
    _answers: OrderedDict[tuple[Question, int], Suggestions] = field(default_factory=OrderedDict)
    _likeness: Likeness | None = None

    def catalogue(self, store: Store) -> Matchmaker:
        """Return the engine over the offers as they are in the catalogue."""
        with self.lock:
            marks = store.marks(*_CATALOGUE)
            if self._catalogue is None or self._catalogue[0] != marks:
                first, self.given = self.given, None
                self._catalogue = (marks, first or self._read(store))
            return self._catalogue[1]

    def as_it_stands(self, store: Store) -> Matchmaker:
        """Return the engine as things stand: hours that proposals hold are gone, declined pairs are refused."""
        with self.lock:
            engine, marks = self.catalogue(store), store.marks(*_STANDING)
            if self._standing is None or self._standing[0] != marks:
                self._standing = (marks, as_it_stands(engine, store))
                self._answers.clear()
            return self._standing[1]

    def suggest(self, store: Store, question: Question, k: int) -> Suggestions:
        """Return the suggestions for a question; the same again while nothing changed."""
        with self.lock:
            engine = self.as_it_stands(store)
            if (found := self._answers.get((question, k))) is not None:
                self._answers.move_to_end((question, k))
                return found
        found = engine.suggest(question, k)
        with self.lock:
            if self._standing is not None and self._standing[1] is engine:
                self._answers[question, k] = found
                while len(self._answers) > _ANSWERS:
                    self._answers.popitem(last=False)
        return found

    def likeness(self, store: Store) -> Likeness:
        """Return what tells which questions are alike, by the engine's reader; it remembers what it read."""
        reader = self.catalogue(store).reader
        if self._likeness is None or self._likeness.reader is not reader:
            self._likeness = Likeness(reader)
        return self._likeness

    def behind(self, store: Store, kind: str, given: str) -> str:
        """Return the id of a "question" or an "offer" that a pseudonym stands for; raises UnknownNameError."""
        with self.lock:
            marks = store.marks(kind)
            if kind not in self._behind or self._behind[kind][0] != marks:
                secret, things = store.secret(), store.questions() if kind == "question" else store.offers()
                self._behind[kind] = (marks, {pseudonym(secret, kind, thing.id): thing.id for thing in things})
            found = self._behind[kind][1]
        if given not in found:
            raise UnknownNameError(kind, given, ())
        return found[given]

    def _read(self, store: Store) -> Matchmaker:
        try:
            engine = matchmaker_over(store, self.settings)
        except (MatcherError, OSError, ValueError) as fault:
            if not self.forgiving:
                raise
            self.fault = str(fault)
            return matchmaker_over(store, replace(self.settings, model=FITTED, reranker=""))
        self.fault = ""
        return engine

    def mended(self) -> bool:
        """Return whether the model of the settings can be used; where it can again, it is at the next question."""
        with self.lock:
            if not self.fault:
                return True
            with suppress(MatcherError, OSError, ValueError):
                open_encoder(self.settings.model)
                self._catalogue, self.fault = None, ""
            return not self.fault
