"""What evaluators judge next: open questions and the catalogue go in, pairs that several systems brought come out.

Of each question the first of the engine's list, of two plain ways of searching, and a few offers at random are judged
together (`evaluation.pools`), so that what the engine never shows is judged too. All evaluators get the same pairs in
the same order: only what two of them graded tells how far they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.evaluation.pools import to_judge
from matcher.exchange import Run
from matcher.matchmaker import Matchmaker
from matcher.parties import Question
from matcher.suggestions import rank_all

Pair = tuple[str, str]
# Of how many questions, how far down each list, and how many at random.
QUESTIONS, DEPTH, EXTRA = 50, 5, 2


@dataclass(frozen=True, slots=True)
class Turn:
    """What an evaluator is at: the next pair (None: all is judged), and how many of how many are judged."""

    pair: Pair | None
    judged: int
    total: int


def turn(pool: Sequence[Pair], judged: Collection[Pair]) -> Turn:
    """Return the first pair of the pool that was not judged, and how far its evaluator is."""
    left = [pair for pair in pool if pair not in judged]
    return Turn(left[0] if left else None, len(pool) - len(left), len(pool))


def pool(questions: Iterable[Question], engine: Matchmaker, pseudonym: Callable[[str], str]) -> tuple[Pair, ...]:
    """Return the pairs to judge, question by question, each list shuffled so that it does not tell who brought what.

    pseudonym: of a question's id. It orders and seeds: another question changes nothing for the others but, at most,
    which is the last.
    """
    names = {q.id: pseudonym(q.id) for q in questions}
    asked = sorted(questions, key=lambda q: names[q.id])[:QUESTIONS]
    if not asked or not len(engine.pool):
        return ()
    runs, offers = _runs(asked, engine), [o.id for o in engine.pool.offers]
    found: list[Pair] = []
    for question in asked:
        mine = {system: {question.id: run[question.id]} for system, run in runs.items()}
        generator = np.random.default_rng(int.from_bytes(names[question.id].encode()))
        lists = to_judge(mine, offers, generator, DEPTH, EXTRA).offers
        found += [(question.id, offer) for offer in lists[question.id]]
    return tuple(found)


def _runs(asked: Sequence[Question], engine: Matchmaker) -> dict[str, Run]:
    """Return the first of each system's lists; what cannot be done now can still be judged, so no rule holds here."""
    # Brings scikit-learn, which nobody but an evaluator needs.
    from matcher.evaluation.baselines import bm25, character_ngrams, run

    offers = engine.pool.offers
    ours: Run = {}
    for ranking in rank_all(asked, engine.pool, engine.reader, engine.weights, ()):
        best = [i for _, i in zip(range(DEPTH), ranking.order(), strict=False)]
        ours[ranking.question.id] = [(offers[i].id, float(ranking.scores.totals[i])) for i in best]
    return {
        "Matcher": ours, "BM25": run(bm25, asked, offers, DEPTH),
        "Karakter-n-grammen": run(character_ngrams, asked, offers, DEPTH),
    }  # fmt: skip
