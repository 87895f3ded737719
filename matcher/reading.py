"""Texts go in, Readings come out: all that the engine makes of each text, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.dutch import AnalysedText, Analyser
from matcher.thesaurus import Concepts
from matcher.vectors import Encoder, Role, Rows
from matcher.vectors.words import WordEncoder


@dataclass(frozen=True, slots=True)
class Readings:
    """Aligned rows: row i of each field is text i.

    words: sparse unit rows; meaning: unit rows (n, d); about: unit rows (n, concepts).
    """

    texts: tuple[AnalysedText, ...]
    words: csr_array
    meaning: Rows
    about: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, i: int) -> Readings:
        """Return the readings of text i alone."""
        return Readings((self.texts[i],), self.words[[i]], self.meaning[i : i + 1], self.about[i : i + 1])


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions and offers alike: analysis, words, meaning, concepts."""

    analyser: Analyser
    words: WordEncoder
    encoder: Encoder
    concepts: Concepts

    @property
    def fingerprint(self) -> str:
        """Changes whenever rows of meaning or concepts would."""
        return f"{self.encoder.fingerprint}+{self.concepts.thesaurus.fingerprint}"

    def read(self, texts: Sequence[str], role: Role) -> Readings:
        """Return the readings of the texts, in order."""
        analysed = tuple(self.analyser.analyse(t) for t in texts)
        meaning = self.encoder.encode([a.readable() for a in analysed], role)
        return self.joined(analysed, meaning, self.concepts.about(meaning))

    def joined(self, analysed: tuple[AnalysedText, ...], meaning: Rows, about: NDArray[np.float32]) -> Readings:
        """Return readings from rows that were made before, with the words made anew."""
        return Readings(analysed, self.words.encode(analysed), meaning, about)
