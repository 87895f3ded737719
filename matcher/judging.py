"""What evaluators judge next: open questions and the catalogue go in, pairs that several systems brought come out.

Of each question the first of the engine's list, of two plain ways of searching, and a few offers at random are judged
together (`evaluation.pools`), so that what the engine never shows is judged too. All evaluators get the same pairs in
the same order: only what two of them graded tells how far they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
# How far down the engine's list coverage is told.
FIRST = 10


@dataclass(frozen=True, slots=True)
class Turn:
    """What an evaluator is at: the next pair (None: all is judged), and how many of how many are judged."""

    pair: Pair | None
    judged: int
    total: int


def turn(pool: Sequence[Pair], judged: Collection[Pair], later: Collection[Pair] = ()) -> Turn:
    """Return the first pair of the pool that was not judged, and how far its evaluator is.

    later: pairs that the evaluator left for later; they come when the others are judged.
    """
    left = [pair for pair in pool if pair not in judged]
    return Turn(next((p for p in left if p not in later), left[0] if left else None), len(pool) - len(left), len(pool))


@dataclass(frozen=True, slots=True)
class Covered:
    """How far one question is judged, by anyone and by one evaluator.

    pairs: in the pool; judged, mine: of those. first: how many offers the engine puts first (FIRST at most); of_first:
    how many of those are judged, by which figures at 10 are worth something.
    """

    question: str
    pairs: int
    judged: int
    mine: int
    first: int
    of_first: int


def covered(
    pool: Sequence[Pair], firsts: Mapping[str, Sequence[str]], judged: Collection[Pair], mine: Collection[Pair]
) -> list[Covered]:
    """Return how far each question of the pool is judged, in its order; firsts: {question: offers, best first}."""
    pairs: dict[str, list[Pair]] = {}
    for pair in pool:
        pairs.setdefault(pair[0], []).append(pair)
    return [
        Covered(
            question, len(own), sum(p in judged for p in own), sum(p in mine for p in own),
            len(firsts.get(question, ())), sum((question, o) in judged for o in firsts.get(question, ())),
        )
        for question, own in pairs.items()
    ]  # fmt: skip


def first_of(questions: Sequence[Question], engine: Matchmaker) -> dict[str, tuple[str, ...]]:
    """Return the first FIRST offers of the engine for each question, by meaning alone, as what is judged is."""
    offers = engine.pool.offers
    if not len(offers):
        return {}
    ranked = rank_all(questions, engine.pool, engine.reader, engine.weights, ())
    return {r.question.id: tuple(offers[i].id for _, i in zip(range(FIRST), r.order(), strict=False)) for r in ranked}


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
