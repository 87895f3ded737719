"""A region posts a question in three steps; what it typed is kept, what may not be kept is not."""

from __future__ import annotations

from datetime import date

import pytest

from matcher import Question

WORDS, WISHES, CHECK = "/leervragen/nieuw", "/leervragen/nieuw/wensen", "/leervragen/nieuw/controle"
ASKED = {"titel": "Hoe helpen we thuiszitters?", "tekst": "Hij zit al weken thuis op zijn kamer."}
BSN = "111222333"


def asked_up_to_the_check(person, **words):
    person.post(WORDS, ASKED | words)
    return person.post(WISHES, {"datum": "2027-04-01", "uren": "1,5", "vorm": ["traject"], "blik": ["ervaring"]})


def posted(service):
    known = {f"lv-{n}" for n in range(1, 9)}
    return [q for q in service.desk.store.questions() if q.id not in known]


def test_three_steps_lead_to_a_question_of_ones_own_region(visit, service):
    person = visit()
    asked_up_to_the_check(person, regio="Delft")  # not theirs
    assert person.path == WORDS
    assert "Kies de regio" in person.text
    asked_up_to_the_check(person)
    assert person.path == CHECK
    assert "1 april 2027" in person.text
    assert "er is nog niets verstuurd" in person.text.lower()
    assert posted(service) == []
    person.post(CHECK)
    (made,) = posted(service)
    assert made == Question(
        made.id, ASKED["titel"], ASKED["tekst"], "Almere", forms=("traject",), perspectives=("ervaring",),
        needed_on=date(2027, 4, 1), hours_per_month=1.5, asked_on=date(2027, 3, 1),
    )  # fmt: skip
    assert person.path == f"/leervragen/{made.id}"
    assert "is verstuurd" in person.text
    assert service.bureau("regio").store.drafts(service.people["regio"].key) == {}


def test_sent_twice_it_is_posted_once(visit, service):
    person = visit()
    asked_up_to_the_check(person)
    person.post(CHECK)
    person.post(CHECK)
    assert "al verstuurd" in person.text
    assert len(posted(service)) == 1


@pytest.mark.parametrize("path", [WISHES, CHECK])
def test_a_later_step_begins_at_the_first(visit, path):
    person = visit()
    assert person.get(path, follow_redirects=True).request.path == WORDS


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("titel", " ", "in één zin"), ("titel", "x" * 121, "121 tekens"), ("tekst", "help", "een paar zinnen"),
     ("tekst", "a b c " * 1000, "5999 tekens")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(visit, field, value, told):
    person = visit()
    answer = person.post(WORDS, ASKED | {field: value})
    assert answer.status_code == 400
    assert told in person.text
    assert f'href="#{field}"' in answer.text
    assert value.strip()[:300] in answer.text
    other = "tekst" if field == "titel" else "titel"
    assert ASKED[other] in visit().get(WORDS).text  # in a draft, also for another browser


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("datum", "morgen", "geen datum"), ("datum", "2027-02-28", "al voorbij"), ("datum", "31-2-2027", "geen datum"),
     ("uren", "veel", "getal"), ("uren", "201", "getal"), ("uren", "-1", "getal"), ("uren", "nan", "getal"),
     ("contact", "x" * 201, "201 tekens"), ("contact", f"bsn {BSN}", "burgerservicenummer")],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_said_at_its_field(visit, field, value, told):
    person = visit()
    person.post(WORDS, ASKED)
    answer = person.post(WISHES, {field: value, "blik": ["beleid"]})
    assert answer.status_code == 400
    assert told in person.text
    assert f'id="{field}-fout"' in answer.text
    assert 'value="beleid" checked' in answer.text


def test_a_day_may_be_written_as_people_write_it(visit):
    person = visit()
    person.post(WORDS, ASKED)
    person.post(WISHES, {"datum": "1-4-2027"})
    assert "1 april 2027" in person.text


@pytest.mark.parametrize("field", ["titel", "tekst"])
@pytest.mark.parametrize("number", [BSN, "111 222 333", "1112.22.333"])
def test_a_bsn_is_refused_not_repeated_and_nowhere_kept(visit, service, field, number):
    person = visit()
    answer = person.post(WORDS, ASKED | {field: f"Zijn nummer is {number} en hij zit thuis"})
    assert answer.status_code == 400
    assert "burgerservicenummer" in person.text
    assert "Zijn nummer is [nummer weggehaald] en hij zit thuis" in answer.text
    assert number not in answer.text
    assert number.encode() not in service.desk.settings.database.read_bytes()
    assert posted(service) == []


def test_what_seems_to_be_of_a_child_is_warned_about_and_marked(visit, service):
    person = visit()
    asked_up_to_the_check(person, tekst="Hij is geboren op 3-4-2015, mail ouder@example.org of bel 06-12345678.")
    assert person.path == CHECK
    for told in ("geboortedatum", "e-mailadres", "telefoonnummer"):
        assert told in person.text
    assert "<mark>3-4-2015</mark>" in person.last.text
    assert "Verstuur toch" in person.text
    person.post(CHECK)
    assert len(posted(service)) == 1


