"""Signals of judged questions go in, weights with their evidence come out: learned on some, measured on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError
from matcher.evaluation.measures import Grades, Mean, Measure, mean, ndcg
from matcher.scores import Weights, score

# What each weight is tried at in turn, as a factor of what it is.
_FACTORS = (0.0, 0.5, 0.71, 0.84, 1.19, 1.41, 2.0)
_ROUNDS = 8
# A change that gains less is not made: it would be noise.
_GAIN = 5e-4


@dataclass(frozen=True, slots=True)
class Case:
    """One judged question: the offers' ids in order, each signal over them (offers,), and the grades."""

    question: str
    offers: tuple[str, ...]
    signals: Mapping[str, NDArray[np.floating]]
    grades: Grades


@dataclass(frozen=True, slots=True)
class Tuned:
    """Learned weights and those begun with, the measure of both on questions that were held out, and the gain.

    held_out is the measure of the weights that each fold learned; `learned` is their average, not itself held out.
    """

    learned: Weights
    begun: Weights
    held_out: Mean
    before: Mean
    gain: Mean

    @property
    def better(self) -> bool:
        """Whether the gain is more than noise: all of its 95% interval lies above 0."""
        return self.gain.low > 0

    @property
    def weights(self) -> Weights:
        """The weights to use: the learned ones where they are better, else those begun with."""
        return self.learned if self.better else self.begun


def tune(cases: Sequence[Case], start: Weights, folds: int = 5, seed: int = 0, measure: Measure | None = None) -> Tuned:
    """Return weights learned by coordinate ascent on the measure (nDCG@10 unless given), averaged over the folds.

    Each fold's weights are learned on the questions outside it and measured on those inside, never the same
    question on both sides. Signals that no case has keep their weight. Raises InvalidValueError when there are fewer
    cases than folds.
    """
    if len(cases) < folds:
        raise InvalidValueError("cases", len(cases), f"ten minste {folds} beoordeelde vragen")
    measure = measure or ndcg(10)
    order = np.random.default_rng(seed).permutation(len(cases))
    learned, held_out, before = [], [], []
    for fold in range(folds):
        inside = [cases[i] for i in order[fold::folds]]
        outside = [cases[i] for i in np.setdiff1d(order, order[fold::folds])]
        weights = _ascend(outside, start, measure)
        learned.append(weights)
        held_out += [figure(c, weights, measure) for c in inside]
        before += [figure(c, start, measure) for c in inside]
    average = {n: round(float(np.mean([asdict(w)[n] for w in learned])), 3) for n in asdict(start)}
    gain = mean([after - b for after, b in zip(held_out, before, strict=True)])
    return Tuned(Weights(**average), start, mean(held_out), mean(before), gain)


def _ascend(cases: Sequence[Case], start: Weights, measure: Measure) -> Weights:
    weights, best = start, _mean(cases, start, measure)
    present = {name for case in cases for name in case.signals}
    for _ in range(_ROUNDS):
        tried = [
            (found, candidate)
            for name, value in asdict(weights).items()
            if name in present and value
            for factor in _FACTORS
            for candidate in [Weights(**{**asdict(weights), name: min(10.0, value * factor)})]
            if (found := _mean(cases, candidate, measure)) > best + _GAIN
        ]
        if not tried:
            break
        best, weights = max(tried, key=lambda t: t[0])
    return weights


def _mean(cases: Sequence[Case], weights: Weights, measure: Measure) -> float:
    return float(np.mean([figure(case, weights, measure) for case in cases]))


def figure(case: Case, weights: Weights, measure: Measure) -> float:
    """Return the measure of one question with its offers ordered by these weights."""
    order = np.argsort(-score(case.signals, weights).totals, kind="stable")
    return measure.of([case.offers[i] for i in order[:100]], case.grades)
