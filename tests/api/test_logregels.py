"""The log over HTTP: who saw what of whom between then and then, by page and as a sheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.api.conftest import NOON, Service, told

HOUR = timedelta(hours=1)


@pytest.fixture
def seen(service: Service) -> Service:
    store, people = service.desk.store, service.people
    store.record("aanbod inzien", people["verbinder"].key, NOON, [("offer", "a-verzuim"), ("offer", "c-geld")])
    store.record("aanbod inzien", people["regio"].key, NOON + 2 * HOUR, [("offer", "a-verzuim")])
    return service


def lines(service: Service, query: str) -> list[tuple[str, str]]:
    found = service.get("beheerder", f"/v1/logregels?pageSize=100&{query}").json["logregels"]
    names = {p.key: name for name, p in service.people.items()}
    return [(names.get(x["door"], x["door"]), x["over"]) for x in found if x["handeling"] == "aanbod inzien"]


def test_who_saw_what_of_whom_between_then_and_then(seen: Service):
    assert lines(seen, "over=a-verzuim") == [("regio", "offer a-verzuim"), ("verbinder", "offer a-verzuim")]
    assert lines(seen, "over=a-verzuim&totOp=2027-03-01T13:00:00Z") == [("verbinder", "offer a-verzuim")]
    assert lines(seen, "over=a-verzuim&vanOp=2027-03-01T14:00:00%2B01:00") == [("regio", "offer a-verzuim")]
    assert lines(seen, f"door={seen.people['verbinder'].key}&sort=nummer") == [
        ("verbinder", "offer a-verzuim"), ("verbinder", "offer c-geld"),
    ]  # fmt: skip


def test_by_name_in_the_body_never_in_the_address(seen: Service):
    name = seen.people["regio"].name
    asked = {"over": name, "vanOp": "2027-03-01T00:00:00Z", "sort": "nummer"}
    seen.get("beheerder", f"/v1/accounts/{seen.people['regio'].key}")
    found = seen.post("beheerder", "/v1/logregels/_zoek", json=asked)
    assert "persoon inzien" in {x["handeling"] for x in found.json["logregels"]}
    assert {x["betrokkene"] for x in found.json["logregels"]} == {seen.people["regio"].key}
    assert name not in told(found)
    by = seen.post("beheerder", "/v1/logregels/_zoek", json={"door": "regio-login", "over": "a-verzuim"}).json
    assert by["aantal"] == 1


def test_asking_the_log_about_someone_stands_in_the_log(seen: Service):
    seen.get("beheerder", "/v1/logregels?over=a-verzuim")
    newest = seen.get("beheerder", "/v1/logregels?pageSize=1").json["logregels"][0]
    assert (newest["handeling"], newest["betrokkene"]) == ("logboek inzien", "a-verzuim")


def test_pages_of_the_log(seen: Service):
    first = seen.get("beheerder", "/v1/logregels?pageSize=2&sort=nummer")
    second = seen.get("beheerder", "/v1/logregels?pageSize=2&sort=nummer&page=2")
    assert [x["nummer"] for x in (*first.json["logregels"], *second.json["logregels"])] == [1, 2, 3, 4]
    assert 'rel="next"' in first.headers["Link"]
    assert int(first.headers["X-Total-Count"]) == first.json["aantal"] == len(seen.desk.store.log())


def test_the_log_as_a_sheet(seen: Service):
    answer = seen.get("beheerder", "/v1/logregels?over=a-verzuim", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [r["Over"] for r in rows] == ["offer a-verzuim"] * 2
    assert rows[0]["Op"].endswith("Z")
    book = seen.get("beheerder", "/v1/logregels", headers={"Accept": "application/vnd.openxmlformats-officedocument."
                                                                     "spreadsheetml.sheet"})  # fmt: skip
    assert book.get_data().startswith(b"PK")


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", None])
def test_only_the_beheerder_reads_the_log(seen: Service, caller: str | None):
    assert seen.get(caller, "/v1/logregels").status_code in {401, 403}
    assert seen.post(caller, "/v1/logregels/_zoek", json={}).status_code in {401, 403}


def test_moments_need_a_zone(seen: Service):
    assert seen.get("beheerder", "/v1/logregels?vanOp=2027-03-01T00:00:00").status_code == 400
