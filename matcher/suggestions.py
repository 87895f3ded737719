"""The pipe that joins it all: one Question and one Pool go in, Suggestions come out.

question | reader.read | scores.signals | scores.score | candidates.ranked
         | constraints.sift -> refused | (reread) | spread -> kept | reasons.explain
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Pool, ranked
from matcher.constraints import Refusal, Rule, sift
from matcher.errors import InvalidValueError, UnknownNameError
from matcher.parties import Offer, Question
from matcher.reading import Reader, Readings
from matcher.reasons import Explainer, Reason, refusal, sentence
from matcher.scores import Score, Scores, Weights, score, signals
from matcher.sieve import sieve
from matcher.vectors import Reranker

# An offer from a perspective that the list lacks may take the last place when it scores at most this much less.
SPREAD = 0.03
# How many questions are read together: enough to be quick, few enough to show progress and to keep memory small.
_TOGETHER = 64
# How many of the best offers that can happen a cross-encoder reads again, beside the question.
REREAD = 30


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


class RefusedOffers(Sequence[Refused]):
    """The refused of one question, best first; looked for only when asked, as few lists are read to their end."""

    def __init__(self, ranking: Ranking) -> None:
        self._ranking = ranking

    @cached_property
    def _all(self) -> tuple[Refused, ...]:
        return tuple(self._first())

    def _first(self) -> Iterator[Refused]:
        ranking = self._ranking
        cannot = (i for i in ranking.order() if not ranking.possible[i])
        return (Refused(ranking.pool.offers[i], ranking.scores[i], ranking.refusals(i)) for i in cannot)

    @overload
    def __getitem__(self, at: int) -> Refused: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Refused, ...]: ...
    def __getitem__(self, at: int | slice) -> Refused | tuple[Refused, ...]:
        if isinstance(at, slice) and at.start is None and at.step is None and (at.stop or 0) > 0:
            return tuple(islice(self._first(), at.stop))
        return self._all[at]

    def __len__(self) -> int:
        return int((~self._ranking.possible).sum())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return repr(self._all)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What came of one question: at most k kept, and everything refused, both best first."""

    question: Question
    kept: tuple[Suggestion, ...]
    refused: Sequence[Refused]

    @property
    def near_misses(self) -> tuple[Refused, ...]:
        """The refused with one reason only, best first."""
        return tuple(r for r in self.refused if len(r.refusals) == 1)


@dataclass(frozen=True, slots=True)
class Helped:
    """A question that an offer would help, with the suggestion of that offer; its rank is among the questions."""

    question: Question
    suggestion: Suggestion


@dataclass(frozen=True)
class Ranking:
    """One question over a whole pool: its reading, all scores, and which offers can happen, found as they are asked."""

    question: Question
    pool: Pool
    rules: Sequence[Rule]
    reading: Readings
    scores: Scores

    def order(self) -> Iterator[int]:
        """Yield all positions, best first, ties in order of id."""
        return ranked(self.scores.totals)

    def kept(self) -> Iterator[int]:
        """Yield the positions of the offers that can happen, best first."""
        return (i for i in self.order() if self.possible[i])

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """(offers,): True where the offer can happen."""
        return sieve(self.pool.offers, tuple(self.rules)).possible(self.question)

    def refusals(self, position: int) -> tuple[Refusal, ...]:
        """Return every reason why an offer cannot happen; empty when it can."""
        (found,) = sift(self.question, [self.pool.offers[position]], self.rules)
        return found


def rank(
    question: Question, pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule],
    reranker: Reranker | None = None,
) -> Ranking:  # fmt: skip
    """Return the question scored over the pool, under the rules; the best read again where there is a reranker."""
    (found,) = rank_all([question], pool, reader, weights, rules, reranker)
    return found


def rank_all(
    questions: Sequence[Question], pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule],
    reranker: Reranker | None = None,
) -> Iterator[Ranking]:  # fmt: skip
    """Yield each question as `rank` does, in order; read together, which is several times quicker."""
    for start in range(0, len(questions), _TOGETHER):
        block = questions[start : start + _TOGETHER]
        readings = reader.read([q.full_text for q in block], "question")
        for i, question in enumerate(block):
            yield _ranked(question, readings.take([i]), pool, reader, weights, rules, reranker)


def _ranked(
    question: Question, reading: Readings, pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule],
    reranker: Reranker | None,
) -> Ranking:  # fmt: skip
    scores = score(signals(question, reading, pool, reader), weights) if len(pool) else Scores({}, np.zeros(0))
    ranking = Ranking(question, pool, rules, reading, scores)
    return reread(ranking, reranker, weights.rereading) if reranker and weights.rereading else ranking


