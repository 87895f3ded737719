"""A real Chromium for the tests in this folder: one for each process, a fresh context for each test.

Without a Chromium the tests are skipped and the end of the output says so; with MATCHER_BROWSER=required they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.browser import NO_BROWSER
from tests.browser.chrome import chromium, serving
from tests.browser.gallery import make_gallery

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


class OpenPage(Protocol):
    """What the fixture `open_page` gives."""

    def __call__(self, url: str, *, width: int = ..., dark: bool = ..., javascript: bool = ...) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for each process."""
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("MATCHER_BROWSER") == "required" else pytest.skip)(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens an address: open_page(url, width=1280, dark=False, javascript=True) -> Page.

    Calls with the same options share a context (and so the cookies) within one test. At the end of the test nothing
    may have run against the content security policy, and no script may have failed.
    """
    contexts: dict[tuple[int, bool, bool], BrowserContext] = {}
    complaints: list[str] = []

    def opened(url: str, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        options = (width, dark, javascript)
        if options not in contexts:
            contexts[options] = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
                java_script_enabled=javascript, locale="nl-NL", timezone_id="Europe/Amsterdam",
                reduced_motion="reduce",  # a colour measured half-way a transition is no colour of ours
            )  # fmt: skip
            contexts[options].set_default_timeout(10_000)
        page = contexts[options].new_page()
        page.on("console", lambda said: "Content Security Policy" in said.text and complaints.append(said.text))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.goto(url)
        return page

    yield opened
    for context in contexts.values():
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the gallery: every macro in every state."""
    with serving(make_gallery()) as address:
        yield address
