"""Values are checked at birth, and names are compared as people mean them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.parties import Offer, Question, Region, Session, by_key, key, recognise
from tests.conftest import offer, question


@pytest.mark.parametrize("identifier", ["", "a b", "a\tb", "a\nb"])
def test_an_id_must_fit_a_trec_line(identifier):
    with pytest.raises(InvalidValueError) as caught:
        question("v", id=identifier)
    assert caught.value.field == "id"
    assert caught.value.value == identifier


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf")])
def test_hours_are_a_number_from_zero(hours):
    for make in (lambda: question("v", hours_per_month=hours), lambda: offer("x", "s", hours_per_month=hours)):
        with pytest.raises(InvalidValueError, match="hours_per_month"):
            make()


def test_unknown_names_never_become_a_default():
    with pytest.raises(UnknownNameError, match=r"goeroe.*expert.*dossier") as caught:
        offer("x", "s", kind="goeroe")
    assert "expert" in caught.value.known
    with pytest.raises(UnknownNameError, match="perspective"):
        offer("x", "s", perspective="maan")
    with pytest.raises(UnknownNameError, match="kinds"):
        question("v", kinds=("expert", "goeroe"))


def test_a_window_does_not_end_before_it_begins():
    with pytest.raises(InvalidValueError, match="2027-01-02"):
        offer("x", "s", available_from=date(2027, 1, 2), available_until=date(2027, 1, 1))
    offer("x", "s", available_from=date(2027, 1, 2), available_until=date(2027, 1, 2))


def test_a_meeting_does_not_end_before_it_begins():
    with pytest.raises(InvalidValueError):
        Session(datetime(2027, 1, 1, 12), datetime(2027, 1, 1, 11))  # noqa: DTZ001 (local time by contract)


def test_a_party_says_something():
    with pytest.raises(InvalidValueError):
        Question(id="q", title=" ", text="\n")
    with pytest.raises(InvalidValueError):
        Offer(id="o", kind="expert", name="", summary="  ")
    with pytest.raises(InvalidValueError):
        Region(name=" ", province="", character="", size="")


def test_full_text_does_not_say_the_title_twice():
    assert question("wie betaalt dat?", title="Geld").full_text == "Geld. wie betaalt dat?"
    assert question("Wie betaalt het geld?", title="geld").full_text == "Wie betaalt het geld?"
    assert question("", title="Geld").full_text == "Geld"
    assert offer("x", "Doet iets.", name="Iemand", audience="scholen").full_text == "Iemand. Doet iets. scholen"


def test_values_are_frozen_and_compare_by_value():
    with pytest.raises(AttributeError):
        question("v").text = "w"
    assert question("v") == question("v")


@pytest.mark.parametrize("name", ["Regio Twente", "twente", "TWENTE", " regio  twente"])
def test_a_region_is_recognised_as_people_write_it(name):
    assert recognise("region", name, by_key(["Regio Twente", "Almere"])) == "Regio Twente"


def test_a_name_nobody_knows_is_refused_with_the_names_known():
    with pytest.raises(UnknownNameError, match="Almere, Regio Twente"):
        recognise("region", "Atlantis", by_key(["Regio Twente", "Almere"]))


def test_a_name_without_any_letter_or_only_regio_keeps_a_key():
    assert key("regio") == "regio"
    assert key("Friesland") != key("Fryslân")
    assert key("Noordoost-Fryslân") == key("noordoost fryslan")


@pytest.mark.parametrize(("one", "other"), [("東京", "大阪"), ("Ærø", "r"), ("regio-overleg", "overleg"), ("🙂", "—")])
def test_different_names_stay_different(one, other):
    assert key(one) != key(other)
