"""Kappa equals scikit-learn's, says nothing where nothing can be said, and its interval follows the questions."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.evaluation import Judgement, kappa, mean_agreement, pairwise

both = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@pytest.mark.parametrize("weights", ["quadratic", "linear"])
@given(both)
def test_kappa_equals_that_of_scikit_learn(weights, pairs):
    first, second = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = cohen_kappa_score(first, second, labels=range(4), weights=weights)
    ours = kappa(first, second, weights)
    assert (ours is None) == bool(np.isnan(theirs))
    assert ours is None or ours == pytest.approx(theirs)


def test_the_ends_of_the_scale():
    assert kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1.0
    assert kappa([0, 3, 0, 3], [3, 0, 3, 0]) == -1.0
    assert kappa([2, 2], [2, 2]) is None


@pytest.mark.parametrize(("first", "second"), [([1], [1, 2]), ([], []), ([4], [1])])
def test_rows_that_do_not_fit_are_refused(first, second):
    with pytest.raises(InvalidValueError, match="even lange rijen"):
        kappa(first, second)
    with pytest.raises(UnknownNameError, match="kubisch"):
        kappa([1], [1], "kubisch")


def judged(slips, seed=0, questions=30):
    """Three evaluators over the same pairs; the second slips one grade in so many cases, the third always guesses."""
    generator, found = np.random.default_rng(seed), []
    for q in range(questions):
        for o in range(6):
            grade = int(generator.integers(0, 4))
            near = int(np.clip(grade + generator.choice([-1, 1]) * (generator.random() < slips), 0, 3))
            given = {"a": grade, "b": near, "c": int(generator.integers(0, 4))}
            found += [Judgement(f"q{q}", f"o{o}", g, who) for who, g in given.items()]
    return found


def test_every_two_who_share_pairs_are_told_and_the_mean_is_theirs():
    found = pairwise(judged(0.2))
    assert [f.between for f in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    ab, ac, bc = found
    assert ab.pairs == 180
    assert ab.kappa > 0.85
    assert abs(ac.kappa) < 0.2
    for f in found:
        assert f.low <= f.kappa <= f.high
    whole = mean_agreement(judged(0.2))
    assert whole.kappa == pytest.approx(np.mean([ab.kappa, ac.kappa, bc.kappa]))
    assert whole.low <= whole.kappa <= whole.high
    assert whole.between == ("a", "b", "c")
    assert pairwise(judged(0.2)) == found


def test_more_questions_make_the_interval_narrower():
    few, many = (pairwise(judged(0.4, questions=n))[0] for n in (10, 120))
    assert many.high - many.low < few.high - few.low


def test_who_shares_no_pair_is_not_compared():
    assert pairwise([Judgement("q", "o", 1, "a"), Judgement("q", "p", 1, "b")]) == []
    alone = mean_agreement([Judgement("q", "o", 1, "a")])
    assert (alone.kappa, str(alone)) == (None, "-")
    assert mean_agreement([]).pairs == 0
