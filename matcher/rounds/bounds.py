"""Pairs and prices of room go in, a worth that no choice can exceed comes out (Lagrangian relaxation).

For any price v[o] >= 0 of an hour and w[o] >= 0 of a place of each offer, no choice is worth more than

    sum over q of the most[q] highest max(0, worth[q,o] - v[o] wants[q] - w[o])
    + sum over o of v[o] hours[o]
    + sum over o of the highest over n <= places[o] of  w[o] n - evenness (1 + 2 + ... + (n - 1))

as the rules of each offer are only priced, and minimums, locks and the price of like perspectives left out. Better
prices are sought by subgradient steps on a few pairs of each question; the bound then counts all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.rounds.pairs import NO_LIMIT, PER_HOUR, Floats, Ints, Pairs
from matcher.rounds.terms import MOST_HELPERS, Aims

STEPS = 150
PATIENCE = 8


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of an hour and of a place of each offer, in the unit of `worth`."""

    hour: Floats
    place: Floats

    def profit(self, pairs: Pairs) -> Floats:
        """Return what each pair is worth beyond the room that it takes."""
        wants = pairs.wants[pairs.row] / PER_HOUR
        return np.asarray(pairs.worth - self.hour[pairs.col] * wants - self.place[pairs.col])


def bound(pairs: Pairs, aims: Aims, prices: Prices) -> float:
    """Return a worth that no choice of `pairs` exceeds."""
    return _priced(pairs, aims, prices)[0]


def sought(pairs: Pairs, aims: Aims, reached: int, prices: Prices) -> Prices:
    """Return prices with a lower bound than those given; reached: the worth of a choice that is known (Polyak)."""
    best, least, scale, since = prices, np.inf, 1.0, 0
    for _ in range(STEPS):
        found, over_hours, over_places = _priced(pairs, aims, prices)
        since = 0 if found < least * (1 - 1e-5) else since + 1
        if found < least:
            least, best = found, prices
        if since >= PATIENCE:
            scale, since = scale / 2, 0
        size = float((over_hours**2).sum() + (over_places**2).sum())
        if size == 0 or least <= reached or scale < 0.01:
            break
        step = scale * (found - reached) / size
        prices = Prices(
            np.maximum(0, prices.hour + step * over_hours), np.maximum(0, prices.place + step * over_places)
        )
    return best


def _priced(pairs: Pairs, aims: Aims, prices: Prices) -> tuple[float, Floats, Floats]:
    """Return the bound at these prices, and by how much its choice exceeds each offer's hours and places."""
    wants = pairs.wants / PER_HOUR
    profit = prices.profit(pairs)
    ids = _most_profitable(pairs, profit)
    hours = np.where(pairs.hours >= NO_LIMIT, 0, pairs.hours) / PER_HOUR
    places, kept = _best_load(pairs, aims, prices.place)
    total = float(profit[ids].sum() + (prices.hour * hours).sum() + kept.sum())
    used = np.bincount(pairs.col[ids], wants[pairs.row[ids]], len(hours))
    load = np.bincount(pairs.col[ids], minlength=len(hours))
    return total, np.where(pairs.hours >= NO_LIMIT, 0, used - hours), np.where(places >= NO_LIMIT, 0, load - places)


def _best_load(pairs: Pairs, aims: Aims, place: Floats) -> tuple[Floats, Floats]:
    """Return the load that earns most at these prices of a place, and what it earns."""
    uneven = pairs.cost(aims.evenness)
    if not uneven:
        return pairs.places.astype(np.float64), np.where(place > 0, place * pairs.places, 0)
    load = np.minimum(pairs.places, np.floor(place / uneven) + 1)
    return load, place * load - uneven * load * (load - 1) / 2


def _most_profitable(pairs: Pairs, profit: Floats) -> Ints:
    """Return the pairs of the highest profit above 0, as many of each question as it wants helpers."""
    rows = np.flatnonzero(np.diff(pairs.starts))
    begin, sizes = pairs.starts[rows], np.diff(pairs.starts)[rows]
    left, found = profit.copy(), [rows[:0]]
    for n in range(MOST_HELPERS if len(rows) else 0):
        highest = np.maximum.reduceat(left, begin)
        ids = np.flatnonzero(left == np.repeat(highest, sizes))
        ids = ids[np.diff(pairs.row[ids], prepend=-1) > 0]
        found.append(ids[(left[ids] > 0) & (pairs.most[pairs.row[ids]] > n)])
        left[ids] = -np.inf
    return np.concatenate(found)
