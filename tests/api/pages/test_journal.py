"""The log as a page: who saw what of whom, and when; filters by key in the address, and never a name there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from matcher import Offer


@pytest.fixture
def read(visit, service):
    """A beheerder, after a verbinder proposed two offers and looked at what the first could do."""
    work = service.bureau()
    work.propose("lv-1", "a-verzuim")
    work.store.record("aanbod inzien", work.by, work.clock(), [("offer", "c-geld")])
    return visit("beheerder")


def test_the_newest_comes_first_with_the_names_of_now(read, service):
    read.get("/logboek")
    assert read.text.index("aanbod inzien") < read.text.index("account toevoegen")
    assert service.people["verbinder"].name in read.text


def test_filters_by_who_did_it_by_about_whom_and_by_day(read, service):
    key = service.people["verbinder"].key
    read.get(f"/logboek?door={key}")
    assert "aanbod inzien" in read.text
    assert "account toevoegen" not in read.text
    read.get("/logboek?over=c-geld")
    assert "1 regel" in read.text
    for days in ("van=2027-03-02", "tot=2027-02-28"):
        read.get(f"/logboek?{days}")
        assert "Geen regels gevonden" in read.text
    read.get("/logboek?van=2027-03-01&tot=2027-03-01&over=c-geld")
    assert "aanbod inzien" in read.text
    assert read.get("/logboek?van=gisteren&pagina=veel&tot=9999-99-99").status_code == 200


def test_a_search_by_name_leads_to_keys(read, service):
    name = service.people["verbinder"].name
    place = read.post("/logboek", {"wie": name}, follow=False).headers["Location"]
    assert parse_qs(urlsplit(place).query) == {"over": [service.people["verbinder"].key]}
    assert parse_qs(urlsplit(read.post("/logboek", {"wie": "c-geld"}, follow=False).headers["Location"]).query) == {
        "over": ["c-geld"]
    }
    for unknown in ("Niemand hier", "a", ""):
        read.post("/logboek", {"wie": unknown})
        assert "Geen regels gevonden" in read.text


def test_who_asks_the_log_about_someone_is_in_it(read, service):
    read.get("/logboek?over=c-geld")
    (line,) = [x for x in service.desk.store.log() if x.name == "logboek inzien"]
    assert line.attributes["dpl.core.user"] == service.people["beheerder"].key


def test_pages_and_a_sheet_of_all_by_the_same_filter(read, service):
    work = service.bureau("beheerder")
    work.store.put([Offer(f"rij-{n}", "dossier", f"Rij {n}", "Iets.") for n in range(60)], work.by, work.clock())
    read.get(f"/logboek?door={work.by}&pagina=2")
    assert "Pagina 2 van 3" in read.text
    answer = read.get(f"/logboek?door={work.by}&als=csv")
    assert answer.get_data(as_text=True).count("aanbod toevoegen") == 60
    assert answer.mimetype == "text/csv"
