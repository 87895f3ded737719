"""A pool holds what every system puts first, some chance, nothing judged before, and no trace of who brought it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError
from matcher.evaluation import to_judge
from matcher.evaluation.pools import RANDOM

OFFERS = [f"o{i:02}" for i in range(40)]
orders = st.permutations(OFFERS)


def run(*lists):
    return {f"q{i}": [(o, 1.0 - n / 100) for n, o in enumerate(order)] for i, order in enumerate(lists)}


@given(orders, orders, st.integers(1, 8), st.integers(0, 4), st.integers(0, 9))
def test_every_systems_first_are_in_it_each_pair_once_and_so_many_by_chance(first, second, depth, extra, seed):
    runs = {"ons": run(first, second), "ander": run(second)}
    found = to_judge(runs, OFFERS, np.random.default_rng(seed), depth, extra)
    assert set(found.offers) == {"q0", "q1"}
    wanted = {*first[:depth], *second[:depth]}
    assert wanted <= set(found.offers["q0"])
    assert len(found.offers["q0"]) == len(set(found.offers["q0"])) == len(wanted) + extra
    assert sum(systems == (RANDOM,) for systems in found.brought.values()) == 2 * extra
    assert len(found) == sum(map(len, found.offers.values()))
    assert found.by_system["ander"][0] == depth
    for pairs, alone in found.by_system.values():
        assert 0 <= alone <= pairs


def test_what_was_judged_is_not_asked_again():
    found = to_judge({"ons": run(OFFERS)}, OFFERS, np.random.default_rng(0), 5, 0, {"q0": {"o00": 0, "o03": 3}})
    assert set(found.offers["q0"]) == {"o01", "o02", "o04"}


def test_the_order_does_not_depend_on_which_system_brought_what():
    one, other = run(OFFERS), run(OFFERS[::-1])
    there = to_judge({"a": one, "b": other}, OFFERS, np.random.default_rng(4), 10, 3)
    back = to_judge({"b": one, "a": other}, OFFERS, np.random.default_rng(4), 10, 3)
    assert there.offers == back.offers
    # Nor on its rank: over many draws a system's first offer stands anywhere.
    places = [to_judge({"a": one, "b": other}, OFFERS, np.random.default_rng(n), 10, 3).offers["q0"].index("o00")
              for n in range(200)]  # fmt: skip
    assert np.mean(places) == pytest.approx(11, abs=1.5)
    assert {0, 22} <= set(places)


def test_a_depth_that_cannot_be_is_refused():
    for depth, extra in ((0, 1), (1, -1)):
        with pytest.raises(InvalidValueError, match="depth, extra"):
            to_judge({"a": run(OFFERS)}, OFFERS, np.random.default_rng(0), depth, extra)
