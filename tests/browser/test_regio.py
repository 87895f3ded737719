"""What a region does, in a real browser over the real service: it asks, follows and answers, and loses nothing."""

from __future__ import annotations

import pytest

from tests.browser.checks import assert_keyboard, assert_looks

TITLE = "Hoe helpen we thuiszitters?"
TEXT = "Hij zit al weken thuis op zijn kamer. Hoe doen anderen dat?"
LONG = "Meervoudigebeperkingenondersteuningsarrangementencoördinatiebijeenkomst"


def ask(page, site, title=TITLE, text=TEXT):
    page.goto(f"{site.address}/leervragen/nieuw")
    page.get_by_label("Wat wilt u weten").fill(title)
    page.get_by_label("Vertel het in uw eigen woorden").fill(text)
    page.get_by_role("button", name="Ga verder").click()


def posted(site, title=TITLE):
    return [q for q in site.bureau("regio").store.questions() if q.title == title]


@pytest.mark.parametrize("javascript", [True, False])
def test_from_signing_in_to_a_posted_question_and_back(site, open_page, javascript):
    page = open_page(site.address, javascript=javascript)
    site.sign_in(page, "regio")
    page.get_by_role("link", name="Stel een leervraag").click()
    page.get_by_label("Wat wilt u weten").fill(TITLE)
    page.get_by_label("Vertel het in uw eigen woorden").fill(TEXT)
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label("Hoeveel uren").fill("1,5")
    page.get_by_label("Ervaring").check()
    page.get_by_role("button", name="Ga verder").click()
    assert page.get_by_text("Er is nog niets verstuurd").is_visible()
    page.get_by_role("button", name="Verstuur de leervraag").click()
    assert page.get_by_role("status").get_by_text("is verstuurd").is_visible()
    assert [q.hours_per_month for q in posted(site)] == [1.5]
    page.get_by_role("button", name="Maak ongedaan").click()
    assert page.get_by_text("dit is weer uw concept").is_visible()
    assert posted(site) == []


