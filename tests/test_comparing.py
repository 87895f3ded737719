"""A difference between two runs is told with its interval; chance is called chance, and a clear gain is not."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from matcher.errors import InvalidValueError
from matcher.evaluation import RR, compare, difference, nDCG
from matcher.evaluation.comparing import by_bootstrap, by_randomisation

QRELS = {f"q{i}": {"goed": 3, "half": 1} for i in range(20)}
GOOD = {q: [("goed", 2.0), ("half", 1.0)] for q in QRELS}
POOR = {q: [("half", 2.0), ("goed", 1.0)] for q in QRELS}


def test_what_is_always_better_is_clear_and_told_in_its_direction():
    found = compare(POOR, GOOD, QRELS)
    assert list(found) == [nDCG @ 10, *list(found)[1:]]
    gain = found[RR]
    assert (gain.a.value, gain.b.value, gain.difference.value) == (0.5, 1.0, 0.5)
    assert (gain.better, gain.worse, gain.same) == (20, 0, 0)
    assert gain.clear
    back = compare(GOOD, POOR, QRELS)[RR]
    assert back.clear
    assert back.difference.value == -0.5
    assert (back.better, back.worse) == (0, 20)


def test_a_run_against_itself_is_never_clear():
    for found in compare(GOOD, GOOD, QRELS).values():
        assert not found.clear
        assert found.by_randomisation == found.by_bootstrap == 1.0
        assert found.same == 20


def test_a_missing_question_counts_as_nothing_and_strange_files_are_refused():
    found = compare(GOOD, {"q0": GOOD["q0"]}, QRELS)[RR]
    assert found.b.value == 1 / 20
    with pytest.raises(InvalidValueError, match="run_b"):
        compare(GOOD, {"anders": [("goed", 1.0)]}, QRELS)
    with pytest.raises(InvalidValueError, match="dezelfde vragen"):
        difference(RR, {"a": 1.0}, {"b": 1.0})


def test_the_randomisation_test_nears_the_value_over_all_signs():
    gains = np.array([0.3, -0.1, 0.2, 0.05, 0.4, -0.2, 0.1, 0.25])
    all_signs = np.array(list(product([-1, 1], repeat=len(gains))))
    exact = (np.abs(all_signs @ gains) >= abs(gains.sum()) - 1e-12).mean()
    assert by_randomisation(gains, samples=40_000) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("test", [by_bootstrap, by_randomisation])
def test_where_nothing_differs_p_is_small_as_seldom_as_it_says(test):
    generator = np.random.default_rng(5)
    found = [test(generator.normal(0, 0.2, 40), seed=n, samples=500) for n in range(300)]
    assert 0.02 <= np.mean([p < 0.05 for p in found]) <= 0.09
    assert np.mean([test(generator.normal(0.2, 0.2, 40), seed=n, samples=500) < 0.05 for n in range(50)]) > 0.95


def test_the_same_seed_gives_the_same_values():
    a, b = {f"q{i}": i / 30 for i in range(30)}, {f"q{i}": (i * 7 % 30) / 28 for i in range(30)}
    assert difference(RR, a, b, 3) == difference(RR, a, b, 3)
    assert difference(RR, a, b, 3).by_randomisation != difference(RR, a, b, 4).by_randomisation
