"""Rows of texts go in, a place for each on a flat map comes out: what is near there was near, for the most part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError

_FEWEST = 5


def flat(rows: NDArray[np.floating], seed: int = 0) -> NDArray[np.float64]:
    """Return a place (n, 2) for each row (n, d), by t-SNE on their cosines (Van der Maaten and Hinton 2008).

    Neighbours on the map are neighbours in meaning; the distance between far groups says little, and neither does a
    direction. Same rows and seed, same map on one machine. Raises InvalidValueError for fewer than five rows.
    """
    from sklearn.manifold import TSNE

    if len(rows) < _FEWEST:
        raise InvalidValueError("rows", len(rows), f"ten minste {_FEWEST} rijen")
    perplexity = min(20.0, (len(rows) - 1) / 3)
    return np.asarray(
        TSNE(2, metric="cosine", init="pca", perplexity=perplexity, random_state=seed).fit_transform(rows)
    )


def kept_neighbours(rows: NDArray[np.floating], places: NDArray[np.floating], k: int = 5) -> float:
    """Return how true a map is: the share of each row's k nearest that are among its k nearest on the map."""
    if not 1 <= k < len(rows):
        raise InvalidValueError("k", k, f"1 tot en met {len(rows) - 1}")
    likeness = np.asarray(rows @ rows.T, dtype=np.float64)
    apart = ((places[:, None] - places[None, :]) ** 2).sum(axis=2)
    np.fill_diagonal(likeness, -np.inf)
    np.fill_diagonal(apart, np.inf)
    near, shown = np.argsort(-likeness, axis=1)[:, :k], np.argsort(apart, axis=1)[:, :k]
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(near, shown, strict=True)]))
