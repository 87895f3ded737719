"""Each rule: what it refuses, what it never refuses, and what it tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.constraints import RULES, Refusal, rules, sift
from matcher.errors import UnknownNameError
from tests.conftest import offer, question

DAY = date(2027, 3, 10)


def refused(asked, there_is):
    (refusals,) = sift(asked, [there_is], rules())
    return {r.rule for r in refusals}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, set()),
        (DAY, DAY, set()),
        (None, DAY, set()),
        (DAY, None, set()),
        (DAY + timedelta(1), None, {"datum"}),
        (None, DAY - timedelta(1), {"datum"}),
    ],
)
def test_dates_are_inclusive_and_null_is_open(first, last, expected):
    there_is = offer("x", "s", available_from=first, available_until=last)
    assert refused(question("v", needed_on=DAY), there_is) == expected
    assert refused(question("v"), there_is) == set()


def test_a_refused_date_tells_since_or_until_when():
    late = offer("x", "s", available_from=DAY + timedelta(3))
    early = offer("x", "s", available_until=DAY - timedelta(3))
    asked = question("v", needed_on=DAY)
    assert RULES["datum"](asked, late) == Refusal("datum", "2027-03-10", "nog niet", until=DAY + timedelta(3))
    assert RULES["datum"](asked, early) == Refusal("datum", "2027-03-10", "niet meer", since=DAY - timedelta(3))


@pytest.mark.parametrize(
    ("asked", "there_are", "expected"),
    [
        (None, None, set()),
        (4, None, set()),
        (None, 0, {"uren"}),
        (0, 0, {"uren"}),
        (None, 1, set()),
        (4, 4, set()),
        (4.5, 4, {"uren"}),
        (0.5, 0.25, {"uren"}),
    ],
)
def test_hours(asked, there_are, expected):
    assert refused(question("v", hours_per_month=asked), offer("x", "s", hours_per_month=there_are)) == expected


@pytest.mark.parametrize(
    ("asked", "there_is", "expected"),
    [
        ((), ("workshop",), set()),
        (("workshop",), (), set()),
        (("Workshop",), ("workshop", "lezing"), set()),
        (("online sessie",), ("Online-sessie",), set()),
        (("lezing",), ("workshop",), {"vorm"}),
    ],
)
def test_forms(asked, there_is, expected):
    assert refused(question("v", forms=asked), offer("x", "s", forms=there_is)) == expected


@pytest.mark.parametrize(
    ("asked", "served", "expected"),
    [
        (None, ("Almere",), set()),
        ("Almere", (), set()),
        ("almere", ("Almere",), set()),
        ("Twente", ("Regio Twente",), set()),
        ("Holland Rijnland", ("Holland-Rijnland",), set()),
        ("Zuid-Limburg", ("Noord-Limburg",), {"regio"}),
        ("Utrecht", ("Almere", "Leeuwarden"), {"regio"}),
    ],
)
def test_regions(asked, served, expected):
    assert refused(question("v", region=asked), offer("x", "s", regions=served)) == expected


def test_kinds():
    assert refused(question("v", kinds=("cop", "dossier")), offer("x", "s", kind="expert")) == {"soort"}
    assert refused(question("v", kinds=("cop", "expert")), offer("x", "s", kind="expert")) == set()


def test_a_perspective_is_a_wish_and_never_refuses():
    assert refused(question("v", perspectives=("ervaring",)), offer("x", "s", perspective="beleid")) == set()


PAIR = {("vraag", "x"): "niet deze combinatie, want te ver weg"}


def test_excluded_pairs_and_withdrawn_offers():
    asked, there_is = question("v"), offer("x", "s")
    found = sift(asked, [there_is, offer("y", "s")], rules(PAIR, withdrawn=["y"]))
    assert [[r.rule for r in refusals] for refusals in found] == [["uitgesloten"], ["ingetrokken"]]
    assert sift(question("v", id="andere"), [there_is], rules(PAIR)) == [()]
    full = sift(asked, [there_is, offer("z", "s")], rules(full=["z"]))
    assert [[r.rule for r in refusals] for refusals in full] == [[], ["plaatsen"]]


def test_every_reason_is_kept_not_only_the_first():
    asked = question("v", region="Utrecht", needed_on=DAY, hours_per_month=8, forms=("lezing",), kinds=("cop",))
    there_is = offer("x", "s", regions=("Almere",), available_until=DAY - timedelta(1), hours_per_month=2,
                     forms=("workshop",))  # fmt: skip
    assert refused(asked, there_is) == set(RULES)


def test_rules_can_be_left_out_by_name():
    full = offer("x", "s", hours_per_month=0)
    assert sift(question("v"), [full], rules(without=["uren"])) == [()]


def test_a_misspelt_rule_is_no_rule():
    with pytest.raises(UnknownNameError, match="datum"):
        rules(without=["uur"])


days = st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(days, days, days)
def test_a_date_is_refused_exactly_when_it_lies_outside(wanted, first, last):
    if first and last and last < first:
        first, last = last, first
    inside = wanted is None or ((first or date.min) <= wanted <= (last or date.max))
    there_is = offer("x", "s", available_from=first, available_until=last)
    assert (refused(question("v", needed_on=wanted), there_is) == set()) is inside


def test_minus_zero_hours_is_full_too():
    (found,) = sift(question("v"), [offer("x", "s", hours_per_month=-0.0)], rules())[0]
    assert found.there_is == "0"


@pytest.mark.parametrize(("day", "kept"), [(1, True), (2, False), (5, False), (6, True), (None, True)])
def test_an_absence_refuses_its_first_day_to_its_last(day, kept):
    away = {"x": [(date(2027, 3, 2), date(2027, 3, 5))]}
    asked = question("v", needed_on=day and date(2027, 3, day))
    (found,) = sift(asked, [offer("x", "s")], rules(absences=away))
    assert (found == ()) is kept
    if not kept:
        assert (found[0].rule, found[0].until) == ("afwezig", date(2027, 3, 6))
