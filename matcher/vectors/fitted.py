"""Texts to rows by latent semantic analysis, fitted with scikit-learn on the thesaurus: needs no trained model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union

from matcher.vectors import FITTED, Role, Rows, unit


class FittedEncoder:
    """TF-IDF of words and of character 3- to 5-grams, reduced by truncated SVD.

    Deerwester et al. 1990, "Indexing by latent semantic analysis".
    """

    name = FITTED

    def __init__(self, texts: Sequence[str], dimensions: int = 256, seed: int = 0) -> None:
        self._terms = make_union(
            TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", min_df=2),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, strip_accents="unicode", min_df=3
            ),
        )
        self._reduce = TruncatedSVD(dimensions, random_state=seed)
        self._reduce.fit(self._terms.fit_transform(texts))
        digest = hashlib.sha256(f"{dimensions} {seed}\n".encode() + "\n".join(texts).encode())
        self.fingerprint = f"lsa-{digest.hexdigest()[:16]}"

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return unit rows (len(texts), dimensions); both roles are read alike."""
        if not texts:
            return np.zeros((0, self._reduce.n_components), dtype=np.float32)
        return unit(self._reduce.transform(self._terms.transform(texts)))
