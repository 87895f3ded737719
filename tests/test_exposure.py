"""Who is shown how much: known answers on small markets, bounds on all, and what evenness may and may not do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.evaluation import (
    Coverage,
    Evenness,
    Mix,
    Violations,
    asked_hours,
    evened,
    exposure,
    exposure_by_group,
    gini,
    market,
)  # fmt: skip
from tests.conftest import OFFERS, offer, question

QUESTIONS = [question("hulp", id=f"q{i}", region="Almere", hours_per_month=2 if i else None) for i in range(4)]
MARKET = market(QUESTIONS, OFFERS)
IDS = [o.id for o in OFFERS]
runs = st.fixed_dictionaries({q.id: st.permutations(IDS).map(lambda ids: [(o, 1 - i / 50) for i, o in enumerate(ids)])
                              for q in QUESTIONS})  # fmt: skip


def shown(*lists):
    return {f"q{i}": [(o, 1.0 - n / 10) for n, o in enumerate(offers)] for i, offers in enumerate(lists)}


def test_gini_has_known_values():
    assert gini([5, 5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 9]) == pytest.approx(1)
    assert gini([1, 2, 3]) == pytest.approx(1 / 3)
    assert gini([]) == gini([4]) == gini([0, 0]) == 0


@given(st.lists(st.floats(0, 100), min_size=2, max_size=30), st.floats(0.1, 10))
def test_gini_stays_between_its_ends_and_does_not_know_the_unit(values, unit):
    assert -1e-9 <= gini(values) <= 1 + 1e-9
    assert gini([v * unit for v in values]) == pytest.approx(gini(values), abs=1e-6)


def test_one_offer_for_all_is_the_least_even_and_each_its_own_the_most():
    same = shown(*[["a-verzuim"]] * 4)
    apart = shown(*[[o] for o in IDS[:4]])
    assert (Evenness @ 1).of(same, MARKET) == pytest.approx(0)
    assert (Evenness @ 1).of(apart, market(QUESTIONS, OFFERS[:4])) == pytest.approx(1)
    assert (Coverage @ 1).of(same, MARKET) == 1 / len(IDS)
    assert (Coverage @ 1).of(apart, MARKET) == 4 / len(IDS)
    assert exposure(shown(["b-verzuim", "c-geld"]), MARKET, 2)["c-geld"] == pytest.approx(0.6309, abs=1e-4)


def test_mix_is_the_chance_of_two_perspectives():
    run = shown(["a-verzuim", "b-verzuim", "c-geld"], ["e-taal", "f-ouders"], ["a-verzuim"], [])
    assert (Mix @ 3).per_question(run, MARKET) == {"q0": 1.0, "q1": 0.0, "q2": 0.0, "q3": 0.0}
    two = market(
        QUESTIONS, [offer(i, "x", perspective=p) for i, p in zip("abc", ["beleid", "beleid", "praktijk"], strict=True)]
    )
    assert (Mix @ 3).per_question(shown(["a", "b", "c"]), two)["q0"] == pytest.approx(2 / 3)


def test_violations_are_what_the_rules_refuse():
    run = shown(["d-privacy", "a-verzuim"], ["d-privacy"], [])
    assert (Violations @ 2).per_question(run, MARKET) == {"q0": 0.5, "q1": 1.0, "q2": 0.0}
    free = market(QUESTIONS, OFFERS, ())
    assert set((Violations @ 2).per_question(run, free).values()) == {0.0}


@given(runs)
def test_every_measure_stays_between_0_and_1_and_has_a_name_that_is_python(run):
    for m in (Coverage @ 3, Evenness @ 3):
        assert 0 <= m.of(run, MARKET) <= 1
        assert eval(repr(m)) == m  # noqa: S307
    for m in (Mix @ 3, Violations @ 3):
        assert all(0 <= v <= 1 for v in m.per_question(run, MARKET).values())
        assert eval(repr(m)) == m  # noqa: S307


@given(runs)
def test_a_price_makes_exposure_more_even_on_the_whole_and_no_price_changes_nothing(run):
    assert evened(run, MARKET, 0.0) == run
    dear = evened(run, MARKET, 100.0, k=2)
    assert (Coverage @ 2).of(dear, MARKET) >= (Coverage @ 2).of(run, MARKET)
    assert (Coverage @ 2).of(dear, MARKET) == 8 / len(IDS)
    assert {q: {o for o, _ in answers} for q, answers in dear.items()} == {q: set(IDS) for q in run}


def test_groups_share_exposure_beside_their_share_of_the_catalogue():
    run = shown(["a-verzuim"], ["a-verzuim"], ["c-geld"])
    found = exposure_by_group(run, MARKET, lambda o: (o.perspective,) if o.perspective else (), 1)
    assert found["praktijk"] == (pytest.approx(2 / 3), 0.1)
    assert found["beleid"] == (pytest.approx(1 / 3), 0.1)
    assert found[""] == (0.0, pytest.approx(0.7))
    two = exposure_by_group(shown(["e-taal"]), MARKET, lambda o: o.regions, 1)
    assert two["Regio Twente"][0] == two["Almere"][0] == 0.5


def test_hours_that_lists_ask_beside_the_hours_there_are():
    found = asked_hours(shown(["a-verzuim"], ["a-verzuim"], ["c-geld"]), MARKET)
    assert found == {"a-verzuim": (3.0, 4), "c-geld": (2.0, None)}
    assert list(found) == ["a-verzuim", "c-geld"]


def test_what_the_market_lacks_is_refused():
    for run in (shown(["vreemd"]), {"vreemd": [("a-verzuim", 1.0)]}):
        with pytest.raises(UnknownNameError, match="vreemd"):
            (Coverage @ 1).of(run, MARKET)
        with pytest.raises(UnknownNameError, match="vreemd"):
            evened(run, MARKET, 0.1)
    for family in (Coverage, Mix):
        with pytest.raises(InvalidValueError, match="1 of meer"):
            family @ 0
