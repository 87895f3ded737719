"""The ranking of one open question goes in, a Case comes out: the little that the agenda needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.parties import Offer, Question
from matcher.suggestions import Ranking, Refused
from matcher.vectors import Rows

# From this score on the best offer that can happen is likelier than not to help really (grade 2 or 3): on the corpus'
# `tune` questions 38 of 43 did (`test`: 37 of 49), below it 5 of 12 (1 of 8). A question without such an offer is not
# a question that nobody can help: of those 20 people judged all to have one, but the matcher cannot point at it.
GOOD = 0.30
# Who joins a community or is led by a facilitator no longer asks for one form or kind of help.
_NO_MATTER = {"vorm", "soort"}


@dataclass(frozen=True, slots=True)
class Case:
    """An open question with what is known of it.

    best: the best offer that can happen, with its score, good or not. good: the offers that can happen and score
    GOOD or more. missed: those that score as much but cannot happen, with why. All best first. joint: {offer: what
    it scores as a community or facilitator for this question, 0 where it cannot be}.
    """

    question: Question
    meaning: Rows
    about: NDArray[np.float32]
    best: tuple[Offer, float] | None
    good: tuple[Offer, ...]
    missed: tuple[Refused, ...]
    joint: Mapping[Offer, float]

    @property
    def helped(self) -> bool:
        """Whether a good offer can happen."""
        return bool(self.good)


def case(ranking: Ranking) -> Case:
    """Return what the agenda needs of a ranking, so that the ranking itself can be let go."""
    offers, totals = ranking.pool.offers, ranking.scores.totals
    best = next(ranking.kept(), None)
    above = [(i, ranking.refusals(i)) for i in takewhile(lambda i: totals[i] >= GOOD, ranking.order())]
    return Case(
        question=ranking.question,
        meaning=ranking.reading.meaning[0],
        about=ranking.reading.about[0],
        best=None if best is None else (offers[best], float(totals[best])),
        good=tuple(offers[i] for i, refusals in above if not refusals),
        missed=tuple(Refused(offers[i], ranking.scores[i], refusals) for i, refusals in above if refusals),
        joint=MappingProxyType(
            {o: _joint(ranking, i) for i, o in enumerate(offers) if o.kind in {"cop", "facilitator"}}
        ),
    )


def _joint(ranking: Ranking, position: int) -> float:
    possible = all(r.rule in _NO_MATTER for r in ranking.refusals(position))
    return max(0.0, float(ranking.scores.totals[position])) if possible else 0.0
