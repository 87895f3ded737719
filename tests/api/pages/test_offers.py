"""The catalogue as a list, and one offer: filtered by the address, seen by role, with the questions it would help."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest

from matcher import Capacity, Session
from tests.api.conftest import CATALOGUE, NOON, told

ALL = len(CATALOGUE)


def names(visitor, path):
    page = visitor.get(path).get_data(as_text=True)
    return {o.id for o in CATALOGUE if f'href="/aanbod/{o.id}"' in page}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {o.id for o in CATALOGUE}),
        ("?soort=dossier", {"b-verzuim"}),
        ("?perspectief=beleid", {"c-geld"}),
        ("?woorden=DYSCALCULIE", {"g-rekenen"}),
        ("?woorden=groep+8", {"h-pesten"}),
        ("?vorm=lezing&soort=expert&woorden=partner", {"f-ouders"}),
        ("?datum=2027-07-01&perspectief=beleid", set()),
        ("?datum=onzin&perspectief=beleid", {"c-geld"}),
        ("?regio=Delft&woorden=verzuim", {"b-verzuim"}),
        ("?regio=almere&woorden=verzuim", {"a-verzuim", "b-verzuim"}),
    ],
)
def test_the_address_filters_the_list(visit, asked, found):
    visitor = visit("verbinder")
    assert names(visitor, f"/aanbod{asked}") == found
    assert (f"{len(found)} keer aanbod" in visitor.text) == (len(found) > 1)
    assert ("Wis de filters" in visitor.text) == (not found)


def test_nearly_full_counts_what_proposals_hold(visit, service):
    visitor = visit("verbinder")
    assert names(visitor, "/aanbod?bijnavol=ja") == set()
    service.bureau().propose("lv-1", "a-verzuim", hours=2)
    assert names(visitor, "/aanbod?bijnavol=ja") == {"a-verzuim"}
    assert "2 van 4 uur over" in visitor.text


def test_the_list_sorts_and_pages_and_what_it_does_not_know_counts_as_not_said(visit):
    visitor = visit("verbinder")
    page = visitor.get("/aanbod?sorteer=-naam&pagina=99").get_data(as_text=True)
    assert page.index("J-jonge-kind") < page.index("A-verzuim")
    page = visitor.get("/aanbod?sorteer=geheim").get_data(as_text=True)
    assert page.index("A-verzuim") < page.index("J-jonge-kind")


@pytest.mark.parametrize(("caller", "sees"), [("verbinder", True), ("beheerder", True), ("regio", False)])
def test_excel_holds_the_rows_of_the_filter_as_each_may_see_them(visit, service, caller, sees):
    answer = visit(caller).get("/aanbod?perspectief=praktijk&als=xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="aanbod.xlsx"'
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    told_rows = [" ".join(map(str, r)) for r in rows]
    assert sum("Organisatie-" in r for r in told_rows) == 1
    assert any("kanarie-a-verzuim@example.org" in r for r in told_rows) == sees
    logged = [line for line in service.desk.store.log() if line.name == "aanbod inzien"]
    assert bool(logged) == sees


def test_a_verbinder_sees_contact_and_the_questions_that_an_offer_helps_best_first(visit, service):
    visitor = visit("verbinder")
    visitor.get("/aanbod/a-verzuim")
    assert "kanarie-a-verzuim@example.org" in visitor.text
    assert "4 van 4 uur over" in visitor.text
    page = visitor.last.get_data(as_text=True)
    helped = service.bureau().helped("a-verzuim", [q for q in service.bureau().store.questions() if q.id != "lv-7"], 5)
    places = [page.index(f'href="/leervragen/{h.question.id}/voorstel/a-verzuim"') for h in helped]
    assert helped[0].question.id == "lv-1"
    assert places == sorted(places)
    assert [line.name for line in service.desk.store.log() if line.name == "aanbod inzien"]


def test_a_question_of_elsewhere_and_a_closed_one_are_not_among_them(visit, service):
    visitor = visit("verbinder")
    assert "/leervragen/lv-7" not in visitor.get("/aanbod/h-pesten").get_data(as_text=True)
    service.bureau().store.close_question("lv-1", "p-1", NOON)
    assert "/leervragen/lv-1" not in visitor.get("/aanbod/a-verzuim").get_data(as_text=True)
    assert "/leervragen/lv-7" in visit("verbinder-elders").get("/aanbod/h-pesten").get_data(as_text=True)


def test_a_region_sees_no_name_contact_or_button_until_a_proposal_was_accepted(visit, service):
    visitor = visit("regio")
    answer = visitor.get("/aanbod/a-verzuim")
    assert "kanarie-a-verzuim" not in told(answer)
    assert "A-verzuim" not in visitor.text
    assert "zodra een voorstel" in visitor.text
    assert "Stel voor" not in visitor.text
    assert "/leervragen/lv-1" in answer.get_data(as_text=True)
    made = service.bureau().propose("lv-1", "a-verzuim", hours=1)
    service.bureau("regio").take(made.id, "aanvaard")
    visitor.get("/aanbod/a-verzuim")
    assert "kanarie-a-verzuim@example.org" in visitor.text
    assert "A-verzuim" in visitor.text


def test_meetings_absences_and_what_is_full_are_told(visit, service):
    store = service.desk.store
    meeting = Session(*map(datetime.fromisoformat, ("2027-04-01T13:30", "2027-04-01T15:00")))
    store.put([replace(store.offer("j-jonge-kind"), sessions=(meeting,))], "p-1", NOON)
    monday = datetime(2027, 3, 8, 7, tzinfo=NOON.tzinfo)
    days = [(monday + timedelta(days=d), monday + timedelta(days=d, hours=12)) for d in range(5)]
    store.set_busy("j-jonge-kind", days, "p-1", NOON)
    store.set_capacity("j-jonge-kind", Capacity(hours=0), "p-1", NOON)
    visitor = visit("verbinder")
    visitor.get("/aanbod/j-jonge-kind")
    assert "1 april 2027 , 13:30 tot 15:00" in visitor.text
    assert "8 maart 2027 tot en met 12 maart 2027" in visitor.text
    assert "Dit aanbod zit vol" in visitor.text


def test_what_is_not_there_and_who_has_no_business_here(visit):
    assert visit("verbinder").get("/aanbod/onbekend").status_code == 404
    assert visit("evaluator").get("/aanbod").status_code == 403
    beheer = visit("beheerder")
    assert "Stel voor" not in beheer.get("/aanbod/a-verzuim").get_data(as_text=True)
    assert "kanarie-a-verzuim@example.org" in beheer.text


@pytest.mark.parametrize(("caller", "next_step"), [("verbinder", "/leervragen"), ("beheerder", "/inlezen")])
def test_an_empty_catalogue_says_what_to_do(visit, service, caller, next_step):
    for offer in CATALOGUE:
        service.desk.store.delete("offer", offer.id, "p-1", NOON)
    page = visit(caller).get("/aanbod").get_data(as_text=True)
    assert "De catalogus is nog leeg" in page
    assert f'class="button primary" href="{next_step}"' in page or f'class="button" href="{next_step}"' in page
