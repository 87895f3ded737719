"""Cases and weights go in, curves come out: what more judged questions would bring, and what each weight does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from matcher.errors import InvalidValueError
from matcher.evaluation.folds import Fold
from matcher.evaluation.intervals import Mean, mean
from matcher.evaluation.measures import Measure, nDCG
from matcher.evaluation.tuning import Case, ascend, figure
from matcher.scores import Weights


@dataclass(frozen=True, slots=True)
class Learnt:
    """What weights learned from so many questions reach: on those questions, and on questions held out."""

    questions: int
    seen: Mean
    held_out: Mean


def learning_curve(
    cases: Sequence[Case], start: Weights, parts: Sequence[Fold], sizes: Sequence[int], generator: np.random.Generator,
    measure: Measure = nDCG @ 10,
) -> list[Learnt]:  # fmt: skip
    """Return for each number of questions what is learned from that many, drawn anew in every fold.

    A number larger than what a fold has to learn from is refused.
    """
    most = min(len(part.learn) for part in parts)
    if not sizes or not 1 <= min(sizes) <= max(sizes) <= most:
        raise InvalidValueError("sizes", list(sizes), f"aantallen van 1 tot en met {most}")
    found = []
    for size in sizes:
        seen, held_out = [], []
        for part in parts:
            some = [cases[i] for i in generator.permutation(part.learn)[:size]]
            weights = ascend(some, start, measure)
            seen += [figure(c, weights, measure) for c in some]
            held_out += [figure(cases[i], weights, measure) for i in part.check]
        found.append(Learnt(size, mean(seen), mean(held_out)))
    return found


def sensitivity(
    cases: Sequence[Case], weights: Weights, signal: str, values: Sequence[float], measure: Measure = nDCG @ 10
) -> list[tuple[float, Mean]]:
    """Return [(value, mean over the cases)] for one weight at each of these values, the others as they are."""
    if signal not in asdict(weights):
        raise InvalidValueError("signal", signal, ", ".join(asdict(weights)))
    tried = [(v, replace(weights, **{signal: float(v)})) for v in values]
    return [(float(v), mean([figure(c, w, measure) for c in cases])) for v, w in tried]
