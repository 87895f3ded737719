"""A question or an offer goes in; what helps it, what is like it and what stands in the way come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from matcher.agenda import COMMUNITY_FITS
from matcher.agenda.alike import Alike
from matcher.bureau.work import Pair, Work
from matcher.constraints import sift
from matcher.errors import (
    UnknownNameError,
)
from matcher.parties import Question
from matcher.reasons import refusal
from matcher.suggestions import Helped, Suggestion, Suggestions, helped, weighed


class Asking(Work):
    """Who helps whom, and why not."""

    def suggest(self, question: str, k: int = 5, **wanted: Any) -> Suggestions:
        """Return the suggestions for a question of the store, and remember that they were shown.

        wanted: fields of the question to ask otherwise for once, as needed_on, forms, kinds, perspectives.
        """
        found = self.consider(replace(self.question(question), **wanted), k)
        self.store.show(question, [(s.offer.id, s.score.total) for s in found.kept], self.by, self.clock())
        return found

    def consider(self, question: Question, k: int = 5) -> Suggestions:
        """Return the suggestions for a question that need not be kept; nothing is remembered.

        Raises UnknownNameError for a region or form that nobody knows.
        """
        return self._engines.suggest(self.store, self.matchmaker.checked(self._dated(question)), k)

    def helped(self, offer: str, among: Iterable[Question] | None = None, k: int = 20) -> tuple[Helped, ...]:
        """Return the k open questions that an offer (by id) helps best, as things stand; nothing is remembered.

        among: of these questions only, as far as they are open.
        """
        engine = self.matchmaker
        return helped(offer, self._asking(among), engine.pool, engine.reader, engine.weights, engine.rules, k)

    def weighed(self, pairs: Iterable[Pair]) -> list[tuple[Suggestion, tuple[str, ...]]]:
        """Return each pair's offer as a suggestion for its question, can it happen or not, and in clauses why not.

        Raises UnknownNameError for a question or an offer that is not there.
        """
        engine, asked = self.matchmaker, [(self._dated(self.question(q)), o) for q, o in pairs]
        found = weighed(asked, engine.pool, engine.reader, engine.weights, engine.rules, engine.reranker)
        return [(s, tuple(refusal(r, s.offer) for r in refusals)) for s, refusals in found]

    def _asking(self, among: Iterable[Question] | None) -> list[Question]:
        """Return the open questions, of these only on request, each with the date on which it is wanted."""
        chosen = None if among is None else {q.id for q in among}
        return [self._dated(q) for q in self.store.open_questions() if chosen is None or q.id in chosen]

    def alike(self, question: Question, k: int = 5) -> list[Alike]:
        """Return at most k open questions that ask much the same, by meaning and concepts, the most alike first.

        The question need not be kept; it is never like itself. Nothing is remembered, and no question without a title
        is named: the title is what others may read of it.
        """
        others = [q for q in self.store.open_questions() if q.id != question.id and q.title.strip()]
        return self._engines.likeness(self.store).nearest(question, others, k)

    def communities(self, question: Question, k: int = 2) -> list[Suggestion]:
        """Return at most k communities of practice that fit a question that need not be kept; errors as `consider`."""
        found = self.consider(replace(question, kinds=("cop",)), k).kept
        return [s for s in found if s.score.total >= COMMUNITY_FITS]

    def objections(self, question: str, offer: str) -> tuple[str, ...]:
        """Return why this offer cannot happen for this question, as Dutch clauses; empty when it can."""
        engine = self.matchmaker
        offers = {o.id: o for o in engine.pool.offers}
        if offer not in offers:
            raise UnknownNameError("aanbod", offer, [*list(offers)[:10], "..."])
        (found,) = sift(self._dated(self.question(question)), [offers[offer]], engine.rules)
        return tuple(refusal(r, offers[offer]) for r in found)
