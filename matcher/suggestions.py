"""The pipe that joins it all: one Question and one Pool go in, Suggestions come out.

question | reader.read | scores.signals | scores.score | candidates.ranked
         | constraints.sift -> refused | spread -> kept | reasons.explain
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from matcher.candidates import Pool, ranked
from matcher.constraints import Refusal, Rule, sift
from matcher.errors import InvalidValueError
from matcher.parties import Offer, Question
from matcher.reading import Reader, Readings
from matcher.reasons import Explainer, Reason, refusal, sentence
from matcher.scores import Score, Scores, Weights, score, signals

# An offer from a perspective that the list lacks may take the last place when it scores at most this much less.
SPREAD = 0.03


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offer proposed for a question: its rank from 1, its score with parts, reasons, and one Dutch sentence."""

    offer: Offer
    rank: int
    score: Score
    reasons: tuple[Reason, ...]
    sentence: str

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) in the offer's summary of the phrases that match, in order, each once."""
        return tuple(sorted({r.span for r in self.reasons if r.span}))


@dataclass(frozen=True, slots=True)
class Refused:
    """An offer that cannot happen for a question, with every reason why, as facts and as Dutch."""

    offer: Offer
    score: Score
    refusals: tuple[Refusal, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The refusals as Dutch clauses, in the order of the rules."""
        return tuple(refusal(r, self.offer) for r in self.refusals)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What came of one question: at most k kept, and everything refused, both best first."""

    question: Question
    kept: tuple[Suggestion, ...]
    refused: tuple[Refused, ...]

    @property
    def near_misses(self) -> tuple[Refused, ...]:
        """The refused with one reason only, best first."""
        return tuple(r for r in self.refused if len(r.refusals) == 1)


def rank(
    question: Question, pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule]
) -> tuple[Readings, Scores, list[int], list[tuple[Refusal, ...]]]:
    """Return the reading of the question, all scores, the positions best first, and the refusals per position."""
    reading = reader.read([question.full_text], "question")
    if not len(pool):
        return reading, Scores({}, np.zeros(0)), [], []
    scores = score(signals(question, reading, pool, reader), weights)
    return reading, scores, list(ranked(scores.totals)), sift(question, pool.offers, rules)


def suggest(
    question: Question, pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule], k: int = 5
) -> Suggestions:
    """Return the k best offers that can happen, explained, and all that cannot, with why.

    The rules come before the cut at k. Same input, same output. Raises InvalidValueError for k below 1.
    """
    if k < 1:
        raise InvalidValueError("k", k, "1 of meer")
    reading, scores, order, refusals = rank(question, pool, reader, weights, rules)
    fitting = [i for i in order if not refusals[i]]
    explainer = Explainer(question, reading, reader)
    kept = []
    for place, i in zip(count(1), spread(fitting, scores, pool.offers, k), strict=False):
        offer, found = pool.offers[i], scores[i]
        reasons = explainer.explain(offer, pool.readings.take([i]), found)
        kept.append(Suggestion(offer, place, found, reasons, sentence(reasons, offer.organisation)))
    refused = tuple(Refused(pool.offers[i], scores[i], refusals[i]) for i in order if refusals[i])
    return Suggestions(question, tuple(kept), refused)


def spread(fitting: Sequence[int], scores: Scores, offers: Sequence[Offer], k: int) -> list[int]:
    """Return the first k positions, best first, the last given to a new perspective where scores allow it.

    Only when all k have one perspective, and only to an offer that scores at most SPREAD less than the one it
    replaces: a list is not five times the same, and never much worse for it.
    """
    top = list(fitting[:k])
    seen = {offers[i].perspective for i in top}
    if len(top) < k or k < 3 or len(seen) > 1:
        return top
    last = scores.totals[top[-1]]
    for i in fitting[k:]:
        if scores.totals[i] < last - SPREAD:
            break
        if offers[i].perspective not in seen:
            return [*top[:-1], i]
    return top
