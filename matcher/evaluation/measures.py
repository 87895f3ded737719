"""A run and its qrels go in, a figure per question comes out; each measure is a value with a name.

Edge cases, settled: a judged question that the run lacks, or answers with nothing, counts 0. An offer nobody
judged counts as grade 0. A question of the run that nobody judged does not count. A question whose every
judgement is 0 counts 0 (as trec_eval does). Ties keep the order of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.errors import UnknownNameError

Grades = Mapping[str, int]
# From this grade on an offer counts as relevant where a measure knows only yes or no.
RELEVANT = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure from 0 to 1 for one question: `of(offers best first, grades)`."""

    name: str
    of: Callable[[Sequence[str], Grades], float]

    def __repr__(self) -> str:
        return self.name

    def per_question(
        self, run: Mapping[str, Sequence[tuple[str, float]]], qrels: Mapping[str, Grades]
    ) -> dict[str, float]:
        """Return {question: figure} for every judged question."""
        return {q: self.of([offer for offer, _ in run.get(q, ())], grades) for q, grades in qrels.items()}


def ndcg(k: int) -> Measure:
    """Return nDCG@k with gain 2^grade - 1 and discount log2(rank + 1) (Burges et al. 2005)."""

    def of(offers: Sequence[str], grades: Grades) -> float:
        ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
        return _dcg([grades.get(o, 0) for o in offers[:k]]) / ideal if ideal else 0.0

    return Measure(f"nDCG@{k}", of)


def recall(k: int) -> Measure:
    """Return Recall@k: the share of the offers of grade 2 and up that stand in the first k."""

    def of(offers: Sequence[str], grades: Grades) -> float:
        relevant = {o for o, g in grades.items() if g >= RELEVANT}
        return len(relevant & set(offers[:k])) / len(relevant) if relevant else 0.0

    return Measure(f"Recall@{k}", of)


def reciprocal_rank() -> Measure:
    """Return RR: 1 / the rank of the first offer of grade 2 and up, 0 where there is none. Its mean is MRR."""

    def of(offers: Sequence[str], grades: Grades) -> float:
        return next((1 / n for n, o in enumerate(offers, 1) if grades.get(o, 0) >= RELEVANT), 0.0)

    return Measure("MRR", of)


STANDARD = (ndcg(10), recall(5), reciprocal_rank())


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over questions with its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def mean(values: Sequence[float], samples: int = 2000, seed: int = 0) -> Mean:
    """Return the mean with the 2.5th and 97.5th percentile of resampled means (Efron 1979).

    Same values, same interval: `seed` fixes the resampling. Of no values all figures are 0.
    """
    if not len(values):
        return Mean(0.0, 0.0, 0.0, 0)
    data = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(0, len(data), size=(samples, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), [2.5, 97.5])
    return Mean(float(data.mean()), float(low), float(high), len(data))


def measure(name: str) -> Measure:
    """Return the measure called `name`, as `nDCG@10`, `Recall@5` or `MRR`."""
    makers = {"nDCG": ndcg, "Recall": recall}
    kind, _, k = name.partition("@")
    if kind in makers and k.isdigit() and int(k):
        return makers[kind](int(k))
    if name == "MRR":
        return reciprocal_rank()
    raise UnknownNameError("measure", name, ("nDCG@k", "Recall@k", "MRR"))


def _dcg(grades: Sequence[int]) -> float:
    return float(sum((2**g - 1) / np.log2(rank + 1) for rank, g in enumerate(grades, 1)))
