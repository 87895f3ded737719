"""Questions and offers go in, runs of the well-known ways of searching come out, to measure ours against."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from matcher.candidates import ranked
from matcher.exchange import Run
from matcher.parties import Offer, Question
from matcher.vectors import Encoder

# (questions' texts, offers' texts) -> similarity (questions, offers)
Search = Callable[[Sequence[str], Sequence[str]], NDArray[np.floating]]
TOKEN = r"(?u)\b\w\w+\b"  # noqa: S105 (a pattern)


def tfidf(questions: Sequence[str], offers: Sequence[str]) -> NDArray[np.floating]:
    """Return the cosine of TF-IDF word vectors, fitted on the offers."""
    return _cosine(TfidfVectorizer(sublinear_tf=True, token_pattern=TOKEN), questions, offers)


def character_ngrams(questions: Sequence[str], offers: Sequence[str]) -> NDArray[np.floating]:
    """Return the cosine of TF-IDF vectors of character 3- to 5-grams within words, fitted on the offers."""
    return _cosine(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True), questions, offers)


def lsa(questions: Sequence[str], offers: Sequence[str]) -> NDArray[np.floating]:
    """Return the cosine after a truncated SVD to at most 100 dimensions of TF-IDF, fitted on the offers."""
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=TOKEN)
    dimensions = max(1, min(100, len(offers) - 1))
    return _cosine(make_pipeline(words, TruncatedSVD(dimensions, random_state=0), Normalizer()), questions, offers)


def bm25(questions: Sequence[str], offers: Sequence[str], k1: float = 1.2, b: float = 0.75) -> NDArray[np.floating]:
    """Return Okapi BM25 with Lucene's idf (Robertson and Zaragoza 2009)."""
    counter = CountVectorizer(token_pattern=TOKEN)
    counts = counter.fit_transform(offers).tocsc().astype(np.float64)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    having = np.diff(counts.indptr)
    idf = np.log(1 + (len(offers) - having + 0.5) / (having + 0.5))
    norm = k1 * (1 - b + b * lengths / lengths.mean())
    counts.data = counts.data * (k1 + 1) / (counts.data + norm[counts.indices])
    counts = counts.multiply(idf).tocsr()
    return np.asarray((counter.transform(questions) @ counts.T).toarray())


def cosine_of(encoder: Encoder) -> Search:
    """Return the search by the cosine of an encoder's vectors alone."""

    def search(questions: Sequence[str], offers: Sequence[str]) -> NDArray[np.floating]:
        return encoder.encode(questions, "question") @ encoder.encode(offers, "offer").T

    return search


BASELINES: dict[str, Search] = {
    "TF-IDF, woorden": tfidf,
    "Karakter-n-grammen": character_ngrams,
    "BM25": bm25,
    "LSA": lsa,
}


def run(search: Search, questions: Sequence[Question], offers: Sequence[Offer], k: int = 100) -> Run:
    """Return the run of a search over all offers, without constraints; ties in order of id."""
    ordered = sorted(offers, key=lambda o: o.id)
    scores = search([q.full_text for q in questions], [o.full_text for o in ordered])
    found: Run = {}
    for question, row in zip(questions, np.asarray(scores, dtype=np.float64), strict=True):
        best = [i for _, i in zip(range(k), ranked(row), strict=False)]
        found[question.id] = [(ordered[i].id, float(row[i])) for i in best]
    return found


def _cosine(pipeline: TfidfVectorizer, questions: Sequence[str], offers: Sequence[str]) -> NDArray[np.floating]:
    documents = pipeline.fit_transform(offers)
    product = pipeline.transform(questions) @ documents.T
    return np.asarray(product.toarray() if hasattr(product, "toarray") else product)
