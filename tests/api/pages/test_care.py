"""A beheerder's first page says what needs attention; the state of the file is examined on request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api.conftest import NOON


def test_what_needs_attention_stands_on_top_with_the_way_to_it(visit, service):
    person = visit("beheerder")
    person.get("/")
    assert "Er staan demo-accounts open" not in person.text
    store = service.desk.store
    store.put_people([replace(service.people["regio"], key="p-demo", name="Demo")], "start", NOON)
    store.add_account("p-demo", "demo-regio", "start", NOON, demo=True)
    store.delete("offer", "c-geld", "start", NOON - timedelta(days=40))
    person.get("/")
    assert "Er staan demo-accounts open" in person.text
    assert "Er is iets op te ruimen" in person.text


def test_the_file_is_examined_and_what_is_past_its_period_is_told(visit, service):
    service.desk.store.delete("offer", "c-geld", "start", NOON - timedelta(days=40))
    person = visit("beheerder")
    person.get("/onderhoud")
    assert "De database is heel" in person.text
    assert "dingen in de prullenbak 1 30 dagen" in person.text


PAGES = {
    "beheerder": ("/aanbod/nieuw", "/aanbod/a-verzuim/wijzig", "/prullenbak", "/inlezen", "/inlezen/sjabloon",
                  "/inlezen/uitgeven", "/accounts", "/accounts/nieuw", "/betrokkenen", "/logboek", "/onderhoud"),
    "evaluator": ("/beoordelen", "/overeenstemming", "/dekking"),
}  # fmt: skip


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", "beheerder"])
def test_every_page_is_for_its_role_alone(visit, caller):
    person = visit(caller)
    for role, paths in PAGES.items():
        for path in paths:
            assert person.get(path).status_code == (200 if role == caller else 403), path
