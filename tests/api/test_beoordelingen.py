"""Judgements over HTTP: of one's own, blind, over pairs that more than the engine brought."""

from __future__ import annotations

import csv
import io

import pytest

from matcher import judging
from matcher.suggestions import rank_all
from tests.api.conftest import CATALOGUE, QUESTIONS, Service, told


def judge(service: Service, leervraag: str, aanbod: str, graad: int = 2, **more: object):
    body = {"leervraag": leervraag, "aanbod": aanbod, "graad": graad, **more}
    return service.post("evaluator", "/v1/beoordelingen", json=body)


@pytest.fixture
def few(service: Service, monkeypatch) -> Service:
    monkeypatch.setattr(judging, "QUESTIONS", 2)
    return service


def test_one_pair_after_the_other_until_all_is_judged(few: Service):
    seen = set()
    while (now := few.get("evaluator", "/v1/beoordelingen/_volgende").json)["leervraag"]:
        assert now["beoordeeld"] == len(seen)
        pair = now["leervraag"]["id"], now["aanbod"]["id"]
        assert pair not in seen
        seen.add(pair)
        assert judge(few, *pair).status_code == 201
    assert now == {"leervraag": None, "aanbod": None, "beoordeeld": len(seen), "totaal": len(seen)}
    assert len({question for question, _ in seen}) == 2


def test_the_pool_holds_what_the_engine_did_not_bring(service: Service, monkeypatch):
    monkeypatch.setattr(judging, "DEPTH", 1)
    bureau = service.bureau("evaluator")
    pool = service.desk.engines.to_judge(bureau.store)
    engine = bureau.engine
    rankings = rank_all(QUESTIONS, engine.pool, engine.reader, engine.weights, ())
    first = {r.question.id: engine.pool.offers[next(r.order())].id for r in rankings}
    of_each = {q: [o for question, o in pool if question == q] for q in first}
    assert all(first[q] in offers for q, offers in of_each.items())
    assert all(len(offers) >= 1 + judging.EXTRA for offers in of_each.values())
    assert pool == judging.pool(bureau.store.open_questions(), bureau.engine, lambda q: bureau.pseudonym("question", q))
    assert any(offers[0] != first[q] for q, offers in of_each.items()), "the engine's is not always the first"


def test_nothing_tells_who_or_what_it_is_nor_who_brought_it(few: Service):
    answer = told(few.get("evaluator", "/v1/beoordelingen/_volgende"))
    for offer in CATALOGUE:
        assert f'"{offer.id}"' not in answer
    for word in ("kanarie", "Organisatie-", "Almere", "lv-", "BM25", "score"):
        assert word not in answer


def test_a_judgement_is_ones_own_and_the_last_counts(service: Service):
    now = service.get("evaluator", "/v1/beoordelingen/_volgende").json
    pair = now["leervraag"]["id"], now["aanbod"]["id"]
    service.desk.store.judge("lv-1", CATALOGUE[0].id, 0, "een-ander", service.desk.clock(), "kanarie")
    for grade in (1, 3):
        judge(service, *pair, graad=grade, notitie="Past.")
    found = service.get("evaluator", "/v1/beoordelingen")
    assert [(b["leervraag"], b["aanbod"], b["graad"], b["notitie"]) for b in found.json["beoordelingen"]] == [
        (*pair, 3, "Past.")
    ]
    assert service.get("evaluator", "/v1/beoordelingen?graad=1").json["aantal"] == 0
    assert "kanarie" not in told(found)


def test_the_same_judgement_sent_twice_is_one(service: Service):
    now = service.get("evaluator", "/v1/beoordelingen/_volgende").json
    body = {"leervraag": now["leervraag"]["id"], "aanbod": now["aanbod"]["id"], "graad": 2}
    first, second = (
        service.post("evaluator", "/v1/beoordelingen", json=body, headers={"Idempotency-Key": "een"}) for _ in range(2)
    )
    assert first.json == second.json
    assert len([x for x in service.desk.store.log() if x.name == "paar beoordelen"]) == 1


@pytest.mark.parametrize(
    "wrong", [{"graad": 4}, {"graad": True}, {"graad": "2"}, {"leervraag": "lv-1"}, {"aanbod": "a-000000000000"},
              {"notitie": "Over 111222333"}, {"systeem": "BM25"}],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(service: Service, wrong: dict[str, object]):
    now = service.get("evaluator", "/v1/beoordelingen/_volgende").json
    body = {"leervraag": now["leervraag"]["id"], "aanbod": now["aanbod"]["id"], "graad": 2} | wrong
    answer = service.post("evaluator", "/v1/beoordelingen", json=body)
    assert answer.status_code == 400
    assert "111222333" not in told(answer)
    assert service.get("evaluator", "/v1/beoordelingen").json["aantal"] == 0


def test_as_a_sheet_that_comes_in_again(service: Service):
    now = service.get("evaluator", "/v1/beoordelingen/_volgende").json
    judge(service, now["leervraag"]["id"], now["aanbod"]["id"], notitie="=1+1")
    sheet = service.get("evaluator", "/v1/beoordelingen", headers={"Accept": "text/csv"}).get_data()
    (row,) = csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";")
    assert (row["Leervraag-id"], row["Graad"]) == (now["leervraag"]["id"], "2")
    again = service.post("evaluator", "/v1/beoordelingen/_import", data=sheet, headers={"Content-Type": "text/csv"})
    assert (again.json["gelijk"], again.json["fout"]) == (1, 0)


def test_how_far_evaluators_agree_without_who_they_are(service: Service):
    store, me, at = service.desk.store, service.people["evaluator"].key, service.desk.clock()
    assert service.get("evaluator", "/v1/beoordelingen/_overeenstemming").json["gemiddeld"]["kappa"] is None
    for n, question in enumerate(QUESTIONS[:4]):
        for person, grade in ((me, n), ("een-ander", n)):
            store.judge(question.id, CATALOGUE[0].id, grade, person, at)
    found = service.get("evaluator", "/v1/beoordelingen/_overeenstemming")
    (one,) = found.json["overeenstemmingen"]
    assert (one["kappa"], one["paren"]) == (1.0, 4)
    assert "u" in one["tussen"]
    assert "een-ander" not in told(found)


@pytest.mark.parametrize("caller", ["verbinder", "regio", "beheerder", None])
def test_only_evaluators_judge(service: Service, caller: str | None):
    for path in ("", "/_volgende", "/_overeenstemming"):
        assert service.get(caller, f"/v1/beoordelingen{path}").status_code in {401, 403}
