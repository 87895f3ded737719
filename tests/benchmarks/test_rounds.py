"""The broker's round beside plain HiGHS, bare OR-Tools and greedy; `--benchmark-json` also keeps quality and gap.

The worlds: scores from a low-rank likeness plus popularity, a fifth of the pairs possible, room for about 70 percent
of the hours that are asked. No second is asserted.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matcher.parties import PERSPECTIVES
from matcher.rounds import Aims, Request, Supply, hold, problems

PLAIN = Aims(evenness=0, mix=0)
MIDDLE, LARGE = (1_000, 300), (10_000, 5_000)
SMALL_ROUND, LARGE_ROUND = "a round of 1,000 x 300", "a round of 10,000 x 5,000"


def world(size, equal):
    """Return (requests, supplies, scores, possible, locked), the same at every call."""
    chance = np.random.default_rng(7)
    sides = [chance.normal(size=(n, 12)).astype(np.float32) for n in size]
    rows, cols = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)
    likeness = 0.35 + 0.35 * (rows @ cols.T) + chance.normal(0, 0.05, size[1]).astype(np.float32)
    scores = np.round(np.clip(likeness, 0, 1).astype(np.float64), 4)
    possible = chance.random(size, dtype=np.float32) < 0.2
    most = chance.integers(1, 4, size[0])
    hours = np.full(size[0], 2.0) if equal else chance.choice([1.0, 2, 3, 4, 6], size[0], p=[0.2, 0.35, 0.2, 0.15, 0.1])
    room = chance.choice([2.0, 4, 6, 8, 12, 16], size[1])
    room = np.maximum(1, np.round(room * 0.7 * (most * hours).sum() / room.sum()))
    requests = [Request(f"v{i}", int(most[i]), 0, float(hours[i])) for i in range(size[0])]
    supplies = [
        Supply(f"a{j}", float(room[j]), 6, int(room[j] >= 6 and j % 10 == 0), PERSPECTIVES[int(chance.integers(4))])
        for j in range(size[1])
    ]
    return requests, supplies, scores, possible, _locks(requests, supplies, possible)


def _locks(requests, supplies, possible):
    locked, taken = set(), set()
    for i in range(0, len(requests), 20):
        for j in np.flatnonzero(possible[i])[:20].tolist():
            if j not in taken and supplies[j].hours >= requests[i].hours:
                locked.add((f"v{i}", f"a{j}"))
                taken.add(j)
                break
    return frozenset(locked)


@pytest.fixture(scope="module")
def equal():
    return world(MIDDLE, True)


def _ours(benchmark, made, aims=None, rounds=5):
    requests, supplies, scores, possible, locked = made
    held = benchmark.pedantic(hold, (requests, supplies, scores, possible, locked, frozenset(), aims), rounds=rounds)
    if len(requests) <= MIDDLE[0]:
        assert problems(held, requests, supplies, possible, locked) == []
    plain = held.against_top_k()
    benchmark.extra_info.update(
        total=held.total, worth=held.worth, helped=held.helped, gap=held.gap, placed=len(held.placed),
        left=len(held.left), top_k_over_hours=plain.over_hours, top_k_too_many=plain.too_many,
    )  # fmt: skip


@pytest.mark.benchmark(group=SMALL_ROUND)
@pytest.mark.parametrize("aim", ["total", "helped"])
def test_ours_with_locks_minimums_and_reasons(benchmark, equal, aim):
    _ours(benchmark, equal, Aims(aim))


@pytest.mark.benchmark(group=SMALL_ROUND)
def test_ours_bare(benchmark, equal):
    requests, supplies, scores, possible, _ = equal
    bare = [Supply(s.offer, s.hours, s.places) for s in supplies]
    _ours(benchmark, (requests, bare, scores, possible, frozenset()), PLAIN)


@pytest.mark.benchmark(group=SMALL_ROUND)
def test_ours_with_hours_of_all_sizes(benchmark):
    _ours(benchmark, world(MIDDLE, False))


def _sides(made):
    requests, supplies, scores, possible, _ = made
    row, col = np.nonzero(possible)
    places = np.array([min(s.places, int(s.hours // 2)) for s in supplies])
    return row, col, scores[row, col], np.array([r.most for r in requests]), places


def _highs(made):
    row, col, score, most, places = _sides(made)
    n = len(row)
    blocks = [csr_array((np.ones(n), (at, np.arange(n))), shape=(len(b), n)) for at, b in ((row, most), (col, places))]
    found = linprog(-score, A_ub=vstack(blocks), b_ub=np.concatenate([most, places]), bounds=(0, 1), method="highs")
    return float(-found.fun)


def _flow(made):
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    row, col, score, most, places = _sides(made)
    q, o, whole = len(most), len(places), int(most.sum())
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([np.full(q, q + o), row, q + np.arange(o), [q + o]]),
        np.concatenate([np.arange(q), q + col, np.full(o, q + o + 1), [q + o + 1]]),
        np.concatenate([most, np.ones(len(row), int), places, [whole]]),
        np.concatenate([np.zeros(q, int), -np.rint(score * 10_000).astype(int), np.zeros(o + 1, int)]),
    )
    solver.set_nodes_supplies(np.array([q + o, q + o + 1]), np.array([whole, -whole]))
    assert solver.solve() == solver.OPTIMAL
    return -solver.optimal_cost() / 10_000


def _greedy(made):
    row, col, score, most, places = _sides(made)
    most, places, total = most.tolist(), places.tolist(), 0.0
    for k in np.argsort(-score, kind="stable").tolist():
        i, j = row[k], col[k]
        if most[i] and places[j]:
            most[i] -= 1
            places[j] -= 1
            total += score[k]
    return total


@pytest.mark.benchmark(group=SMALL_ROUND)
@pytest.mark.parametrize("way", [_highs, _flow, _greedy], ids=["highs", "ortools", "greedy"])
def test_the_obvious_alternatives_bare(benchmark, equal, way):
    benchmark.extra_info["total"] = round(benchmark.pedantic(way, (equal,), rounds=3), 4)


@pytest.mark.benchmark(group=LARGE_ROUND)
@pytest.mark.parametrize("equal_hours", [True, False], ids=["one-size", "all-sizes"])
def test_ours_at_large(benchmark, equal_hours, request):
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("de grote ronde is alleen een meting")
    _ours(benchmark, world(LARGE, equal_hours), rounds=1)
