"""Pairs go in, a Choice comes out: which pairs, and how far it can be from the best at most.

hours that are as good as places (one size for all of an offer's questions, or more than enough)
    -> flow.best: the optimum, gap 0
hours of different sizes, few pairs
    -> exact.proven: the optimum by HiGHS, or the best within its branches with its bound
hours of different sizes, many pairs
    -> prices of hours and places, from a flow in hours and subgradient steps; the most profitable pairs first;
       then, for one size of hours after another, flow.best chooses anew around all others, until nothing improves
    -> bounds.bound: what no choice can exceed, counted over all pairs, so that none that was passed over can hide it
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.errors import InfeasibleRoundError
from matcher.rounds import bounds, flow
from matcher.rounds.bounds import Prices
from matcher.rounds.clashes import shortage
from matcher.rounds.exact import proven
from matcher.rounds.flow import Setting, Shortage
from matcher.rounds.network import Network
from matcher.rounds.pairs import NO_LIMIT, PER_HOUR, Flags, Ints, Pairs
from matcher.rounds.terms import Aims

# Up to so many pairs HiGHS is asked for the proof.
PROOF_PAIRS = 1_500
MOST_SIZES = 12
# Sweeps over all sizes; of very many pairs one, as a second brought less than 0.1 percent.
MOST_SWEEPS = 2
ONE_SWEEP = 100_000
NEAR = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen pairs, and the share of the best value that could be missing at most (0: proven best)."""

    chosen: Flags
    gap: float


def choose(pairs: Pairs, aims: Aims) -> Choice:
    """Return the best choice found and its gap; raises InfeasibleRoundError for minimums that cannot be met."""
    places = _hours_as_places(pairs)
    if places is not None:
        found = flow.best(pairs, aims, Setting(pairs.locked, ~pairs.locked, places))
        if isinstance(found, Shortage):
            raise shortage(pairs, found)
        return Choice(found, 0.0)
    return _by_proof(pairs, aims) if len(pairs) <= PROOF_PAIRS else _by_sweeps(pairs, aims)


