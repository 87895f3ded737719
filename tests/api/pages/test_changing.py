"""A question is changed; who changed it meanwhile is not overwritten unseen, and nothing that was typed is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from api.pages.asked import typed

HERE = "/leervragen/lv-1"


def form_of(person, path=f"{HERE}/wijzig", **changes):
    """Return what a browser would send of the form, with these changes."""
    page = person.get(path).text
    given = {name: v for name, v in typed(person.question).items() if any(v)}
    return given | {"versie": re.search(r'name="versie" value="(\w+)"', page)[1]} | changes


@pytest.fixture
def person(visit, service):
    found = visit()
    found.question = service.bureau("regio").question("lv-1")
    return found


def test_a_change_is_kept_and_can_be_undone(person, service):
    before = person.question
    person.post(f"{HERE}/wijzig", form_of(person, titel="Anders", datum="2027-05-01", uren="3"))
    after = service.bureau().question("lv-1")
    assert after == replace(before, title="Anders", needed_on=date(2027, 5, 1), hours_per_month=3)
    assert "is gewijzigd" in person.text
    number = re.search(r'name="wijziging" value="(\d+)"', person.last.text)[1]
    person.post(f"{HERE}/wijzig/terug", {"wijziging": number})
    assert service.bureau().question("lv-1") == before


def test_a_change_of_another_is_not_undone(person, visit, service):
    other = visit("verbinder")
    other.question = person.question
    other.post(f"{HERE}/wijzig", form_of(other, titel="Anders"))
    number = re.search(r'name="wijziging" value="(\d+)"', other.last.text)[1]
    assert person.post(f"{HERE}/wijzig/terug", {"wijziging": number}).status_code == 404
    assert service.bureau().question("lv-1").title == "Anders"


def test_nothing_changed_is_said(person, service):
    person.post(f"{HERE}/wijzig", form_of(person))
    assert "Er is niets veranderd" in person.text
    assert service.desk.store.changes("question", "lv-1") == []


def test_what_another_changed_meanwhile_is_shown_beside_what_was_typed(person, service):
    mine = form_of(person, titel="Zo wil ik het", uren="3")
    service.bureau().change(replace(person.question, title="Zo deed de verbinder het", forms=("traject",)))
    answer = person.post(f"{HERE}/wijzig", mine)
    assert answer.status_code == 409
    assert answer.text.count("<title>Fout:") == 1
    for shown in ("Iemand anders wijzigde deze vraag", "Zo deed de verbinder het", "Zo wil ik het", "traject"):
        assert shown in person.text
    assert service.bureau().question("lv-1").title == "Zo deed de verbinder het"
    assert "Zo wil ik het" in person.get(f"{HERE}/wijzig").text  # kept as a draft
    version = re.search(r'name="versie" value="(\w+)"', answer.text)[1]
    person.post(f"{HERE}/wijzig", mine | {"versie": version})
    assert service.bureau().question("lv-1").title == "Zo wil ik het"


def test_a_draft_from_before_a_change_of_another_still_tells_of_it(person, service):
    person.post(f"{HERE}/wijzig", form_of(person, titel=""))
    service.bureau().change(replace(person.question, title="Zo deed de verbinder het"))
    again = form_of(person, titel="Zo wil ik het")
    assert person.post(f"{HERE}/wijzig", again).status_code == 409


def test_a_bsn_is_not_changed_in(person, service):
    answer = person.post(f"{HERE}/wijzig", form_of(person, tekst="zijn nummer is 111222333 en hij zit thuis"))
    assert answer.status_code == 400
    assert "111222333" not in answer.text
    assert service.bureau().question("lv-1") == person.question


@pytest.mark.parametrize("path", [HERE, f"{HERE}/wijzig"])
def test_a_question_of_another_region_is_not_there(visit, path):
    assert visit("regio-elders").get(path).status_code == 404
    assert visit("regio-elders").post(f"{HERE}/wijzig", {"titel": "x"}).status_code == 404
