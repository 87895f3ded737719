"""Keys of programs over HTTP: one's own, shown once, never more than one may; revoked they work no more."""

from __future__ import annotations

import pytest

from matcher import accounts as rules
from tests.api.conftest import NOON, Service, told


def test_a_key_is_shown_once_and_works(service: Service):
    made = service.post("regio", "/v1/sleutels", json={"mag": ["lezen"], "dagen": 1})
    assert made.status_code == 201
    key = {"Authorization": f"Bearer {made.json['sleutel']}"}
    assert service.get(None, "/v1/leervragen", headers=key).status_code == 200
    assert service.post(None, "/v1/leervragen", headers=key, json={"titel": "x"}).status_code == 403
    assert made.json["sleutel"] not in told(service.get("regio", made.headers["Location"]))
    assert made.json["sleutel"] not in told(service.get("beheerder", "/v1/sleutels?pageSize=100"))


def test_a_key_that_is_asked_again_is_not_kept_to_be_read(service: Service):
    headers = {"Idempotency-Key": "een"}
    first, second = (service.post("regio", "/v1/sleutels", json={}, headers=headers) for _ in range(2))
    assert first.json["sleutel"] != second.json["sleutel"]


def test_a_revoked_key_works_no_more(service: Service):
    made = service.post("regio", "/v1/sleutels", json={})
    assert service.delete("regio", made.headers["Location"]).status_code == 204
    key = {"Authorization": f"Bearer {made.json['sleutel']}"}
    assert service.get(None, "/v1/leervragen", headers=key).status_code == 401
    assert service.get("regio", made.headers["Location"]).json["ingetrokkenOp"]


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator"])
def test_everyone_sees_their_own_keys_only(service: Service, caller: str):
    person = service.people[caller].key
    found = service.get(caller, "/v1/sleutels").json
    assert {k["van"] for k in found["sleutels"]} == {person}
    assert found["aantal"] == 1
    assert service.get(caller, f"/v1/sleutels?van={service.people['beheerder'].key}").json["aantal"] == 0
    other = service.get("beheerder", f"/v1/sleutels?van={service.people['regio-elders'].key}").json["sleutels"][0]["id"]
    for method in ("GET", "DELETE"):
        assert service.ask(method, caller, f"/v1/sleutels/{other}").status_code == 404
    assert service.get("regio-elders", "/v1/leervragen").status_code == 200


def test_the_beheerder_makes_and_revokes_keys_of_others(service: Service):
    person = service.people["regio"].key
    made = service.post("beheerder", "/v1/sleutels", json={"van": person, "mag": ["lezen"]})
    assert made.json["van"] == person
    assert service.delete("beheerder", made.headers["Location"]).status_code == 204
    assert service.post("beheerder", "/v1/sleutels", json={"van": "p-nergens"}).status_code == 409


def test_nobody_makes_a_key_for_another_or_with_more_than_they_may(service: Service):
    other = {"van": service.people["verbinder"].key}
    assert service.post("regio", "/v1/sleutels", json=other).status_code == 403
    _, weak = rules.make_key(service.desk.store, service.people["regio"].key, ["schrijven"], 1, "p", NOON)
    headers = {"Authorization": f"Bearer {weak}"}
    assert service.post(None, "/v1/sleutels", json={"mag": ["lezen"]}, headers=headers).status_code == 403
    assert service.post(None, "/v1/sleutels", json={"mag": ["schrijven"]}, headers=headers).status_code == 201
    assert service.post("regio", "/v1/sleutels", json={"dagen": 366}).status_code == 400
