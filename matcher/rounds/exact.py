"""Pairs with hours of different sizes go in; the best choice comes out, proven by scipy's HiGHS, and a bound on it.

x[q,o], y[q] in {0,1};  e[o,k], d[q,p] >= 0
best    sum worth[q,o] x[q,o] - evenness * sum k e[o,k] - mix * sum d[q,p]
where   least[q] <= sum over o of x[q,o] <= most[q]
        loads[o] <= sum over q of x[q,o] <= places[o],   sum over q of wants[q] x[q,o] <= hours[o]
        sum over q of x[q,o] <= 1 + sum over k >= 1 of e[o,k],   e[o,k] <= 1
        sum over o of p of x[q,o] <= 1 + d[q,p]
        y[q] <= sum over o of x[q,o]       aim "helped": sum y is made as large as can be first, then held
        x[q,o] = 1 for what is locked
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from matcher.rounds.pairs import NO_LIMIT, PER_HOUR, Flags, Floats, Ints, Pairs
from matcher.rounds.terms import Aims

# So many branches and no more: a count, not a time, so that the same round comes out on every machine.
MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class Proven:
    """A choice (None: none was found) and a bound that no choice exceeds, in the unit of `worth`."""

    chosen: Flags | None
    bound: float
    impossible: bool = False


def proven(pairs: Pairs, aims: Aims, nodes: int = MOST_NODES) -> Proven:
    """Return the best choice within so many branches, and the bound on what could be better."""
    model = _Model(pairs, aims)
    if aims.aim == "helped":
        first = model.solve(model.helped_only, nodes)
        if first.chosen is None:
            return first
        model.hold_helped(int((pairs.helpers(first.chosen) > 0).sum()))
    return model.solve(model.value, nodes)


class _Model:
    """The rows and columns above; columns in the order x, y, e, d."""

    def __init__(self, pairs: Pairs, aims: Aims) -> None:
        self.pairs = pairs
        n, questions, offers = len(pairs), len(pairs.questions), len(pairs.offers)
        everything = np.ones(n, dtype=np.bool_)
        further = np.maximum(0, np.minimum(pairs.load(everything), pairs.places) - 1) * bool(aims.evenness)
        self.even_of = np.repeat(np.arange(offers), further)
        nth = np.arange(len(self.even_of)) - np.repeat(np.cumsum(further) - further, further) + 1
        kinds = int(pairs.perspective.max(initial=-1)) + 1
        group = np.where(pairs.perspective[pairs.col] < 0, -1, pairs.row * kinds + pairs.perspective[pairs.col])
        self.groups = np.unique(group[group >= 0]) if aims.mix else group[:0]
        self.y, self.e, self.d = n, n + questions, n + questions + len(self.even_of)
        self.width = self.d + len(self.groups)
        self.value = self._costs(aims, nth)
        self.helped_only = np.zeros(self.width)
        self.helped_only[self.y : self.e] = -1
        self.rows: list[tuple[csr_array, Floats, Floats]] = []
        self._hard_rows()
        self._price_rows(group)

    def hold_helped(self, count: int) -> None:
        """Demand that at least so many questions are helped."""
        self._row(np.zeros(self.e - self.y, int), np.arange(self.y, self.e), 1.0, 1, count, np.inf)

    def solve(self, costs: Floats, nodes: int) -> Proven:
        """Return the optimum for these costs, or the best found within so many branches."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        low, high = np.zeros(self.width), np.ones(self.width)
        low[: self.y] = self.pairs.locked
        high[self.d :] = np.inf
        whole = np.zeros(self.width, dtype=np.int64)
        whole[: self.e] = 1
        rows = [LinearConstraint(matrix, least, most) for matrix, least, most in self.rows]
        found = milp(costs, integrality=whole, bounds=Bounds(low, high), constraints=rows,
                     options={"node_limit": nodes, "mip_rel_gap": 0.0})  # fmt: skip
        if found.x is None:
            return Proven(None, np.inf, impossible=found.status == 2)
        bound = found.fun if found.mip_dual_bound is None else min(found.fun, found.mip_dual_bound)
        return Proven(found.x[: self.y] > 0.5, -bound * self.pairs.unit)

    def _costs(self, aims: Aims, nth: Ints) -> Floats:
        costs = np.zeros(self.width)
        costs[: self.y] = -self.pairs.worth / self.pairs.unit
        costs[self.e : self.d] = nth * (self.pairs.cost(aims.evenness) / self.pairs.unit)
        costs[self.d :] = self.pairs.cost(aims.mix) / self.pairs.unit
        return costs

    def _hard_rows(self) -> None:
        p, x = self.pairs, np.arange(len(self.pairs))
        self._row(p.row, x, 1.0, len(p.questions), p.least, p.most)
        self._row(p.col, x, 1.0, len(p.offers), p.loads, _open(p.places))
        self._row(p.col, x, p.wants[p.row] / PER_HOUR, len(p.offers), -np.inf, _open(p.hours) / PER_HOUR + 1e-9)

    def _price_rows(self, group: Ints) -> None:
        p, x = self.pairs, np.arange(len(self.pairs))
        asked = np.arange(len(p.questions))
        helped = np.concatenate([np.full(len(x), -1.0), np.ones(len(asked))])
        self._row(np.r_[p.row, asked], np.r_[x, self.y + asked], helped, len(asked), -np.inf, 0)
        if len(self.even_of):
            even = np.arange(self.e, self.d)
            signs = np.r_[np.ones(len(x)), -np.ones(len(even))]
            self._row(np.r_[p.col, self.even_of], np.r_[x, even], signs, len(p.offers), -np.inf, 1)
        if len(self.groups):
            known, extra = np.flatnonzero(group >= 0), np.arange(len(self.groups))
            signs = np.r_[np.ones(len(known)), -np.ones(len(extra))]
            at = np.r_[np.searchsorted(self.groups, group[known]), extra]
            self._row(at, np.r_[known, self.d + extra], signs, len(extra), -np.inf, 1)

    def _row(
        self,
        row: Ints,
        column: Ints,
        value: Floats | float,
        count: int,
        least: Ints | float,
        most: Ints | Floats | float,
    ) -> None:
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
        matrix = csr_array(coo_array((values, (row, column)), shape=(count, self.width)))
        low, high = (np.broadcast_to(np.asarray(b, dtype=np.float64), (count,)) for b in (least, most))
        self.rows.append((matrix, low, high))


def _open(limit: Ints) -> Floats:
    return np.where(limit >= NO_LIMIT, np.inf, limit.astype(np.float64))
