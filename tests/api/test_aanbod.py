"""The catalogue over HTTP: each sees what is theirs to see; the beheerder keeps it; an offer finds its questions."""

from __future__ import annotations

import pytest

from tests.api.conftest import CATALOGUE, told

PATH = "/v1/aanbod"
NEW = {"soort": "dossier", "naam": "Wat werkt bij verzuim", "samenvatting": "Over thuiszitters."}


def ids(service, caller, query=""):
    return [a["id"] for a in service.get(caller, f"{PATH}?{query}").json["aanbod"]]


@pytest.mark.parametrize("caller", ["verbinder", "beheerder"])
def test_who_may_see_contact_data_is_written_in_the_log(service, caller):
    assert "kanarie-a-verzuim" in told(service.get(caller, f"{PATH}/a-verzuim"))
    lines = service.desk.store.log(of=["a-verzuim"], by=service.people[caller].key)
    assert [line.name for line in lines] == ["aanbod inzien"]


def test_a_region_knows_an_expert_only_after_a_proposal_was_accepted(service):
    for path in (f"{PATH}/a-verzuim", PATH, f"{PATH}?sort=naam"):
        assert "A-verzuim" not in (answer := told(service.get("regio", path)))
        assert "kanarie" not in answer
    sheet = service.get("regio", PATH, headers={"Accept": "text/csv"}).text
    assert "kanarie" not in sheet
    assert "A-verzuim" not in sheet
    made = service.bureau().propose("lv-1", "a-verzuim")
    assert "A-verzuim" not in told(service.get("regio", f"{PATH}/a-verzuim"))
    service.bureau().take(made.id, "aanvaard")
    assert service.get("regio", f"{PATH}/a-verzuim").json["contact"] == "kanarie-a-verzuim@example.org"
    assert service.get("regio-elders", f"{PATH}/a-verzuim").json["contact"] is None


def test_an_evaluator_reads_the_catalogue_under_other_ids_and_without_names(service):
    found = service.get("evaluator", f"{PATH}?pageSize=100")
    assert found.json["aantal"] == len(CATALOGUE)
    for canary in ("kanarie", "Organisatie-", "Almere", "A-verzuim"):
        assert canary not in told(found)
    known = found.json["aanbod"][0]["id"]
    assert service.get("evaluator", f"{PATH}/{known}").json["id"] == known
    assert service.get("evaluator", f"{PATH}/a-verzuim").status_code == 404
    assert service.desk.store.log(by=service.people["evaluator"].key) == []


@pytest.mark.parametrize(("query", "expected"), [
    ("soort=cop", {"j-jonge-kind"}), ("perspectief=beleid", {"c-geld"}), ("thema=Rekenen", {"g-rekenen"}),
    ("beschikbaarOpDatum=2027-07-01&perspectief=beleid", set()), ("voorbeeld=true", set()),
    ("vorm=traject&soort=expert&regio=Delft", {"c-geld", "d-privacy", "g-rekenen", "h-pesten"}),
])  # fmt: skip
def test_the_list_is_filtered(service, query, expected):
    assert set(ids(service, "verbinder", query)) == expected


def test_what_is_hidden_is_no_way_to_sort_or_filter(service):
    assert ids(service, "verbinder", "sort=-organisatie")[0] == "j-jonge-kind"
    everything = ids(service, "evaluator", "pageSize=100")
    assert ids(service, "evaluator", "pageSize=100&regio=Delft") == everything
    assert sorted(ids(service, "evaluator", "pageSize=100&sort=organisatie")) == sorted(everything)


@pytest.mark.parametrize("query", ["voorbeeld=1", "soort=x", "beschikbaarOpDatum=1-3-2027", "sort=contact", "naam=x"])
def test_a_wrong_filter_is_told(service, query):
    assert service.get("verbinder", f"{PATH}?{query}").status_code == 400


def test_the_beheerder_adds_changes_throws_away_and_brings_back(service):
    made = service.post("beheerder", PATH, json=NEW)
    assert (made.status_code, made.json["id"]) == (201, "ab-1")
    one = f"{PATH}/ab-1"
    assert service.patch("beheerder", one, json={"urenPerMaand": 3}).status_code == 428
    match = {"If-Match": made.headers["ETag"]}
    assert service.patch("beheerder", one, json={"urenPerMaand": 3}, headers=match).json["naam"] == NEW["naam"]
    assert service.patch("beheerder", one, json={"urenPerMaand": 4}, headers=match).status_code == 412
    assert service.delete("beheerder", one, headers=service.etag("beheerder", one)).status_code == 204
    assert service.get("beheerder", one).status_code == 404
    assert service.post("beheerder", PATH, json=NEW).json["id"] == "ab-2"
    assert service.post("beheerder", f"{one}/_herstel").json["urenPerMaand"] == 3
    assert service.post("beheerder", f"{one}/_herstel").status_code == 404


