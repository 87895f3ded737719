"""Requests, supplies and scores go in, a Round comes out: who is introduced to whom, who is left over, and why.

requests, supplies, scores, possible | pairs.gather      only what can happen, in a fair order
                                     | clashes           hard rules that cannot hold: an error that names them
                                     | choice.choose     the best choice, with its gap
                                     | leftover          why, and the smallest change
                                     = Round
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.errors import InvalidValueError
from matcher.rounds import clashes
from matcher.rounds.choice import choose, value
from matcher.rounds.flow import best_of_each, top
from matcher.rounds.leftover import Ground, LeftOver, Refusals, left_over
from matcher.rounds.pairs import PER_POINT, Flags, Floats, Pair, Pairs, gather
from matcher.rounds.terms import MOST_HELPERS, Aims, Request, Supply


@dataclass(frozen=True, slots=True)
class Placement:
    """A question that is introduced to an offer; `locked`: a person decided so before the round."""

    question: str
    offer: str
    score: float
    locked: bool = False


@dataclass(frozen=True, slots=True)
class TopK:
    """What plain top-k would have done: each question simply its best few offers, whoever else asks for them.

    over_hours, over_places: offers asked for more than they have. too_many: introductions beyond what fits, counted
    so that as many as can be would stay. total: its sum of scores, those too many included.
    """

    introductions: int
    total: float
    over_hours: int
    over_places: int
    too_many: int


@dataclass(frozen=True, slots=True)
class Round:
    """The outcome: placements and left over questions by id, and the figures.

    total: sum of scores placed. worth: total less the prices of uneven loads and like perspectives. helped: questions
    with at least one helper. gap: share of the best worth that could be missing at most; 0 is proven best.
    """

    placed: tuple[Placement, ...]
    left: tuple[LeftOver, ...]
    total: float
    worth: float
    helped: int
    gap: float
    aims: Aims
    top_k: TopK

    def against_top_k(self) -> TopK:
        """Return what plain top-k over the same pairs would have asked of the offers."""
        return self.top_k


def hold(
    requests: Sequence[Request],
    supplies: Sequence[Supply],
    scores: Floats,
    possible: Flags,
    locked: AbstractSet[Pair] = frozenset(),
    forbidden: AbstractSet[Pair] = frozenset(),
    aims: Aims | None = None,
    *,
    floor: float = 0.0,
    refusals: Refusals | None = None,
) -> Round:
    """Match all questions at once under everyone's capacity; the order of entry does not matter.

    scores: float64 (requests, supplies), in points with four decimals. possible: bool, of the same shape. locked,
    forbidden: pairs (question, offer). floor: the score below which an introduction is not worth it (0 and up). A
    locked pair needs no score. refusals: why a rule refuses a pair; asked only for questions that are left over.

    Raises InvalidValueError for input that does not fit together, InfeasibleRoundError for hard rules that cannot
    hold together (locks, capacities, minimums).
    """
    aims = Aims() if aims is None else aims
    if not 0 <= floor < np.inf:
        raise InvalidValueError("floor", floor, "een score van 0 of hoger")
    scores, possible = np.asarray(scores, dtype=np.float64), np.asarray(possible)
    pairs = gather(requests, supplies, scores, possible, locked, forbidden, floor)
    clashes.refuse_broken_locks(locked, forbidden, requests, supplies, possible)
    clashes.refuse_overfull_locks(pairs)
    clashes.refuse_lonely_minimums(pairs)
    choice = choose(pairs, aims)
    rows = {r.question: i for i, r in enumerate(requests)}
    ground = Ground(scores, possible, rows, tuple(s.offer for s in supplies), forbidden, floor, refusals)
    return _round(pairs, choice.chosen, choice.gap, aims, left_over(pairs, choice.chosen, ground))


def _round(pairs: Pairs, chosen: Flags, gap: float, aims: Aims, left: tuple[LeftOver, ...]) -> Round:
    placed = sorted(
        (
            Placement(
                pairs.questions[pairs.row[k]], pairs.offers[pairs.col[k]], float(pairs.score[k]), bool(pairs.locked[k])
            )
            for k in np.flatnonzero(chosen)
        ),
        key=lambda p: (p.question, p.offer),
    )
    return Round(
        placed=tuple(placed), left=left, total=round(sum(p.score for p in placed), 4),
        worth=round(value(pairs, aims, chosen) / (pairs.unit * PER_POINT), 4), helped=len({p.question for p in placed}),
        gap=gap, aims=aims, top_k=_top_k(pairs),
    )  # fmt: skip


def _top_k(pairs: Pairs) -> TopK:
    few = best_of_each(np.arange(len(pairs)), pairs.starts, pairs.worth, MOST_HELPERS)
    ids = few[top(pairs.row[few], pairs.worth[few], pairs.most[pairs.row[few]])]
    asked = pairs.only(np.sort(ids))
    everything = np.ones(len(asked), dtype=np.bool_)
    load, used = asked.load(everything), asked.used(everything)
    order, ends = asked.by_offer(np.arange(len(asked)))
    wants = asked.wants[asked.row[order]]
    fits = [
        min(int((np.cumsum(np.sort(wants[a:b])) <= hours).sum()), int(places))
        for (a, b), hours, places in zip(pairwise(ends), pairs.hours, pairs.places, strict=True)
    ]
    over = int((used > pairs.hours).sum()), int((load > pairs.places).sum())
    return TopK(len(asked), round(float(asked.score.sum()), 4), *over, too_many=len(asked) - sum(fits))
