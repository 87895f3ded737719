"""Rows of questions go in, groups come out: which belong together by meaning, and what joins them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.vectors import Rows

# How alike two questions are: this share of their cosine of meaning, the rest of how much they are about the same
# concepts. And how alike the questions of two groups must be on average for the two to become one. On the reference
# corpus' 112 questions 0.20 to 0.24 gives much the same groups (51 to 55); they stay as they are when one question
# goes (adjusted Rand index 0.996 on average, 0.93 at worst) or a tenth (0.96, 0.89). KMeans regroups: 0.62 for a tenth.
MEANING = 0.35
ALIKE = 0.22
# A square of 3,000 x 3,000 distances is 72 MB; more questions are grouped without one.
SQUARE = 3_000
_BLOCK = 512


def likeness_rows(meaning: Rows, about: NDArray[np.float32]) -> Rows:
    """Return float32 (n, d + concepts), rows whose dot product is how alike two questions are, 1 for the same."""
    return np.hstack([np.sqrt(MEANING) * meaning, np.sqrt(1 - MEANING) * about]).astype(np.float32)


def grouped(rows: Rows) -> list[NDArray[np.intp]]:
    """Return the positions of each group, rising; every row is in exactly one, alone where it belongs with nobody.

    Average linkage down to ALIKE. The same groups for the same rows in the same order.
    """
    labels = _by_square(rows) if len(rows) <= SQUARE else _by_rounds(rows)
    order = np.argsort(labels, kind="stable")
    edges = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, edges) if len(rows) else []


def _by_square(rows: Rows) -> NDArray[np.intp]:
    """Return a label a row, by scipy over all distances: what scikit-learn calls for the same, a second sooner."""
    if len(rows) < 2:
        return np.zeros(len(rows), dtype=np.intp)
    from scipy.cluster.hierarchy import fcluster, linkage

    above = np.triu_indices(len(rows), 1)
    distances = np.maximum(0, 1 - rows @ rows.T)[above].astype(np.float64)
    return np.asarray(fcluster(linkage(distances, "average"), 1 - ALIKE, "distance"), dtype=np.intp)


def _by_rounds(rows: Rows) -> NDArray[np.intp]:
    """Return the same labels without the square: in each round all groups that are each other's nearest merge.

    Average likeness is the product of means, and no merge brings a third group nearer than its nearest was; so the
    outcome is that of merging one by one (Sumengen et al. 2021, "Scaling hierarchical agglomerative clustering"),
    and a group whose nearest is not ALIKE is ready.
    """
    means, labels, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    sizes, names = counts.astype(np.float32), np.arange(len(means))
    named = names.copy()
    nearest, likeness = _nearest(means, names)
    while len(means):
        first, second = _mutual(nearest, likeness)
        if not len(first):
            break
        named[np.isin(named, names[second])] = _renamed(named, names[second], names[first])
        both = sizes[first] + sizes[second]
        means[first] = (means[first] * sizes[first, None] + means[second] * sizes[second, None]) / both[:, None]
        sizes[first] = both
        gone = np.zeros(len(means), dtype=bool)
        gone[second] = True
        touched = gone.copy()
        touched[first] = True
        stale = touched | touched[nearest]
        stays = ~gone & (likeness >= ALIKE)
        place = np.cumsum(stays) - 1
        means, sizes, names = means[stays], sizes[stays], names[stays]
        nearest, likeness, stale = place[nearest[stays]], likeness[stays], stale[stays]
        nearest[stale], likeness[stale] = _nearest(means, np.flatnonzero(stale))
    return np.asarray(named[labels.ravel()], dtype=np.intp)


def _renamed(named: NDArray[np.intp], old: NDArray[np.intp], new: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the new name of each entry that has an old one, in the order of the entries."""
    order = np.argsort(old)
    has = named[np.isin(named, old)]
    return new[order][np.searchsorted(old[order], has)]


def _mutual(nearest: NDArray[np.intp], likeness: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs that are each other's nearest and ALIKE, the lower place first."""
    places = np.arange(len(nearest))
    first = np.flatnonzero((nearest[nearest] == places) & (places < nearest) & (likeness >= ALIKE))
    if not len(first) and (top := int(likeness.argmax())) >= 0 and likeness[top] >= ALIKE:
        # Last bits can make a circle of equals in which no two are each other's nearest.
        return np.array([min(top, nearest[top])]), np.array([max(top, nearest[top])])
    return first, nearest[first]


def _nearest(means: Rows, picks: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return for each picked row the place of the row most like it, itself left out, and how alike."""
    places, likeness = np.zeros(len(picks), dtype=np.intp), np.full(len(picks), -1, dtype=np.float32)
    if len(means) < 2:
        return places, likeness
    for start in range(0, len(picks), _BLOCK):
        block = picks[start : start + _BLOCK]
        alike = np.round(means[block] @ means.T, 6)
        alike[np.arange(len(block)), block] = -1
        best = alike.argmax(axis=1)
        places[start : start + _BLOCK] = best
        likeness[start : start + _BLOCK] = alike[np.arange(len(block)), best]
    return places, likeness


def medoid(rows: Rows) -> int:
    """Return the place of the row that is most like the others of its group, the first where two are."""
    return int(np.round(rows @ rows.sum(axis=0) - (rows * rows).sum(axis=1), 5).argmax())


def cohesion(rows: Rows) -> float:
    """Return how alike the rows are on average, pair by pair; 1 for a row alone."""
    n, total = len(rows), rows.sum(axis=0)
    return 1.0 if n < 2 else float((total @ total - (rows * rows).sum()) / (n * (n - 1)))


def joining(about: NDArray[np.float32], most: int = 3) -> list[int]:
    """Return the concepts that join the rows, the clearest first: at least one, the rest at least half as clear.

    A concept joins two questions as much as both are about it (its term in their likeness), the mean over all pairs;
    a question alone has the concepts that it is about.
    """
    total, own = about.sum(axis=0, dtype=np.float64), (about.astype(np.float64) ** 2).sum(axis=0)
    clear = own if len(about) < 2 else total**2 - own
    order = np.argsort(-np.round(clear, 6), kind="stable")[:most]
    return [int(c) for c in order if clear[c] >= clear[order[0]] / 2]
