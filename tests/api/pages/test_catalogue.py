"""A beheerder keeps the catalogue: adds, changes, deletes and brings back; what was typed is never lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from matcher import Offer

NEW = "/aanbod/nieuw"
FILLED = {
    "naam": "Voorbeeldgids", "soort": "dossier", "omschrijving": "Wat werkt bij verzuim.",
    "themas": "verzuim\nschool, thuis", "regios": ["Almere"], "vormen": ["workshop"], "anders": "podcast",
    "uren": "2,5", "vanaf": "2027-04-01", "voorbeeld": "ja",
}  # fmt: skip


def offers(service):
    return {o.id: o for o in service.desk.store.offers()}


def version(visitor):
    return re.search(r'name="versie" value="(\w*)"', visitor.last.get_data(as_text=True))[1]


def form_of(offer):
    return {"naam": offer.name, "soort": offer.kind, "omschrijving": offer.summary, "uren": "3"}


def test_an_offer_is_added_under_an_id_of_its_own_and_can_be_taken_back(visit, service):
    person = visit("beheerder")
    assert person.post(NEW, FILLED, follow=False).headers["Location"] == "/aanbod/ab-1"
    assert offers(service)["ab-1"] == Offer(
        "ab-1", "dossier", "Voorbeeldgids", "Wat werkt bij verzuim.", themes=("verzuim", "school, thuis"),
        regions=("Almere",), forms=("workshop", "podcast"), hours_per_month=2.5, available_from=date(2027, 4, 1),
        example=True,
    )  # fmt: skip
    person.post("/aanbod/ab-1/weg")
    assert "ab-1" not in offers(service)
    assert person.path == "/prullenbak"
    assert "ab-1" in person.text
    person.post("/prullenbak/terug", {"kenmerk": "ab-1"}, follow=False)
    assert "ab-1" in offers(service)


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(visit, service):
    person = visit("beheerder")
    assert person.post(NEW, FILLED | {"soort": "", "uren": "veel", "tot": "2027-01-01"}).status_code == 400
    page = person.last.get_data(as_text=True)
    assert 'href="#soort"' in page
    assert 'href="#uren"' in page
    assert "Wat werkt bij verzuim." in page
    assert "<title>Fout: " in page
    assert len(offers(service)) == len(service.desk.store.offers())
    assert "ab-1" not in offers(service)


def test_a_change_is_kept_and_can_be_undone_once(visit, service):
    person, before = visit("beheerder"), offers(service)["a-verzuim"]
    person.get("/aanbod/a-verzuim/wijzig")
    assert before.contact in person.last.get_data(as_text=True)
    person.post("/aanbod/a-verzuim/wijzig", form_of(before) | {"versie": version(person)}, follow=False)
    assert offers(service)["a-verzuim"].hours_per_month == 3
    (number,) = [c.number for c in service.desk.store.changes("offer", "a-verzuim")]
    person.post("/aanbod/a-verzuim/terugdraaien", {"wijziging": str(number)}, follow=False)
    assert offers(service)["a-verzuim"] == before
    assert person.post("/aanbod/a-verzuim/terugdraaien", {"wijziging": "999"}, follow=False).status_code == 404


def test_what_another_changed_meanwhile_is_not_overwritten_unasked(visit, service):
    person, before = visit("beheerder"), offers(service)["a-verzuim"]
    person.get("/aanbod/a-verzuim/wijzig")
    seen = version(person)
    work = service.bureau("beheerder")
    work.store.put([replace(before, summary="Van een ander.")], work.by, work.clock())
    assert person.post("/aanbod/a-verzuim/wijzig", form_of(before) | {"versie": seen}).status_code == 409
    assert offers(service)["a-verzuim"].summary == "Van een ander."
    assert "Iemand anders wijzigde" in person.text
    person.post("/aanbod/a-verzuim/wijzig", form_of(before) | {"versie": version(person)}, follow=False)
    assert offers(service)["a-verzuim"].summary == before.summary


def test_an_offer_with_an_open_proposal_stays(visit, service):
    service.bureau().propose("lv-1", "a-verzuim")
    visit("beheerder").post("/aanbod/a-verzuim/weg", follow=False)
    assert "a-verzuim" in offers(service)


@pytest.mark.parametrize("path", ["/aanbod/zo-niet/wijzig", "/aanbod/lv-1/wijzig"])
def test_what_is_no_offer_is_not_found(visit, path):
    assert visit("beheerder").get(path).status_code == 404
