"""The leeragenda as pages: over the questions that one may see, each group under an address that keeps."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.api.conftest import NOON, QUESTIONS, REGIONS

ALIKE = {f"lv-{n}": "Mijn zoon zit al weken thuis van school: verzuim en leerplicht." for n in (1, 5)}


@pytest.fixture
def alike(service):
    """A question of Almere and one of Twente that ask the same."""
    store = service.desk.store
    store.put([replace(store.question(i), text=text) for i, text in ALIKE.items()], "p-1", NOON)


def groups(visitor):
    return re.findall(r'href="/agenda/([^"]+)"', visitor.get("/agenda").get_data(as_text=True))


def test_questions_that_belong_together_are_a_group_with_its_regions_and_what_it_could_become(visit, alike, service):
    visitor = visit("verbinder")
    assert set(groups(visitor)) & set(ALIKE)
    assert "Almere, Regio Twente" in visitor.text
    visitor.get("/agenda/lv-1")
    assert "2 leervragen" in visitor.text
    assert "nieuwe community of practice" in visitor.text
    pages = [visit("verbinder").get(f"/agenda/{i}").get_data(as_text=True) for i in ALIKE]
    assert pages[0] == pages[1]
    assert 'href="/leervragen/lv-1"' in pages[0]


def test_the_picture_and_the_table_tell_the_same(visit, service):
    visitor = visit("verbinder")
    page = visitor.get("/agenda").get_data(as_text=True)
    among = [q for q in service.bureau().store.questions() if q.id != "lv-7"]
    found = service.bureau().agenda(among=among)
    drawn = re.findall(r"(\d+) van (\d+) zonder</text>", page)
    assert drawn == [(str(len(b.unmet)), str(b.asked)) for b in found.themes[:12]]
    assert all(b.theme.label in visitor.text for b in found.themes)
    assert f"{sum(len(b.unmet) for b in found.themes)} van {len(among)}" in visitor.text


def test_what_changed_is_on_the_agenda_at_once(visit, service):
    visitor = visit("verbinder")
    visitor.get("/agenda")
    assert f"van {len(QUESTIONS) - 1}" in visitor.text
    service.bureau().store.close_question("lv-1", "p-1", NOON)
    visitor.get("/agenda")
    assert f"van {len(QUESTIONS) - 2}" in visitor.text
    assert visitor.get("/agenda/lv-1").status_code == 404


def test_a_question_of_elsewhere_is_on_no_agenda_of_mine(visit, service):
    visitor = visit("verbinder")
    assert "lv-7" not in visitor.get("/agenda").get_data(as_text=True)
    assert visitor.get("/agenda/lv-7").status_code == 404
    assert visit("verbinder-elders").get("/agenda/lv-7").status_code == 200
    assert visit("regio").get("/agenda").status_code == 403


def test_an_empty_agenda_says_what_to_do(visit, service):
    for question in QUESTIONS:
        service.bureau().store.close_question(question.id, "p-1", NOON)
    visitor = visit("verbinder")
    visitor.get("/agenda")
    assert "De leeragenda is nog leeg" in visitor.text
    assert len(REGIONS) == 3
