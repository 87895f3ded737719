"""Signals of judged questions go in, weights with their evidence come out: learned on some, measured on others.

cases, folds | learned on each fold's one side, measured on its other -> gain over what is in use
             | beside equal weights, and beside the same judgements dealt to other questions
             = Tuned: adopt, or the reason not to
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError
from matcher.evaluation.comparing import by_randomisation
from matcher.evaluation.folds import Fold, folds
from matcher.evaluation.intervals import Mean, mean
from matcher.evaluation.measures import Grades, Measure, nDCG
from matcher.scores import DECIMALS, Weights, score

# What each weight is tried at in turn, as a factor of what it is.
_FACTORS = (0.0, 0.5, 0.71, 0.84, 1.19, 1.41, 2.0)
_ROUNDS = 8
# A change that gains less is not made: it would be noise.
_GAIN = 5e-4
# So many standard deviations the held-out mean has to lie above that of judgements dealt to other questions.
_TELLING = 5.0
_DEALS = 200
# How many offers of a list are looked at.
_DEPTH = 100
# Why learned weights are not adopted; "" where they are.
ADOPTED, SILENT, NOISE, PLAIN = VERDICTS = ("", "silent", "noise", "plain")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One judged question: the offers' ids in order, each signal over them (offers,), and the grades."""

    question: str
    offers: tuple[str, ...]
    signals: Mapping[str, NDArray[np.floating]]
    grades: Grades


@dataclass(frozen=True, slots=True)
class Chance:
    """What the held-out lists reach when every question gets the judgements of another: mean and standard deviation."""

    value: float
    deviation: float

    def __str__(self) -> str:
        return f"{self.value:.3f} (sd {self.deviation:.3f})"


@dataclass(frozen=True, slots=True)
class Tuned:
    """Learned weights and those begun with, both measured on questions that were held out, beside equal weights.

    held_out: what the weights of each fold reach on its held-out questions; `learned` is their average over the folds,
    by_fold, not itself held out. simple: what equal weights for all signals reach. gain: held out over `before`, with
    its interval; p: of the randomisation test on it. over_simple: the gain over equal weights.
    """

    learned: Weights
    begun: Weights
    by_fold: tuple[Weights, ...]
    held_out: Mean
    before: Mean
    simple: Mean
    gain: Mean
    over_simple: Mean
    p: float
    chance: Chance

    @property
    def verdict(self) -> str:
        """Why the learned weights are not adopted, one of VERDICTS; "" where they are.

        SILENT: judgements dealt to other questions do about as well, so that they say nothing about the questions.
        NOISE: the gain's interval, or the randomisation test at 5%, holds no gain for possible. PLAIN: equal weights
        do better.
        """
        if self.held_out.value < self.chance.value + _TELLING * self.chance.deviation or not self.held_out.value:
            return SILENT
        if self.gain.low <= 0 or self.p >= 0.05:
            return NOISE
        return PLAIN if self.over_simple.value < 0 else ADOPTED

    @property
    def better(self) -> bool:
        """Whether the learned weights are to be adopted."""
        return self.verdict == ADOPTED

    @property
    def weights(self) -> Weights:
        """The weights to use: the learned ones where they are better, else those begun with."""
        return self.learned if self.better else self.begun


def tune(
    cases: Sequence[Case], start: Weights, parts: Sequence[Fold] | None = None, measure: Measure = nDCG @ 10,
    seed: int = 0, progress: Progress | None = None,
) -> Tuned:  # fmt: skip
    """Return weights learned by coordinate ascent on the measure, averaged over the folds.

    parts: by which folds; None: five, by question. Each fold's weights are learned on one side and measured on the
    other. Signals that no case has keep their weight. Raises InvalidValueError as `folds` does, and where the folds
    do not check every case once.
    """
    parts = folds([c.question for c in cases], 5, np.random.default_rng(seed)) if parts is None else parts
    if sorted(i for part in parts for i in part.check) != list(range(len(cases))):
        raise InvalidValueError("parts", len(parts), "delen die elke vraag eenmaal toetsen")
    by_fold = []
    for done, part in enumerate(parts, 1):
        by_fold.append(ascend([cases[i] for i in part.learn], start, measure))
        if progress:
            progress(done, len(parts))
    lists = {i: answer(cases[i], w) for part, w in zip(parts, by_fold, strict=True) for i in part.check}
    held_out = np.array([measure.of(lists[i], cases[i].grades) for i in range(len(cases))])
    before, plain = (np.array([figure(c, w, measure) for c in cases]) for w in (start, equal(cases, start)))
    gains = held_out - before
    return Tuned(
        _average(by_fold), start, tuple(by_fold), mean(list(held_out)), mean(list(before)), mean(list(plain)),
        mean(list(gains)), mean(list(held_out - plain)), by_randomisation(gains, seed),
        _dealt([lists[i] for i in range(len(cases))], cases, measure, seed),
    )  # fmt: skip


