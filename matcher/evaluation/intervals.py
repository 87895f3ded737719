"""Figures of questions go in, their mean comes out with the interval that resampling the questions gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over questions with its 95% bootstrap interval."""

    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def mean(values: Sequence[float], samples: int = SAMPLES, seed: int = 0) -> Mean:
    """Return the mean with the 2.5th and 97.5th percentile of resampled means (Efron 1979).

    Same values, same interval: `seed` fixes the resampling. Of no values all figures are 0.
    """
    if not len(values):
        return Mean(0.0, 0.0, 0.0, 0)
    low, high = np.percentile(resampled(values, samples, seed), [2.5, 97.5])
    return Mean(float(np.mean(np.asarray(values, dtype=np.float64))), float(low), float(high), len(values))


def resampled(values: Sequence[float], samples: int = SAMPLES, seed: int = 0) -> NDArray[np.float64]:
    """Return the means, (samples,), of as many questions drawn with replacement; ten thousand questions fit."""
    data, generator = np.asarray(values, dtype=np.float64), np.random.default_rng(seed)
    block = max(1, 4_000_000 // len(data))
    means = [
        data[generator.integers(0, len(data), size=(min(block, samples - start), len(data)))].mean(axis=1)
        for start in range(0, samples, block)
    ]
    return np.concatenate(means)
