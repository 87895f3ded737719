"""A form is read by the rules of a sheet, and what stands in the catalogue comes back equal through its form."""

from datetime import date, datetime

import pytest

from matcher.exchange.forms import filled_form, read_form
from matcher.exchange.plans import plan
from matcher.parties import Offer, Session
from tests.conftest import OFFERS

MEETING = Session(datetime(2027, 5, 11, 15), datetime(2027, 5, 11, 17))  # noqa: DTZ001 (local time)
RICH = Offer(
    "rijk", "cop", "Naam; met teken", "Eerste regel.\nTweede regel.", "Organisatie", "praktijk",
    ("alcohol, drugs en vapen", "thuiszitters"), ("Almere", "Regio; met punt"), ("online sessie",), 2.5,
    date(2027, 1, 1), date(2027, 6, 30), "ouders", (MEETING,),
    "info@example.org", "aanmelding", True,
)  # fmt: skip


@pytest.mark.parametrize("offer", [*OFFERS, RICH], ids=lambda o: o.id)
def test_an_offer_comes_back_equal_through_its_form(offer):
    found = plan(read_form("offers", filled_form("offers", offer)), [])
    assert [e.value for e in found.new] == [offer]


def test_what_is_wrong_is_told_by_its_field():
    given = {"id": "x", "kind": "draak", "name": "", "summary": "", "hours_per_month": "veel", "regions": "Atlantis"}
    wrong = plan(read_form("offers", given), [], {"regions": ("Almere",)}).wrong
    assert {p.field for p in wrong} == {"Soort", "Uren per maand", "Regio's"}


def test_a_field_that_is_not_given_stays_as_it_is():
    (entry,) = plan(read_form("offers", {"id": "rijk", "hours_per_month": "0"}), [RICH]).changed
    assert (entry.value.hours_per_month, entry.value.summary) == (0, RICH.summary)
