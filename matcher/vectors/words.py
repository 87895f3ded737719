"""Analysed texts to sparse unit rows of words: lemmas, compound parts, spelled-out abbreviations, character n-grams.

The weights of the terms come from the thesaurus and never from the pool, so that an offer's row, and with it
its score, does not change when another offer comes in.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.dutch import AnalysedText, Token

# Two blocks of hashed columns: terms, and character n-grams.
_COLUMNS = 2**18
_PART = 0.5


class WordEncoder:
    """TF-IDF with sublinear term frequency over hashed terms; the two blocks weigh `1 - grams` and `grams`."""

    def __init__(self, idf: Mapping[str, float], unseen: float, grams: float = 0.4) -> None:
        self.reference, self.unseen = idf, unseen
        self._grams = grams
        self._gram_ids = lru_cache(maxsize=200_000)(_gram_ids)

    @classmethod
    def fitted(cls, reference: Sequence[AnalysedText], grams: float = 0.4) -> WordEncoder:
        """Return the encoder with the document frequencies of the reference texts."""
        documents = Counter(term for text in reference for term in {t for token in text.tokens for t in _terms(token)})
        idf = {term: _idf(len(reference), n) for term, n in documents.items()}
        return cls(idf, _idf(len(reference), 0), grams)

    def idf(self, term: str) -> float:
        """Return ln((N + 1) / (df + 1)) + 1 over the reference; the highest for a term it does not have."""
        return self.reference.get(term, self.unseen)

    def encode(self, texts: Sequence[AnalysedText]) -> csr_array:
        """Return float32 rows (len(texts), 2 * 2**18) of length 1 (0 for a text without words)."""
        rows = [self._row(text) for text in texts]
        return self.joined(
            [
                (np.fromiter(r.keys(), dtype=np.int32, count=len(r)), np.fromiter(r.values(), np.float32, len(r)))
                for r in rows
            ]
        )

    @staticmethod
    def joined(rows: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]]) -> csr_array:
        """Return the rows of `encode` from the columns and the weights of each."""
        indptr = np.concatenate(
            [np.zeros(1, np.int32), np.cumsum([len(columns) for columns, _ in rows], dtype=np.int32)]
        )
        flat = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, np.int32)
        values = np.concatenate([weights for _, weights in rows]) if rows else np.zeros(0, np.float32)
        return csr_array((values, flat, indptr), shape=(len(rows), 2 * _COLUMNS))

    def _row(self, text: AnalysedText) -> dict[int, float]:
        terms: dict[str, float] = {}
        grams: Counter[int] = Counter()
        for token in text.tokens:
            for term, weight in _terms(token).items():
                terms[term] = terms.get(term, 0.0) + weight
            for gram in self._gram_ids(token.word) if self._grams else ():
                grams[gram] += 1
        words: dict[int, float] = {}
        for term, n in terms.items():
            column = _column(term)
            words[column] = words.get(column, 0.0) + (1 + np.log(n) if n > 1 else n) * self.idf(term)
        spelled = {g + _COLUMNS: 1 + np.log(n) for g, n in grams.items()}
        return _scaled(words, np.sqrt(1 - self._grams)) | _scaled(spelled, np.sqrt(self._grams))


def _idf(texts: int, having: int) -> float:
    return float(np.log((texts + 1) / (having + 1))) + 1.0


def _terms(token: Token) -> dict[str, float]:
    """Return the terms of a token with their weights: parts of a compound count half."""
    return {**dict.fromkeys(token.parts, _PART), token.lemma: 1.0}


def _column(term: str) -> int:
    return zlib.crc32(term.encode()) % _COLUMNS


def _gram_ids(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple(_column(padded[i : i + n]) for n in (3, 4, 5) for i in range(len(padded) - n + 1))


def _scaled(row: dict[int, float], length: float) -> dict[int, float]:
    norm = np.sqrt(sum(v * v for v in row.values()))
    return {k: v / norm * length for k, v in row.items()} if norm else {}
