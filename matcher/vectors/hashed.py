"""Texts go in, unit rows of their hashed pieces of words come out: what needs no model, for when there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.vectors import HASHED, Role, Rows, unit


class HashedEncoder:
    """Character 3- to 5-grams within words, each hashed into one of 512 numbers; nothing is learned or read."""

    name = HASHED
    fingerprint = "hashed-1"

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        self._pieces = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=512)

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return float32 (len(texts), 512), unit rows."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        return unit(np.asarray(self._pieces.transform(texts).toarray(), dtype=np.float32))
