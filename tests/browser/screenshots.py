"""Pictures of the eight main pages, wide and narrow: the service over the reference corpus goes in, PNG files come out.

python -m tests.browser.screenshots [folder]; the folder is docs/screenshots unless named. On 1 December 2026.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image

from api import Options, create_app
from matcher import Bureau, Desk, Person, Settings, Wanted, accounts, open_desk, reference
from matcher.store import open_store
from tests.browser.chrome import chromium
from tests.browser.gallery import ROOT
from tests.browser.site import let_in, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = {"breed": 1280, "smal": 390}
MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)
REGION, QUESTION = "Almere", "q-026"
# Longer pages are cut here: what is above tells what the page is.
_TALLEST = {"breed": 1500, "smal": 1900}
# Colours a picture keeps: enough for flat surfaces and text.
_COLOURS = 160


def busy(bureau: Bureau, region: Bureau) -> dict[str, str]:
    """Let a bureau have been at work, and return (name, path) of the main pages; a proposal waits, one runs."""
    first = bureau.consider(bureau.question(QUESTION), 3).kept
    shown = bureau.propose(QUESTION, first[0].offer.id, "Werkt al met een aanpak voor deze vraag.")
    for identifier, steps in (("q-013", ("aanvaard", "loopt")), ("q-038", ("aanvaard",)), ("q-020", ()), ("q-021", ())):
        made = bureau.propose(identifier, bureau.consider(bureau.question(identifier), 1).kept[0].offer.id)
        for step in steps:
            region.take(made.id, step)
    held = bureau.hold_round(Wanted(), [q for q in bureau.store.open_questions() if q.region])
    kept = bureau.keep_draft(held)
    return {
        "vandaag": "/", "leervraag": f"/leervragen/{QUESTION}", "voorstel": f"/voorstellen/{shown.id}",
        "aanbod": f"/aanbod/{first[0].offer.id}", "makelronde": f"/rondes/{kept.id}", "leeragenda": "/agenda",
    }  # fmt: skip


def take(
    browser: Browser, address: str, pages: Iterable[tuple[str, str]], folder: Path, door: str = ""
) -> list[Path]:  # fmt: skip
    """Write <name>-breed.png and <name>-smal.png of each (name, path) into the folder; return what was written.

    door: a path that is opened first, to sign in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for word, width in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": 900}, locale="nl-NL")
        page.goto(address + door)
        for name, where in pages:
            page.goto(address + where)
            height = min(_TALLEST[word], page.evaluate("document.documentElement.scrollHeight"))
            written.append(folder / f"{name}-{word}.png")
            page.screenshot(
                path=written[-1], full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}
            )  # fmt: skip
            _reduce(written[-1])
        page.close()
    return written


def _reduce(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def service(folder: Path, clock: Callable[[], datetime]) -> Iterator[tuple[str, Desk, dict[str, Person]]]:
    """Serve the reference corpus with an account of each role while the block runs: address, desk, people."""
    path = folder / "m.db"
    with closing(open_store(path)) as store:
        store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
        everywhere = tuple(r.name for r in store.regions())
        regions = {"verbinder": everywhere, "regio": (REGION,), "evaluator": (), "beheerder": ()}
        made = {role: accounts.add(store, role, f"Voorbeeld {role}", role, r, "beheer", clock()).person
                for role, r in regions.items()}  # fmt: skip
        people = {role: found for role, key in made.items() if (found := store.person(key))}
    cache = Path(os.environ.get("MATCHER_CACHE") or folder)
    desk = open_desk(Settings(path, cache), clock)
    app = create_app(desk, Options(contact="bureau@example.org", profiles=0))
    let_in(app, people)
    try:
        with served(app) as address:
            yield address, desk, people
    finally:
        desk.close()


def pictures(browser: Browser, folder: Path) -> Iterator[Path]:
    """Write the pictures of all main pages into the folder."""
    at = [MORNING - timedelta(days=3)]
    with TemporaryDirectory() as place, service(Path(place), lambda: at[0]) as (address, desk, people):
        mine = busy(desk.bureau(people["verbinder"].key), desk.bureau(people["regio"].key))
        at[0] = MORNING
        asked = {"verbinder": mine, "regio": {"nieuw": "/leervragen/nieuw"}, "evaluator": {"beoordelen": "/beoordelen"}}
        for role, pages in asked.items():
            yield from take(browser, address, pages.items(), folder, f"/_als/{role}?pad=/toegankelijkheid")


def main() -> None:
    """Take the pictures into the folder named, or docs/screenshots."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    path = chromium() or sys.exit("No Chromium found: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for file in pictures(browser, folder):
            print(file, file.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main()
