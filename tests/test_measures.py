"""Our figures equal those of ir-measures, and the edge cases are as `measures` settles them."""

from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from matcher.errors import UnknownNameError
from matcher.evaluation.measures import mean, measure, ndcg, recall, reciprocal_rank
from matcher.evaluation.trials import markdown, trial, worst

THEIRS = {
    # Their gain is the grade itself; ours 2^grade - 1, which is theirs over grades mapped to it.
    ndcg(10): (nDCG @ 10, lambda g: 2**g - 1),
    ndcg(3): (nDCG @ 3, lambda g: 2**g - 1),
    recall(5): (R(rel=2) @ 5, lambda g: g),
    reciprocal_rank(): (RR(rel=2), lambda g: g),
}
OFFERS = [f"o{i}" for i in range(12)]
cases = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3"]),
    st.tuples(st.dictionaries(st.sampled_from(OFFERS), st.integers(0, 3), min_size=1), st.permutations(OFFERS),
              st.integers(0, 12)),
    min_size=1,
)  # fmt: skip


@pytest.mark.parametrize("ours", THEIRS, ids=repr)
@given(cases)
@settings(max_examples=250)
def test_a_measure_equals_the_value_of_ir_measures(ours, case):
    theirs, gain = THEIRS[ours]
    qrels = {q: grades for q, (grades, _, _) in case.items()}
    run = {q: [(o, 1 - i / 100) for i, o in enumerate(order[:n])] for q, (_, order, n) in case.items()}
    found = ours.per_question(run, qrels)
    expected = dict.fromkeys(qrels, 0.0)
    mapped = {q: {o: gain(g) for o, g in grades.items()} for q, grades in qrels.items()}
    for row in ir_measures.iter_calc([theirs], mapped, {q: dict(r) for q, r in run.items() if r}):
        expected[row.query_id] = row.value
    assert found == pytest.approx(expected)


def test_edge_cases_are_settled():
    qrels = {"q": {"a": 3, "b": 0}, "leeg": {"a": 0}}
    assert ndcg(10).per_question({}, qrels) == {"q": 0.0, "leeg": 0.0}
    assert ndcg(10).per_question({"q": [("nieuw", 1.0), ("a", 0.5)], "anders": [("a", 1.0)]}, qrels)["q"] < 1
    assert "anders" not in ndcg(10).per_question({"anders": [("a", 1.0)]}, qrels)


def test_a_measure_is_a_value_with_a_name():
    for name in ("nDCG@10", "nDCG@3", "Recall@5", "MRR"):
        assert repr(measure(name)) == name
    for name in ("ndcg@10", "nDCG", "nDCG@0", "P@x", "MAP"):
        with pytest.raises(UnknownNameError, match="nDCG@k"):
            measure(name)


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
