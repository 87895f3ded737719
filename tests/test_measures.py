"""Our figures equal those of ir-measures, and the edge cases are as `measures` settles them."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.evaluation import AP, RR, STANDARD, Judged, P, Recall, mean, measure, nDCG, trial, worst
from matcher.evaluation.trials import by_group, markdown

THEIRS = {
    # Their gain is the grade itself; ours 2^grade - 1, which is theirs over grades mapped to it.
    nDCG @ 10: (ir_measures.nDCG @ 10, lambda g: 2**g - 1),
    nDCG @ 3: (ir_measures.nDCG @ 3, lambda g: 2**g - 1),
    Recall @ 5: (ir_measures.R(rel=2) @ 5, lambda g: g),
    P @ 5: (ir_measures.P(rel=2) @ 5, lambda g: g),
    Judged @ 10: (ir_measures.Judged @ 10, lambda g: g),
    RR: (ir_measures.RR(rel=2), lambda g: g),
    AP: (ir_measures.AP(rel=2), lambda g: g),
}
OFFERS = [f"o{i}" for i in range(12)]
cases = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]),
    st.tuples(st.dictionaries(st.sampled_from(OFFERS), st.integers(0, 3), min_size=1), st.permutations(OFFERS),
              st.integers(0, 12)),
    min_size=1,
)  # fmt: skip


def equal_to_theirs(ours, run, qrels):
    theirs, gain = THEIRS[ours]
    expected = dict.fromkeys(qrels, 0.0)
    mapped = {q: {o: gain(g) for o, g in grades.items()} for q, grades in qrels.items()}
    for row in ir_measures.iter_calc([theirs], mapped, {q: dict(r) for q, r in run.items() if r}):
        expected[row.query_id] = row.value
    assert ours.per_question(run, qrels) == pytest.approx(expected)


@pytest.mark.parametrize("ours", THEIRS, ids=repr)
@given(cases)
@settings(max_examples=60)
def test_a_measure_equals_the_value_of_ir_measures(ours, case):
    qrels = {q: grades for q, (grades, _, _) in case.items()}
    equal_to_theirs(ours, {q: [(o, 1 - i / 100) for i, o in enumerate(order[:n])] for q, (_, order, n) in case.items()},
                    qrels)  # fmt: skip


@pytest.mark.parametrize("ours", THEIRS, ids=repr)
def test_a_measure_equals_ir_measures_on_a_thousand_generated_runs(ours):
    """Each run answers three questions from sixty offers, some lists short or missing, few pairs judged or many."""
    generator = np.random.default_rng(7)
    offers = np.array([f"o{i}" for i in range(60)])
    runs, qrels = {}, {}
    for n in range(1000):
        for q in range(3):
            order = offers[generator.permutation(60)[: generator.integers(0, 60)]]
            judged = offers[generator.permutation(60)[: generator.integers(1, 60)]]
            grades = generator.choice(4, size=len(judged), p=generator.dirichlet(np.ones(4)))
            runs[f"run{n}-q{q}"] = [(str(o), 100.0 - i) for i, o in enumerate(order)]
            qrels[f"run{n}-q{q}"] = {str(o): int(g) for o, g in zip(judged, grades, strict=True)}
    equal_to_theirs(ours, runs, qrels)


def test_edge_cases_are_settled():
    qrels = {"q": {"a": 3, "b": 0}, "leeg": {"a": 0}}
    for m in THEIRS:
        assert m.per_question({}, qrels) == {"q": 0.0, "leeg": 0.0}
        assert "anders" not in m.per_question({"anders": [("a", 1.0)]}, qrels)
    assert (nDCG @ 10).per_question({"q": [("nieuw", 1.0), ("a", 0.5)]}, qrels)["q"] < 1
    short = {"q": [("a", 1.0), ("nieuw", 0.5)], "leeg": [("a", 1.0)]}
    assert (P @ 5).per_question(short, qrels) == {"q": 0.2, "leeg": 0.0}
    assert (Judged @ 10).per_question(short, qrels) == {"q": 0.5, "leeg": 1.0}


@pytest.mark.parametrize("m", THEIRS, ids=repr)
def test_a_measure_is_a_value_whose_name_is_python(m):
    assert eval(repr(m), {"nDCG": nDCG, "Recall": Recall, "P": P, "Judged": Judged, "RR": RR, "AP": AP}) == m  # noqa: S307
    assert measure(repr(m)) == m
    assert measure(m.mean_name) == m
    assert len({m, measure(repr(m))}) == 1


def test_names_of_means_and_names_that_nobody_knows():
    assert [m.mean_name for m in STANDARD] == ["nDCG@10", "Recall@5", "MRR"]
    for name in ("ndcg@10", "nDCG", "nDCG@0", "P@x", "MAPje"):
        with pytest.raises(UnknownNameError, match="nDCG@k"):
            measure(name)
    for k in (0, -1, 2.5, True, "5"):
        with pytest.raises(InvalidValueError, match="1 of meer"):
            nDCG @ k


def test_a_mean_has_an_interval_that_holds_it_and_is_repeatable():
    values = [0.0, 0.2, 0.9, 1.0, 0.4, 0.6]
    first = mean(values)
    assert first == mean(values)
    assert first.low <= first.value <= first.high
    assert first.value == pytest.approx(sum(values) / len(values))
    assert mean([0.5] * 9).low == mean([0.5] * 9).high == 0.5
    assert mean([]).questions == 0


def test_more_questions_make_a_narrower_interval():
    few, many = mean([0.0, 1.0] * 5), mean([0.0, 1.0] * 200)
    assert many.high - many.low < few.high - few.low


def test_a_table_shows_every_system_and_style():
    qrels = {"q1": {"a": 3}, "q2": {"b": 2}}
    runs = {"goed": {"q1": [("a", 1.0)], "q2": [("b", 1.0)]}, "niets": {}}
    text = markdown([trial(n, r, qrels) for n, r in runs.items()], {"q1": "kort", "q2": "lang", "q3": "leken"})
    head, _, good, nothing = text.splitlines()
    assert head == "| system | nDCG@10 | Recall@5 | MRR | kort | lang |"
    assert good == "| goed | 1.000 (1.000-1.000) | 1.000 (1.000-1.000) | 1.000 (1.000-1.000) | 1.00 | 1.00 |"
    assert nothing.endswith("| 0.00 | 0.00 |")


def test_the_worst_come_first_with_what_was_shown_and_what_was_missed():
    run = {"goed": [("a", 1.0)], "half": [(o, 1 - i / 10) for i, o in enumerate("bcdefghij")], "slecht": [("x", 1.0)]}
    qrels = {"goed": {"a": 3}, "half": {"c": 0, "h": 3, "g": 3, "f": 2}, "leeg": {"y": 3}, "slecht": {"z": 3, "w": 1}}
    empty, bad, half = worst(run, qrels, 3)
    assert (empty.question, empty.figure, empty.first, empty.missed) == ("leeg", 0.0, (), (("y", None),))
    assert (bad.question, bad.first, bad.missed) == ("slecht", (("x", None),), (("z", None),))
    assert half.first == (("b", None), ("c", 0), ("d", None), ("e", None), ("f", 2))
    assert half.missed == (("g", 6), ("h", 7))
    assert [f.question for f in worst(run, qrels, 9)] == ["leeg", "slecht", "half", "goed"]


def test_figures_by_group_leave_out_who_has_none():
    found = by_group(trial("x", {"a": [("o", 1.0)]}, {"a": {"o": 3}, "b": {"o": 3}, "c": {"o": 3}}), "nDCG@10",
                     {"a": "noord", "b": "noord", "c": ""})  # fmt: skip
    assert list(found) == ["noord"]
    assert (found["noord"].value, found["noord"].questions) == (0.5, 2)
