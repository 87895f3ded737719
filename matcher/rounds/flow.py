"""Pairs of which each takes one place of an offer go in; the best choice of them comes out, exactly, as a flow.

    x[q,o] in {0,1}        question q is introduced to offer o
    best    sum worth[q,o] x[q,o]
            - evenness * sum over o of (1 + 2 + ... + (n[o] - 1)),   n[o] = sum over q of x[q,o]
            - mix * sum over q and perspectives p of max(0, m[q,p] - 1),   m[q,p] = sum over o of p of x[q,o]
    where   least[q] <= sum over o of x[q,o] <= most[q],   loads[o] <= n[o] <= places[o]

Both prices are convex, so each is a row of arcs that grow dearer, and a cheapest flow in whole numbers is the optimum:

    source -> (helped ->) question -> (question, perspective) -> offer -> sink

Aim "helped": as many units as can be go through the node `helped`, which has one arc to each question; that number
is found first, then held. Locked pairs, and all else that is fixed, take their place beforehand.

Only promising pairs enter the network at first. The prices of the optimum then tell which of the others would
improve it; those enter, until none does: nothing is lost to pruning.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from matcher.parties import PERSPECTIVES
from matcher.rounds.network import Network
from matcher.rounds.pairs import Flags, Floats, Ints, Pairs
from matcher.rounds.terms import MOST_HELPERS, Aims

# So many pairs enter at once without a thought; of more, each question and each offer first send their best few.
ALL_AT_ONCE = 300_000
BEST_OF_QUESTION = 12
BEST_OF_OFFER = 24


Stage = Literal["minimums", "helped", "total"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a choice starts from: pairs that are fixed, pairs that are free, and each offer's places for the free."""

    fixed: Flags
    free: Flags
    places: Ints


@dataclass(frozen=True, slots=True)
class Shortage:
    """Hard minimums that cannot all be met together: {position: (what it gets at best, what it must)}."""

    questions: dict[int, tuple[int, int]]
    offers: dict[int, tuple[int, int]]


def best(pairs: Pairs, aims: Aims, setting: Setting) -> Flags | Shortage:
    """Return the best choice, the fixed pairs among it; or the minimums that no choice of the free pairs meets."""
    work = _Work(pairs, aims, setting)
    short = work.shortage()
    return work.best() if short is None else short


def best_effort(pairs: Pairs, aims: Aims, setting: Setting, known: Flags | None = None) -> Flags:
    """Return the best choice that comes as near to the minimums as the free pairs can.

    known: a choice that keeps the setting and meets every minimum, where there is one; saves the search for it.
    """
    work = _Work(pairs, aims, setting)
    if known is None:
        work.lower(work.solve("minimums"))
    else:
        work.entered = np.union1d(work.entered, np.flatnonzero(known & setting.free))
    return work.best()