def equal(cases: Sequence[Case], start: Weights) -> Weights:
    """Return the simple baseline: weight 1 for every signal that the cases have and `start` weighs, 0 for others."""
    there = {name for case in cases for name in case.signals}
    return Weights(**{name: float(name in there and bool(value)) for name, value in asdict(start).items()})


def evidence(tuned: Tuned, measure: Measure, on: str, judgements: str, model: str, checked_by: str) -> dict[str, Any]:
    """Return what a file of weights rests on, as JSON values.

    on: the day, as 2026-11-25; judgements: their checksum; model: its fingerprint; checked_by: question or region.
    """
    return {
        "date": on, "measure": str(measure), "questions": tuned.held_out.questions, "judgements": judgements,
        "model": model, "checked by": checked_by, "folds": len(tuned.by_fold),
        "begun with, on questions held out": str(tuned.before),
        "learned, on questions held out": str(tuned.held_out),
        "equal weights, on the same questions": str(tuned.simple),
        "judgements of other questions": str(tuned.chance),
        "gain": str(tuned.gain), "gain over equal weights": str(tuned.over_simple), "p": round(tuned.p, 4),
        "adopted": "learned" if tuned.better else f"begun with: {_SAID[tuned.verdict]}",
    }  # fmt: skip


_SAID = {
    SILENT: "the judgements say nothing about the questions",
    NOISE: "the gain is not more than noise",
    PLAIN: "equal weights do better",
}


def ascend(cases: Sequence[Case], start: Weights, measure: Measure = nDCG @ 10) -> Weights:
    """Return the weights that coordinate ascent from `start` reaches on these cases: learned, and not checked."""
    table = _Table(cases, measure)
    weights, best = start, table.mean(table.totals(start))
    for _ in range(_ROUNDS):
        tried = [(found, changed) for changed, totals in table.around(weights)
                 if (found := table.mean(totals)) > best + _GAIN]  # fmt: skip
        if not tried:
            break
        best, weights = max(tried, key=lambda t: t[0])
    return weights


class _Table:
    """Cases as one block of numbers, so that many weights are tried quickly; it orders as `answer` does."""

    def __init__(self, cases: Sequence[Case], measure: Measure) -> None:
        self._cases, self._measure = cases, measure
        width = max(len(c.offers) for c in cases)
        names = dict.fromkeys(name for case in cases for name in case.signals)
        self._signals = {name: np.zeros((len(cases), width)) for name in names}
        # Where a case has fewer offers than the widest, what is missing comes last.
        self._missing = np.zeros((len(cases), width))
        for i, case in enumerate(cases):
            self._missing[i, len(case.offers) :] = -np.inf
            for name, values in case.signals.items():
                self._signals[name][i, : len(values)] = values

    def totals(self, weights: Weights, without: str = "") -> NDArray[np.float64]:
        parts = [self._part(n, w) for n, w in asdict(weights).items() if w and n in self._signals and n != without]
        return np.asarray(sum(parts, self._missing))

    def around(self, weights: Weights) -> Iterator[tuple[Weights, NDArray[np.float64]]]:
        """Yield the weights with one of them changed, and the totals that they give."""
        for name, value in asdict(weights).items():
            if name in self._signals and value:
                others = self.totals(weights, name)
                for changed in (min(10.0, value * factor) for factor in _FACTORS):
                    yield replace(weights, **{name: changed}), others + self._part(name, changed)

    def mean(self, totals: NDArray[np.float64]) -> float:
        order = np.argsort(-np.round(totals, DECIMALS), axis=1, kind="stable")[:, : self._measure.depth or _DEPTH]
        rows = zip(self._cases, order.tolist(), strict=True)
        lists = ((c, [c.offers[i] for i in row if i < len(c.offers)]) for c, row in rows)
        return float(np.mean([self._measure.of(offers, c.grades) for c, offers in lists]))

    def _part(self, name: str, weight: float) -> NDArray[np.float64]:
        return np.round(weight * self._signals[name], DECIMALS)


def answer(case: Case, weights: Weights) -> list[str]:
    """Return the first hundred offers of a question, ordered by these weights."""
    order = np.argsort(-score(case.signals, weights).totals, kind="stable")
    return [case.offers[i] for i in order[:_DEPTH]]


def figure(case: Case, weights: Weights, measure: Measure) -> float:
    """Return the measure of one question with its offers ordered by these weights."""
    return measure.of(answer(case, weights), case.grades)


def _average(weights: Sequence[Weights]) -> Weights:
    rows = [asdict(w) for w in weights]
    return Weights(**{name: round(float(np.mean([row[name] for row in rows])), 3) for name in rows[0]})


def _dealt(lists: Sequence[Sequence[str]], cases: Sequence[Case], measure: Measure, seed: int) -> Chance:
    """Return what the lists reach when the judgements are dealt out anew among the questions."""
    reached = np.array([[measure.of(offers, case.grades) for case in cases] for offers in lists])
    generator, places = np.random.default_rng(seed), np.arange(len(cases))
    means = [float(reached[places, generator.permutation(len(cases))].mean()) for _ in range(_DEALS)]
    return Chance(float(np.mean(means)), float(np.std(means)))