def test_similar_questions_of_others_show_their_title_and_region_and_nothing_else(visit, service):
    bureau = service.bureau("verbinder-elders")
    bureau.change(
        Question("lv-7", "Thuiszitters terug naar school", "GEHEIM hij zit al weken thuis op zijn kamer", "Delft",
                 contact="geheim@example.org")
    )  # fmt: skip
    person = visit()
    asked_up_to_the_check(person)
    assert "Thuiszitters terug naar school" in person.text
    assert "Delft" in person.text
    for hidden in ("GEHEIM", "geheim@", "/leervragen/lv-7"):
        assert hidden not in person.last.text


def test_a_community_that_fits_is_shown_before_it_is_sent(visit):
    person = visit()
    asked_up_to_the_check(
        person, titel="De overgang van peuter naar kleuter", tekst="Hoe gaat een peuter naar de kleuters?"
    )
    assert person.last.status_code == 200
    person.post(WISHES, {})
    assert "/aanbod/j-jonge-kind" in person.last.text


def test_posting_can_be_undone_and_is_a_draft_again(visit, service):
    person = visit()
    asked_up_to_the_check(person)
    person.post(CHECK)
    (made,) = posted(service)
    person.post(f"/leervragen/{made.id}/terug")
    assert posted(service) == []
    assert person.path == CHECK
    assert ASKED["titel"] in person.text
    person.post(CHECK)
    assert [q.text for q in posted(service)] == [ASKED["tekst"]]


def test_undone_is_only_what_one_posted_oneself_and_nobody_worked_on(visit, service):
    person = visit()
    asked_up_to_the_check(person)
    person.post(CHECK)
    (made,) = posted(service)
    assert visit("verbinder").post(f"/leervragen/{made.id}/terug").status_code == 403
    assert visit("regio-elders").post(f"/leervragen/{made.id}/terug").status_code == 404
    service.bureau().propose(made.id, "f-ouders")
    person.post(f"/leervragen/{made.id}/terug")
    assert "Terughalen kan niet meer" in person.text
    assert len(posted(service)) == 1


def test_a_verbinder_posts_for_a_region_or_for_none(visit, service):
    person = visit("verbinder")
    asked_up_to_the_check(person)
    assert "Kies de regio" in person.text
    for region in ("Regio Twente", "geen"):
        asked_up_to_the_check(person, regio=region)
        person.post(CHECK)
    assert {q.region for q in posted(service)} == {"Regio Twente", None}


def test_drafts_are_listed_thrown_away_and_brought_back(visit):
    person = visit()
    person.post(WORDS, ASKED)
    for page in ("/", "/leervragen"):
        person.get(page)
        assert "Uw concept" in person.text
        assert ASKED["titel"] in person.text
    person.post("/concepten/weg", {"formulier": WORDS, "terug": "/leervragen"})
    assert "weggegooid" in person.text
    assert ASKED["titel"] not in person.get(WORDS).text
    person.post("/concepten/terug", {"formulier": WORDS, "terug": "https://elders.example.org/"})
    assert person.path == "/"
    assert ASKED["titel"] in person.get(WORDS).text


def test_a_draft_is_of_who_typed_it(visit):
    visit().post(WORDS, ASKED)
    other = visit("regio-elders")
    assert ASKED["titel"] not in other.get("/").text + other.get(WORDS).text + other.get("/leervragen").text


@pytest.mark.parametrize("caller", ["evaluator", "beheerder"])
@pytest.mark.parametrize("path", [WORDS, WISHES, CHECK])
def test_others_do_not_ask_questions(visit, caller, path):
    assert visit(caller).get(path).status_code == 403
    assert visit(caller).post(path).status_code == 403


def test_what_was_typed_when_the_session_had_ended_is_kept_and_brought_back(service, visit):
    nobody = service.app.test_client()
    answer = nobody.post(WORDS, data=ASKED, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    assert "is bewaard" in answer.text
    assert 'name="bewaard"' in answer.text


def test_what_is_being_typed_is_kept_when_the_page_asks_for_it(visit):
    person = visit()
    assert (
        person.post("/concepten/bewaar", {"formulier": WORDS, "tekst": "Half een zin met 111222333"}).status_code == 204
    )
    assert "Half een zin met [nummer weggehaald]" in visit().get(WORDS).text


@pytest.mark.parametrize("form", ["", "/", "/mijn-account", "/leervragen", "weg:/leervragen/nieuw", "x" * 5000])
def test_only_forms_of_ours_are_kept(visit, service, form):
    assert visit().post("/concepten/bewaar", {"formulier": form, "tekst": "x"}).status_code == 404
    assert service.desk.store.drafts(service.people["regio"].key) == {}


def test_on_a_full_disk_what_was_typed_comes_back_and_can_be_sent_again(visit, service):
    person, db = visit(), service.desk.store._db
    db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
    text = "Hij zit al weken thuis. " * 200
    answer = person.post(WORDS, ASKED | {"tekst": text})
    assert answer.status_code == 507
    assert f'value="{text}"' in answer.text
    assert "Probeer het opnieuw" in person.text
    db.execute("PRAGMA max_page_count = 1000000")
    assert person.post(WORDS, ASKED | {"tekst": text}).request.path == WISHES
