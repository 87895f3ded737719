"""Speed side by side with the obvious alternative; `make bench` prints the ratios, no second is asserted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice

import numpy as np
import pytest

from matcher import reference
from matcher.candidates import Pool, ranked
from matcher.constraints import rules, sift
from matcher.evaluation.baselines import bm25, tfidf
from matcher.matchmaker import match_files
from matcher.settings import Settings


def _first_five(totals):
    return list(islice(ranked(totals), 5))


def _all_sorted(totals):
    return np.argsort(-totals, kind="stable")[:5].tolist()


pytestmark = pytest.mark.benchmark(warmup=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory, cache):
    return Settings(tmp_path_factory.mktemp("data") / "geen.db", cache)


@pytest.fixture(scope="module")
def offers():
    return reference.offers()


@pytest.fixture(scope="module")
def question():
    asked = next(q for q in reference.questions() if q.id == "q-039")
    return replace(asked, needed_on=date(2027, 2, 1))


@pytest.fixture(scope="module")
def matchmaker(settings, offers):
    return match_files(offers, settings)


@pytest.fixture(scope="module")
def many(matchmaker):
    """10,000 offers: the corpus over and over, under new ids."""
    pool = matchmaker.pool
    times = -(-10_000 // len(pool))
    offers = tuple(replace(o, id=f"{n:03}-{o.id}") for n in range(times) for o in pool.offers)[:10_000]
    picks = np.tile(np.arange(len(pool)), times)[:10_000]
    readings = pool.readings.take(picks)
    return replace(matchmaker, pool=Pool(offers, readings, pool.themes[picks]))


@pytest.mark.benchmark(group="one question, 195 offers")
def test_suggest_with_reasons(benchmark, matchmaker, question):
    assert benchmark(matchmaker.suggest, question, 5).kept


@pytest.mark.benchmark(group="one question, 195 offers")
def test_bm25(benchmark, offers, question):
    benchmark(bm25, [question.full_text], [o.full_text for o in offers])


@pytest.mark.benchmark(group="one question, 195 offers")
def test_tfidf(benchmark, offers, question):
    benchmark(tfidf, [question.full_text], [o.full_text for o in offers])


@pytest.mark.benchmark(group="one question, 10,000 offers")
def test_suggest_from_ten_thousand(benchmark, many, question):
    assert benchmark(many.suggest, question, 5).kept


@pytest.mark.benchmark(group="the best five of 50,000 scores")
def test_ranked_lazily(benchmark):
    totals = np.random.default_rng(0).random(50_000)
    benchmark(_first_five, totals)


@pytest.mark.benchmark(group="the best five of 50,000 scores")
def test_sorted_whole(benchmark):
    totals = np.random.default_rng(0).random(50_000)
    benchmark(_all_sorted, totals)


@pytest.mark.benchmark(group="the rules over 10,000 offers")
def test_sift(benchmark, many, question):
    benchmark(sift, question, many.pool.offers, rules())


@pytest.mark.benchmark(group="reading offers")
def test_read_the_catalogue(benchmark, matchmaker, offers):
    texts = [o.full_text for o in offers]
    benchmark(matchmaker.reader.read, texts, "offer")
