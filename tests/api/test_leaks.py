"""Nothing leaks through the API: every route, as everyone, asked for everything; no route without roles."""

from __future__ import annotations

from typing import Any

import pytest

import api
from api.access import ANYONE, roles_of
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

FORMS = ("application/json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture
def crawler(service, request):
    fill(service)
    return Crawler(service, request.param)


def _parameters(crawler: Crawler) -> dict[str, list[str]]:
    """Return {route: the keys of its query} by the document."""
    document = crawler.service.app.test_client().get("/v1/openapi.json").get_json()
    found = {}
    for path, operations in document["paths"].items():
        given = operations.get("get", {}).get("parameters", ())
        found[f"/v1{path}"] = [p["name"] for p in given if p.get("in") == "query"]
    return found


def _examples(crawler: Crawler) -> dict[tuple[str, str], Any]:
    """Return {(route, method): an example of what to send}."""
    document = crawler.service.app.test_client().get("/v1/openapi.json").get_json()
    return {
        (f"/v1{path}", method.upper()): told["requestBody"]["content"]["application/json"].get("example")
        for path, operations in document["paths"].items()
        for method, told in operations.items()
        if "application/json" in told.get("requestBody", {}).get("content", {})
    }


@pytest.mark.parametrize("crawler", EVERYONE, indirect=True, ids=str)
def test_nothing_private_comes_back_to_who_may_not_see_it(crawler):
    reached = 0
    for _, methods, addresses in crawler.routes(api=True):
        for address in addresses if "GET" in methods else ():
            for form in FORMS:
                asked = crawler.ask("GET", address, headers={"Accept": form})
                assert unexpected(asked, crawler.caller) == [], f"GET {address} as {crawler.caller} ({form})"
                reached += asked.status == 200
    assert reached > (3 if crawler.caller else 0)


@pytest.mark.parametrize("crawler", OUTSIDERS, indirect=True, ids=str)
def test_asking_for_what_may_not_be_seen_answers_as_asking_for_nothing(crawler):
    """A filter, a search or an order that knows more than the caller is a leak too."""
    keys = {route.replace("{", "<").replace("}", ">"): names for route, names in _parameters(crawler).items()}
    for route, methods, addresses in crawler.routes(api=True):
        if "GET" not in methods:
            continue
        for word in hidden_from(crawler.caller):
            pairs = zip(queries(keys.get(route, ()), word), queries(keys.get(route, ()), NOBODY_WROTE), strict=True)
            for asking, nothing in pairs:
                one, other = (crawler.ask("GET", f"{addresses[0]}?{query}") for query in (asking, nothing))
                assert alike(one, other, [word, NOBODY_WROTE]), f"{addresses[0]}?{asking} as {crawler.caller}"


@pytest.mark.parametrize("crawler", OUTSIDERS, indirect=True, ids=str)
def test_what_is_sent_wrongly_or_rightly_tells_nothing(crawler):
    examples = _examples(crawler)
    for route, methods, addresses in crawler.routes(api=True):
        known = route.replace("<", "{").replace(">", "}")
        for method in sorted(methods - {"GET"}):
            for address in addresses:
                for body in ({}, {"onbekend": 1}, examples.get((known, method)) or []):
                    asked = crawler.ask(method, address, json=body, headers={"If-Match": "*"})
                    assert unexpected(asked, crawler.caller) == [], f"{method} {address} as {crawler.caller}"
                    assert asked.status < 500


def test_each_canary_reaches_those_who_may_see_it(service):
    """A world without canaries, or a crawler that reaches nothing, would find no leak either."""
    fill(service)
    for caller in CALLERS:
        crawler = Crawler(service, caller)
        seen = {
            canary
            for _, methods, addresses in crawler.routes(api=True)
            if "GET" in methods
            for address in addresses
            for canary in crawler.ask("GET", address).leaks
        }
        mine = {c for c in ("almeersetekst", "delftscontact", "dichtenaam", "openenaam") if caller in MAY_SEE[c]}
        assert mine <= seen, caller


def test_every_route_says_who_may_call_it(service):
    for rule in service.app.url_map.iter_rules():
        assert roles_of(service.app, rule.endpoint) <= {ANYONE, "verbinder", "regio", "evaluator", "beheerder"}


def test_a_route_that_says_nothing_keeps_the_service_from_starting(service, monkeypatch):
    real = api.pages

    def with_one_more():
        blueprint = real()
        blueprint.add_url_rule("/vergeten", "vergeten", lambda: "alles")
        return blueprint

    monkeypatch.setattr(api, "pages", with_one_more)
    with pytest.raises(RuntimeError, match="vergeten"):
        api.create_app(service.desk)
