"""The pool does not care for the order of the offers, and ranked() is a stable sort that sorts no more than needed."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.candidates import Pool, pool, ranked
from matcher.errors import InvalidValueError
from tests.conftest import OFFERS

scores = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]) | st.floats(-1, 2, allow_nan=False), max_size=300)


@given(scores, st.integers(1, 70))
def test_ranked_is_a_stable_sort_best_first(values, block):
    totals = np.array(values, dtype=np.float64)
    assert list(ranked(totals, block)) == sorted(range(len(values)), key=lambda i: (-values[i], i))


@given(scores, st.integers(0, 20))
def test_the_first_k_do_not_depend_on_how_many_are_taken(values, k):
    totals = np.array(values, dtype=np.float64)
    assert list(islice(ranked(totals), k)) == list(ranked(totals))[:k]


def test_a_pool_is_in_order_of_id_whatever_order_came_in(village, village_reader):
    turned = pool(OFFERS[::-1], village_reader)
    assert [o.id for o in turned.offers] == sorted(o.id for o in OFFERS)
    assert turned.offers == village.offers
    assert np.array_equal(turned.readings.meaning, village.readings.meaning)


def test_two_offers_with_one_id_are_refused(village_reader):
    with pytest.raises(InvalidValueError, match="offers"):
        pool([OFFERS[0], OFFERS[0]], village_reader)


def test_rows_must_match_the_offers(village):
    with pytest.raises(InvalidValueError, match="readings"):
        Pool(village.offers[:-1], village.readings, village.themes)


def test_an_empty_pool_is_a_pool(village_reader):
    assert len(pool([], village_reader)) == 0
