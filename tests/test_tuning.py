"""Tuning finds what is there, finds nothing where nothing is, and never measures on what it learned from."""

from __future__ import annotations

import os
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError
from matcher.evaluation import Case, Fold, equal, evidence, folds, learning_curve, nDCG, sensitivity, tune
from matcher.evaluation.tuning import ADOPTED, NOISE, PLAIN, SILENT, _Table, answer, ascend, figure
from matcher.scores import Weights

OFFERS = tuple(f"o{i:02}" for i in range(30))
# Both signals equally heavy: half of it is noise.
START = Weights(meaning=0.5, words=0.5)


def cases(seed, truth, blur=0.0):
    """Judged questions in which the grade follows the signal `truth`, the other signal is noise; blur: so much."""
    generator = np.random.default_rng(seed)
    found = []
    for n in range(20):
        signals = {"meaning": generator.random(30), "words": generator.random(30)}
        best = np.argsort(-((signals[truth] if truth else 0) + (blur if truth else 1) * generator.random(30)))
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


# How many times judgements are shuffled in each way; the evening before a release 200.
SHUFFLES = int(os.environ.get("MATCHER_SHUFFLES", "6"))


def dealt(found, generator):
    """Every question gets the grades of another."""
    return [
        replace(c, grades=found[j].grades)
        for c, j in zip(found, np.roll(generator.permutation(len(found)), 1), strict=True)
    ]


def shuffled_within(found, generator):
    """Every question keeps its grades, but for other offers."""
    return [replace(c, grades=dict(zip(generator.permutation(c.offers).tolist(), c.grades.values(), strict=False)))
            for c in found]  # fmt: skip


def thrown_anywhere(found, generator):
    """All grades of all questions in one heap, dealt out over all pairs there are."""
    heap = generator.permutation([g for c in found for g in c.grades.values()]).tolist()
    pairs = [(i, o) for i, c in enumerate(found) for o in c.offers]
    chosen = [pairs[p] for p in generator.permutation(len(pairs))[: len(heap)]]
    grades = [{o: g for (i, o), g in zip(chosen, heap, strict=True) if i == n} for n in range(len(found))]
    return [replace(c, grades=given) for c, given in zip(found, grades, strict=True)]


@pytest.mark.parametrize("shuffle", [dealt, shuffled_within, thrown_anywhere])
@pytest.mark.parametrize("truth", ["meaning", "words"])
def test_shuffled_judgements_are_never_adopted(shuffle, truth):
    """The same cases are adopted when nothing is shuffled."""
    found = cases(1, truth)
    assert tune(found, START).better
    for seed in range(SHUFFLES):
        tuned = tune(shuffle(found, np.random.default_rng(seed)), START, seed=seed)
        assert tuned.verdict in {SILENT, NOISE}, (seed, tuned.gain)
        assert tuned.weights == START


def test_where_nothing_tells_nothing_is_adopted():
    for seed in range(SHUFFLES):
        tuned = tune(cases(seed, None), Weights())
        assert tuned.verdict in {SILENT, NOISE}, (seed, tuned.gain)
        assert tuned.weights == Weights()
        assert abs(tuned.gain.value) < 0.15


def test_weights_that_are_right_already_stay():
    found = cases(1, "meaning")
    start = Weights(meaning=1.0, words=0.0, concepts=0.0, themes=0.0, perspective=0.0)
    tuned = tune(found, start)
    assert tuned.verdict == NOISE
    assert tuned.gain.value == 0
    assert tuned.p == 1.0


def test_equal_weights_that_do_better_are_not_passed_over():
    generator, found = np.random.default_rng(0), []
    for n in range(20):
        a, b = generator.random(30), generator.random(30)
        best = np.argsort(-(a + b))
        found.append(Case(f"q{n}", OFFERS, {"meaning": a, "words": b}, {OFFERS[i]: 3 for i in best[:3]}))
    tuned = tune(found, Weights(meaning=4.0, words=0.1))
    assert tuned.simple.value == 1.0
    assert tuned.verdict == PLAIN
    assert tuned.gain.low > 0


