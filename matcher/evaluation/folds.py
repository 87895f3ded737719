"""Who belongs together goes in, folds come out: on what to learn and on what to check, never alike on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError

# From this cosine on, by the shipped model, two questions ask almost the same: of the corpus' 6216 pairs one does.
NEAR_DOUBLE = 0.7


@dataclass(frozen=True, slots=True)
class Fold:
    """Positions of the cases to learn from and of those to check on."""

    learn: tuple[int, ...]
    check: tuple[int, ...]


def near_doubles(rows: NDArray[np.floating], limit: float = NEAR_DOUBLE) -> NDArray[np.bool_]:
    """Return which questions ask almost the same, (n, n): a cosine of `limit` and up between unit rows (n, d)."""
    return np.asarray(rows @ rows.T >= limit)


def folds(
    groups: Sequence[str], n: int, generator: np.random.Generator, alike: NDArray[np.bool_] | None = None
) -> list[Fold]:
    """Return n folds over cases, given each one's group: a group is checked as a whole, each case exactly once.

    Groups are spread so that folds are about equally large. What is `alike` (n, n) something that is checked is not
    learned from in that fold. Raises InvalidValueError where there are fewer groups than folds, or where nothing is
    left to learn from.
    """
    names = sorted(set(groups))
    if n < 2 or len(names) < n:
        raise InvalidValueError("folds", n, f"2 tot en met het aantal groepen ({len(names)})")
    of = _spread(groups, [names[i] for i in generator.permutation(len(names))], n)
    found = []
    for fold in range(n):
        check = np.flatnonzero(of == fold)
        barred = of == fold
        if alike is not None:
            barred |= alike[:, check].any(axis=1)
        learn = np.flatnonzero(~barred)
        if not len(learn):
            raise InvalidValueError("folds", n, "delen waarbij er vragen overblijven om van te leren")
        found.append(Fold(tuple(map(int, learn)), tuple(map(int, check))))
    return found


def _spread(groups: Sequence[str], names: Sequence[str], n: int) -> NDArray[np.int_]:
    """Return the fold of each case: the largest group first, each into the fold that is smallest so far."""
    sizes = {name: sum(g == name for g in groups) for name in names}
    held, of = [0] * n, {}
    for name in sorted(names, key=lambda g: -sizes[g]):
        of[name] = held.index(min(held))
        held[of[name]] += sizes[name]
    return np.array([of[g] for g in groups])
