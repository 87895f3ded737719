"""The sieve says of many offers at once what the rules say of each."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matcher.constraints import rules, sift
from matcher.sieve import Sieve, sieve
from tests.conftest import OFFERS, offer, question

NAMES = st.lists(st.sampled_from(["Almere", "regio Twente", "almere", "Utrecht", ""]), max_size=2).map(tuple)
KINDS = st.sampled_from(["expert", "cop", "dossier"])
DAYS = st.none() | st.dates(date(2027, 1, 1), date(2027, 1, 9))
HOURS = st.none() | st.sampled_from([0.0, -0.0, 0.5, 2.0, 4.0])


@st.composite
def offers(draw):
    def one(i: int):
        first, last = draw(DAYS), draw(DAYS)
        if first and last and last < first:
            first, last = last, first
        return offer(
            f"o-{i}", "tekst", kind=draw(KINDS), forms=draw(NAMES), regions=draw(NAMES), hours_per_month=draw(HOURS),
            available_from=first, available_until=last,
        )  # fmt: skip

    return tuple(one(i) for i in range(draw(st.integers(0, 6))))


QUESTIONS = st.builds(
    lambda forms, region, kinds, day, hours: question(
        "vraag", forms=forms, region=region, kinds=kinds, needed_on=day, hours_per_month=hours
    ),
    NAMES, st.none() | st.sampled_from(["Almere", "Twente", "Nergens"]), st.lists(KINDS, max_size=2).map(tuple), DAYS,
    HOURS,
)  # fmt: skip
CHOICES = st.sampled_from([
    rules(), (), rules(without=["uren"]), rules({("vraag", "o-1"): "niet"}, full=["o-2"], withdrawn=["o-0"]),
    rules(absences={"o-3": [(date(2027, 1, 2), date(2027, 1, 5))]}),
])  # fmt: skip


@given(offers(), QUESTIONS, CHOICES)
def test_it_lets_through_what_no_rule_refuses(pool, asked, in_force):
    assert Sieve(pool, in_force).possible(asked).tolist() == [not r for r in sift(asked, pool, in_force)]


def test_it_is_made_once_for_the_same_offers_and_rules():
    in_force = rules()
    assert sieve(OFFERS, in_force) is sieve(OFFERS, in_force)
    assert sieve(OFFERS, in_force) is not sieve(OFFERS, rules())
    assert sieve((*OFFERS[:-1], OFFERS[-1]), in_force) is not sieve(OFFERS, in_force)
