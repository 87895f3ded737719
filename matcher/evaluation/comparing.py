"""Two runs and their qrels go in, the difference comes out: its interval, and how often chance would do as much.

Both tests look at the differences of the same questions, two-sided. The bootstrap draws questions anew from the
differences brought to mean 0; the randomisation test lets each question's two answers change places (Smucker, Allan and
Carterette 2007). A p-value counts the outcome itself, so that it is never 0. Several measures are several tests: the
p-values are not corrected for that, so choose the measure that decides before you look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.errors import InvalidValueError
from matcher.evaluation.intervals import Mean, mean, resampled
from matcher.evaluation.measures import STANDARD, Measure
from matcher.exchange import Qrels, Run

SAMPLES = 10_000
# Two means that differ less than this are the same number, added up in another order.
_HAIR = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs: both means, the mean of b - a with its interval, and what chance says of it.

    by_bootstrap, by_randomisation: the p-value of each test. better, worse, same: on how many questions b is.
    """

    measure: Measure
    a: Mean
    b: Mean
    difference: Mean
    by_bootstrap: float
    by_randomisation: float
    better: int
    worse: int
    same: int

    @property
    def clear(self) -> bool:
        """Whether it is more than chance: the interval leaves 0 out, and so does the randomisation test at 5%."""
        return not self.difference.low <= 0 <= self.difference.high and self.by_randomisation < 0.05


def compare(
    run_a: Run, run_b: Run, qrels: Qrels, measures: Sequence[Measure] = STANDARD, seed: int = 0
) -> dict[Measure, Difference]:
    """Return for each measure how run b differs from run a over the judged questions; `seed` fixes the drawing.

    A question that a run lacks counts 0 for it. Raises InvalidValueError where a run has none of the judged questions:
    then the files do not belong together.
    """
    for name, run in (("run_a", run_a), ("run_b", run_b)):
        if not qrels.keys() & run.keys():
            raise InvalidValueError(name, list(run)[:3], f"een run met beoordeelde vragen, zoals {list(qrels)[:3]}")
    return {m: difference(m, m.per_question(run_a, qrels), m.per_question(run_b, qrels), seed) for m in measures}


def difference(measure: Measure, a: Mapping[str, float], b: Mapping[str, float], seed: int = 0) -> Difference:
    """Return the difference b - a of a measure, of figures over the same questions; as `compare`."""
    if a.keys() != b.keys() or not a:
        raise InvalidValueError("b", sorted(a.keys() ^ b.keys())[:3], "cijfers over dezelfde vragen, ten minste één")
    gains = np.array([b[q] - a[q] for q in a])
    return Difference(
        measure, mean(list(a.values())), mean([b[q] for q in a]), mean(list(gains)),
        by_bootstrap(gains, seed), by_randomisation(gains, seed),
        int((gains > _HAIR).sum()), int((gains < -_HAIR).sum()), int((np.abs(gains) <= _HAIR).sum()),
    )  # fmt: skip


def by_bootstrap(gains: Sequence[float] | np.ndarray, seed: int = 0, samples: int = SAMPLES) -> float:
    """Return the p-value of the paired bootstrap: how often resampled gains, brought to mean 0, lie as far out."""
    gains = np.asarray(gains, dtype=np.float64)
    seen = abs(gains.mean())
    drawn = np.abs(resampled(list(gains - gains.mean()), samples, seed))
    return float((1 + (drawn >= seen - _HAIR).sum()) / (samples + 1))


def by_randomisation(gains: Sequence[float] | np.ndarray, seed: int = 0, samples: int = SAMPLES) -> float:
    """Return the p-value of the paired randomisation test: how often gains with signs drawn anew lie as far out."""
    gains = np.asarray(gains, dtype=np.float64)
    generator, seen, block = np.random.default_rng(seed), abs(gains.mean()), max(1, 4_000_000 // len(gains))
    beyond = 0
    for start in range(0, samples, block):
        signs = generator.choice([-1.0, 1.0], size=(min(block, samples - start), len(gains)))
        beyond += int((np.abs(signs @ gains / len(gains)) >= seen - _HAIR).sum())
    return float((1 + beyond) / (samples + 1))