class _Work:
    """One choice in the making: what does not change, and the pairs that have entered the network so far."""

    def __init__(self, pairs: Pairs, aims: Aims, setting: Setting) -> None:
        self.pairs, self.aims, self.fixed = pairs, aims, setting.fixed
        self.free = np.flatnonzero(setting.free)
        helpers, self.load = pairs.helpers(setting.fixed), pairs.load(setting.fixed)
        self.slots = np.maximum(0, pairs.most - helpers)
        self.first = np.minimum(self.slots, helpers == 0)
        self.least = np.maximum(0, pairs.least - helpers)
        self.loads = np.maximum(0, pairs.loads - self.load)
        self.places = np.minimum(setting.places, np.bincount(pairs.col[self.free], minlength=len(pairs.offers)))
        self.entered = promising(pairs, self.free)

    def best(self) -> Flags:
        """Return the choice that is best, the fixed pairs among it."""
        held = self.newly_helped(self.solve("helped")) if self.aims.aim == "helped" else 0
        return np.asarray(self.fixed | self.solve("total", held))

    def lower(self, chosen: Flags) -> None:
        """Lower the minimums to what this choice meets of them."""
        self.least = np.minimum(self.least, self.pairs.helpers(chosen))
        self.loads = np.minimum(self.loads, self.pairs.load(chosen))

    def shortage(self) -> Shortage | None:
        """Return the minimums that cannot be met; None: all can."""
        if not (self.least.any() or self.loads.any()):
            return None
        chosen = self.solve("minimums")
        short = [
            {int(i): (int(have[i]), int(must[i])) for i in np.flatnonzero(have < must)}
            for have, must in (
                (self.pairs.helpers(chosen), self.least),
                (self.pairs.load(chosen), self.loads),
            )
        ]
        return Shortage(*short) if short[0] or short[1] else None

    def newly_helped(self, chosen: Flags) -> int:
        """Return how many questions without a fixed helper have one now."""
        return int(((self.pairs.helpers(chosen) > 0) & (self.first > 0)).sum())

    def solve(self, stage: Stage, held: int = 0) -> Flags:
        """Return the free pairs of a stage's optimum; lets pairs enter until none improves it."""
        while True:
            self._build(stage, held)
            flow, price = self.network.cheapest()
            chosen = np.zeros(len(self.pairs), dtype=np.bool_)
            chosen[self.entered] = flow[len(flow) - len(self.entered) :] > 0
            missing = self.free[:0] if self._complete(stage, chosen) else self._improving(stage, price)
            if not len(missing):
                return chosen
            self.entered = np.union1d(self.entered, missing)

    def _complete(self, stage: Stage, chosen: Flags) -> bool:
        """Return whether a choice is all that its stage can ask, so that no other pair can improve it."""
        if stage == "minimums":
            helped, loaded = self.pairs.helpers(chosen) >= self.least, self.pairs.load(chosen) >= self.loads
            return bool(helped.all() and loaded.all())
        return stage == "helped" and self.newly_helped(chosen) == int((self.first > 0).sum())

    def _build(self, stage: Stage, held: int) -> None:
        self.network = Network()
        self.question, self.offer = (self.network.more_nodes(n) for n in (len(self.slots), len(self.places)))
        self._question_arcs(stage, held)
        self._offer_arcs(stage)
        self._perspective_arcs(stage)
        ids = self.entered
        self.network.arcs(self._tail(ids), self.offer[self.pairs.col[ids]], 1, self._cost(stage, ids))

    def _question_arcs(self, stage: Stage, held: int) -> None:
        if stage == "minimums":
            self._rewarded(0, self.question, self.slots, self.least)
            return
        (helped,) = self.network.more_nodes(1)
        self.network.arcs(0, helped, self.first.sum(), 0, held)
        reward = -1 if stage == "helped" else 0
        self.network.arcs(helped, self.question, self.first, reward, np.minimum(self.first, self.least))
        self.network.arcs(0, self.question, self.slots - self.first, 0, np.maximum(0, self.least - self.first))

    def _offer_arcs(self, stage: Stage) -> None:
        if stage == "minimums":
            self._rewarded(self.offer, 1, self.places, self.loads)
            return
        price = self.pairs.cost(self.aims.evenness) if stage == "total" else 0
        if not price:
            self.network.arcs(self.offer, 1, self.places, 0, self.loads)
            return
        offer = np.repeat(np.arange(len(self.places)), self.places)
        nth = np.arange(len(offer)) - np.repeat(np.cumsum(self.places) - self.places, self.places)
        # No dearer than 16 of the best scores: beyond that only minimums speak, and costs must fit in 63 bits.
        dear = np.minimum(price * (self.load[offer] + nth), 16 * int(self.pairs.worth.max(initial=0)))
        self.network.arcs(self.offer[offer], 1, 1, dear, nth < self.loads[offer])

    def _rewarded(self, tail: Ints | int, head: Ints | int, most: Ints, least: Ints) -> None:
        """Reward what must flow instead of demanding it."""
        wanted = np.minimum(most, least)
        self.network.arcs(tail, head, wanted, -1)
        self.network.arcs(tail, head, most - wanted, 0)

    def _perspective_arcs(self, stage: Stage) -> None:
        """Put a node between a question and each perspective, where a second helper from it has a price."""
        price = self.pairs.cost(self.aims.mix) if stage == "total" else 0
        several = np.flatnonzero(self.pairs.most > 1) if price else np.zeros(0, dtype=np.int64)
        kinds = len(PERSPECTIVES)
        self.through = np.repeat(self.question[:, None], kinds + 1, axis=1)
        if not len(several):
            return
        nodes = self.network.more_nodes(len(several) * kinds)
        self.through[several, :kinds] = nodes.reshape(-1, kinds)
        taken = np.zeros((len(self.slots), kinds), dtype=np.int64)
        known = np.flatnonzero(self.fixed & (self.pairs.perspective[self.pairs.col] >= 0))
        np.add.at(taken, (self.pairs.row[known], self.pairs.perspective[self.pairs.col[known]]), 1)
        tail = np.repeat(self.question[several], kinds)
        self.network.arcs(tail, nodes, taken[several].ravel() == 0, 0)
        self.network.arcs(tail, nodes, MOST_HELPERS, price)

    def _tail(self, ids: Ints) -> Ints:
        """Return the node that each pair leaves from; perspective -1, not known, is the question itself."""
        return self.through[self.pairs.row[ids], self.pairs.perspective[self.pairs.col[ids]]]

    def _cost(self, stage: Stage, ids: Ints) -> Ints:
        return -self.pairs.worth[ids] if stage == "total" else np.zeros(len(ids), dtype=np.int64)

    def _improving(self, stage: Stage, price: Ints) -> Ints:
        """Return pairs outside the network that would improve its optimum, the best few of each question."""
        if len(self.entered) == len(self.free):
            return self.free[:0]
        gain = (
            price[self.offer[self.pairs.col[self.free]]] - price[self._tail(self.free)] - self._cost(stage, self.free)
        )
        # A pair inside gains at most 0, or is chosen already.
        outside = gain > 0
        outside[np.searchsorted(self.free, self.entered)] = False
        ids, gain = self.free[outside], gain[outside]
        return ids[top(self.pairs.row[ids], gain, BEST_OF_QUESTION)]


def promising(pairs: Pairs, free: Ints) -> Ints:
    """Return the pairs to begin with: all when they are few, else the best of each question and of each offer."""
    if len(free) <= ALL_AT_ONCE:
        return free
    order, ends = pairs.by_offer(free)
    starts = np.searchsorted(pairs.row[free], np.arange(len(pairs.questions) + 1))
    worth = pairs.worth[free]
    mine = best_of_each(np.arange(len(free)), starts, worth, BEST_OF_QUESTION)
    theirs = best_of_each(order, ends, worth, BEST_OF_OFFER)
    return free[np.union1d(mine, theirs)]


def best_of_each(order: Ints, starts: Ints, worth: Ints | Floats, count: int) -> Ints:
    """Return the `count` of highest worth of each group; `order[starts[i] : starts[i + 1]]` is group i."""
    groups = (order[a:b] for a, b in pairwise(starts))
    if len(starts) < 2:
        return order[:0]
    return np.concatenate([g if len(g) <= count else g[np.argpartition(-worth[g], count)[:count]] for g in groups])


def top(group: Ints, value: Ints | Floats, count: int | Ints) -> Ints:
    """Return positions of the `count` highest values of each group."""
    order = np.lexsort((-value, group))
    ordered = group[order]
    begin = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begin, np.diff(begin, append=len(order)))
    most = count if isinstance(count, int) else count[order]
    return np.sort(order[rank < most])