def test_by_keyboard_only(site, open_as):
    page = open_as("regio", "/leervragen/nieuw")
    page.get_by_label("Wat wilt u weten").focus()
    page.keyboard.type(TITLE)
    page.keyboard.press("Tab")
    page.keyboard.type(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wensen")
    page.get_by_role("button", name="Ga verder").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/controle")
    assert_keyboard(page)
    page.get_by_role("button", name="Verstuur de leervraag").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/leervragen/lv-9")
    assert len(posted(site)) == 1


def test_the_session_ends_while_typing_and_nothing_is_lost(site, open_as):
    page = open_as("regio", "/leervragen/nieuw", javascript=False)
    page.get_by_label("Wat wilt u weten").fill(TITLE)
    page.get_by_label("Vertel het in uw eigen woorden").fill(TEXT)
    page.context.clear_cookies()
    page.get_by_role("button", name="Ga verder").click()
    assert page.get_by_text("Wat u had ingevuld, is bewaard").is_visible()
    site.sign_in(page, "regio")
    assert page.get_by_label("Wat wilt u weten").input_value() == TITLE
    assert page.get_by_label("Vertel het in uw eigen woorden").input_value() == TEXT


def test_a_tab_that_was_closed_is_taken_up_from_the_overview(site, open_as):
    page = open_as("regio", "/")
    ask(page, site)
    page.close()
    page = open_as("regio", "/")
    assert page.get_by_text("nog niet verstuurd").is_visible()
    page.get_by_role("link", name="Ga verder").click()
    assert page.get_by_label("Vertel het in uw eigen woorden").input_value() == TEXT


def test_a_bsn_is_blocked_and_the_focus_is_where_it_is_told(site, open_as):
    page = open_as("regio", "/")
    ask(page, site, text="Zijn nummer is 111222333 en hij zit thuis")
    assert page.title().startswith("Fout:")
    assert page.evaluate("document.activeElement.id") == "fouten"
    assert "111222333" not in page.content()
    page.get_by_role("link", name="burgerservicenummer").click()
    assert page.evaluate("document.activeElement.id") == "tekst"
    assert_looks(page)


def test_yes_no_and_what_came_of_it(site, open_as):
    site.bureau().propose("lv-1", "a-verzuim", "Zij deden dit in Delft.")
    page = open_as("regio", "/", javascript=False)
    page.get_by_role("link", name="Expert van Organisatie-a-verzuim").click()
    assert "kanarie" not in page.content()
    page.get_by_role("button", name="Nee, dit past niet").click()
    assert page.get_by_role("alert").get_by_text("waarom dit niet past").is_visible()
    page.get_by_role("button", name="Ja, dit willen we").click()
    assert page.get_by_text("kanarie-a-verzuim@example.org").is_visible()
    site.bureau().take("v-1", "loopt")
    page.reload()
    page.get_by_label("4", exact=True).check()
    page.get_by_label("Wat bracht het u").fill("We maken nu één plan")
    page.get_by_role("button", name="Rond af").click()
    assert page.get_by_role("status").get_by_text("Dank u wel").is_visible()


def test_each_page_looks_right_filled(site, open_as):
    site.bureau().propose("lv-1", "a-verzuim", "Zij deden dit in Delft.")
    page = open_as("regio", "/")
    ask(page, site, text=f"{TEXT} Geboren op 3-4-2015.")
    for path in ("/", "/leervragen/lv-1", "/leervragen/lv-1/wijzig", "/voorstellen/v-1", "/leervragen/nieuw/wensen",
                 "/leervragen/nieuw/controle"):  # fmt: skip
        page.goto(site.address + path)
        assert_looks(page)


def test_each_page_looks_right_with_long_text(site, open_as):
    page = open_as("regio", "/")
    ask(page, site, f"{LONG} {LONG[:40]}", f"{LONG} {LONG} en dan\n" * 9)
    page.get_by_role("button", name="Ga verder").click()
    assert_looks(page)
    page.get_by_role("button", name="Verstuur de leervraag").click()
    site.bureau().propose("lv-9", "f-ouders", LONG * 3)
    for path in ("/leervragen/lv-9", "/voorstellen/v-1"):
        page.goto(site.address + path)
        assert_looks(page)


def test_an_empty_overview_looks_right_and_says_what_to_do(site, open_as):
    for n in range(1, 5):
        site.desk.store.delete("question", f"lv-{n}", "bureau", site.desk.clock())
    page = open_as("regio", "/")
    assert_looks(page)
    assert_keyboard(page)
    page.get_by_role("link", name="Stel uw eerste leervraag").click()
    assert_keyboard(page)


def test_a_change_of_another_meanwhile_looks_right(site, open_as):
    page = open_as("regio", "/leervragen/lv-1/wijzig")
    other = open_as("verbinder", "/leervragen/lv-1/wijzig", width=800)
    other.get_by_label("Wat wilt u weten").fill("Zo deed de verbinder het")
    other.get_by_role("button", name="Bewaar").click()
    page.get_by_label("Wat wilt u weten").fill("Zo wil ik het")
    page.get_by_role("button", name="Bewaar").click()
    assert page.get_by_role("cell", name="Zo deed de verbinder het").is_visible()
    assert page.get_by_label("Wat wilt u weten").input_value() == "Zo wil ik het"
    assert_looks(page)


def test_what_was_typed_and_not_sent_is_kept_while_typing_and_when_one_leaves(site, open_as):
    page = open_as("regio", "/leervragen/nieuw")
    text = page.get_by_label("Vertel het in uw eigen woorden")
    with page.expect_response("**/concepten/bewaar") as kept:
        text.fill(TEXT)
    assert kept.value.status == 204
    text.fill(f"{TEXT} En nu weg.")
    page.goto(f"{site.address}/")
    who, store = site.people["regio"].key, site.bureau("regio").store
    for _ in range(50):
        if (store.draft(who, "/leervragen/nieuw") or {}).get("tekst") == [f"{TEXT} En nu weg."]:
            break
        page.wait_for_timeout(100)
    page.goto(f"{site.address}/leervragen/nieuw")
    assert text.input_value() == f"{TEXT} En nu weg."


def test_what_was_sent_leaves_no_draft_behind(site, open_as):
    page = open_as("regio", "/leervragen/lv-1/wijzig")
    page.get_by_label("Wat wilt u weten").fill("Anders")
    page.get_by_role("button", name="Bewaar").click()
    page.wait_for_timeout(300)
    page.goto(f"{site.address}/")
    assert page.get_by_text("Uw concept").count() == 0
