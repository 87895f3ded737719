"""Pictures of the main pages, wide and narrow: an app goes in, PNG files in docs/ come out.

python -m tests.browser.screenshots [folder]; for now of the gallery.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.chrome import chromium, serving
from tests.browser.gallery import PAGES, ROOT, make_gallery

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = {"breed": 1280, "smal": 390}


def take(browser: Browser, address: str, pages: Iterable[tuple[str, str]], folder: Path) -> list[Path]:
    """Write <name>-breed.png and <name>-smal.png of each (name, path) into the folder; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for word, width in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": 900}, locale="nl-NL")
        for name, where in pages:
            page.goto(address + where)
            written.append(folder / f"{name}-{word}.png")
            page.screenshot(path=written[-1], full_page=True)
        page.close()
    return written


def main() -> None:
    """Take the pictures of the gallery into the folder named, or docs/screenshots."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    path = chromium() or sys.exit("No Chromium found: apt-get install chromium")
    with serving(make_gallery()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for file in take(browser, address, [(name, f"/{name}/gevuld") for name in PAGES], folder):
            print(file)


if __name__ == "__main__":
    main()
