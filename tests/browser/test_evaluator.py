"""An evaluator in a real browser: pair after pair by key, by click and without JavaScript (MATCHER_PAIRS: how many)."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import assert_accessible, assert_keyboard, assert_looks, assert_reflows

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAIRS = int(os.environ.get("MATCHER_PAIRS", "20"))


@pytest.fixture(autouse=True)
def ready(site) -> None:
    """Let the pairs to judge be there: making them reads scikit-learn, once for each process."""
    site.bureau("evaluator").turn()


@pytest.fixture
def judged(site):
    """Return a function that tells what the evaluator judged, the first given first."""

    def given() -> list[int]:
        mine = [j for j in site.desk.store.judgements() if j.by == site.people["evaluator"].key]
        return [j.grade for j in sorted(mine, key=lambda j: j.at)]

    return given


def pressed(page: Page, key: str) -> None:
    """Press a key once its page is there, and wait for the next pair."""
    page.wait_for_load_state()
    with page.expect_navigation():
        page.keyboard.press(key)


def test_pairs_are_judged_by_keyboard_from_signing_in(open_page, site, judged):
    page = open_page(f"{site.address}/beoordelen")
    site.sign_in(page, "evaluator")
    page.get_by_label(re.compile("Beoordeeld: ")).wait_for()
    total = site.bureau("evaluator").turn().total
    begun = time.perf_counter()
    for n in range(min(PAIRS, total)):
        pressed(page, str(n % 4))
    print(f"\n{min(PAIRS, total)} pairs in {time.perf_counter() - begun:.1f} s")
    assert len(judged()) == min(PAIRS, total)
    assert page.get_by_label(re.compile("Beoordeeld: ")).get_attribute("value") == str(min(PAIRS, total))


def test_undo_and_skip_by_keyboard(open_as, judged):
    page = open_as("evaluator", "/beoordelen")
    pressed(page, "1")
    pressed(page, "u")
    assert page.locator("[aria-pressed=true]").inner_text().startswith("1")
    pressed(page, "3")
    assert judged() == [3]
    shown = page.locator(".compare").inner_text()
    pressed(page, "s")
    assert page.locator(".compare").inner_text() != shown
    assert judged() == [3]


def test_a_key_within_a_text_is_a_letter(open_as, judged):
    page = open_as("evaluator", "/beoordelen")
    page.get_by_text("Schrijf erbij waarom").click()
    page.get_by_label("Waarom").press_sequentially("3 sus")
    assert page.get_by_label("Waarom").input_value() == "3 sus"
    assert judged() == []


def test_keys_that_are_off_do_nothing_and_stay_off(open_as, judged):
    page = open_as("evaluator", "/beoordelen")
    page.get_by_role("button", name="Zet de toetsen uit").click()
    page.reload()
    page.keyboard.press("2")
    page.wait_for_timeout(300)
    assert judged() == []
    page.get_by_role("button", name=re.compile("^2 ")).press("Enter")
    page.wait_for_load_state()
    assert judged() == [2]


def test_without_javascript_by_click(open_as, judged):
    page = open_as("evaluator", "/", javascript=False)
    page.get_by_role("link", name="Begin met beoordelen").click()
    page.get_by_role("button", name=re.compile("^2 ")).click()
    page.get_by_role("link", name="Terug naar de vorige").click()
    page.get_by_role("button", name=re.compile("^0 ")).click()
    page.get_by_role("button", name="Sla over").click()
    assert judged() == [0]


def test_every_page_can_be_used_by_everyone(open_as, site):
    work = site.bureau("evaluator")
    for n in range(8):
        pair = work.turn().pair
        work.judge(*pair, n % 4)
        work.store.judge(*pair, n % 3, "p-ander", work.clock())
    page = open_as("evaluator", "/beoordelen")
    assert_looks(page)
    assert_keyboard(page)
    for path in ("/", "/overeenstemming", "/dekking"):
        page = open_as("evaluator", path)
        assert_accessible(page)
        assert_reflows(page)
