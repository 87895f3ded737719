"""Arcs with costs and bounds go in; a cheapest flow and its prices come out: the only file that knows OR-Tools.

OR-Tools' min-cost flow is exact on whole numbers. Measured on two cores, 1,000 questions x 300 offers (60,000
possible pairs): 0.03 s, against 0.36 s for HiGHS on the same linear programme.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matcher.rounds.pairs import Ints


@dataclass(slots=True)
class Network:
    """A flow network that grows by blocks of arcs; node 0 is the source, node 1 the sink."""

    nodes: int = 2
    _blocks: list[tuple[Ints, Ints, Ints, Ints, Ints]] = field(default_factory=list)

    def more_nodes(self, count: int) -> Ints:
        """Return the numbers of `count` new nodes."""
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes)

    def arcs(
        self, tail: Ints | int, head: Ints | int, most: Ints | int, cost: Ints | int, least: Ints | int = 0
    ) -> None:
        """Add a block of arcs, one for each place of the arrays."""
        arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.int64) for a in (tail, head, most, cost, least)))
        self._blocks.append(tuple(np.atleast_1d(a) for a in arrays))  # type: ignore[arg-type]

    def cheapest(self) -> tuple[Ints, Ints]:
        """Return the flow on every arc, in order of adding, and the prices of the nodes.

        As much flows as is cheapest. The prices certify the optimum: for every arc, cost + price[tail] - price[head]
        is at least 0 where the flow can rise, and at most 0 where it can fall. Raises ArithmeticError where no flow
        keeps the bounds.
        """
        tail, head, most, cost, least = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        flow = self._flow(tail, head, most - least, cost, least)
        return flow + least, self._prices(tail, head, most - least, cost, flow)

    def _flow(self, tail: Ints, head: Ints, room: Ints, cost: Ints, least: Ints) -> Ints:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        # What must flow through an arc arrives at its head, and is asked for at its tail.
        supply = (np.bincount(head, least, self.nodes) - np.bincount(tail, least, self.nodes)).astype(np.int64)
        # One unit more than can flow: the last arc takes what need not flow, and is never empty.
        whole = 1 + int((room + least)[tail == 0].sum())
        supply[:2] += (whole, -whole)
        solver = SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            np.append(tail, 0), np.append(head, 1), np.append(room, whole), np.append(cost, 0)
        )
        solver.set_nodes_supplies(np.arange(self.nodes), supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(f"geen goedkoopste stroom: {status}")
        return np.asarray(solver.flows(arcs[:-1]), dtype=np.int64)

    def _prices(self, tail: Ints, head: Ints, room: Ints, cost: Ints, flow: Ints) -> Ints:
        """Return shortest distances over the arcs that flow can still take, from any node (Bellman-Ford)."""
        up, down = flow < room, flow > 0
        start = np.concatenate([tail[up], head[down], [0, 1]])
        end = np.concatenate([head[up], tail[down], [1, 0]])
        step = np.concatenate([cost[up], -cost[down], [0, 0]])
        order = np.argsort(end, kind="stable")
        start, end, step = start[order], end[order], step[order]
        first = np.flatnonzero(np.diff(end, prepend=-1))
        reached, price = end[first], np.zeros(self.nodes, dtype=np.int64)
        for _ in range(self.nodes + 1):
            nearer = np.minimum(price[reached], np.minimum.reduceat(price[start] + step, first))
            if np.array_equal(nearer, price[reached]):
                return price
            price[reached] = nearer
        raise ArithmeticError("de gevonden stroom is niet de goedkoopste")
