"""A sheet is read in after a dry run, all or nothing; what was uploaded lies on the server, for one person, an hour."""

from __future__ import annotations

import os
import re
import time
from io import BytesIO

import pytest

from matcher import read_sheet, write_sheet
from tests.conftest import offer

HEADERS = "Aanbod-id;Soort;Naam;Omschrijving;Uren per maand\n"
GOOD = HEADERS + "nieuw-1;dossier;Gids;Wat werkt.;2,5\na-verzuim;expert;Andere naam;Begeleidt scholen.;3\n"
BAD = HEADERS + "nieuw-1;dossier;Gids;Wat werkt.;2,5\nnieuw-2;draak;Fout;Zo niet.;veel\n"


def upload(person, text, name="blad.csv"):
    return person.post("/inlezen", {"blad": (BytesIO(text if isinstance(text, bytes) else text.encode()), name)})


def hidden(person):
    found = re.findall(r'name="(blad|plan)" value="(\w+)"', person.last.get_data(as_text=True))
    return dict(found)


def names(service):
    return {o.id: o.name for o in service.desk.store.offers()}


def test_a_dry_run_shows_what_is_new_and_changed_and_keeps_nothing(visit, service):
    person, before = visit("beheerder"), names(service)
    upload(person, GOOD)
    assert "1 nieuw" in person.text
    assert "Andere naam" in person.text
    assert names(service) == before
    person.post("/inlezen/overnemen", hidden(person), follow=False)
    assert names(service) == before | {"nieuw-1": "Gids", "a-verzuim": "Andere naam"}


def test_one_fault_and_nothing_is_taken_and_the_error_sheet_can_be_read_again(visit, service, tmp_path):
    person, before = visit("beheerder"), names(service)
    upload(person, BAD)
    assert "rij 3, kolom B Soort" in person.text
    assert "rij 3, kolom E Uren per maand" in person.text
    given = hidden(person)
    assert person.post("/inlezen/overnemen", {"plan": "0", **given}).status_code == 409
    assert names(service) == before
    path = tmp_path / "fouten.xlsx"
    path.write_bytes(person.post("/inlezen/fouten", given).get_data())
    assert [row.values.get("name") for row in read_sheet(path).rows] == ["Fout"]


def test_what_changed_after_the_dry_run_is_shown_again(visit, service):
    person = visit("beheerder")
    upload(person, GOOD)
    given = hidden(person)
    service.bureau("beheerder").store.put([offer("nieuw-1", "Van een ander.")], "beheer", service.desk.clock())
    assert person.post("/inlezen/overnemen", given).status_code == 409
    assert "De catalogus is intussen gewijzigd" in person.text
    assert names(service)["a-verzuim"] != "Andere naam"
    assert person.post("/inlezen/overnemen", hidden(person), follow=False).status_code == 303


def test_a_file_that_is_no_sheet_is_refused_without_telling_where_it_lies(visit, service):
    person = visit("beheerder")
    for what in (b"", b"PK\x03\x04 kapot", b"\x00\x01\x02", b"Titel;Tekst\nvan;iets anders"):
        assert upload(person, what).status_code == 400
        assert str(service.desk.settings.cache) not in person.last.get_data(as_text=True)
    assert upload(person, "Leervraag-id;Titel;Tekst\nlv-1;T;Waarom?\n").status_code == 400
    assert "hier leest u aanbod in" in person.text


@pytest.fixture
def held(visit, service):
    """A beheerder with a sheet between the two steps, and where it lies."""
    person = visit("beheerder")
    upload(person, GOOD)
    (path,) = (service.desk.settings.cache / "ingelezen").glob(f"*/{hidden(person)['blad']}.blad")
    yield person, hidden(person), path
    path.unlink(missing_ok=True)


def test_what_is_held_is_for_nobody_else_to_read(held):
    _, _, path = held
    assert path.stat().st_mode & 0o077 == 0


def test_after_an_hour_it_is_gone(held):
    person, given, path = held
    os.utime(path, (time.time() - 3601,) * 2)
    assert person.post("/inlezen/overnemen", given).status_code == 410
    assert not path.exists()


@pytest.mark.parametrize("name", ["../../m.db", "", "0" * 64, "x" * 64])
def test_only_a_digest_of_what_one_uploaded_is_found(held, name):
    person, given, _ = held
    assert person.post("/inlezen/overnemen", given | {"blad": name}).status_code == 410


def test_what_goes_out_comes_in_again_without_a_change(visit, tmp_path):
    person = visit("beheerder")
    for address, suffix in (("/inlezen/uitgeven", ".xlsx"), ("/inlezen/uitgeven?als=csv", ".csv")):
        data = person.get(address).get_data()
        upload(person, data, f"blad{suffix}")
        assert "Er verandert niets" in person.text
    path = tmp_path / "leeg.xlsx"
    path.write_bytes(person.get("/inlezen/sjabloon").get_data())
    assert read_sheet(path).rows == ()


def test_a_workbook_is_read_as_well(visit, service, tmp_path):
    path = tmp_path / "blad.xlsx"
    write_sheet(path, "offers", [offer("uit-excel", "Uit een werkblad.")])
    person = visit("beheerder")
    upload(person, path.read_bytes(), "blad.xlsx")
    person.post("/inlezen/overnemen", hidden(person), follow=False)
    assert "uit-excel" in names(service)