def reread(ranking: Ranking, reranker: Reranker, weight: float) -> Ranking:
    """Return the ranking with a part `rereading` for the best REREAD that can happen: the weight times 0 to 1.

    The part only adds, and only to these: they change places among themselves, and none that was outside comes to
    stand above one inside. One offer's part does not depend on the others, but which offers are read again does:
    an offer that is added can push the last one out, which then loses its part and falls. Refused offers are not
    read again, so that beside those kept their scores look lower than they would be.
    """
    first = list(islice(ranking.kept(), REREAD))
    part = np.zeros(len(ranking.pool))
    texts = [ranking.pool.offers[i].full_text for i in first]
    part[first] = weight * np.clip(reranker.scores(ranking.question.full_text, texts), 0, 1)
    return replace(ranking, scores=ranking.scores.plus("rereading", part))


def suggest(
    question: Question, pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule], k: int = 5,
    reranker: Reranker | None = None,
) -> Suggestions:  # fmt: skip
    """Return the k best offers that can happen, explained, and all that cannot, with why.

    The rules come before the cut at k. Same input, same output. Raises InvalidValueError for k below 1.
    """
    if k < 1:
        raise InvalidValueError("k", k, "1 of meer")
    ranking = rank(question, pool, reader, weights, rules, reranker)
    explainer = Explainer(question, ranking.reading, reader)
    top = spread(ranking.kept(), ranking.scores, pool.offers, k)
    kept = tuple(_explained(ranking, explainer, i, place) for place, i in enumerate(top, 1))
    return Suggestions(question, kept, RefusedOffers(ranking))


def _explained(ranking: Ranking, explainer: Explainer, position: int, place: int) -> Suggestion:
    offer, found = ranking.pool.offers[position], ranking.scores[position]
    reasons = explainer.explain(offer, ranking.pool.readings.take([position]), found)
    return Suggestion(offer, place, found, reasons, sentence(reasons, offer.organisation))


def helped(
    offer: str, questions: Sequence[Question], pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule],
    k: int = 20,
) -> tuple[Helped, ...]:  # fmt: skip
    """Return the k questions that an offer (by id) helps best, of those for which it can happen; ties by id.

    The reverse of `suggest`, by the same scores; nothing is read again by a cross-encoder. Questions to which the
    offer scores 0 or less stay out. Raises UnknownNameError for an offer that is not in the pool.
    """
    ids = [o.id for o in pool.offers]
    if offer not in ids:
        raise UnknownNameError("offer", offer, [*ids[:10], "..."])
    alone = pool.take(ids.index(offer))
    fitting = [r for r in rank_all(questions, alone, reader, weights, rules) if r.scores.totals[0] > 0]
    found = sorted((r for r in fitting if not r.refusals(0)), key=lambda r: (-r.scores.totals[0], r.question.id))[:k]
    return tuple(
        Helped(r.question, _explained(r, Explainer(r.question, r.reading, reader), 0, place))
        for place, r in enumerate(found, 1)
    )


def weighed(
    pairs: Sequence[tuple[Question, str]], pool: Pool, reader: Reader, weights: Weights, rules: Sequence[Rule],
    reranker: Reranker | None = None,
) -> list[tuple[Suggestion, tuple[Refusal, ...]]]:  # fmt: skip
    """Return each offer (by id) as a suggestion for its question, whether it can happen or not, and why it cannot.

    In the order given, by the same scores as `suggest`; all have rank 1. Raises UnknownNameError for an offer that is
    not in the pool.
    """
    place = {o.id: i for i, o in enumerate(pool.offers)}
    if unknown := next((o for _, o in pairs if o not in place), None):
        raise UnknownNameError("offer", unknown, [*list(place)[:10], "..."])
    asked = list({q.id: q for q, _ in pairs}.values())
    found = {r.question.id: r for r in rank_all(asked, pool, reader, weights, rules, reranker)}
    return [_weighed(found[q.id], place[o], reader) for q, o in pairs]


def _weighed(ranking: Ranking, position: int, reader: Reader) -> tuple[Suggestion, tuple[Refusal, ...]]:
    explainer = Explainer(ranking.question, ranking.reading, reader)
    return _explained(ranking, explainer, position, 1), ranking.refusals(position)


def spread(fitting: Iterable[int], scores: Scores, offers: Sequence[Offer], k: int) -> list[int]:
    """Return the first k positions, best first, the last given to a new perspective where scores allow it.

    Only when all k have one perspective, and only to an offer that scores at most SPREAD less than the one it
    replaces: a list is not five times the same, and never much worse for it.
    """
    rest = iter(fitting)
    top = list(islice(rest, min(k, len(offers))))
    seen = {offers[i].perspective for i in top}
    if len(top) < k or k < 3 or len(seen) > 1:
        return top
    last = scores.totals[top[-1]]
    for i in rest:
        if scores.totals[i] < last - SPREAD:
            break
        if offers[i].perspective not in seen:
            return [*top[:-1], i]
    return top
