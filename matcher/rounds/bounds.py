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

from matcher.rounds.flow import best_of_each, top
from matcher.rounds.pairs import NO_LIMIT, PER_HOUR, Floats, Ints, Pairs
from matcher.rounds.terms import MOST_HELPERS, Aims

STEPS = 150


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices of an hour and of a place of each offer, in the unit of `worth`."""

    hour: Floats
    place: Floats


def bound(pairs: Pairs, few: Pairs, aims: Aims, reached: int, hour: Floats) -> float:
    """Return a bound on the worth of any choice of `pairs`; `few`: pairs to seek prices with, hour: where to begin."""
    prices = _Prices(hour * PER_HOUR, np.zeros(len(hour)))
    best, least, scale = prices, np.inf, 1.0
    since = 0
    for _ in range(STEPS):
        found, over_hours, over_places = _priced(few, aims, prices)
        since = 0 if found < least * (1 - 1e-5) else since + 1
        if found < least:
            least, best = found, prices
        if since >= 8:
            scale, since = scale / 2, 0
        size = float((over_hours**2).sum() + (over_places**2).sum())
        if size == 0 or least <= reached or scale < 0.01:
            break
        step = scale * max(found - reached, 0.0) / size
        prices = _Prices(
            np.maximum(0, prices.hour + step * over_hours), np.maximum(0, prices.place + step * over_places)
        )
    return _priced(pairs, aims, best)[0]


def _priced(pairs: Pairs, aims: Aims, prices: _Prices) -> tuple[float, Floats, Floats]:
    """Return the bound at these prices, and by how much its choice exceeds each offer's hours and places."""
    wants = pairs.wants / PER_HOUR
    profit = pairs.worth - prices.hour[pairs.col] * wants[pairs.row] - prices.place[pairs.col]
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
    worthy = np.flatnonzero(profit > 0)
    starts = np.searchsorted(pairs.row[worthy], np.arange(len(pairs.questions) + 1))
    if len(worthy) > 40 * len(pairs.questions):
        worthy = np.sort(worthy[best_of_each(np.arange(len(worthy)), starts, profit[worthy], MOST_HELPERS)])
    return worthy[top(pairs.row[worthy], profit[worthy], pairs.most[pairs.row[worthy]])]
