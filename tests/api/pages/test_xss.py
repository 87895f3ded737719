"""What people write stays text: a hundred payloads in every field, on every page, as everyone, and out of forms."""

from __future__ import annotations

import os
import re
from datetime import date

import pytest

from matcher import Outcome, Region, Wanted, accounts
from tests.api.conftest import CALLERS, NOON
from tests.api.leaks import Crawler
from tests.api.pages.payloads import PAYLOADS, WORD, Page, dangers
from tests.conftest import offer, question

# With MATCHER_MATRIX=all everyone looks; else one of each role that is shown what people wrote.
LOOKING = [None, *CALLERS] if os.environ.get("MATCHER_MATRIX") == "all" else ["verbinder", "regio", "beheerder"]
_AT_ONCE = 10
TEXTS = tuple(" ".join(PAYLOADS[n : n + _AT_ONCE]) for n in range(0, len(PAYLOADS), _AT_ONCE))
# Ids take what can be printed without a blank.
IDS = tuple(p for p in PAYLOADS if p.isprintable() and not re.search(r"\s", p))[:_AT_ONCE]
_SAME = "Bekostiging van zorg in onderwijstijd"


def _line(text: str) -> str:
    return " ".join(text.split())[:400]


def fill(service) -> None:
    """Put a hundred payloads in every field that takes text."""
    store, work = service.desk.store, service.bureau("verbinder")
    # The engine at hand knows the village alone; one that is read anew knows these too.
    service.desk.engines.given = None
    store.put([Region("Almere", TEXTS[0], TEXTS[1], TEXTS[2], source=TEXTS[3])], "beheer", NOON)
    for n, text in enumerate(TEXTS):
        later = TEXTS[(n + 1) % len(TEXTS)]
        store.put([
            question(f"{_SAME} {text}", id=f"x-{n}" if n % 2 else f"{IDS[n]}", title=f"{text}", region="Almere",
                     themes=tuple(text.split("> ")), contact=text, source=text, asked_on=date(2027, 2, 1)),
            offer(f"y-{n}" if n % 2 else f"y{IDS[n]}", f"{_SAME} {text}", name=later, organisation=text, kind="expert",
                  themes=tuple(text.split("> ")), contact=text, source=text, audience=text, regions=("Almere",),
                  hours_per_month=9.0),
        ], "beheer", NOON)  # fmt: skip
    asked = [q.id for q in store.open_questions() if q.title in TEXTS]
    offered = [o for o in store.offers() if o.organisation in TEXTS]
    for n, (ask, give) in enumerate(zip(asked, offered, strict=True)):
        made = store.propose(ask, give.id, 1, service.people["verbinder"].key, NOON, TEXTS[n])
        if n % 3:
            work.take(made.id, "aanvaard", TEXTS[n])
        if n % 3 == 2:
            work.take(made.id, "loopt", TEXTS[n])
            work.take(made.id, "afgerond", TEXTS[n], Outcome(4, _line(TEXTS[n]), _line(TEXTS[n])))
        store.judge(ask, give.id, 2, service.people["evaluator"].key, NOON, TEXTS[n])
        accounts.add(store, f"naam-{n}", TEXTS[n], "regio", ("Almere",), "beheer", NOON)
    for person in service.people.values():
        store.keep_draft(person.key, "/leervragen/nieuw", {"titel": [TEXTS[0]], "tekst": [TEXTS[1]]}, NOON)
    work.keep_draft(work.hold_round(Wanted()))


@pytest.fixture
def crawler(service, request):
    fill(service)
    return Crawler(service, request.param)


def _pages(crawler):
    """Yield (address, html) of all that a caller comes to: every route with all that it may be asked for, and links."""
    seen, todo = set(), [a for _, methods, some in crawler.routes(api=False) if "GET" in methods for a in some]
    todo += ["/aanmelden?verder=" + p for p in ("javascript:kanarie", '"><script>')]
    while todo:
        address = todo.pop(0).partition("#")[0]
        if address in seen or not address.startswith("/") or address.startswith(("/v1", "/static", "/metrics")):
            continue
        seen.add(address)
        asked = crawler.client.get(address, base_url="https://localhost")
        assert asked.status_code < 500, address
        if asked.mimetype == "text/html":
            html = asked.get_data(as_text=True)
            assert "unsafe-inline" not in asked.headers["Content-Security-Policy"]
            # Of filters and orders one of each is enough: what is new in an address is looked at once.
            todo += [link for link in Page(html).links if "?" not in link and len(seen) < 400]
            yield address, html


@pytest.mark.parametrize("crawler", LOOKING, indirect=True, ids=str)
def test_no_page_runs_what_people_wrote(crawler):
    shown = set()
    for address, html in _pages(crawler):
        page = Page(html)
        assert page.wrong == [], f"{address} as {crawler.caller}"
        shown |= page.shown
    if crawler.caller in {"verbinder", "regio"}:
        assert len(shown) == len(PAYLOADS)


@pytest.mark.parametrize("crawler", LOOKING, indirect=True, ids=str)
def test_no_form_runs_what_comes_back_out_of_it(crawler):
    adapter, sent = crawler.service.app.url_map.bind("localhost"), set()
    for _, html in list(_pages(crawler)):
        for form in Page(html).forms:
            action = form.action.partition("?")[0]
            if not adapter.test(action, method=form.method) or action.endswith("afmelden"):
                continue
            rule = adapter.match(action, method=form.method)[0], frozenset(form.fields)
            for text in TEXTS[::4] if rule not in sent else ():
                given = form.filled(text)
                how = {"query_string": given} if form.method == "get" else {"data": given}
                answer = crawler.client.open(
                    action, method=form.method, base_url="https://localhost", follow_redirects=True,
                    headers={"Sec-Fetch-Site": "same-origin"}, **how,
                )  # fmt: skip
                assert answer.status_code < 500, f"{form.method} {action}"
                if answer.mimetype == "text/html":
                    assert dangers(answer.get_data(as_text=True)) == [], f"{form.method} {action} {given}"
            sent.add(rule)
    assert sent


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_looks_for_payloads_sees_each_one_that_is_not_escaped(payload):
    """Where the look-out saw nothing, clean pages would prove nothing."""
    places = (
        "<p>{}</p>",
        '<p title="{}">x</p>',
        "<p title='{}'>x</p>",
        '<a href="{}">x</a>',
        "<textarea>{}</textarea>",
    )
    assert any(dangers(place.format(payload)) for place in places)


def test_what_is_ours_is_no_danger():
    links = '<a href="/x?y=1#z">a</a><a href="mailto:a@b.nl">b</a>'
    ours = f'<script src="/static/a.js"></script>{links}<img src="/l.svg" alt="">'
    assert dangers(ours) == []
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 100
    assert all(WORD in p for p in PAYLOADS)
