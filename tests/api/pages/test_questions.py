"""Leervragen as a verbinder meets them: listed, filtered, exported, answered; closed and opened again."""

from __future__ import annotations

import io

import openpyxl


def test_a_verbinder_sees_the_questions_of_their_regions_and_the_filter_keeps_to_the_address(visit):
    page = visit("verbinder")
    page.get("/leervragen")
    assert "Leervraag 1" in page.text
    assert "Leervraag 7" not in page.text
    page.get("/leervragen?regio=Regio+Twente")
    assert "Leervraag 5" in page.text
    assert "Leervraag 1 " not in page.text
    page.get("/leervragen?woorden=bestaatniet")
    assert "Geen leervragen gevonden" in page.text
    assert visit("verbinder").get("/leervragen/lv-7").status_code == 404


def test_the_list_goes_out_as_excel_in_the_same_filter(visit):
    answer = visit("verbinder").get("/leervragen?regio=Regio+Twente&als=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert {str(row[0]) for row in rows} & {"lv-1", "lv-5", "lv-7"} == {"lv-5"}


def test_a_question_shows_who_can_help_with_the_reason_and_who_cannot(visit):
    page = visit("verbinder")
    page.get("/leervragen/lv-1")
    assert "Wie kan helpen" in page.text
    assert "Score" in page.text
    assert "Stel voor" in page.text
    assert "Waarom niet?" in page.text
    assert "<mark>" in page.last.get_data(as_text=True)


def test_what_is_asked_otherwise_stands_in_the_address(visit):
    page = visit("verbinder")
    page.get("/leervragen/lv-1?soort=dossier")
    assert "dossier" in page.text
    assert "Wis filters" in page.text
    assert page.get("/leervragen/lv-1?op=geen-dag&vorm=zweefvlucht").status_code == 200


def test_an_offer_that_was_proposed_leads_to_its_proposal(visit, service):
    made = service.bureau().propose("lv-1", "b-verzuim", hours=1)
    page = visit("verbinder")
    page.get("/leervragen/lv-1?aantal=20")
    assert "Bekijk het voorstel" in page.text
    assert f"/voorstellen/{made.id}" in page.last.get_data(as_text=True)


def test_a_question_whose_offer_was_erased_can_still_be_read(visit, service):
    work = service.bureau()
    made = work.propose("lv-1", "b-verzuim", hours=1)
    work.store.erase("b-verzuim", "p-1", service.desk.clock())
    page = visit("verbinder")
    page.get("/leervragen/lv-1")
    assert "Aanbod dat er niet meer is" in page.text
    assert page.get(f"/voorstellen/{made.id}").status_code == 200


def test_a_question_is_closed_and_that_is_undone(visit, service):
    page = visit("verbinder")
    page.post("/leervragen/lv-1/sluit")
    assert "gesloten" in page.text
    assert "lv-1" in service.desk.store.closed()
    page.post("/leervragen/lv-1/heropen")
    assert "lv-1" not in service.desk.store.closed()
    assert visit("regio-elders").post("/leervragen/lv-1/sluit", follow=False).status_code == 404
