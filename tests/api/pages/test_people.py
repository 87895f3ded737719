"""A beheerder lets people in: accounts, roles, a link shown once, keys; and always one beheerder is left."""

from __future__ import annotations

import re

import pytest

from matcher import accounts

NEW = {"naam": "Voorbeeld persoon", "login": "nieuw@example.org", "rol": "verbinder", "regios": ["Almere", "Delft"]}


def account(service, login="nieuw@example.org"):
    return service.desk.store.account(login)


def shown(person, pattern):
    return re.search(pattern, person.last.get_data(as_text=True))[1]


def test_an_account_is_made_and_its_link_lets_someone_choose_a_password_once(visit, service):
    person = visit("beheerder")
    person.post("/accounts/nieuw", NEW)
    made = account(service)
    assert person.path == f"/accounts/{made.person}"
    assert service.desk.store.person(made.person).regions == ("Almere", "Delft")
    person.post(f"{person.path}/link")
    token = shown(person, r"/wachtwoord/([\w-]+)")
    assert token not in person.get(f"/accounts/{made.person}").get_data(as_text=True)
    accounts.choose_password(service.desk.store, token, "een zin die nergens staat", service.desk.clock())
    assert account(service).password


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"naam": ""}, "naam"), ({"login": "é"}, "login"), ({"login": "regio-login"}, "login"), ({"rol": ""}, "rol"),
     ({"regios": []}, "regios"), ({"regios": ["Atlantis"]}, "regios"), ({"rol": "keizer"}, "rol")],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(visit, service, wrong, field):
    person = visit("beheerder")
    assert person.post("/accounts/nieuw", NEW | wrong).status_code == 400
    assert f'href="#{field}"' in person.last.get_data(as_text=True)
    assert account(service) is None


def test_a_role_is_changed_and_changed_back(visit, service):
    person, key = visit("beheerder"), service.people["regio"].key
    person.post(f"/accounts/{key}", {"rol": "verbinder", "regios": ["Delft"]})
    assert service.desk.store.person(key).role == "verbinder"
    (number,) = re.findall(r'name="wijziging" value="(\d+)"', person.last.get_data(as_text=True))
    person.post(f"/accounts/{key}/terugdraaien", {"wijziging": number})
    assert service.desk.store.person(key) == service.people["regio"]


def test_the_last_beheerder_stays(visit, service):
    store, key = service.desk.store, service.people["beheerder"].key
    token = accounts.invite(store, key, "beheer", service.desk.clock())
    accounts.choose_password(store, token, "een zin die nergens staat", service.desk.clock())
    person = visit("beheerder")
    assert person.post(f"/accounts/{key}", {"rol": "evaluator"}).status_code == 409
    assert person.post(f"/accounts/{key}/afsluiten").status_code == 409
    assert (store.person(key).role, store.account(person=key).disabled) == ("beheerder", None)


def test_who_is_closed_out_is_out_at_once_and_can_be_let_in_again(visit, service):
    other, person, key = visit("regio"), visit("beheerder"), service.people["regio"].key
    person.post(f"/accounts/{key}/afsluiten")
    assert other.get("/leervragen").status_code == 401
    assert service.get("regio", "/v1/leervragen").status_code == 401
    person.post(f"/accounts/{key}/openen")
    assert service.desk.store.account(person=key).disabled is None


def test_a_key_is_shown_once_and_can_be_revoked(visit, service):
    person, key = visit("beheerder"), service.people["regio"].key
    assert person.post(f"/accounts/{key}/sleutels", {"dagen": "30"}).status_code == 400
    assert person.post(f"/accounts/{key}/sleutels", {"mag": ["lezen"], "dagen": "9999"}).status_code == 400
    person.post(f"/accounts/{key}/sleutels", {"mag": ["lezen"], "dagen": "30"})
    given = shown(person, r"(mk_[\w-]+)")
    assert given not in person.get(f"/accounts/{key}").get_data(as_text=True)
    who, scopes = accounts.who_by_key(service.desk.store, given, service.desk.clock())
    assert (who.key, scopes) == (key, {"lezen"})
    made = next(k for k in service.desk.store.api_keys(key) if k.scopes == ("lezen",))
    person.post(f"/accounts/{key}/sleutels/intrekken", {"sleutel": made.id})
    assert accounts.who_by_key(service.desk.store, given, service.desk.clock()) is None


def test_the_list_is_filtered_by_its_address(visit):
    person = visit("beheerder")
    person.get("/accounts?rol=evaluator")
    assert "evaluator-login" in person.text
    assert "regio-login" not in person.text
    person.get("/accounts?stand=afgesloten")
    assert "Geen accounts met deze filters" in person.text


def test_what_is_no_account_is_not_found(visit):
    person = visit("beheerder")
    assert person.get("/accounts/p-00000000").status_code == 404
    assert person.post("/accounts/p-00000000/link").status_code == 404
