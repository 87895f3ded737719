"""Sheets taken over HTTP: all or nothing, beside what the caller may see, with every fault by row and column."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl import load_workbook

from matcher import write_sheet
from tests.api.conftest import CATALOGUE, QUESTIONS, Service, told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = "Leervraag-id;Regio;Titel;Tekst\n"
MINE = "lv-21;almere;Nieuw;Hoe betalen we zorg op school?\n"


def send(service: Service, caller: str, noun: str, text: str | bytes, query: str = "", **headers: str) -> Any:
    data = text.encode() if isinstance(text, str) else text
    sort = XLSX if data.startswith(b"PK") else "text/csv"
    return service.post(
        caller, f"/v1/{noun}/_import{query}", data=data, headers={"Content-Type": sort, **headers}
    )  # fmt: skip


def counts(told: Mapping[str, Any]) -> tuple[int, int, int, int]:
    return told["nieuw"], len(told["gewijzigd"]), told["gelijk"], told["fout"]


def test_a_trial_tells_and_keeps_nothing_and_the_real_thing_does_once(service: Service):
    text = HEAD + MINE + "lv-1;Almere;Anders;Anders gevraagd\n"
    trial = send(service, "regio", "leervragen", text, "?proef=true")
    assert counts(trial.json) == (1, 1, 0, 0)
    assert trial.json["gewijzigd"] == [{"rij": 3, "velden": ["Titel", "Tekst"]}]
    assert service.get("regio", "/v1/leervragen/lv-21").status_code == 404
    done = send(service, "regio", "leervragen", text)
    assert (counts(done.json), done.json["overgenomen"]) == ((1, 1, 0, 0), True)
    assert service.get("regio", "/v1/leervragen/lv-21").json["regio"] == "Almere"
    assert counts(send(service, "regio", "leervragen", text).json) == (0, 0, 2, 0)


def test_all_or_nothing_with_every_fault_by_place_and_no_value(service: Service):
    text = HEAD + MINE + "lv-22;Atlantis-kanarie;Nieuw;Tekst\nmet spatie;Almere;;\n"
    answer = send(service, "regio", "leervragen", text)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    places = [e["detail"].partition(":")[0] for e in answer.json["errors"]]
    assert places == ["rij 3, kolom B (Regio)", "rij 4, kolom A (Leervraag-id)"]
    assert "kanarie" not in told(answer)
    assert service.get("regio", "/v1/leervragen/lv-21").status_code == 404


def test_the_errors_come_as_a_sheet_that_can_be_sent_again(service: Service):
    text = HEAD + MINE + "lv-22;Atlantis;Nieuw;Tekst\n"
    answer = send(service, "regio", "leervragen", text, "?proef=true", Accept=XLSX)
    book = load_workbook(io.BytesIO(answer.get_data()))
    rows = [[c.value for c in row] for row in book.worksheets[0].iter_rows()]
    assert rows[0] == ["Leervraag-id", "Regio", "Titel", "Tekst", "Fout"]
    assert [r[0] for r in rows[1:]] == ["lv-22"]
    again = send(service, "regio", "leervragen", answer.get_data(), "?proef=true")
    assert counts(again.json)[3] == 1


@pytest.mark.parametrize("identifier", ["lv-5", "lv-7"])
def test_a_question_of_another_region_is_neither_told_nor_changed(service: Service, identifier: str):
    before = service.get("verbinder-elders" if identifier == "lv-7" else "verbinder", f"/v1/leervragen/{identifier}")
    answer = send(service, "regio", "leervragen", HEAD + f"{identifier};Almere;Mijn;Mijn tekst\n", "?proef=true")
    assert counts(answer.json) == (1, 0, 0, 1)
    assert before.json["tekst"] not in told(answer)
    assert send(service, "regio", "leervragen", HEAD + f"{identifier};Almere;M;M\n").status_code == 400
    after = service.get("verbinder-elders" if identifier == "lv-7" else "verbinder", f"/v1/leervragen/{identifier}")
    assert after.json == before.json


@pytest.mark.parametrize("region", ["Delft", ""])
def test_a_region_brings_questions_of_its_own_only(service: Service, region: str):
    answer = send(service, "regio", "leervragen", HEAD + f"lv-30;{region};Titel;Tekst\n", "?proef=true")
    assert answer.json["fout"] == 1
    assert answer.json["fouten"][0]["kolom"] == "B"


def test_the_catalogue_is_the_beheerders_and_comes_back_equal(service: Service, tmp_path):
    path = tmp_path / "aanbod.xlsx"
    write_sheet(path, "offers", CATALOGUE)
    assert counts(send(service, "beheerder", "aanbod", path.read_bytes()).json) == (0, 0, len(CATALOGUE), 0)
    exported = service.get("beheerder", "/v1/aanbod", headers={"Accept": "text/csv"}).get_data()
    assert counts(send(service, "beheerder", "aanbod", exported).json) == (0, 0, len(CATALOGUE), 0)
    for caller in ("verbinder", "regio", "evaluator"):
        assert send(service, caller, "aanbod", path.read_bytes()).status_code == 403


def test_a_form_with_one_file(service: Service):
    def sent(**fields: Any) -> Any:
        return service.post("regio", "/v1/leervragen/_import?proef=true", data=fields,
                            content_type="multipart/form-data")  # fmt: skip

    file = (io.BytesIO((HEAD + MINE).encode()), "vragen.csv")
    assert counts(sent(bestand=file).json) == (1, 0, 0, 0)
    assert sent(iets=(io.BytesIO(b"x"), "x.csv")).status_code == 400
    assert sent(bestand="geen bestand").status_code == 400


def test_proposals_of_ones_own_questions_only(service: Service):
    head = "Voorstel-id;Leervraag-id;Aanbod-id\n"
    offer = CATALOGUE[0].id
    refused = send(service, "verbinder", "voorstellen", head + f"x-1;lv-7;{offer}\n", "?proef=true")
    assert refused.json["fout"] == 1
    assert "lv-6" in told(refused)
    assert "lv-7" not in refused.json["fouten"][0]["reden"]
    assert counts(send(service, "verbinder", "voorstellen", head + f"x-1;lv-1;{offer}\n").json) == (1, 0, 0, 0)
    (made,) = service.get("verbinder", "/v1/voorstellen").json["voorstellen"]
    assert (made["leervraag"], made["aanbod"]) == ("lv-1", offer)


def test_judgements_come_under_the_ids_that_an_evaluator_knows(service: Service):
    bureau = service.bureau("evaluator")
    question, offer = bureau.pseudonym("question", "lv-1"), bureau.pseudonym("offer", CATALOGUE[0].id)
    text = f"Leervraag-id;Aanbod-id;Graad\n{question};{offer};2\n"
    assert counts(send(service, "evaluator", "beoordelingen", text).json) == (1, 0, 0, 0)
    (kept,) = bureau.store.judgements()
    assert (kept.question, kept.offer, kept.grade) == ("lv-1", CATALOGUE[0].id, 2)
    assert counts(send(service, "evaluator", "beoordelingen", text).json) == (0, 0, 1, 0)
    real = f"Leervraag-id;Aanbod-id;Graad\nlv-1;{CATALOGUE[0].id};2\n"
    refused = send(service, "evaluator", "beoordelingen", real, "?proef=true")
    assert refused.json["fout"] == 2
    assert not any(q.id in f["reden"] for f in refused.json["fouten"] for q in QUESTIONS)


@pytest.mark.parametrize(
    ("data", "sort", "status"),
    [(b"", "text/csv", 400), (b"PK\x03\x04stuk", XLSX, 400), (b"{}", "application/json", 415),
     (b"a;b\n1;2\n", "text/csv", 400), (b"x" * (17 * 2**20), "text/csv", 413)],
    ids=["leeg", "stuk", "json", "andere koppen", "te groot"],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_by_what_it_is(service: Service, data: bytes, sort: str, status: int):
    answer = service.post("regio", "/v1/leervragen/_import", data=data, headers={"Content-Type": sort})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert "matcher-" not in told(answer), "no path"


def test_a_citizen_service_number_is_refused_and_not_repeated(service: Service):
    answer = send(service, "regio", "leervragen", HEAD + "lv-40;Almere;Titel;Over 111222333 op school\n")
    assert answer.status_code == 400
    assert "111222333" not in told(answer)


def test_the_document_tells_what_is_taken(service: Service):
    found = service.get(None, "/v1/openapi.json").json["paths"]["/leervragen/_import"]["post"]
    assert set(found["requestBody"]["content"]) == {"multipart/form-data", "text/csv", XLSX}
    assert XLSX in found["responses"]["200"]["content"]
