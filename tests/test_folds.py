"""Nothing that belongs together stands on both sides of a fold, and everything is checked once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError
from matcher.evaluation import folds, near_doubles
from matcher.vectors import unit

grouped = st.lists(st.sampled_from("abcdefgh"), min_size=12, max_size=60).filter(lambda g: len(set(g)) >= 5)


@given(grouped, st.integers(2, 5), st.integers(0, 50))
def test_every_case_is_checked_once_and_no_group_stands_on_both_sides(groups, n, seed):
    found = folds(groups, n, np.random.default_rng(seed))
    assert sorted(i for f in found for i in f.check) == list(range(len(groups)))
    for f in found:
        assert sorted(f.learn + f.check) == list(range(len(groups)))
        assert not {groups[i] for i in f.learn} & {groups[i] for i in f.check}
        assert f.check


@given(st.integers(0, 50), st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=6))
def test_a_near_double_of_what_is_checked_is_not_learned_from(seed, pairs):
    alike = np.eye(20, dtype=bool)
    for a, b in pairs:
        alike[a, b] = alike[b, a] = True
    for f in folds([str(i) for i in range(20)], 4, np.random.default_rng(seed), alike):
        assert not alike[np.ix_(f.learn, f.check)].any()
        left_out = set(range(20)) - set(f.learn) - set(f.check)
        assert all(alike[i, list(f.check)].any() for i in left_out)


def test_near_doubles_are_rows_that_lie_close():
    rows = unit(np.array([[1, 0, 0], [1, 0.2, 0], [0, 1, 0], [1, 0.01, 0]], dtype=np.float32))
    found = near_doubles(rows, 0.99)
    assert found.tolist() == [[True, False, False, True], [False, True, False, False],
                              [False, False, True, False], [True, False, False, True]]  # fmt: skip


def test_folds_are_about_equally_large_and_the_same_for_the_same_generator():
    groups = [*"aaaaabbbbccccdddeeff", "g", "h"]
    sizes = [len(f.check) for f in folds(groups, 4, np.random.default_rng(1))]
    assert max(sizes) - min(sizes) <= 2
    assert folds(groups, 4, np.random.default_rng(1)) == folds(groups, 4, np.random.default_rng(1))


def test_what_cannot_be_divided_is_refused():
    for groups, n in ((["a", "a", "b"], 3), (["a", "b"], 1)):
        with pytest.raises(InvalidValueError, match="folds"):
            folds(groups, n, np.random.default_rng(0))
    with pytest.raises(InvalidValueError, match="om van te leren"):
        folds(list("abcd"), 2, np.random.default_rng(0), np.ones((4, 4), dtype=bool))
