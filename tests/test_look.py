"""The look without a browser: small, nothing inline, no text that escapes, and a theme that only sets variables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.browser.gallery import CSP, PAGES, STATES, STATUSES, make_gallery

ROOT = Path(__file__).parent.parent
STATIC, TEMPLATES = ROOT / "api" / "static", ROOT / "api" / "templates"
# The page of the API is a page of its own, held by tests/api/test_document.py.
PAPERS = sorted(p for p in TEMPLATES.rglob("*.*") if p.name != "documentatie.html")
CSS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.css") if path.name != "documentatie.css"}
ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture(scope="module")
def app():
    return make_gallery()


@pytest.mark.parametrize("path", ["/dag/gevuld", "/fouten/404", "/privacy"])
def test_the_css_of_a_page_is_at_most_20_kB_and_its_theme_counts(app, path):
    html = app.test_client().get(path).get_data(as_text=True)
    sheets = re.findall(r'stylesheet" href="/static/([^"]+)', html)
    assert sheets == ["thema.css", "matcher.css"]
    assert sum(len(CSS[name].encode()) for name in sheets) <= 20_000


def test_the_own_theme_sets_variables_of_nl_design_system_and_nothing_else():
    bare = re.sub(r"/\*.*?\*/", "", CSS["thema.css"], flags=re.DOTALL)
    names = set(re.findall(r"([\w-]+)\s*:\s*[^;{}]+;", bare.replace("@media (prefers-color-scheme:dark)", "")))
    assert all(name.startswith("--basis-") for name in names - {"color-scheme"})
    assert set(re.findall(r"([^{}\s][^{}]*?)\s*\{", bare)) == {":root", "@media (prefers-color-scheme:dark)"}


def test_every_variable_that_is_used_has_a_value():
    text = "".join(CSS.values())
    known = set(re.findall(r"(--[\w-]+)\s*:", text))
    assert {name for name, after in re.findall(r"var\((--[\w-]+)([,)])", text) if after == ")"} <= known


def test_every_colour_of_the_own_theme_has_a_dark_value_or_serves_both():
    light, dark = CSS["thema.css"].split("@media (")
    both = {"accent-2-border-default", "accent-1-inverse-color-default", "accent-1-inverse-color-subtle"}
    names = set(re.findall(r"--basis-color-([\w-]+)\s*:", light))
    assert names - set(re.findall(r"--basis-color-([\w-]+)\s*:", dark)) == both


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.relative_to(TEMPLATES).as_posix())
def test_templates_hold_nothing_inline_and_let_nothing_through_unescaped(path, app):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=|javascript:|https?://(?!\S*w3\.org)", text)
    tree = app.jinja_env.parse(text)
    assert not [f for f in tree.find_all(nodes.Filter) if f.name == "safe"]
    assert not list(tree.find_all(nodes.ScopedEvalContextModifier))
    assert text.lstrip().startswith("{#"), "the first line says what it is"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_pages_answer_with_one_heading_unique_ids_and_no_foreign_address(app, name, state):
    answer = app.test_client().get(f"/{name}/{state}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == CSP
    assert html.count("<h1>") == 1
    assert '<html lang="nl">' in html
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert "http" not in html
    assert ("<title>Fout: " in html) == (state == "fout")


@pytest.mark.parametrize("status", STATUSES)
def test_error_pages_say_what_why_what_now_and_the_reference(app, status):
    html = app.test_client().get(f"/fouten/{status}").get_data(as_text=True)
    for part in ("Wat is er aan de hand?", "Wat kunt u doen?", "7f3a-19c2", f"Fout {status}"):
        assert part in html
    assert ("/aanmelden?verder=%2Ffouten%2F401" in html) == (status == 401)


# Every macro with the attack wherever a text goes.
CALLS = {
    "forms": [
        "field(x, x, x, {x: x}, x, x, autocomplete=x, inputmode=x, maxlength=x, accept=x)",
        "textarea(x, x, x, {x: x}, x)",
        "select(x, x, [(x, x)], x, {x: x}, x, empty=x)", "choices(x, x, [(x, x, x)], x, {x: x}, x)",
        "checkbox(x, x, hint=x, value=x, errors={x: x})", "error_summary({x: x})", "button(x, x, x, x)",
        "link_button(x, x, x)", "post_button(x, x, {x: x}, x, x)", "grades(x, [(x, x)], x, {x: x}, x)",
        "date_field(x, x, x)",
        "file_field(x, x, hint=x)",
    ],
    "lists": ["count(x, x, x, x)", "paging(x, [(x, x)], 2, 3, 30, 10)", "address(x, [(x, x)], x, x)"],
    "show": [
        "tag(x, x)", "state(x)", "notice(x, x, x)",
        "flash_message({'text': x, 'tone': x, 'undo': {'action': x, 'label': x}})",
        "empty(x, x)", "head(x, x, x)", "definitions([(x, x)], x)", "tile(x, x, x, x)", "steps([x, x], 2)",
        "progress(x, x, x)", "timeline([{'title': x, 'at': now, 'by': x, 'note': x}])",
    ],
    "matching": [
        "marked(x, [(2, 9)])", "score_bar([(x, 0.5)])",
        "refused([{'name': x, 'href': x, 'score': 0.1, 'reasons': [x]}], 1)",
        "comparison(x, x, [(x, x, x)], x)",
        "suggestion({'rank': x, 'name': x, 'href': x, 'kind': x, 'organisation': x, 'perspective': x, 'sentence': x,"
        " 'summary': x, 'marks': [(0, 5)], 'parts': [(x, 0.2)], 'available': x, 'hours': (1, 2), 'tags': [x]})",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("room", "call"), [(room, call) for room, calls in CALLS.items() for call in calls])
def test_what_people_typed_is_shown_and_never_run(app, room, call):
    template = app.jinja_env.from_string(f'{{% import "macros/{room}.html" as m %}}{{{{ m.{call} }}}}')
    html = template.render(x=ATTACK, now=datetime(2027, 3, 1, tzinfo=UTC))
    assert "<script" not in html
    assert "<img" not in html
    assert "alert(1)" in html or "alert%281%29" in html or "state(x)" in call


def test_every_macro_is_attacked(app):
    named = {call.split("(")[0] for calls in CALLS.values() for call in calls}
    by_call = {"table", "filters", "actions", "day", "number", "hours"}
    for room in CALLS:
        tree = app.jinja_env.parse((TEMPLATES / "macros" / f"{room}.html").read_text(encoding="utf-8"))
        macros = {m.name for m in tree.find_all(nodes.Macro) if not m.name.startswith("_")}
        assert macros <= named | by_call


def test_a_list_keeps_its_filters_when_it_is_sorted_and_starts_on_the_first_page(app):
    html = app.test_client().get("/lijst/gevuld?regio=een&pagina=2&sorteer=titel").get_data(as_text=True)
    assert "/lijst/gevuld?regio=een&amp;sorteer=-titel" in html
    assert 'aria-sort="ascending"' in html


def test_a_theme_is_laid_over_ours(app):
    sheets = re.findall(r'stylesheet" href="([^"]+)', app.test_client().get("/dag/leeg?thema=1").get_data(as_text=True))
    assert sheets == ["/static/thema.css", "/vreemd.css", "/static/matcher.css"]


def test_security_txt_has_what_rfc_9116_asks(app):
    text = app.jinja_env.get_template("security.txt").render(
        contact="mailto:bureau@example.org", expires=datetime(2027, 1, 1, tzinfo=UTC), canonical=None
    )
    assert text.splitlines()[:2] == ["Contact: mailto:bureau@example.org", "Expires: 2027-01-01T00:00:00Z"]