def test_no_fold_learns_from_what_it_checks():
    """What each fold learned is what its own side teaches, whatever the grades of the other side are."""
    found = cases(2, "meaning")
    parts = folds([str(i % 6) for i in range(20)], 3, np.random.default_rng(0))
    tuned = tune(found, START, parts)
    other = [replace(c, grades={}) if i in parts[0].check else c for i, c in enumerate(found)]
    assert tune(other, START, parts).by_fold[0] == tuned.by_fold[0]
    assert tuned.by_fold[0] == ascend([found[i] for i in parts[0].learn], START)
    held_out = [figure(found[i], w, nDCG @ 10) for p, w in zip(parts, tuned.by_fold, strict=True) for i in p.check]
    assert tuned.held_out.value == pytest.approx(np.mean(held_out))


@given(st.integers(0, 99), st.floats(0, 2), st.floats(0, 2))
def test_the_quick_table_orders_as_the_score_does(seed, meaning, words):
    found = [replace(c, offers=c.offers[: 30 - i], signals={n: v[: 30 - i] for n, v in c.signals.items()})
             for i, c in enumerate(cases(seed, "meaning")[:6])]  # fmt: skip
    weights = Weights(meaning=meaning, words=words)
    table = _Table(found, nDCG @ 5)
    expected = np.mean([(nDCG @ 5).of(answer(c, weights), c.grades) for c in found])
    assert table.mean(table.totals(weights)) == pytest.approx(expected)


def test_the_same_cases_give_the_same_weights():
    assert tune(cases(3, "words"), Weights()) == tune(cases(3, "words"), Weights())


def test_signals_that_no_case_has_keep_their_weight():
    tuned = tune(cases(1, "meaning"), Weights(themes=0.123))
    assert tuned.learned.themes == 0.123
    assert equal(cases(1, "meaning"), Weights()) == Weights(1.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def test_progress_is_told_by_fold():
    told = []
    tune(cases(1, "meaning"), START, progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 5) for n in range(1, 6)]


def test_too_few_questions_and_folds_that_miss_one_are_refused():
    with pytest.raises(InvalidValueError, match="groepen"):
        tune(cases(1, "meaning")[:4], Weights())
    with pytest.raises(InvalidValueError, match="eenmaal"):
        tune(cases(1, "meaning"), Weights(), [Fold((0, 1), (2, 3))])


def test_evidence_says_on_what_weights_rest():
    tuned = tune(cases(1, "meaning"), START)
    told = evidence(tuned, nDCG @ 10, "2026-11-25", "abc", "model-1", "region")
    assert told["date"] == "2026-11-25"
    assert (told["measure"], told["questions"], told["judgements"], told["model"]) == ("nDCG@10", 20, "abc", "model-1")
    assert (told["checked by"], told["folds"], told["adopted"]) == ("region", 5, "learned")
    assert tuned.verdict == ADOPTED
    silent = evidence(tune(cases(1, None), START), nDCG @ 10, "2026-11-25", "abc", "m", "question")
    assert silent["adopted"].startswith("begun with: ")


def test_more_questions_bring_seen_and_held_out_together():
    found = cases(1, "meaning", blur=1.5)
    parts = folds([c.question for c in found], 4, np.random.default_rng(0))
    few, many = learning_curve(found, START, parts, (1, 15), np.random.default_rng(0))
    assert (few.questions, many.questions) == (1, 15)
    assert many.held_out.questions == 20
    assert few.seen.value - few.held_out.value > many.seen.value - many.held_out.value
    for sizes in ((), (0,), (16,)):
        with pytest.raises(InvalidValueError, match="sizes"):
            learning_curve(found, START, parts, sizes, np.random.default_rng(0))


def test_one_weight_moves_and_the_others_stay():
    found = cases(1, "meaning")
    (none, low), (much, high) = sensitivity(found, Weights(), "meaning", (0, 5))
    assert (none, much) == (0.0, 5.0)
    assert high.value > low.value + 0.3
    with pytest.raises(InvalidValueError, match="geluk"):
        sensitivity(found, Weights(), "geluk", (0, 1))
