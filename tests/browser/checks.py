"""What must hold for any page: an open Page goes in, what is wrong comes out as AssertionError."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

_AXE = Axe().axe_script
FOREIGN = (Path(__file__).parent / "vreemd.css").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
NARROW = 320

# A theme that is laid over ours by the page's own machinery comes after our sheets, and so does this.
_WEAR = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }"
# Elements wider than the window that no box of their own scrolls.
_OVERFLOWING = """() => {
  const wide = [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest(".scroll, svg") && !e.matches(".hidden");
  });
  const over = document.documentElement.scrollWidth - innerWidth;
  return over > 0 || wide.length ? [`${over} px`, ...wide.slice(0, 5).map(e => e.outerHTML.slice(0, 120))] : [];
}"""
# Boxes that hide a part of their own text.
_CLIPPED = """() => [...document.querySelectorAll("body *")].filter(e => {
  const style = getComputedStyle(e);
  return e.clientHeight && !e.matches(".hidden, textarea, .scroll, svg, svg *") && style.overflowY !== "visible"
    && style.overflowY !== "auto" && e.scrollHeight > e.clientHeight + 1;
}).map(e => e.outerHTML.slice(0, 120))"""
# Everything that Tab must reach: of a group of radio buttons only one.
_STOPS = """() => {
  const groups = new Set();
  const stops = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(e => {
    if (e.disabled || !e.checkVisibility()) return false;
    if (e.type !== "radio") return true;
    const first = !groups.has(e.name);
    groups.add(e.name);
    return first;
  });
  stops.forEach((e, i) => { e.dataset.stop = e.type === "radio" ? `radio ${e.name}` : `${i}`; });
  document.querySelectorAll("input[type=radio]").forEach(e => { e.dataset.stop = `radio ${e.name}`; });
  return stops.map(e => [e.dataset.stop, e.outerHTML.slice(0, 120)]);
}"""
_HERE = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return [e.dataset.stop ?? "", style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          box.bottom > 0 && box.top < innerHeight && box.width > 0];
}"""


def assert_accessible(page: Page, rules: list[str] | None = None) -> None:
    """Fail with every finding of axe: WCAG 2.0 to 2.2 A and AA and best practice, or only the named rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{_AXE}; 0")
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options).then(done => done.violations)", options)
    told = [_told(v["id"], v["help"], n) for v in found for n in v["nodes"][:5]]
    assert not told, f"{page.url}\n" + "\n".join(told)


def _told(rule: str, text: str, node: dict[str, str]) -> str:
    return f"{rule}: {text}\n    {node['html'][:160]}\n    {node['failureSummary'].splitlines()[-1].strip()}"


def assert_colours(page: Page) -> None:
    """Fail where the contrast is too low as the page looks now; quicker than all of axe, for a second look."""
    assert_accessible(page, COLOURS)


def assert_looks(page: Page) -> None:
    """Fail unless the page as it is now holds in every look: axe, dark, a foreign theme, 320 px, text of 200%."""
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_colours(page)
    page.emulate_media(color_scheme="light")
    page.evaluate(_WEAR, FOREIGN)
    assert_colours(page)
    page.evaluate(_WEAR, "")
    assert_reflows(page)
    assert_text_doubles(page)


def assert_reflows(page: Page) -> None:
    """Fail where the page scrolls sideways at 320 CSS pixels; wide tables scroll in a box of their own."""
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 800})
    found = page.evaluate(_OVERFLOWING)
    if size:
        page.set_viewport_size(size)
    assert not found, f"{page.url} at {NARROW} px: " + "\n".join(found)


def assert_text_doubles(page: Page) -> None:
    """Fail where text of twice the size is cut off or makes the page scroll sideways."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = page.evaluate(_OVERFLOWING) + page.evaluate(_CLIPPED)
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert not found, f"{page.url} with text of 200%: " + "\n".join(found)


def assert_keyboard(page: Page) -> None:
    """Fail where Tab does not reach a control, or where one cannot see that it did."""
    stops = dict(page.evaluate(_STOPS))
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    reached: dict[str, bool] = {}
    # A field for a date has some stops inside.
    for _ in range(len(stops) * 2 + 20):
        page.keyboard.press("Tab")
        name, outlined, seen = page.evaluate(_HERE)
        if not name or len(reached) == len(stops):
            break
        assert outlined, f"{page.url}: no visible focus on {stops.get(name, name)}"
        assert seen, f"{page.url}: out of sight with focus: {stops.get(name, name)}"
        reached[name] = True
    missed = [html for name, html in stops.items() if name not in reached]
    assert not missed, f"{page.url}: not reached by Tab: " + "\n".join(missed)
