"""The workbench over the reference corpus and over a bureau's own database, and its commands in use."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime

import numpy as np
import pytest
from click.testing import CliRunner

from matcher import matchmaker, open_workbench
from matcher.cli import main
from matcher.errors import MissingPartError, UnknownNameError
from matcher.evaluation import EVALUATOR, FILE, Judged, P, nDCG
from matcher.exchange import read_run, write_qrels, write_run
from matcher.exchange.weights import write_weights
from matcher.matchmaker import open_weights
from matcher.parties import Question
from matcher.scores import Weights
from matcher.settings import Settings
from matcher.store import open_store
from tests.conftest import OFFERS, RIGHT_PAIRS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def bench(cache):
    return open_workbench(Settings(cache / "geen.db", cache))


@pytest.fixture
def own(tmp_path, cache, bench, monkeypatch):
    """Settings over the village as a bureau's own database, judged by one evaluator."""
    monkeypatch.setattr(matchmaker, "open_reader", lambda _: bench.engine.reader)
    settings = Settings(tmp_path / "bureau.db", cache)
    store = open_store(settings.database)
    asked = [Question(f"q{i}", "", text, region=f"Regio {i % 6}") for i, (text, _) in enumerate(RIGHT_PAIRS)]
    store.fill([*OFFERS, *asked])
    for i, (_, right) in enumerate(RIGHT_PAIRS):
        for offer in OFFERS:
            store.judge(f"q{i}", offer.id, 3 * (offer.id in right), "eva-1", NOW)
    store.close()
    return settings


