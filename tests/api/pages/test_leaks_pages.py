"""Nothing leaks through the pages: every page, as everyone, asked for everything, by address and by form."""

from __future__ import annotations

import pytest

from matcher import Wanted
from tests.api.conftest import CALLERS
from tests.api.leaks import (
    EVERYONE,
    MAY_SEE,
    NOBODY_WROTE,
    OUTSIDERS,
    Crawler,
    alike,
    fill,
    hidden_from,
    queries,
    unexpected,
)
from tests.api.pages.payloads import Page

# What the addresses of pages may hold behind the question mark.
FILTERS = (
    "woorden", "regio", "staat", "sorteer", "soort", "blik", "vorm", "op", "bijnavol", "als", "door", "over", "vraag",
    "een", "ander", "perspectief", "datum", "stand", "rol", "van", "tot", "aantal", "pagina", "thema",
)  # fmt: skip
# Of each filter one that picks something, so that a narrowed list is looked at too.
_CHOICES = (
    "regio=Delft", "staat=open", "staat=nieuw", "sorteer=-regio", "sorteer=leervraag", "als=xlsx", "als=csv",
    "soort=expert",
    "vraag=lv-delft&een=x-dicht&ander=x-open", "over=lv-delft", "over=x-dicht", "woorden=bekostigen", "bijnavol=ja",
)  # fmt: skip


@pytest.fixture
def crawler(service, request):
    fill(service)
    # The engine at hand knows the village alone; one that is read anew suggests what holds canaries.
    service.desk.engines.given = None
    work = service.bureau("verbinder-elders")
    work.keep_draft(work.hold_round(Wanted()))
    return Crawler(service, request.param)


def _asked(crawler):
    return [(route, some) for route, methods, some in crawler.routes(api=False) if "GET" in methods]


@pytest.mark.parametrize("crawler", EVERYONE, indirect=True, ids=str)
def test_nothing_private_comes_back_to_who_may_not_see_it(crawler):
    reached = 0
    for _, addresses in _asked(crawler):
        for address in addresses:
            asked = crawler.ask("GET", address)
            assert unexpected(asked, crawler.caller) == [], f"{address} as {crawler.caller}"
            assert asked.status < 500, address
            reached += asked.status == 200
    assert reached > 3


@pytest.mark.parametrize("crawler", EVERYONE, indirect=True, ids=str)
def test_no_filter_opens_what_is_closed(crawler):
    for route, addresses in _asked(crawler):
        for query in _CHOICES:
            asked = crawler.ask("GET", f"{addresses[0]}?{query}")
            assert unexpected(asked, crawler.caller) == [], f"{route}?{query} as {crawler.caller}"
            assert asked.status < 500, f"{route}?{query}"


@pytest.mark.parametrize("crawler", OUTSIDERS, indirect=True, ids=str)
def test_asking_for_what_may_not_be_seen_answers_as_asking_for_nothing(crawler):
    """A filter, a search or an order that knows more than the caller is a leak too."""
    hidden = hidden_from(crawler.caller)
    for _, addresses in _asked(crawler):
        address = addresses[0]
        if crawler.ask("GET", address).status != 200:
            continue
        for name, nothing in zip(FILTERS, queries(FILTERS, NOBODY_WROTE), strict=True):
            other = crawler.ask("GET", f"{address}?{nothing}")
            # What is searched is asked for each word, what is picked from a list for one.
            for word in hidden if name == "woorden" else hidden[:1]:
                asking = next(queries([name], word))
                one = crawler.ask("GET", f"{address}?{asking}")
                assert alike(one, other, [word, NOBODY_WROTE]), f"{address}?{asking} as {crawler.caller}"


@pytest.mark.parametrize("crawler", OUTSIDERS, indirect=True, ids=str)
def test_what_is_sent_to_a_page_tells_nothing(crawler):
    """Every page that takes a form, with nothing, with what nobody wrote, and with the ids of others."""
    others = dict.fromkeys(("vraag", "leervraag", "question", "id", "over"), "lv-delft") | {
        "aanbod": "x-dicht", "offer": "x-dicht", "een": "x-dicht", "ander": "x-open",
        "persoon": "x-dicht", "stap": "aanvaard",
    }  # fmt: skip
    for route, methods, addresses in crawler.routes(api=False):
        if "POST" not in methods or route.endswith("afmelden"):
            continue
        for address in addresses:
            for form in ({}, {"tekst": NOBODY_WROTE, "titel": NOBODY_WROTE, "graad": "x"}, others):
                asked = crawler.ask("POST", address, data=form)
                assert unexpected(asked, crawler.caller) == [], f"POST {address} as {crawler.caller}"
                assert asked.status < 500, f"POST {address}"


def test_each_canary_reaches_those_who_may_see_it(service):
    """A world without canaries, or a crawler that reaches nothing, would find no leak either."""
    fill(service)
    for caller in ("verbinder", "regio", "verbinder-elders"):
        crawler = Crawler(service, caller)
        seen = {c for _, some in _asked(crawler) for address in some for c in crawler.ask("GET", address).leaks}
        mine = {
            c for c in ("almeersetekst", "almeersenotitie", "delftsetekst", "delftsenotitie") if caller in MAY_SEE[c]
        }
        assert mine <= seen, caller


@pytest.mark.parametrize("caller", CALLERS)
def test_no_menu_or_link_leads_to_what_is_refused(service, caller):
    """What is offered may be done: a link that ends in a refusal tells that something is there."""
    fill(service)
    crawler = Crawler(service, caller)
    for _, addresses in _asked(crawler):
        answer = crawler.client.get(addresses[0], base_url="https://localhost")
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for link in Page(answer.get_data(as_text=True)).links:
                if link.startswith("/") and "?" not in link:
                    assert crawler.ask("GET", link).status != 403, f"{link} on {addresses[0]}"
