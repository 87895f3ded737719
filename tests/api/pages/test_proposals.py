"""A proposal from "Stel voor" to what came of it, as a verbinder meets it: every refusal told, nothing lost."""

from __future__ import annotations

NEW = "/leervragen/lv-1/voorstel/b-verzuim"


def test_an_offer_is_proposed_with_a_note_and_that_is_undone(visit, service):
    page = visit("verbinder")
    page.get(NEW)
    assert "Notitie bij het voorstel" in page.text
    page.post(NEW, {"notitie": "Past goed.", "uren": "1,5"})
    assert "Het voorstel is gedaan (v-1)" in page.text
    made = service.desk.store.proposal("v-1")
    assert (made.hours, made.note, made.state) == (1.5, "Past goed.", "voorgesteld")
    page.post("/voorstellen/v-1", {"stap": "herroepen"})
    assert service.desk.store.proposal("v-1").state == "herroepen"


def test_hours_that_are_no_number_are_told_and_what_was_typed_stays(visit, service):
    page = visit("verbinder")
    answer = page.post(NEW, {"notitie": "Past goed.", "uren": "veel"})
    assert answer.status_code == 400
    assert "Vul een getal in" in page.text
    assert "Past goed." in page.last.get_data(as_text=True)
    assert service.desk.store.proposals() == []


def test_the_same_pair_is_proposed_again_only_when_said_so(visit, service):
    page = visit("verbinder")
    page.post(NEW, {"uren": "0"})
    page.post("/voorstellen/v-1", {"stap": "ingetrokken", "notitie-ingetrokken": "toch niet"})
    assert page.post(NEW, {"uren": "0"}).status_code == 409
    assert "al aan elkaar voorgesteld" in page.text
    page.post(NEW, {"uren": "0", "opnieuw": "ja"})
    assert [p.state for p in service.desk.store.proposals()] == ["ingetrokken", "voorgesteld"]


def test_more_hours_than_there_are_is_refused_with_how_many_are_left(visit, service):
    answer = visit("verbinder").post("/leervragen/lv-1/voorstel/a-verzuim", {"uren": "40"})
    assert answer.status_code == 409
    assert "nog 4 over" in answer.get_data(as_text=True)
    assert service.desk.store.proposals() == []


def test_a_proposal_is_followed_to_its_outcome(visit, service):
    page = visit("verbinder")
    page.post(NEW, {"uren": "1"})
    for step in ("aanvaard", "loopt"):
        page.post("/voorstellen/v-1", {"stap": step})
        assert f"Het voorstel is nu: {step}." in page.text
    assert page.post("/voorstellen/v-1", {"stap": "afgerond", "hielp": "9"}).status_code == 400
    assert "van 1 tot en met 5" in page.text
    page.post("/voorstellen/v-1", {"stap": "afgerond", "hielp": "4", "regio_zegt": "Fijn.", "expert_zegt": "Goed."})
    assert service.desk.store.proposal("v-1").outcome.helped == 4
    page.get("/voorstellen?staat=afgerond")
    assert "B-verzuim" in page.text


def test_a_decline_wants_a_reason(visit):
    page = visit("verbinder")
    page.post(NEW, {"uren": "1"})
    assert page.post("/voorstellen/v-1", {"stap": "afgewezen"}).status_code == 400
    assert "Schrijf erbij waarom." in page.text


def test_proposals_of_elsewhere_are_not_there(visit, service):
    service.bureau().propose("lv-5", "b-verzuim", hours=0)
    assert visit("verbinder-elders").get("/voorstellen/v-1").status_code == 404
    assert visit("regio").get("/voorstellen/v-1").status_code == 404
    assert visit("evaluator").get("/voorstellen/v-1").status_code == 403