def test_what_a_proposal_needs_is_not_thrown_away(service):
    service.bureau().propose("lv-1", "a-verzuim")
    one = f"{PATH}/a-verzuim"
    assert service.delete("beheerder", one, headers=service.etag("beheerder", one)).status_code == 409


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator"])
def test_only_the_beheerder_changes_the_catalogue(service, caller):
    assert service.post(caller, PATH, json=NEW).status_code == 403
    for method in ("PATCH", "DELETE"):
        given = {"json": {}} if method == "PATCH" else {}
        assert service.ask(method, caller, f"{PATH}/a-verzuim", headers={"If-Match": '"x"'}, **given).status_code == 403


@pytest.mark.parametrize(("more", "pointer"), [
    ({"beschikbaarVanafDatum": "2027-05-01", "beschikbaarTotEnMetDatum": "2027-04-01"}, "/beschikbaarTotEnMetDatum"),
    ({"bijeenkomsten": [{"begin": "2027-05-11T15:00", "einde": "2027-05-11T17:00:00Z"}]}, "/bijeenkomsten/0/begin"),
    ({"bijeenkomsten": [{"begin": "2027-05-11T17:00:00Z", "einde": "2027-05-11T15:00:00Z"}]}, "/bijeenkomsten"),
    ({"soort": None}, "/soort"),
])  # fmt: skip
def test_what_is_wrong_is_told_where(service, more, pointer):
    answer = service.post("beheerder", PATH, json=NEW | more)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, pointer)


def test_an_offer_finds_the_open_questions_that_it_helps(service):
    path = f"{PATH}/a-verzuim/leervragen"
    found = service.get("verbinder", path).json["leervragen"]
    assert found[0]["leervraag"]["id"] == "lv-1"
    assert [f["plaats"] for f in found] == list(range(1, len(found) + 1))
    assert sum(found[0]["delen"].values()) == pytest.approx(found[0]["score"])
    # It works in Almere alone: a question of Twente or Delft is not among them, one of nobody may be.
    assert {f["leervraag"]["regio"] for f in found} <= {"Almere", None}
    elsewhere = service.get("verbinder-elders", path).json["leervragen"]
    assert {f["leervraag"]["regio"] for f in elsewhere} <= {None}
    service.bureau().store.close_question("lv-1", "p-x", service.desk.clock())
    assert "lv-1" not in [f["leervraag"]["id"] for f in service.get("verbinder", path).json["leervragen"]]


def test_the_questions_that_an_offer_helps_are_those_one_may_see(service):
    whole = service.get("verbinder", f"{PATH}/c-geld/leervragen?k=50").json["leervragen"]
    mine = service.get("regio", f"{PATH}/c-geld/leervragen?k=50")
    assert {f["leervraag"]["regio"] for f in mine.json["leervragen"]} == {"Almere"}
    assert len(whole) > len(mine.json["leervragen"])
    assert service.get("beheerder", f"{PATH}/c-geld/leervragen").status_code == 403
    assert "kanarie-c-geld" not in told(mine)


def test_an_evaluator_reads_of_no_region_in_what_is_suggested_and_refused(service):
    known = {q["id"]: q for q in service.get("evaluator", "/v1/leervragen").json["leervragen"]}
    for one in known:
        answer = told(service.get("evaluator", f"/v1/leervragen/{one}/suggesties?k=50"))
        for canary in ("Almere", "Twente", "Delft", "kanarie", "Organisatie-"):
            assert canary not in answer
    pseudonym = service.bureau().pseudonym("offer", "a-verzuim")
    found = service.get("evaluator", f"{PATH}/{pseudonym}/leervragen")
    assert found.json["leervragen"][0]["leervraag"]["id"] in known
    assert "Almere" not in told(found)


def test_a_meeting_is_kept_on_the_clock_of_the_place_and_told_in_utc(service):
    meeting = {"begin": "2027-05-11T15:00:00+02:00", "einde": "2027-05-11T15:00:00Z"}
    made = service.post("beheerder", PATH, json=NEW | {"soort": "cop", "bijeenkomsten": [meeting]}).json
    assert made["bijeenkomsten"] == [{"begin": "2027-05-11T13:00:00Z", "einde": "2027-05-11T15:00:00Z"}]
    (kept,) = service.desk.store.offer(made["id"]).sessions
    assert (kept.start.hour, kept.end.hour) == (15, 17)
