"""An evaluator judges pair after pair without knowing whose they are; every grade is kept at once."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import pytest

from tests.api.conftest import NOON


def pair(person):
    """Return the pair that the page shows, as its form sends it."""
    return dict(re.findall(r'name="(leervraag|aanbod)" value="([^"]+)"', person.last.get_data(as_text=True)))


def grade(person, value, **more):
    given = pair(person)
    person.post("/beoordelen", given | {"graad": str(value)} | more)
    return given


def mine(service, caller="evaluator"):
    key = service.people[caller].key
    return [j for j in service.desk.store.judgements() if j.by == key]


@pytest.fixture
def person(visit):
    visitor = visit("evaluator")
    visitor.get("/beoordelen")
    return visitor


def test_every_grade_is_kept_at_once_and_leads_to_the_next(person, service):
    seen = [tuple(grade(person, n % 4).values()) for n in range(6)]
    assert len(set(seen)) == 6
    assert sorted(j.grade for j in mine(service)) == [0, 0, 1, 1, 2, 3]
    assert "6 van" in person.text
    assert person.get("/").status_code == 200
    assert "Ga verder met beoordelen" in person.text


def test_ids_places_and_names_stay_hidden(person, service):
    person.get("/beoordelen")
    page = person.last.get_data(as_text=True)
    known = [*(q.id for q in service.desk.store.questions()), *(o.id for o in service.desk.store.offers())]
    assert not [i for i in known if f'"{i}"' in page]
    assert "kanarie" not in page
    assert "Organisatie-" not in page


def test_back_shows_the_one_before_with_its_grade_which_another_replaces(person, service):
    # Each a moment later than the one before, as it is where clocks run.
    moments = count()
    service.desk.clock = lambda: NOON + timedelta(seconds=next(moments))
    first = grade(person, 1)
    second = grade(person, 2)
    for expected in (second, first):
        place = re.search(r'href="(/beoordelen\?[^"]+)"', person.last.get_data(as_text=True))[1].replace("&amp;", "&")
        person.get(place)
        assert pair(person) == expected
    assert 'aria-pressed="true"><b>1</b>' in person.last.get_data(as_text=True)
    grade(person, 3)
    assert sorted(j.grade for j in mine(service)) == [2, 3]


def test_what_is_skipped_comes_back_when_the_rest_is_judged(person, service):
    skipped = pair(person)
    person.post("/beoordelen/overslaan", skipped)
    assert pair(person) != skipped
    work = service.bureau("evaluator")
    left = (work.behind("question", skipped["leervraag"]), work.behind("offer", skipped["aanbod"]))
    while (turn := work.turn([left])).pair != left:
        work.judge(*turn.pair, 0)
    person.get("/beoordelen")
    assert pair(person) == skipped
    grade(person, 0)
    assert "U beoordeelde alle paren" in person.text


def test_a_note_goes_along_and_one_with_a_bsn_is_refused_and_given_back(person, service):
    given = pair(person)
    assert person.post("/beoordelen", given | {"graad": "2", "notitie": "BSN 111222333"}).status_code == 400
    assert pair(person) == given
    assert "burgerservicenummer" in person.text
    assert mine(service) == []
    grade(person, 2, notitie="Zelfde vraag.")
    assert mine(service)[0].note == "Zelfde vraag."


@pytest.mark.parametrize("wrong", [{"graad": "4"}, {"graad": ""}, {"graad": "-1"}])
def test_what_is_no_grade_is_asked_again(person, service, wrong):
    assert person.post("/beoordelen", pair(person) | wrong).status_code == 400
    assert mine(service) == []


def test_real_ids_are_no_pair(person):
    given = {"leervraag": "lv-1", "aanbod": "a-verzuim", "graad": "2"}
    assert person.post("/beoordelen", given).status_code == 404
    assert person.post("/beoordelen/overslaan", given).status_code == 404
    assert person.get("/beoordelen?leervraag=lv-1&aanbod=a-verzuim").status_code == 404


def test_the_keys_can_be_switched_off_and_stay_off(person):
    assert "beoordelen.js" in person.last.get_data(as_text=True)
    person.post("/beoordelen/toetsen", {"toetsen": "uit"})
    assert "beoordelen.js" not in person.last.get_data(as_text=True)
    person.get("/beoordelen")
    assert "beoordelen.js" not in person.last.get_data(as_text=True)
    person.post("/beoordelen/toetsen", {"toetsen": "aan"})
    assert "beoordelen.js" in person.last.get_data(as_text=True)


def test_agreement_is_told_in_words_and_without_names(person, service):
    person.get("/overeenstemming")
    assert "Nog geen overeenstemming te meten" in person.text
    person.get("/beoordelen")
    for n in range(4):
        grade(person, n)
    for j in mine(service):
        service.desk.store.judge(j.question, j.offer, j.grade, "p-ander", service.desk.clock())
    person.get("/overeenstemming")
    assert "zeer groot" in person.text
    assert "u en beoordelaar" in person.text
    assert "p-ander" not in person.text


def test_coverage_counts_what_anyone_judged_and_what_the_engine_puts_first(person, service):
    asked = grade(person, 3)
    person.get("/dekking")
    assert "1 van" in person.text
    found = {c.question: c for c in service.bureau("evaluator").coverage()}
    assert sum(c.judged for c in found.values()) == sum(c.mine for c in found.values()) == 1
    assert all(c.first == 10 for c in found.values())
    assert service.bureau("evaluator").behind("question", asked["leervraag"]) in {
        q for q, c in found.items() if c.judged
    }


def test_without_questions_every_page_says_what_it_waits_for(person, service):
    store = service.desk.store
    for question in store.questions():
        store.close_question(question.id, "bureau", service.desk.clock())
    for path in ("/", "/beoordelen", "/dekking"):
        person.get(path)
        assert "Er is nog niets te beoordelen" in person.text
