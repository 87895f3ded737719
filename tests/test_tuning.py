"""Tuning finds what is there, finds nothing where nothing is, and never measures on what it learned from."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from matcher.errors import InvalidValueError
from matcher.evaluation.tuning import Case, tune
from matcher.scores import Weights

OFFERS = tuple(f"o{i:02}" for i in range(30))


def cases(seed, truth):
    """Judged questions in which the grade follows the signal `truth`, the other signal is noise."""
    generator = np.random.default_rng(seed)
    found = []
    for n in range(20):
        signals = {"meaning": generator.random(30), "words": generator.random(30)}
        best = np.argsort(-(signals[truth] if truth else generator.random(30)))
        grades = {OFFERS[i]: g for i, g in zip(best, [3, 3, 2, 2, 1, 1], strict=False)}
        found.append(Case(f"q{n}", OFFERS, signals, grades))
    return found


@pytest.mark.parametrize(("truth", "noise"), [("meaning", "words"), ("words", "meaning")])
def test_the_signal_that_tells_gets_the_weight(truth, noise):
    tuned = tune(cases(1, truth), Weights())
    assert tuned.better
    weights = asdict(tuned.weights)
    assert weights[truth] > 3 * weights[noise]
    assert tuned.held_out.value > 0.9
    assert tuned.held_out.value >= tuned.before.value
    assert tuned.held_out.questions == 20


def test_where_nothing_tells_nothing_is_adopted():
    for seed in range(4):
        tuned = tune(cases(seed, None), Weights())
        assert not tuned.better
        assert tuned.weights == Weights()
        assert abs(tuned.gain.value) < 0.1


def test_the_same_cases_give_the_same_weights():
    assert tune(cases(3, "words"), Weights()) == tune(cases(3, "words"), Weights())


def test_signals_that_no_case_has_keep_their_weight():
    tuned = tune(cases(1, "meaning"), Weights(themes=0.123))
    assert tuned.learned.themes == 0.123


def test_too_few_questions_are_refused():
    with pytest.raises(InvalidValueError, match="5"):
        tune(cases(1, "meaning")[:4], Weights())
