"""A real Chromium for the tests in this folder: one for each process, a fresh context for each test.

Without a Chromium the tests are skipped and the end of the output says so; with MATCHER_BROWSER=required they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import pytest

from api import Options, create_app
from matcher import Matchmaker, Person, Settings, open_desk, open_matchmaker
from tests.api.conftest import NOON
from tests.browser import NO_BROWSER
from tests.browser.chrome import chromium, serving
from tests.browser.gallery import make_gallery
from tests.browser.site import Site, let_in, make_file, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


class OpenPage(Protocol):
    """What the fixture `open_page` gives."""

    def __call__(self, url: str, *, width: int = ..., dark: bool = ..., javascript: bool = ...) -> Page: ...


class OpenAs(Protocol):
    """What the fixture `open_as` gives."""

    def __call__(self, caller: str, path: str, *, width: int = ..., dark: bool = ..., javascript: bool = ...) -> Page:
        """Open a page of the site as a caller who is signed in already."""


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


@pytest.fixture(scope="session")
def bureau_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Person]]:
    """The file of a small bureau with those who may sign in there; made once, to be copied."""
    path = tmp_path_factory.mktemp("bureau") / "m.db"
    return path, make_file(path)


@pytest.fixture(scope="session")
def bureau_engine(bureau_file, cache: Path) -> Matchmaker:
    """The engine over that file, by the shipped model; read once for each process."""
    return open_matchmaker(Settings(bureau_file[0], cache))


@pytest.fixture
def site(bureau_file, bureau_engine: Matchmaker, tmp_path: Path, cache: Path) -> Iterator[Site]:
    """The real service on a free port, over a fresh copy of the small bureau; at noon on 1 March 2027."""
    path, people = bureau_file
    desk = open_desk(Settings(Path(shutil.copy(path, tmp_path / "m.db")), cache), lambda: NOON)
    desk.engines.given = bureau_engine
    app = create_app(desk, Options(contact="bureau@example.org", profiles=0))
    let_in(app, people)
    with served(app) as address:
        yield Site(address, desk, people)
    desk.close()


@pytest.fixture
def open_as(open_page: OpenPage, site: Site) -> OpenAs:
    """Return a function that opens a page as a caller: open_as("verbinder", "/aanbod", width=390) -> Page."""

    def opened(caller: str, path: str, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        door = f"{site.address}/_als/{caller}?pad={quote(path)}"
        return open_page(door, width=width, dark=dark, javascript=javascript)

    return opened
