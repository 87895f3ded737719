"""What a verbinder does, from signing in to the result, in a real browser over the real service."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from matcher import Aims, Capacity, Wanted
from tests.api.conftest import CATALOGUE, NOON, QUESTIONS
from tests.browser.checks import assert_keyboard, assert_looks
from tests.browser.gallery import LONG


def proposed(site):
    return [(p.question, p.offer, p.state) for p in site.bureau().store.proposals()]


def held(site):
    """Return the id of a draft over what the verbinder sees."""
    work = site.bureau()
    return work.keep_draft(work.hold_round(Wanted(), [q for q in work.store.questions() if q.id != "lv-7"])).id


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_signing_in_to_a_proposal_in_at_most_six_clicks(site, open_page, javascript):
    page = open_page(site.address, javascript=javascript)
    site.sign_in(page)  # 1
    page.get_by_role("link", name="Leervraag 1").first.click()  # 2
    page.get_by_role("link", name="Stel voor").first.click()  # 3
    page.get_by_role("button", name="Stel voor").click()  # 4
    assert page.get_by_role("status").get_by_text("Het voorstel is gedaan").is_visible()
    assert [(q, state) for q, _, state in proposed(site)] == [("lv-1", "voorgesteld")]
    page.get_by_role("button", name="Maak ongedaan").click()
    assert [state for _, _, state in proposed(site)] == ["herroepen"]


def test_the_reverse_from_an_offer_to_a_proposal_by_keyboard_only(site, open_as):
    page = open_as("verbinder", "/aanbod?woorden=verzuim&sorteer=naam")

    def go_to(role, name):
        for _ in range(80):
            page.keyboard.press("Tab")
            here = page.evaluate("[document.activeElement.tagName, document.activeElement.textContent.trim()]")
            if here[0] == {"link": "A", "button": "BUTTON"}[role] and here[1].startswith(name):
                with page.expect_navigation():
                    page.keyboard.press("Enter")
                return
        pytest.fail(f"Tab does not reach {role} {name!r} on {page.url}")

    go_to("link", "A-verzuim")
    go_to("link", "Stel voor")
    page.get_by_label("Notitie").focus()
    page.keyboard.type("Past goed.")
    go_to("button", "Stel voor")
    assert proposed(site) == [("lv-1", "a-verzuim", "voorgesteld")]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_round_from_signing_in_to_approved_and_taken_back(site, open_page, javascript):
    page = open_page(site.address, javascript=javascript)
    site.sign_in(page)
    page.get_by_role("link", name="Houd een makelronde").click()
    page.get_by_label("Dat zo veel mogelijk leervragen iemand krijgen").check()
    page.get_by_role("button", name="Maak de ronde").click()
    first = page.get_by_role("checkbox").first
    left_out = first.get_attribute("value").split()
    first.uncheck()
    page.get_by_role("button", name="Keur goed en stel voor").click()
    made = proposed(site)
    assert len(made) > 1
    assert tuple(left_out) not in [pair[:2] for pair in made]
    page.get_by_role("button", name="Maak ongedaan").click()
    assert {state for _, _, state in proposed(site)} == {"herroepen"}


def test_filters_live_in_the_address_and_excel_has_the_same_rows(site, open_as):
    page = open_as("verbinder", "/aanbod")
    page.get_by_label("Soort").select_option("dossier")
    page.get_by_role("button", name="Toon").click()
    assert "soort=dossier" in page.url
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Naam").click()
    assert "soort=dossier" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (Excel)").click()
    assert download.value.suggested_filename == "aanbod.xlsx"
    page.get_by_role("link", name="Wis filters").click()
    assert page.locator("tbody tr").count() == len(CATALOGUE)


def test_two_offers_are_chosen_and_one_is_proposed(site, open_as):
    page = open_as("verbinder", "/leervragen/lv-1")
    page.get_by_role("link", name="Vergelijk").first.click()
    page.get_by_label("Rechts").select_option("b-verzuim")
    page.get_by_role("button", name="Vergelijk").click()
    assert page.get_by_role("columnheader", name="B-verzuim").is_visible()
    page.get_by_role("link", name=re.compile("Stel voor.*B-verzuim")).click()
    page.get_by_role("button", name="Stel voor").click()
    assert proposed(site) == [("lv-1", "b-verzuim", "voorgesteld")]


def test_a_group_of_the_agenda_leads_to_its_questions(site, open_as):
    page = open_as("verbinder", "/agenda")
    assert page.get_by_role("img", name=re.compile("Per thema")).is_visible()
    page.get_by_text("Bekijk dit als tabel").click()
    assert page.get_by_role("table", name="Per thema in getallen").is_visible()
    page.goto(f"{site.address}/agenda/lv-1")
    page.get_by_role("link", name="Leervraag 1").first.click()
    assert page.url.endswith("/leervragen/lv-1")


def test_a_proposal_prints_on_one_page(site, open_as):
    made = site.bureau().propose("lv-1", "a-verzuim", note="Past goed.")
    paper = open_as("verbinder", f"/voorstellen/{made.id}").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


PATHS = ("/aanbod", "/aanbod/a-verzuim", "/vergelijk?vraag=lv-1", "/rondes", "/rondes/nieuw", "/agenda")


def test_every_page_holds_in_every_look_filled(site, open_as):
    draft = held(site)
    site.bureau().store.set_capacity("a-verzuim", Capacity(hours=4, places=2), "p-1", NOON)
    page = open_as("verbinder", PATHS[0])
    for path in (*PATHS[1:], f"/rondes/{draft}", f"/rondes/{draft}/koppeling?vraag=lv-1", "/agenda/lv-1"):
        assert_looks(page)
        page.goto(site.address + path)
    assert_looks(page)
    site.bureau().approve(draft)
    page.goto(f"{site.address}/rondes/{draft}")
    assert_looks(page)


def test_every_page_holds_in_every_look_empty_and_wrong(site, open_as):
    page = open_as("verbinder", "/aanbod?woorden=bestaatniet")
    assert_looks(page)
    page.goto(f"{site.address}/rondes/nieuw")
    page.locator("[name=helpers]").first.evaluate("e => { e.value = '9'; }")
    page.get_by_role("button", name="Maak de ronde").click()
    assert page.title().startswith("Fout: ")
    assert_looks(page)
    store = site.bureau().store
    for kind, things in (("question", QUESTIONS), ("offer", CATALOGUE)):
        for thing in things:
            store.delete(kind, thing.id, "p-1", NOON)
    for path in ("/aanbod", "/vergelijk", "/rondes", "/rondes/nieuw", "/agenda"):
        page.goto(site.address + path)
        assert_looks(page)


def test_every_page_holds_in_every_look_with_long_text(site, open_as):
    store = site.bureau().store
    long = [replace(o, name=f"{LONG} {LONG}", organisation=LONG, themes=(LONG,), contact=LONG, forms=(LONG,))
            for o in store.offers()]  # fmt: skip
    store.put(long, "p-1", NOON)
    store.put([replace(q, title=f"{LONG} {q.title}", text=f"{q.text} {LONG}") for q in store.questions()], "p-1", NOON)
    draft = held(site)
    page = open_as("verbinder", PATHS[0])
    for path in (*PATHS[1:3], f"/rondes/{draft}", "/agenda", "/agenda/lv-1"):
        assert_looks(page)
        page.goto(site.address + path)
    assert_looks(page)


def test_every_control_is_reached_by_keyboard(site, open_as):
    draft = held(site)
    page = open_as("verbinder", "/aanbod/a-verzuim")
    for path in ("/vergelijk?vraag=lv-1", "/rondes/nieuw", f"/rondes/{draft}"):
        assert_keyboard(page)
        page.goto(site.address + path)
    assert_keyboard(page)


def test_aims_of_the_form_are_those_of_the_library():
    from api.pages.rounds import EVENNESS, MIX

    assert str(Aims().evenness) in EVENNESS
    assert str(Aims().mix) in MIX
