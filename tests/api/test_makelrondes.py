"""A makelronde over HTTP: held over what one may see, changed by hand, approved and taken back."""

from __future__ import annotations

import pytest

from tests.api.conftest import told

PATH = "/v1/makelrondes"


@pytest.fixture
def draft(service):
    answer = service.post("verbinder", PATH, json={"hulp": 2})
    assert answer.status_code == 201, answer.text
    return answer.json


def act(service, ronde, what="", method="POST", caller="verbinder", **given):
    path = f"{PATH}/{ronde['id']}"
    return service.ask(method, caller, path + what, headers=service.etag("verbinder", path), **given)


def pair(placed):
    return {"leervraag": placed["leervraag"], "aanbod": placed["aanbod"]}


def test_a_round_is_over_the_open_questions_of_who_holds_it(service, draft):
    assert (draft["id"], draft["status"], draft["hulp"]) == ("r-1", "concept", 2)
    named = {p["leervraag"] for p in (*draft["geplaatst"], *draft["over"])}
    assert "lv-7" not in named
    assert named <= {f"lv-{n}" for n in (1, 2, 3, 4, 5, 6, 8)}
    assert draft["geplaatst"]
    assert service.get("verbinder", PATH).json["aantal"] == 1
    assert service.get("verbinder", f"{PATH}/r-1").json == draft
    assert service.get("verbinder", "/v1/voorstellen").json["aantal"] == 0


@pytest.mark.parametrize(("caller", "status"), [
    ("verbinder-elders", 404), ("regio", 403), ("evaluator", 403), ("beheerder", 403), (None, 401),
])  # fmt: skip
def test_a_round_is_shown_to_who_may_see_each_of_its_questions(service, draft, caller, status):
    assert service.get(caller, f"{PATH}/r-1").status_code == status
    listed = service.get(caller, PATH)
    assert (listed.json or {}).get("aantal", 0) == 0
    assert "lv-1" not in told(listed)
    assert act(service, draft, "/_goedkeuren", caller=caller or "regio", json={}).status_code in {403, 404}


def test_pairs_are_taken_out_fixed_and_forbidden_by_hand(service, draft):
    first, *others = draft["geplaatst"]
    answer = act(service, draft, method="PATCH", json={"weg": [pair(first)], "verboden": [pair(first)]})
    assert answer.status_code == 200, answer.text
    assert answer.json["geplaatst"] == others
    assert answer.json["weggehaald"] == [pair(first)]
    assert answer.json["totaal"] == pytest.approx(sum(p["score"] for p in others), abs=1e-3)
    assert first["leervraag"] in [item["leervraag"] for item in answer.json["over"]]
    again = act(service, draft, "/_opnieuw").json
    assert pair(first) not in [pair(p) for p in again["geplaatst"]]
    assert (again["hulp"], again["weggehaald"], again["verboden"]) == (2, [], [pair(first)])


def test_a_fixed_pair_is_in_the_round(service):
    fixed = {"leervraag": "lv-8", "aanbod": "g-rekenen"}
    answer = service.post("verbinder", PATH, json={"vast": [fixed]})
    assert fixed | {"vast": True} in [pair(p) | {"vast": p["vast"]} for p in answer.json["geplaatst"]]
    both = service.post("verbinder", PATH, json={"vast": [fixed], "verboden": [fixed]})
    assert both.status_code == 409
    service.bureau().store.close_question("lv-8", "p-x", service.desk.clock())
    assert service.post("verbinder", PATH, json={"vast": [fixed]}).status_code == 409


@pytest.mark.parametrize(("body", "pointer"), [
    ({"vast": [{"leervraag": "lv-7", "aanbod": "g-rekenen"}]}, "/vast/0/leervraag"),
    ({"verboden": [{"leervraag": "lv-1", "aanbod": "weg"}]}, "/verboden/0/aanbod"),
    ({"hulp": 4}, "/hulp"), ({"mix": 2}, "/mix"), ({"doel": "alles"}, "/doel"),
])  # fmt: skip
def test_what_a_round_cannot_be_asked_is_told_where(service, body, pointer):
    answer = service.post("verbinder", PATH, json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, pointer)
    assert service.get("verbinder", PATH).json["aantal"] == 0


def test_a_draft_is_approved_without_a_pair_and_taken_back(service, draft):
    first, *others = draft["geplaatst"]
    done = act(service, draft, "/_goedkeuren", json={"zonder": [pair(first)]}).json
    assert (done["status"], len(done["voorstellen"])) == ("goedgekeurd", len(others))
    made = service.get("verbinder", "/v1/voorstellen?pageSize=100").json["voorstellen"]
    assert sorted((v["leervraag"], v["aanbod"]) for v in made) == sorted((p["leervraag"], p["aanbod"]) for p in others)
    assert act(service, draft, "/_goedkeuren", json={}).status_code == 409
    assert act(service, draft, method="PATCH", json={}).status_code == 409
    assert act(service, draft, "/_terugdraaien").json["status"] == "teruggedraaid"
    assert {v["status"] for v in service.get("verbinder", "/v1/voorstellen").json["voorstellen"]} == {"herroepen"}
    assert service.get("verbinder", f"{PATH}?status=concept").json["aantal"] == 0


def test_what_was_acted_on_is_not_taken_back(service, draft):
    done = act(service, draft, "/_goedkeuren", json={}).json
    service.bureau().take(done["voorstellen"][0], "aanvaard")
    assert act(service, draft, "/_terugdraaien").status_code == 409
    assert service.get("verbinder", f"{PATH}/r-1").json["status"] == "goedgekeurd"


def test_a_draft_that_someone_changed_is_not_approved(service, draft):
    path = f"{PATH}/r-1"
    old = service.etag("verbinder", path)
    act(service, draft, method="PATCH", json={"weg": [pair(draft["geplaatst"][0])]})
    for what, given in (("_goedkeuren", {"json": {}}), ("_opnieuw", {})):
        assert service.post("verbinder", f"{path}/{what}", headers=old, **given).status_code == 412
        assert service.post("verbinder", f"{path}/{what}", **given).status_code == 428


def test_the_same_key_holds_one_round(service):
    for _ in range(2):
        assert service.post("verbinder", PATH, json={}, headers={"Idempotency-Key": "een"}).json["id"] == "r-1"
    assert service.get("verbinder", PATH).json["aantal"] == 1
