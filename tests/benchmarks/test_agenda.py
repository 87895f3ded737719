"""Grouping side by side with KMeans, which has to be told how many groups there are; `make bench` prints the ratio.

Measured once, over 10,000 such questions, on two cores shared with five others: by the square 59 s and 1.8 GB more
memory, by rounds 84 s and 0.1 GB.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans

from matcher import reference
from matcher.agenda.groups import _by_rounds, _by_square, grouped, likeness_rows
from matcher.learned import open_reader
from matcher.settings import Settings

pytestmark = pytest.mark.benchmark(group="2,000 questions")


@pytest.fixture(scope="module")
def rows(tmp_path_factory, cache):
    """2,000 questions, each a mixture of two of the corpus with a little of its own."""
    reader = open_reader(Settings(tmp_path_factory.mktemp("data") / "geen.db", cache))
    read = reader.read([q.full_text for q in reference.questions()], "question")
    corpus = likeness_rows(read.meaning, read.about)
    rng = np.random.default_rng(1)
    one, other = rng.integers(len(corpus), size=(2, 2000))
    share = rng.uniform(0, 0.5, (2000, 1))
    mixed = corpus[one] * (1 - share) + corpus[other] * share + rng.normal(0, 0.02, (2000, corpus.shape[1]))
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def _kmeans(rows, count):
    return KMeans(count, n_init=1, random_state=0).fit_predict(rows)


@pytest.mark.parametrize("how", [grouped, _by_square, _by_rounds], ids=lambda f: f.__name__)
def test_grouping(benchmark, rows, how):
    found = benchmark.pedantic(how, args=(rows,), rounds=3)
    assert len(found)


def test_kmeans_told_the_number_of_groups(benchmark, rows):
    count = len(grouped(rows))
    found = benchmark.pedantic(_kmeans, args=(rows, count), rounds=3)
    assert len(set(found)) == count
