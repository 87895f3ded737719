"""Accounts over HTTP: who may come in, changed from the next request on; nobody is locked out of looking after them."""

from __future__ import annotations

import pytest

from matcher import accounts as rules
from tests.api.conftest import NOON, Service, told


def test_the_list_names_who_may_come_in_and_no_secret(service: Service):
    found = service.get("beheerder", "/v1/accounts?pageSize=100")
    assert found.headers["X-Total-Count"] == str(found.json["aantal"]) == "6"
    mine = next(a for a in found.json["accounts"] if a["id"] == service.people["regio"].key)
    assert (mine["rol"], mine["regios"], mine["status"]) == ("regio", ["Almere"], "open")
    assert "mk_" not in told(found)
    assert "argon2" not in told(found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("rol=regio", ["regio-elders-login", "regio-login"]), ("rol=evaluator&status=afgesloten", []),
     ("sort=-inlognaam&pageSize=1", ["verbinder-login"])],
)  # fmt: skip
def test_the_list_is_filtered_and_ordered(service: Service, query: str, expected: list[str]):
    found = service.get("beheerder", f"/v1/accounts?{query}").json["accounts"]
    assert [a["inlognaam"] for a in found] == expected


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", None])
def test_only_the_beheerder_sees_accounts(service: Service, caller: str | None):
    for path in ("/v1/accounts", f"/v1/accounts/{service.people['regio'].key}"):
        answer = service.get(caller, path)
        assert answer.status_code == (401 if caller is None else 403)
        assert "regio-login" not in told(answer)


def test_looking_at_accounts_stands_in_the_log(service: Service):
    service.get("beheerder", f"/v1/accounts/{service.people['regio'].key}")
    (line,) = service.desk.store.log(by=service.people["beheerder"].key)
    assert line.attributes["dpl.core.data_subject_id"] == service.people["regio"].key


def test_someone_is_added_once_and_invited_by_a_link_that_is_shown_once(service: Service):
    new = {"inlognaam": "nieuw.noord", "naam": "Verbinder noord", "rol": "verbinder", "regios": ["almere"]}
    once = {"headers": {"Idempotency-Key": "een"}}
    made = service.post("beheerder", "/v1/accounts", json=new, **once)
    assert made.status_code == 201
    assert made.json["regios"] == ["Almere"]
    assert service.post("beheerder", "/v1/accounts", json=new, **once).json == made.json
    invited = service.post("beheerder", f"{made.headers['Location']}/_uitnodigen")
    token = invited.json["link"].rpartition("/")[2]
    store = service.desk.store
    assert rules.choose_password(store, token, "een lange zin als wachtwoord", NOON) == "nieuw.noord"
    assert service.get("beheerder", made.headers["Location"]).json["heeftWachtwoord"]
    assert token not in str(store.held_on(made.json["id"]))


@pytest.mark.parametrize(
    "wrong",
    [{"rol": "directeur"}, {"inlognaam": "regio-login"}, {"regios": []}, {"regios": ["Atlantis"]}, {"naam": ""},
     {"wachtwoord": "x"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_kept(service: Service, wrong: dict[str, object]):
    new = {"inlognaam": "nieuw", "naam": "Nieuw", "rol": "verbinder", "regios": ["Almere"]} | wrong
    answer = service.post("beheerder", "/v1/accounts", json=new)
    assert answer.status_code == 400
    assert service.get("beheerder", "/v1/accounts").json["aantal"] == 6


def test_another_role_holds_at_the_next_request(service: Service):
    path = f"/v1/accounts/{service.people['verbinder'].key}"
    assert service.get("verbinder", "/v1/leervragen").json["aantal"] == 7
    change = {"rol": "regio", "regios": ["Delft"]}
    answer = service.patch("beheerder", path, json=change, headers=service.etag("beheerder", path))
    assert (answer.status_code, answer.json["rol"]) == (200, "regio")
    assert [q["regio"] for q in service.get("verbinder", "/v1/leervragen").json["leervragen"]] == ["Delft"]


def test_who_is_shut_out_comes_in_no_more_until_let_in_again(service: Service):
    path = f"/v1/accounts/{service.people['regio'].key}"
    for status, expected in (("afgesloten", 401), ("open", 200)):
        service.patch("beheerder", path, json={"status": status}, headers=service.etag("beheerder", path))
        assert service.get("regio", "/v1/leervragen").status_code == expected
    assert service.post("beheerder", f"{path}/_uitnodigen").status_code == 200


@pytest.mark.parametrize("change", [{"status": "afgesloten"}, {"rol": "evaluator"}])
def test_the_last_beheerder_stays(service: Service, change: dict[str, str]):
    path = f"/v1/accounts/{service.people['beheerder'].key}"
    answer = service.patch("beheerder", path, json=change, headers=service.etag("beheerder", path))
    assert answer.status_code == 409
    assert service.get("beheerder", path).json["status"] == "open"


def test_a_change_says_what_it_changes(service: Service):
    path = f"/v1/accounts/{service.people['regio'].key}"
    assert service.patch("beheerder", path, json={"status": "afgesloten"}).status_code == 428
    stale = service.etag("beheerder", path)
    service.patch("beheerder", path, json={"regios": ["Delft"]}, headers=stale)
    assert service.patch("beheerder", path, json={"status": "afgesloten"}, headers=stale).status_code == 412


def test_a_lost_telephone(service: Service):
    person = service.people["regio"].key
    _, uri = rules.enrol(service.desk.store, person, NOON)
    assert uri.startswith("otpauth://")
    assert service.delete("beheerder", f"/v1/accounts/{person}/inlogcode").status_code == 204
    assert service.desk.store.credentials(person).totp_new is None


def test_an_account_that_is_not_there(service: Service):
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/_uitnodigen"), ("DELETE", "/inlogcode")):
        given = {"json": {}} if method == "PATCH" else {}
        answer = service.ask(method, "beheerder", f"/v1/accounts/p-nergens{path}", **given)
        assert answer.status_code == 404
        assert "p-nergens" not in told(answer)
