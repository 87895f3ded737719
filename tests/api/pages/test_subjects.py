"""Access and erasure: everything held on someone is shown and given, and erased once that was confirmed."""

from __future__ import annotations

import json

NAME = "A-verzuim"


def log(service, name):
    return [x for x in service.desk.store.log() if x.name == name]


def test_what_is_held_is_shown_and_given_as_json_and_that_is_logged(visit, service):
    person = visit("beheerder")
    person.post("/betrokkenen", {"wie": NAME})
    assert "kanarie-a-verzuim@example.org" in person.text
    answer = person.post("/betrokkenen/bestand", {"wie": NAME})
    assert json.loads(json.loads(answer.get_data())["offer"][0]["entry"])["name"] == NAME
    assert NAME not in answer.headers["Content-Disposition"]
    seen = log(service, "gegevens inzien")
    assert [x.attributes["matcher.about"] for x in seen] == ["offer a-verzuim"] * 2
    assert NAME not in str([x.attributes for x in seen])


def test_a_name_in_an_address_is_not_read(visit):
    person = visit("beheerder")
    person.get(f"/betrokkenen?wie={NAME}")
    assert NAME not in person.text


def test_nothing_is_erased_before_the_name_was_written_again(visit, service):
    person = visit("beheerder")
    for again in ("", "iemand anders"):
        assert person.post("/betrokkenen/wissen", {"wie": NAME, "nogmaals": again}).status_code == 400
    assert "a-verzuim" in {o.id for o in service.desk.store.offers()}
    person.post("/betrokkenen/wissen", {"wie": NAME, "nogmaals": "a-VERZUIM "})
    assert person.path == "/betrokkenen"
    assert service.desk.store.held_on(NAME) == {}
    assert b"kanarie-a-verzuim" not in service.desk.settings.database.read_bytes()


def test_no_one_erases_themselves(visit, service):
    person, name = visit("beheerder"), service.people["beheerder"].name
    assert person.post("/betrokkenen/wissen", {"wie": name, "nogmaals": name}).status_code == 400
    assert "U kunt uzelf niet wissen" in person.text


def test_too_short_a_name_is_asked_again_and_an_unknown_one_is_told(visit):
    person = visit("beheerder")
    for path in ("/betrokkenen", "/betrokkenen/bestand", "/betrokkenen/wissen"):
        assert person.post(path, {"wie": "a"}).status_code == 400
    person.post("/betrokkenen", {"wie": "Niemand hier"})
    assert "Er wordt niets bewaard over Niemand hier" in person.text
