"""What an offer can do: read, set by hand, and filled by a calendar of which nothing else is kept."""

from __future__ import annotations

import pytest

from tests.api.conftest import told

PATH = "/v1/beschikbaarheden"
ONE = f"{PATH}/a-verzuim"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//matcher//test
BEGIN:VEVENT
UID:1@example.org
DTSTART;VALUE=DATE:20270405
DTEND;VALUE=DATE:20270417
SUMMARY:kanarie in de agenda
END:VEVENT
END:VCALENDAR
"""


def change(service, path, caller="verbinder", **given):
    headers = service.etag(caller, ONE) | given.pop("headers", {})
    return service.put(caller, path, headers=headers, **given)


def test_what_proposals_hold_is_told_apart(service):
    service.bureau().propose("lv-1", "a-verzuim", hours=1)
    running = service.bureau().propose("lv-2", "a-verzuim", hours=2)
    for kind in ("aanvaard", "loopt"):
        service.bureau().take(running.id, kind)
    found = service.get("verbinder", ONE).json
    assert found["uren"] == {"totaal": 4, "gereserveerd": 1, "besteed": 2, "over": 1}
    assert found["koppelingen"] == {"totaal": None, "bezet": 2, "over": None}


def test_capacity_is_set_by_who_saw_what_was_there(service):
    answer = change(service, ONE, json={"uren": 6, "koppelingen": 1, "bron": "opgave"})
    assert answer.json["uren"]["totaal"] == 6
    assert (answer.json["koppelingen"]["over"], answer.json["bron"]) == (1, "opgave")
    assert answer.json["peilDatum"] == "2027-03-01"
    assert change(service, ONE, json={"uren": 7}, headers={"If-Match": '"oud"'}).status_code == 412
    assert service.put("verbinder", ONE, json={"uren": 7}).status_code == 428
    assert change(service, ONE, json={"uren": -1}).status_code == 400
    assert service.get("beheerder", f"{PATH}?vol=true").json["aantal"] == 1
    assert service.get("beheerder", f"{PATH}?sort=-urenOver").json["beschikbaarheden"][0]["aanbod"] == "a-verzuim"


def test_absence_comes_as_periods_or_as_a_calendar(service):
    period = {"van": "2027-07-10T00:00:00+02:00", "tot": "2027-07-24T00:00:00+02:00"}
    answer = change(service, f"{ONE}/afwezig", json={"perioden": [period]})
    assert answer.json["afwezig"] == [{"van": "2027-07-09T22:00:00Z", "tot": "2027-07-23T22:00:00Z"}]
    answer = change(service, f"{ONE}/agenda", data=CALENDAR, content_type="text/calendar")
    assert answer.json["afwezig"] == [{"van": "2027-04-04T22:00:00Z", "tot": "2027-04-16T22:00:00Z"}]
    assert "kanarie" not in told(service.get("verbinder", ONE))
    away = service.bureau().objections("lv-1", "a-verzuim")
    assert away == ()
    assert change(service, f"{ONE}/afwezig", json={"perioden": []}).json["afwezig"] == []


@pytest.mark.parametrize(("data", "kind", "status"), [
    ("geen agenda", "text/calendar", 400), (b"\xff\xfe", "text/calendar", 400), (CALENDAR, "text/plain", 415),
    ("{}", "application/json", 415),
])  # fmt: skip
def test_what_is_no_calendar_is_refused_and_not_repeated(service, data, kind, status):
    answer = change(service, f"{ONE}/agenda", data=data, content_type=kind)
    assert answer.status_code == status
    assert "geen agenda" not in answer.json["detail"]


@pytest.mark.parametrize("wrong", [
    {"van": "2027-07-24T00:00:00Z", "tot": "2027-07-10T00:00:00Z"}, {"van": "2027-07-24T00:00:00", "tot": "2027-07-25"},
    {"van": "2027-07-24T00:00:00Z", "tot": "9999-12-31T23:59:59-12:00"},
    {"van": "0001-01-01T00:00:00+12:00", "tot": "2027-07-10T00:00:00Z"},
])  # fmt: skip
def test_a_period_ends_after_it_begins_and_is_on_the_calendar(service, wrong):
    assert change(service, f"{ONE}/afwezig", json={"perioden": [wrong]}).status_code == 400


@pytest.mark.parametrize("caller", ["regio", "evaluator"])
@pytest.mark.parametrize("path", [PATH, ONE])
def test_others_do_not_see_when_someone_is_away(service, caller, path):
    assert service.get(caller, path).status_code == 403
    assert service.get("verbinder", f"{PATH}/weg").status_code == 404
