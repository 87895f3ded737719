"""Voorstellen over HTTP: made, followed and ended, by whom it concerns and nobody else."""

from __future__ import annotations

import pytest

from tests.api.conftest import told

PATH = "/v1/voorstellen"
PAIR = {
    "leervraag": "lv-1",
    "aanbod": "a-verzuim",
    "uren": 2,
    "notitie": "Bel A-verzuim, kanarie-a-verzuim@example.org",
}
OUTCOME = {"hielp": 4, "regio": "Wij gaan door.", "expert": "Een goed gesprek."}


def made(service, **more):
    answer = service.post("verbinder", PATH, json=PAIR | more)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def step(service, caller, proposal, kind, **more):
    return service.post(caller, f"{PATH}/{proposal}/stappen", json={"soort": kind, **more})


def test_a_proposal_lives_from_proposed_to_done(service):
    answer = service.post("verbinder", PATH, json=PAIR)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{PATH}/v-1")
    assert answer.json["mogelijk"] == ["aanvaard", "afgewezen", "ingetrokken", "herroepen"]
    assert step(service, "verbinder", "v-1", "aanvaard").json["mogelijk"][0] == "loopt"
    step(service, "verbinder", "v-1", "loopt")
    last = step(service, "verbinder", "v-1", "afgerond", uitkomst=OUTCOME)
    assert last.status_code == 201
    one = service.get("verbinder", f"{PATH}/v-1").json
    assert [s["soort"] for s in one["stappen"]] == ["voorgesteld", "aanvaard", "loopt", "afgerond"]
    assert one["stappen"][-1]["uitkomst"] == OUTCOME
    assert one["stappen"][0]["op"] == "2027-03-01T12:00:00Z"
    assert one["stappen"][0]["door"] == service.people["verbinder"].key


@pytest.mark.parametrize(("body", "status"), [
    ({}, 409), ({"opnieuw": True, "uren": 3}, 409), ({"leervraag": "lv-7"}, 400), ({"aanbod": "weg"}, 400),
    ({"uren": -1}, 400), ({"onbekend": 1}, 400), ({"leervraag": "lv-2", "uren": 2}, 201),
])  # fmt: skip
def test_what_cannot_be_proposed_is_told_and_not_kept(service, body, status):
    made(service)
    assert service.post("verbinder", PATH, json=PAIR | body).status_code == status
    assert service.get("verbinder", PATH).json["aantal"] == (2 if status == 201 else 1)


def test_a_closed_question_is_not_proposed_for(service):
    service.bureau().store.close_question("lv-1", "p-x", service.desk.clock())
    assert service.post("verbinder", PATH, json=PAIR).status_code == 409


def test_a_step_that_cannot_follow_is_409_and_a_decline_needs_a_reason(service):
    made(service)
    wrong = step(service, "verbinder", "v-1", "loopt")
    assert wrong.status_code == 409
    assert "aanvaard" in wrong.json["detail"]
    silent = step(service, "verbinder", "v-1", "afgewezen")
    assert (silent.status_code, silent.json["errors"][0]["pointer"]) == (400, "/notitie")
    assert step(service, "verbinder", "v-1", "afgewezen", notitie="te ver weg").json["status"] == "afgewezen"
    assert step(service, "verbinder", "v-1", "herroepen").json["stappen"][-1]["herroept"] == 1
    assert step(service, "verbinder", "v-1", "afgerond").status_code in {400, 409}


def test_a_region_answers_what_it_is_proposed_and_takes_no_other_step(service):
    made(service)
    assert service.get("regio", f"{PATH}/v-1").json["mogelijk"] == ["aanvaard", "afgewezen"]
    assert step(service, "regio", "v-1", "ingetrokken").status_code == 403
    assert step(service, "regio-elders", "v-1", "aanvaard").status_code == 404
    assert step(service, "regio", "v-1", "aanvaard").status_code == 201
    assert step(service, "regio", "v-1", "loopt").status_code == 403


def test_a_note_tells_a_region_no_name_until_it_was_introduced(service):
    made(service)
    before = told(service.get("regio", f"{PATH}/v-1")) + told(service.get("regio", PATH))
    sheet = service.get("regio", PATH, headers={"Accept": "text/csv"}).text
    assert "kanarie" not in before + sheet
    assert "A-verzuim," not in before + sheet
    step(service, "regio", "v-1", "aanvaard")
    assert "kanarie-a-verzuim@example.org" in told(service.get("regio", f"{PATH}/v-1"))


@pytest.mark.parametrize(("caller", "status"), [
    ("verbinder-elders", 404), ("regio-elders", 404), ("evaluator", 403), ("beheerder", 403), (None, 401),
])  # fmt: skip
def test_others_see_no_proposal_count_none_and_find_none(service, caller, status):
    made(service)
    assert service.get(caller, f"{PATH}/v-1").status_code == status
    listed = service.get(caller, f"{PATH}?leervraag=lv-1&regio=Almere")
    assert listed.status_code == (200 if status == 404 else status)
    assert (listed.json or {}).get("aantal", 0) == 0


def test_the_list_is_filtered_sorted_paged_and_exported(service):
    made(service, uren=1)
    made(service, leervraag="lv-5", uren=1)
    made(service, leervraag="lv-2", aanbod="b-verzuim")
    step(service, "verbinder", "v-2", "aanvaard")

    def listed(query):
        return [v["id"] for v in service.get("verbinder", f"{PATH}?{query}").json["voorstellen"]]

    assert listed("sort=-id") == ["v-3", "v-2", "v-1"]
    assert listed("status=aanvaard") == listed("regio=twente") == ["v-2"]
    assert listed("aanbod=a-verzuim&leervraag=lv-1") == ["v-1"]
    page = service.get("verbinder", f"{PATH}?pageSize=1&page=2")
    assert (page.json["aantal"], page.headers["X-Total-Count"]) == (3, "3")
    assert 'rel="next"' in page.headers["Link"]
    sheet = service.get("verbinder", f"{PATH}?status=voorgesteld", headers={"Accept": "text/csv"})
    assert "v-1" in sheet.text
    assert "lv-5" not in sheet.text


def test_the_same_key_gives_the_same_proposal(service):
    first, again = (
        service.post("verbinder", PATH, json=PAIR, headers={"Idempotency-Key": "een"}) for _ in range(2)
    )  # fmt: skip
    assert (first.json, again.status_code) == (again.json, 201)
    assert service.get("verbinder", PATH).json["aantal"] == 1


def test_a_bsn_in_a_note_is_refused_and_not_repeated(service):
    answer = service.post("verbinder", PATH, json=PAIR | {"notitie": "bsn 123456782"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/notitie")
    made(service)
    refused = step(service, "verbinder", "v-1", "afgewezen", notitie="bsn 123456782")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "/notitie")
    assert "123456782" not in told(answer) + told(refused)
