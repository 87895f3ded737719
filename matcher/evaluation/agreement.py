"""Judgements by several evaluators go in, how far they agree comes out: weighted kappa, by pair and in the mean.

Kappa is agreement beyond chance: 1 is always the same grade, 0 what two who grade blindly would reach, each as
generous as he is. Quadratic weights count being two grades apart four times as heavy as one (Cohen 1968). Where both
gave every pair one and the same grade, chance would agree as well, and there is no kappa: None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.evaluation.judgements import GRADES, Judgement

_POWER = {"quadratic": 2, "linear": 1}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far evaluators agree over what they both graded: kappa with its 95% interval; None: there is none.

    between: two keys, or all of them for a mean. pairs: how many (question, offer) both graded, in the mean summed.
    """

    between: tuple[str, ...]
    pairs: int
    kappa: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.kappa is None or self.low is None or self.high is None:
            return "-"
        return f"{self.kappa:.2f} ({self.low:.2f}-{self.high:.2f})"


def kappa(first: Sequence[int], second: Sequence[int], weights: str = "quadratic") -> float | None:
    """Return Cohen's weighted kappa of grades 0-3 given to the same pairs, in the same order."""
    if len(first) != len(second) or not len(first) or not {*first, *second} <= set(GRADES):
        raise InvalidValueError(
            "grades", (list(first)[:5], list(second)[:5]), "twee even lange rijen graden 0 tot en met 3"
        )
    return _kappa(_table(np.asarray(first), np.asarray(second), np.ones(len(first))), _apart(weights))


def pairwise(
    judgements: Iterable[Judgement], weights: str = "quadratic", samples: int = 1000, seed: int = 0
) -> list[Agreement]:
    """Return the agreement of every two evaluators who graded the same pairs, in order of key.

    The interval resamples questions, as grades of one question hang together; `seed` fixes it.
    """
    return _agreements(list(judgements), weights, samples, seed)[0]


def mean_agreement(
    judgements: Iterable[Judgement], weights: str = "quadratic", samples: int = 1000, seed: int = 0
) -> Agreement:
    """Return the mean kappa over every two evaluators, each two as heavy, with its interval as in `pairwise`."""
    return _agreements(list(judgements), weights, samples, seed)[1]


def _agreements(
    judgements: list[Judgement], weights: str, samples: int, seed: int
) -> tuple[list[Agreement], Agreement]:
    graded: dict[str, dict[tuple[str, str], int]] = {}
    for j in judgements:
        graded.setdefault(j.by, {})[j.question, j.offer] = j.grade
    questions = {q: i for i, q in enumerate(sorted({j.question for j in judgements}))}
    drawn = _drawn(len(questions), samples, seed)
    apart, found, spreads = _apart(weights), [], []
    for a, b in combinations(sorted(graded), 2):
        both = sorted(graded[a].keys() & graded[b].keys())
        if both:
            first, second = (np.array([graded[who][pair] for pair in both]) for who in (a, b))
            heavy = drawn[:, [questions[q] for q, _ in both]]
            spread = [_kappa(_table(first, second, row), apart) for row in heavy]
            value = _kappa(_table(first, second, np.ones(len(both))), apart)
            found.append(Agreement((a, b), len(both), value, *_bounds(spread)))
            spreads.append(spread)
    values = [f.kappa for f in found if f.kappa is not None]
    means = [_mean(row) for row in zip(*spreads, strict=True)]
    whole = Agreement(tuple(sorted(graded)), sum(f.pairs for f in found), _mean(values), *_bounds(means))
    return found, whole


def _drawn(questions: int, samples: int, seed: int) -> NDArray[np.float64]:
    """Return how often each question is drawn in each sample, (samples, questions)."""
    if not questions:
        return np.zeros((samples, 0))
    chances = np.full(questions, 1 / questions)
    return np.asarray(np.random.default_rng(seed).multinomial(questions, chances, size=samples), dtype=np.float64)


def _apart(weights: str) -> NDArray[np.float64]:
    if weights not in _POWER:
        raise UnknownNameError("weights", weights, _POWER)
    grades = np.arange(len(GRADES))
    return np.asarray(np.abs(grades[:, None] - grades[None, :]) ** _POWER[weights], dtype=np.float64)


def _table(first: NDArray[np.int_], second: NDArray[np.int_], heavy: NDArray[np.float64]) -> NDArray[np.float64]:
    size = len(GRADES)
    counts = np.bincount(first * size + second, weights=heavy, minlength=size * size)
    return np.asarray(counts.reshape(size, size), dtype=np.float64)


def _kappa(table: NDArray[np.float64], apart: NDArray[np.float64]) -> float | None:
    if not table.sum():
        return None
    by_chance = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * apart).sum()) / float(table.sum())
    return 1 - float((table * apart).sum()) / by_chance if by_chance else None


def _mean(values: Iterable[float | None]) -> float | None:
    there = [v for v in values if v is not None]
    return float(np.mean(there)) if there else None


def _bounds(spread: Iterable[float | None]) -> tuple[float | None, float | None]:
    there = [v for v in spread if v is not None]
    if not there:
        return None, None
    low, high = np.percentile(there, [2.5, 97.5])
    return float(low), float(high)
