"""What is held on someone over HTTP: everyone's own without others; anyone's for the beheerder, given or erased."""

from __future__ import annotations

import pytest

from tests.api.conftest import NOON, Service, told


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", "beheerder"])
def test_everyone_gets_what_is_held_on_them_and_nothing_of_others(service: Service, caller: str):
    store, person = service.desk.store, service.people[caller]
    store.keep_draft(person.key, "leervraag", {"titel": "mijn concept"}, NOON)
    store.judge("lv-7", "a-verzuim", 2, person.key, NOON, "kanarie")
    store.record("aanbod inzien", person.key, NOON, [("offer", "a-verzuim")])
    store.record("persoon inzien", service.people["beheerder"].key, NOON, [("person", person.key)])
    found = service.get(caller, "/v1/gegevens-over-mij")
    assert found.json["account"]["naam"] == person.name
    assert [d["inhoud"] for d in found.json["concepten"]] == [{"titel": "mijn concept"}]
    assert [k["van"] for k in found.json["sleutels"]] == [person.key]
    assert "aanbod inzien" in {h["handeling"] for h in found.json["handelingen"]}
    if caller != "beheerder":
        assert {"handeling": "persoon inzien", "rol": "beheerder"}.items() <= found.json["inzage"][0].items()
    others = {p.key for p in service.people.values()} - {person.key}
    for word in (*others, "a-verzuim", "lv-7", "kanarie"):
        assert word not in told(found)


def test_the_beheerder_gives_someone_all_that_is_held_and_that_is_logged(service: Service):
    held = service.post("beheerder", "/v1/gegevens/_inzien", json={"wie": "regio-login"})
    assert held.json["aantal"] > 0
    assert held.json["gegevens"]["person"][0]["key"] == service.people["regio"].key
    assert "hash" not in held.json["gegevens"]["api_key"][0]
    newest = service.desk.store.log(newest=True, most=1)[0]
    subject = newest.attributes["dpl.core.data_subject_id"]
    assert (newest.name, subject) == ("gegevens inzien", service.people["regio"].key)


def test_nothing_held_is_an_empty_answer(service: Service):
    held = service.post("beheerder", "/v1/gegevens/_inzien", json={"wie": "niemand die bestaat"})
    assert held.json == {"gegevens": {}, "aantal": 0}


def test_erasing_leaves_no_trace_and_shuts_the_door(service: Service):
    name = service.people["regio"].name
    done = service.post("beheerder", "/v1/gegevens/_wissen", json={"wie": name, "bevestiging": name})
    assert done.status_code == 200
    assert done.json["nogIn"] == []
    assert service.get("regio", "/v1/leervragen").status_code == 401
    assert service.post("beheerder", "/v1/gegevens/_inzien", json={"wie": name}).json["aantal"] == 0
    assert name not in told(done)


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"wie": "regio-login"}, 400), ({"wie": "regio-login", "bevestiging": "ja"}, 400),
     ({"wie": "niemand", "bevestiging": "niemand"}, 404), ({"wie": "x", "bevestiging": "x"}, 400),
     ({"wie": "beheerder-login", "bevestiging": "beheerder-login"}, 409)],
)  # fmt: skip
def test_erasing_wants_to_be_sure(service: Service, asked: dict[str, str], status: int):
    answer = service.post("beheerder", "/v1/gegevens/_wissen", json=asked)
    assert answer.status_code == status
    assert service.get("regio", "/v1/leervragen").status_code == 200


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", None])
def test_only_the_beheerder_gives_and_erases(service: Service, caller: str | None):
    for path in ("/v1/gegevens/_inzien", "/v1/gegevens/_wissen"):
        body = {"wie": "regio-login", "bevestiging": "regio-login"}
        assert service.post(caller, path, json=body).status_code in {401, 403}