def value(pairs: Pairs, aims: Aims, chosen: Flags) -> int:
    """Return what a choice is worth: the sum of worth, less the prices of uneven loads and of like perspectives."""
    load = pairs.load(chosen)
    uneven = int((load * (load - 1) // 2).sum())
    ids = np.flatnonzero(chosen & (pairs.perspective[pairs.col] >= 0))
    per = np.unique(pairs.row[ids] * 8 + pairs.perspective[pairs.col[ids]], return_counts=True)[1]
    alike = int((per - 1).sum())
    return int(pairs.worth[chosen].sum()) - pairs.cost(aims.evenness) * uneven - pairs.cost(aims.mix) * alike


def _rank(pairs: Pairs, aims: Aims, chosen: Flags) -> tuple[int, int, int]:
    """Return what makes one choice better than another: fewer minimums short, more helped, more worth."""
    helpers, load = pairs.helpers(chosen), pairs.load(chosen)
    short = int(np.maximum(0, pairs.least - helpers).sum() + np.maximum(0, pairs.loads - load).sum())
    helped = int((helpers > 0).sum()) if aims.aim == "helped" else 0
    return -short, helped, value(pairs, aims, chosen)


def _hours_as_places(pairs: Pairs) -> Ints | None:
    """Return the places left beside the locked pairs where hours are as good as places; None: sizes differ."""
    left = pairs.hours - pairs.used(pairs.locked)
    places = pairs.places - pairs.load(pairs.locked)
    free = ~pairs.locked
    col, wants = pairs.col[free], pairs.wants[pairs.row[free]]
    least, most = np.full(len(left), NO_LIMIT), np.zeros(len(left), dtype=np.int64)
    np.minimum.at(least, col, wants)
    np.maximum.at(most, col, wants)
    enough = (pairs.hours >= NO_LIMIT) | (np.bincount(col, wants, len(left)) <= left)
    alike = enough | (least >= most) | (left < least)
    if not alike.all():
        return None
    fits = np.where(enough, NO_LIMIT, left // np.maximum(1, np.minimum(least, NO_LIMIT)))
    return np.asarray(np.minimum(places, fits))


def _by_proof(pairs: Pairs, aims: Aims) -> Choice:
    found = proven(pairs, aims)
    if found.impossible:
        raise _impossible(pairs)
    swept = _by_sweeps(pairs, aims, found.chosen)
    reached = value(pairs, aims, swept.chosen)
    return Choice(swept.chosen, min(swept.gap, _gap(reached, found.bound)))


def _by_sweeps(pairs: Pairs, aims: Aims, start: Flags | None = None) -> Choice:
    begun, prices = _flow_in_hours(pairs)
    few = pairs.only(np.flatnonzero(_near(pairs, prices)))
    prices = bounds.sought(few, aims, value(pairs, aims, begun), prices)
    near = np.flatnonzero(_near(pairs, prices) | begun | (False if start is None else start))
    few = pairs.only(near)
    starts = [_by_profit(few, prices), *([] if start is None else [start[near]])]
    chosen = np.zeros(len(pairs), dtype=np.bool_)
    chosen[near] = max((_swept(few, aims, c) for c in starts), key=lambda c: _rank(few, aims, c))
    chosen = _filled(pairs, aims, chosen)
    if _rank(pairs, aims, chosen)[0] < 0:
        chosen = _with_minimums(pairs, aims)
    return Choice(chosen, _gap(value(pairs, aims, chosen), bounds.bound(pairs, aims, prices)))


def _by_profit(pairs: Pairs, prices: Prices) -> Flags:
    """Return the locked pairs, and all others that still fit, the highest profit first."""
    chosen, profit = pairs.locked.copy(), prices.profit(pairs)
    slots = (pairs.most - pairs.helpers(chosen)).tolist()
    places, hours = (pairs.places - pairs.load(chosen)).tolist(), (pairs.hours - pairs.used(chosen)).tolist()
    order = np.argsort(-profit, kind="stable")
    order = order[~chosen[order]]
    col, row, wants = pairs.col[order].tolist(), pairs.row[order].tolist(), pairs.wants.tolist()
    for k, i, j in zip(order.tolist(), row, col, strict=True):
        if slots[i] > 0 and places[j] > 0 and hours[j] >= wants[i]:
            chosen[k] = True
            slots[i] -= 1
            places[j] -= 1
            hours[j] -= wants[i]
    return chosen


def _swept(pairs: Pairs, aims: Aims, chosen: Flags) -> Flags:
    for _ in range(MOST_SWEEPS if len(pairs) <= ONE_SWEEP else 1):
        before = _rank(pairs, aims, chosen)
        for size in _sizes(pairs):
            chosen = _anew(pairs, aims, chosen, size)
        if _rank(pairs, aims, chosen) == before:
            break
    return chosen


def _with_minimums(pairs: Pairs, aims: Aims) -> Flags:
    """Return a choice that meets every minimum, by HiGHS; raises InfeasibleRoundError where there is none."""
    found = proven(pairs, Aims(aims.aim, 0, 0), nodes=10_000)
    if found.chosen is None:
        raise _impossible(pairs)
    return found.chosen


def _impossible(pairs: Pairs) -> InfeasibleRoundError:
    names = [o for o, least in zip(pairs.offers, pairs.loads, strict=True) if least]
    names += [q for q, least in zip(pairs.questions, pairs.least, strict=True) if least]
    few = ", ".join(sorted(names)[:5]) + (" en andere" if len(names) > 5 else "")
    return InfeasibleRoundError(
        "load", sorted(names)[0], f"de minima van {few} passen niet samen in de uren die er zijn"
    )


def _gap(reached: float, bound: float) -> float:
    return 0.0 if bound <= reached else float((bound - reached) / max(1.0, abs(bound)))


def _flow_in_hours(pairs: Pairs) -> tuple[Flags, Prices]:
    """Return the locked pairs and those that a flow in hours makes whole, and its price of an hour of each offer."""
    free = np.flatnonzero(~pairs.locked & (pairs.wants[pairs.row] > 0))
    some = flow.promising(pairs, free)
    left = np.minimum(pairs.hours - pairs.used(pairs.locked), NO_LIMIT)
    step = int(np.gcd.reduce(np.append(pairs.wants, 0))) or 1
    wants, slots = pairs.wants // step, np.maximum(0, pairs.most - pairs.helpers(pairs.locked))
    network = Network()
    question, offer = network.more_nodes(len(wants)), network.more_nodes(len(left))
    network.arcs(0, question, slots * wants, 0)
    network.arcs(offer, 1, np.minimum(left // step, int((slots * wants).sum())), 0)
    size = wants[pairs.row[some]]
    network.arcs(question[pairs.row[some]], offer[pairs.col[some]], size, -(pairs.worth[some] // size))
    through, price = network.cheapest()
    chosen = pairs.locked.copy()
    whole = some[through[len(through) - len(some) :] == size]
    chosen[whole[_within(pairs, whole, pairs.places - pairs.load(chosen))]] = True
    hourly = np.where(pairs.hours >= NO_LIMIT, 0, np.maximum(0, price[1] - price[offer]) / step) * PER_HOUR
    return chosen, Prices(hourly, np.zeros(len(left)))


def _within(pairs: Pairs, ids: Ints, places: Ints) -> Ints:
    """Return the positions in `ids` of the highest worth, as many of each offer as it has places."""
    order = np.lexsort((-pairs.worth[ids], pairs.col[ids]))
    col = pairs.col[ids][order]
    begin = np.searchsorted(col, col)
    return np.asarray(order[np.arange(len(col)) - begin < places[col]])


def _near(pairs: Pairs, prices: Prices) -> Flags:
    """Return the locked pairs, and those of each question with the highest profit at these prices."""
    near = pairs.locked.copy()
    near[flow.best_of_each(np.arange(len(pairs)), pairs.starts, prices.profit(pairs), NEAR)] = True
    return near


def _sizes(pairs: Pairs) -> Ints:
    """Return the upper ends of at most so many classes of hours, from small to large."""
    sizes = np.unique(pairs.wants)
    return sizes if len(sizes) <= MOST_SIZES else sizes[np.linspace(0, len(sizes) - 1, MOST_SIZES).astype(np.int64)]


def _of_size(pairs: Pairs, size: int) -> Flags:
    sizes = _sizes(pairs)
    lower = sizes[sizes < size].max(initial=-1)
    wants = pairs.wants[pairs.row]
    return np.asarray((wants > lower) & (wants <= size))


def _anew(pairs: Pairs, aims: Aims, chosen: Flags, size: int) -> Flags:
    """Choose anew among the pairs of one size of hours, around all others; keeps the old where it was better."""
    free = _of_size(pairs, size) & ~pairs.locked
    return _better(pairs, aims, chosen, chosen & ~free, free, size)


def _filled(pairs: Pairs, aims: Aims, chosen: Flags) -> Flags:
    """Add pairs that still fit, of the largest size first; looks at all pairs, also those that were not near."""
    slots, left = pairs.most - pairs.helpers(chosen), pairs.hours - pairs.used(chosen)
    room = (pairs.places - pairs.load(chosen) > 0)[pairs.col] & (left[pairs.col] >= pairs.wants[pairs.row])
    ids = np.flatnonzero(chosen | (room & (slots[pairs.row] > 0)))
    few, full = pairs.only(ids), chosen[ids]
    for size in _sizes(pairs)[::-1]:
        full = _better(few, aims, full, full, ~full & _of_size(few, size), size)
    filled = np.zeros(len(pairs), dtype=np.bool_)
    filled[ids] = full
    return filled


def _better(pairs: Pairs, aims: Aims, chosen: Flags, fixed: Flags, free: Flags, size: int) -> Flags:
    if not free.any():
        return chosen
    left = np.maximum(0, pairs.hours - pairs.used(fixed))
    fits = left // size if size else np.full(len(left), NO_LIMIT)
    places = np.minimum(np.maximum(0, pairs.places - pairs.load(fixed)), fits)
    known = chosen if _rank(pairs, aims, chosen)[0] == 0 else None
    found = flow.best_effort(pairs, aims, Setting(fixed, free, places), known)
    return found if _rank(pairs, aims, found) > _rank(pairs, aims, chosen) else chosen
