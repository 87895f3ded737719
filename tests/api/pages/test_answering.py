"""A region follows its question and answers what is proposed; who it is, it sees once it said yes."""

from __future__ import annotations

import pytest

from matcher import Outcome

CANARIES = ("A-verzuim", "kanarie-a-verzuim@example.org")
HERE = "/voorstellen/v-1"


@pytest.fixture
def proposed(service):
    return service.bureau().propose("lv-1", "a-verzuim", "Zij deden dit in Delft.")


def state(service):
    return service.bureau().store.proposal("v-1").state


@pytest.mark.parametrize("path", [HERE, "/leervragen/lv-1", "/", "/voorstellen"])
def test_who_it_is_stays_hidden_until_one_said_yes(visit, proposed, path):
    person = visit()
    page = person.get(path).text
    assert "Expert van Organisatie-a-verzuim" in page
    assert not [canary for canary in CANARIES if canary in page]
    person.post(HERE, {"stap": "aanvaard"})
    assert CANARIES[0] in person.get(path).text


def test_contact_is_shown_once_one_said_yes_and_not_after_it_was_taken_back(visit, proposed, service):
    person = visit()
    assert "Zij deden dit in Delft." in person.get(HERE).text
    person.post(HERE, {"stap": "aanvaard"})
    assert CANARIES[1] in person.text
    assert "U zei ja" in person.text
    person.post(HERE, {"stap": "herroepen"})
    assert state(service) == "voorgesteld"
    assert CANARIES[1] not in person.text


def test_no_needs_a_reason_that_is_kept(visit, proposed, service):
    person = visit()
    answer = person.post(HERE, {"stap": "afgewezen", "waarom": "  "})
    assert answer.status_code == 400
    assert 'href="#waarom"' in answer.text
    assert state(service) == "voorgesteld"
    person.post(HERE, {"stap": "afgewezen", "waarom": "Te ver\nweg"})
    assert service.bureau().store.proposal("v-1").note == "Te ver weg"
    assert "U zei nee" in person.text


def test_what_came_of_it_is_told_once_it_ran(visit, proposed, service):
    person = visit()
    assert person.post(HERE, {"stap": "afgerond", "hielp": "4", "regio_zegt": "Goed"}).status_code == 409
    person.post(HERE, {"stap": "aanvaard"})
    service.bureau().take("v-1", "loopt")
    assert "Wat kwam ervan?" in person.get("/").text
    assert 'href="#hielp"' in person.post(HERE, {"stap": "afgerond", "regio_zegt": "We maken één plan"}).text
    assert "We maken één plan" in person.get(HERE).text  # kept
    assert 'href="#regio_zegt"' in person.post(HERE, {"stap": "afgerond", "hielp": "4"}).text
    person.post(HERE, {"stap": "afgerond", "hielp": "4", "regio_zegt": "We maken één plan"})
    assert service.bureau().store.proposal("v-1").outcome == Outcome(4, "We maken één plan", "niet gevraagd")
    assert "4 van 5" in person.text
    person.post(HERE, {"stap": "herroepen"})
    assert state(service) == "loopt"


@pytest.mark.parametrize("step", ["loopt", "ingetrokken", "herroepen", "voorgesteld", "", "onzin"])
def test_a_step_that_is_not_of_a_region_is_refused(visit, proposed, service, step):
    assert visit().post(HERE, {"stap": step}).status_code == 403
    assert state(service) == "voorgesteld"


def test_a_step_of_another_is_not_taken_back(visit, proposed, service):
    service.bureau().take("v-1", "aanvaard")
    assert visit().post(HERE, {"stap": "herroepen"}).status_code == 403
    assert state(service) == "aanvaard"


def test_an_answer_too_late_says_how_it_stands_and_keeps_the_words(visit, proposed, service):
    person = visit()
    service.bureau().take("v-1", "ingetrokken")
    answer = person.post(HERE, {"stap": "afgewezen", "waarom": "Te ver weg"})
    assert answer.status_code == 409
    assert "intussen veranderd" in person.text
    assert "Ingetrokken" in person.text


def test_a_proposal_of_another_region_is_not_there(visit, proposed):
    other = visit("regio-elders")
    assert other.get(HERE).status_code == 404
    assert other.post(HERE, {"stap": "aanvaard"}).status_code == 404


def test_the_overview_tells_where_each_question_stands(visit, proposed, service):
    person = visit()
    person.get("/")
    assert "Er wacht 1 voorstel op uw antwoord" in person.text
    assert person.text.count("Een verbinder zoekt wie kan helpen") == 3
    assert "Leervraag 5" not in person.text  # of another region
    person.post(HERE, {"stap": "aanvaard"})
    assert "U bent aan de slag met A-verzuim" in visit().get("/").text


def test_a_region_without_questions_is_told_how_to_begin(visit, service):
    for n in range(1, 5):
        service.desk.store.delete("question", f"lv-{n}", "bureau", service.desk.clock())
    person = visit()
    person.get("/")
    assert "U hebt nog geen leervraag gesteld" in person.text
    assert 'href="/leervragen/nieuw"' in person.last.text


def test_an_offer_that_is_gone_leaves_the_proposal_readable(visit, proposed, service):
    service.bureau().take("v-1", "ingetrokken")
    service.desk.store.delete("offer", "a-verzuim", "bureau", service.desk.clock())
    person = visit()
    for path in (HERE, "/leervragen/lv-1", "/"):
        assert person.get(path).status_code == 200
    person.get(HERE)
    assert "Dit aanbod is er niet meer" in person.text


def test_a_closed_question_is_followed_no_more_and_opened_again(visit, service):
    person = visit()
    person.post("/leervragen/lv-1/sluit")
    assert "Deze vraag is gesloten" in person.text
    person.post("/leervragen/lv-1/heropen")
    assert "weer open" in person.text