@pytest.fixture
def call(own, monkeypatch, tmp_path):
    """The command within this process, over the bureau's own database."""
    monkeypatch.chdir(tmp_path)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
    for name in set(os.environ) - set(kept):
        monkeypatch.delenv(name)
    env = {"MATCHER_DATABASE": str(own.database), "MATCHER_CACHE": str(own.cache), "MATCHER_USER": "eva-1"}

    def invoke(*words, code=0, **more):
        done = CliRunner().invoke(main, [str(w) for w in words], env=env | more, catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return invoke


def test_the_reference_corpus_is_split_and_never_mixed(bench):
    tune, test = ({q.id for q in bench.asked(part)} for part in ("tune", "test"))
    assert not tune & test
    assert set(bench.qrels("tune")) == tune
    assert set(bench.qrels()) == tune | test
    assert {j.source for j in bench.judgements} == {FILE}
    with pytest.raises(UnknownNameError, match="oefen"):
        bench.asked("oefen")


def test_our_run_is_that_of_the_matchmaker_and_follows_weights_and_rules(bench):
    asked = bench.asked("test")[:3]
    assert bench.run(asked, constraints=True, k=7) == bench.engine.run(asked, 7)
    free = bench.run(asked)
    assert [len(r) for r in free.values()] == [100] * 3
    assert bench.run(asked, Weights(0, 0, 1, 0, 0)) != free


def test_every_system_answers_every_question(bench):
    asked = bench.asked("test")[:4]
    runs = bench.runs(asked)
    assert {"BM25", "LSA", "Karakter-n-grammen", "Matcher"} <= set(runs)
    assert all(list(run) == [q.id for q in asked] for run in runs.values())


def test_rows_lie_near_what_is_suggested(bench):
    asked = bench.asked("test")[:20]
    questions, offers = bench.rows(asked)
    assert np.allclose(np.linalg.norm(offers, axis=1), 1, atol=1e-3)
    run = bench.run(asked)
    first = [[o.id for o in bench.offers].index(run[q.id][0][0]) for q in asked]
    near = (questions @ offers.T).argsort(axis=1)[:, -5:]
    assert np.mean([f in row for f, row in zip(first, near, strict=True)]) > 0.8


def test_a_topic_is_a_concept_without_a_broader_one(bench):
    asked = bench.asked("test")
    of_questions, of_offers = bench.topics(asked)
    assert (len(of_questions), len(of_offers)) == (len(asked), len(bench.offers))
    tops = {t.label for t in bench.engine.reader.concepts.thesaurus.themes if not t.broader}
    assert set(of_questions) | set(of_offers) <= tops
    about = dict(zip([o.id for o in bench.offers], of_offers, strict=True))
    assert about["cop-thuiszitters"] == about["dos-thuiszitters"]


def test_a_region_and_a_near_double_are_never_on_both_sides(bench):
    cases = bench.cases(bench.asked("tune"))
    regions = [bench.regions[c.question] for c in cases]
    for fold in bench.folds(cases, by_region=True):
        assert not {regions[i] for i in fold.learn} & {regions[i] for i in fold.check}
    assert bench.folds(cases, 3) == bench.folds(cases, 3)


def test_an_own_database_is_judged_by_its_evaluators(own):
    bench = open_workbench(own, own=True)
    assert bench.source == EVALUATOR
    assert len(bench.asked()) == len(RIGHT_PAIRS)
    run = bench.run(bench.asked())
    assert np.mean(list((P @ 1).per_question(run, bench.qrels()).values())) > 0.8
    assert np.mean(list((Judged @ 10).per_question(run, bench.qrels()).values())) == 1
    with pytest.raises(MissingPartError, match="matcher start"):
        open_workbench(Settings(own.database.parent / "geen.db", own.cache), own=True)


def test_tune_learns_checks_and_says_on_what_it_rests(call, tmp_path):
    told = json.loads(call("tune", "--own", "--folds", 3, "--by-region", "--out", tmp_path / "w.json", "--json"))
    assert told["evidence"]["checked by"] == "region"
    assert told["evidence"]["questions"] == len(RIGHT_PAIRS)
    assert told["inUse"] is None
    assert Weights.read(tmp_path / "w.json") == Weights(**told["weights"])
    assert json.loads((tmp_path / "w.json").read_text(encoding="utf-8"))["evidence"] == told["evidence"]
    words = call("tune", "--own", "--folds", 3)
    assert "even zware delen" in words
    assert "meaning" in words
    assert "De gewichten blijven zoals ze waren." in words


def test_what_is_adopted_is_in_use_and_one_command_goes_back(call, own, tmp_path):
    folder = tmp_path / "gewichten"
    folder.mkdir()
    write_weights(folder / "begin.json", Weights(0.01, 0.01, 0.01, 1.0), {})
    (folder / "in-use").write_text("begin.json\n", encoding="utf-8")
    store = open_store(own.database)
    store.put([Question(f"q{i}", "", text, themes=(RIGHT_PAIRS[i - 1][0].split()[-1],))
               for i, (text, _) in enumerate(RIGHT_PAIRS)], "eva-1", NOW)  # fmt: skip
    store.close()
    told = json.loads(call("tune", "--own", "--adopt", "--json", MATCHER_WEIGHTS=str(folder)))
    assert told["evidence"]["adopted"] == "learned", told["evidence"]
    assert told["inUse"] == str(folder / f"{told['evidence']['date']}.json")
    assert open_weights(Settings(own.database, own.cache, weights=folder)) == Weights(**told["weights"])
    assert "begin.json" in call("tune", "--back", MATCHER_WEIGHTS=str(folder))
    assert json.loads(call("tune", "--back", "--json", MATCHER_WEIGHTS=str(folder))) == {"inUse": None}
    assert "Fout" in call("tune", "--back", MATCHER_WEIGHTS=str(folder), code=2)


def test_a_folder_that_is_not_there_yet_is_made(call, tmp_path):
    call("tune", "--own", "--folds", 3, "--adopt", MATCHER_WEIGHTS=str(tmp_path / "nieuw"))
    assert (tmp_path / "nieuw").is_dir()


def test_adopting_asks_for_a_folder_and_back_goes_alone(call, tmp_path):
    assert "een map" in call("tune", "--own", "--adopt", code=2)
    assert "MATCHER_WEIGHTS" in call("tune", "--back", MATCHER_WEIGHTS=str(tmp_path / "bureau.db"), code=2)
    assert "zonder andere keuzes" in call("tune", "--back", "--own", MATCHER_WEIGHTS=str(tmp_path), code=2)


def test_compare_tells_the_difference_and_whether_it_is_chance(call, own, tmp_path):
    bench = open_workbench(own, own=True)
    ours = bench.run(bench.asked())
    write_run(tmp_path / "ons.run", ours, "ons")
    write_run(tmp_path / "om.run", {q: [(o, -s) for o, s in r[::-1]] for q, r in ours.items()}, "om")
    write_qrels(tmp_path / "x.qrels", bench.qrels())
    found = json.loads(call("compare", "om.run", "ons.run", "--qrels", "x.qrels", "--json"))
    assert set(found["measures"]) == {"nDCG@10", "Recall@5", "MRR", "Judged@10"}
    gain = found["measures"]["nDCG@10"]
    assert gain["clear"]
    assert gain["better"] == len(RIGHT_PAIRS)
    assert gain["difference"]["value"] == pytest.approx(gain["b"]["value"] - gain["a"]["value"])
    assert "MAP (tweede beter)" in call("compare", "om.run", "ons.run", "--qrels", "x.qrels", "--measure", "AP")
    assert "Geen van de verschillen" in call("compare", "ons.run", "ons.run", "--qrels", "x.qrels")
    assert "nDCG@k" in call("compare", "ons.run", "ons.run", "--qrels", "x.qrels", "--measure", "geluk", code=2)


def test_a_pool_is_a_sheet_to_fill_in_that_comes_in_again(call, own, tmp_path):
    store = open_store(own.database)
    store.put([Question("nieuw", "", "wie helpt bij pesten?")], "eva-1", NOW)
    store.close()
    told = json.loads(call("pool", "--own", "--out", "p.csv", "--depth", 3, "--random", 2, "--json"))
    rows = list(csv.reader((tmp_path / "p.csv").read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    head, *pairs = rows
    assert head == ["Leervraag-id", "Aanbod-id", "Graad", "Waarom", "Leervraagtekst", "Aanbodtekst"]
    assert told["pairs"] == len(pairs) >= 5
    # All others were judged already.
    assert {p[0] for p in pairs} == {"nieuw"}
    assert all(p[4] == "wie helpt bij pesten?" and p[5] and not p[2] for p in pairs)
    # Of a person stands there what he does, and not who he is.
    name_of = {o.id: o.name for o in OFFERS if o.kind == "expert"}
    assert not [p for p in pairs if p[1] in name_of and name_of[p[1]] in p[5]]
    assert told["Judged@10"]["Matcher"]["value"] == 1
    assert told["brought"]["toeval"] == {"pairs": 2, "alone": 2}
    with (tmp_path / "vol.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head, *([*p[:2], "2", *p[3:]] for p in pairs)])
    call("import", "vol.csv")
    assert open_workbench(own, own=True).qrels()["nieuw"] == {p[1]: 2 for p in pairs}


def test_a_pool_takes_other_runs_and_hides_nothing_of_them(call, own, tmp_path):
    store = open_store(own.database)
    store.put([Question("nieuw", "", "wie helpt bij pesten?")], "eva-1", NOW)
    store.close()
    write_run(tmp_path / "x.run", {"nieuw": [("j-jonge-kind", 1.0)]}, "x")
    assert read_run(tmp_path / "x.run")
    words = call("pool", "--own", "--out", "p.xlsx", "--depth", 1, "--random", 0, "--run", "x.run")
    assert "x.run" in words
    assert "Judged@10" in words
    assert (tmp_path / "p.xlsx").stat().st_size > 1000
    assert ".xlsx of .csv" in call("pool", "--own", "--out", "p.txt", code=2)


def test_the_figures_of_a_run_are_those_of_its_trial(bench):
    asked = bench.asked("test")[:5]
    qrels = {q: g for q, g in bench.qrels("test").items() if q in {a.id for a in asked}}
    assert set((nDCG @ 10).per_question(bench.run(asked), qrels)) == {q.id for q in asked}
