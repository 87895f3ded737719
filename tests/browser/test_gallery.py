"""Every macro in every state, in a real browser: accessible, narrow, large, dark, on paper, without script."""

from __future__ import annotations

import re

import pytest

from tests.browser.checks import (
    assert_accessible,
    assert_keyboard,
    assert_looks,
    assert_reflows,
    assert_text_doubles,
)
from tests.browser.gallery import PAGES, STATES, STATUSES
from tests.browser.screenshots import take

FIXED = ("toegankelijkheid", "privacy")


@pytest.mark.parametrize("name", PAGES)
def test_every_state_holds_in_every_look(open_page, gallery, name):
    page = open_page(f"{gallery}/{name}/gevuld")
    for state in STATES:
        if state != "fout" or name == "formulier":
            page.goto(f"{gallery}/{name}/{state}")
            assert_looks(page)


def test_a_look_that_fails_is_told(open_page, gallery):
    page = open_page(f"{gallery}/tekens/gevuld")
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    with pytest.raises(AssertionError, match=r"(?s)color-contrast.*<h1"):
        assert_looks(page)
    page.evaluate("document.querySelector('h1').style.cssText = 'display: block; width: 40rem'")
    with pytest.raises(AssertionError, match="320 px"):
        assert_reflows(page)
    page.evaluate("document.querySelector('h1').style.cssText = 'display: block; height: 2rem; overflow: hidden'")
    with pytest.raises(AssertionError, match="200%"):
        assert_text_doubles(page)
    page.evaluate("document.querySelector('.button').tabIndex = -1")
    with pytest.raises(AssertionError, match="not reached"):
        assert_keyboard(page)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_is_reached_by_keyboard(open_page, gallery, name):
    assert_keyboard(open_page(f"{gallery}/{name}/gevuld"))


def test_error_and_fixed_pages_are_accessible_and_say_what_to_do(open_page, gallery):
    page = open_page(f"{gallery}/fouten/404")
    for path in (*(f"fouten/{status}" for status in STATUSES), *FIXED):
        page.goto(f"{gallery}/{path}")
        assert_accessible(page)
        assert_reflows(page)
        if path not in FIXED:
            assert page.get_by_text("Wat kunt u doen?").is_visible()
            assert page.get_by_text("7f3a-19c2").is_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_an_error_is_in_the_title_has_the_focus_and_leads_to_its_field(open_page, gallery, javascript):
    page = open_page(f"{gallery}/formulier/fout", javascript=javascript)
    assert page.title().startswith("Fout: ")
    assert page.evaluate("document.activeElement.id") == "fouten"
    for link in page.locator("#fouten a").all():
        link.click()
        assert page.evaluate("location.hash.slice(1) === document.querySelector(':target').id")
    assert page.locator("#tekst").get_attribute("aria-describedby") == "tekst-hint tekst-fout"


def test_the_skip_link_comes_first_and_leads_to_the_content(open_page, gallery):
    page = open_page(f"{gallery}/lijst/gevuld", javascript=False)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
    assert page.locator(":focus").bounding_box()["height"] >= 24
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_a_match_prints_on_one_page(open_page, gallery):
    paper = open_page(f"{gallery}/voorstel/gevuld").pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


def test_paper_has_no_menu_and_no_buttons(open_page, gallery):
    page = open_page(f"{gallery}/voorstel/gevuld")
    page.emulate_media(media="print")
    assert (
        page.locator(".menu, .top, .bottom, .actions").evaluate_all("all => all.filter(e => e.checkVisibility())") == []
    )
    assert page.locator(".match .why").is_visible()


def test_forced_colours_keep_bars_and_the_current_page_visible(open_page, gallery):
    page = open_page(f"{gallery}/leervraag/gevuld")
    page.emulate_media(forced_colors="active")
    fills = page.locator(".bar rect").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
    assert fills
    assert "none" not in fills
    assert page.locator(".card").first.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"


def test_nothing_moves_for_who_wants_no_movement(open_page, gallery):
    page = open_page(f"{gallery}/tekens/gevuld")
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_pictures_are_taken_wide_and_narrow(browser, gallery, tmp_path):
    files = take(browser, gallery, [("dag", "/dag/leeg")], tmp_path / "docs")
    assert [file.name for file in files] == ["dag-breed.png", "dag-smal.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
