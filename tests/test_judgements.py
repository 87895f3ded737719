"""Who graded and where a grade comes from stays with it; the bureau's decisions give the grades that the prose says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.evaluation import (
    DECLINED,
    EVALUATOR,
    FILE,
    OUTCOME,
    Judgement,
    checksum,
    from_evaluators,
    from_proposals,
    from_qrels,
    qrels_of,
)  # fmt: skip
from matcher.exchange import read_qrels, write_qrels
from matcher.parties import Offer, Question
from matcher.proposals import Outcome, Proposal, Step, take
from matcher.store import Store

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
qrels = st.dictionaries(
    st.sampled_from(["q1", "q2"]), st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), min_size=1)
)


def lived(question, offer, *steps, by="verbinder-1"):
    proposal = Proposal(f"v-{question}{offer}", question, offer, 1.0)
    for kind, note, helped in (("voorgesteld", "", None), *steps):
        outcome = Outcome(helped, "het hielp", "goed gesprek") if helped else None
        proposal = take(proposal, Step(kind, NOW, by, note, outcome))
    return proposal


def done(question, offer, helped):
    return lived(question, offer, ("aanvaard", "", None), ("loopt", "", None), ("afgerond", "", helped))


@given(qrels)
def test_a_file_comes_back_as_it_was(tmp_path_factory, graded):
    path = tmp_path_factory.mktemp("q") / "x.qrels"
    write_qrels(path, graded)
    found = from_qrels(read_qrels(path), "lezer-1")
    assert qrels_of(found, (FILE,)) == graded
    assert {j.by for j in found} <= {"lezer-1"}
    assert qrels_of(found) == {}


def test_what_evaluators_keep_in_the_store_comes_out_with_who_gave_it():
    store = Store.in_memory()
    store.fill([Question("q", "", "vraag"), Offer("o", "expert", "O", "tekst")])
    store.judge("q", "o", 1, "eva-1", NOW)
    store.judge("q", "o", 3, "eva-1", NOW, "bij nader inzien")
    store.judge("q", "o", 2, "eva-2", NOW)
    found = from_evaluators(store.judgements())
    assert found == [Judgement("q", "o", 3, "eva-1", EVALUATOR, "bij nader inzien"), Judgement("q", "o", 2, "eva-2")]
    store.close()


@pytest.mark.parametrize(("helped", "grade"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 3)])
def test_an_outcome_gives_the_grade_that_the_prose_says(helped, grade):
    (found,) = from_proposals([done("q", "o", helped)])
    assert (found.grade, found.source, found.by) == (grade, OUTCOME, "verbinder-1")


def test_a_decline_is_a_nought_and_what_runs_or_was_withdrawn_says_nothing():
    (found,) = from_proposals([
        lived("q", "vol", ("afgewezen", "volle agenda", None)),
        lived("q", "loopt", ("aanvaard", "", None), ("loopt", "", None)),
        lived("q", "weg", ("ingetrokken", "", None)),
        lived("q", "vrij", ("afgewezen", "vergissing", None), ("herroepen", "", None)),
    ])  # fmt: skip
    assert (found.offer, found.grade, found.source) == ("vol", 0, DECLINED)
    assert "volle agenda" in found.note


def test_what_came_of_a_pair_counts_over_that_it_was_declined():
    (found,) = from_proposals([lived("q", "o", ("afgewezen", "nu niet", None)), done("q", "o", 5)])
    assert (found.grade, found.source) == (3, OUTCOME)


def test_sources_are_kept_apart_unless_asked_together():
    graded = [Judgement("q", "a", 2, "eva"), Judgement("q", "b", 0, "bureau", DECLINED)]
    assert qrels_of(graded) == {"q": {"a": 2}}
    assert qrels_of(graded, (EVALUATOR, DECLINED)) == {"q": {"a": 2, "b": 0}}
    with pytest.raises(UnknownNameError, match="iedereen"):
        qrels_of(graded, ("iedereen",))


@pytest.mark.parametrize(("grades", "middle"), [([3], 3), ([1, 3], 1), ([0, 2, 3], 2), ([0, 1, 3, 3], 1)])
def test_of_several_grades_the_middle_one_counts_and_the_lower_of_two(grades, middle):
    found = qrels_of(Judgement("q", "o", g, f"eva-{i}") for i, g in enumerate(grades))
    assert found == {"q": {"o": middle}}


@pytest.mark.parametrize("grade", [-1, 4, 1.5, True])
def test_a_grade_that_cannot_be_is_refused(grade):
    with pytest.raises(InvalidValueError, match="0, 1, 2 of 3"):
        Judgement("q", "o", grade, "eva")
    with pytest.raises(UnknownNameError, match="gok"):
        Judgement("q", "o", 1, "eva", "gok")


def test_a_checksum_names_the_grades_and_not_their_order():
    assert checksum({"a": {"x": 1, "y": 2}, "b": {"x": 0}}) == checksum({"b": {"x": 0}, "a": {"y": 2, "x": 1}})
    assert checksum({"a": {"x": 1}}) != checksum({"a": {"x": 2}})
