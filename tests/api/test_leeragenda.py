"""The leeragenda over HTTP: of the questions that the verbinder may see, as JSON and as a picture."""

from __future__ import annotations

import pytest

from tests.api.conftest import told

PATH = "/v1/leeragenda"


def test_the_agenda_groups_the_questions_that_one_may_see(service):
    answer = service.get("verbinder", PATH)
    grouped = sorted(q for g in answer.json["groepen"] for q in g["leervragen"])
    assert grouped == [f"lv-{n}" for n in (1, 2, 3, 4, 5, 6, 8)]
    assert sum(b["gevraagd"] for b in answer.json["themas"]) == len(grouped)
    assert all(g["centraal"] in g["leervragen"] and g["uitleg"] for g in answer.json["groepen"])
    assert "Delft" not in told(answer)
    assert "kanarie" not in told(answer)
    elsewhere = service.get("verbinder-elders", PATH).json["groepen"]
    assert sorted(q for g in elsewhere for q in g["leervragen"]) == ["lv-7", "lv-8"]


def test_a_closed_question_is_off_the_agenda(service):
    for n in (7, 8):
        service.bureau().store.close_question(f"lv-{n}", "p-x", service.desk.clock())
    assert service.get("verbinder-elders", PATH).json == {"groepen": [], "themas": [], "melding": None}


@pytest.mark.parametrize(("kind", "start"), [("image/svg+xml", b"<svg "), ("image/png", b"\x89PNG")])
def test_the_agenda_is_drawn(service, kind, start):
    pytest.importorskip("matplotlib")
    answer = service.get("verbinder", PATH, headers={"Accept": kind})
    assert answer.mimetype == kind
    assert answer.data.startswith(start)


@pytest.mark.parametrize("caller", ["regio", "evaluator", "beheerder"])
def test_the_agenda_is_the_verbinders(service, caller):
    assert service.get(caller, PATH).status_code == 403
