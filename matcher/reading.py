"""Texts go in, Readings come out: all that the engine makes of each text, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.dutch import AnalysedText, Analyser, emphasis
from matcher.thesaurus import Concepts
from matcher.vectors import Encoder, Role, Rows, unit
from matcher.vectors.words import WordEncoder


@dataclass(frozen=True, slots=True)
class Readings:
    """Aligned rows: row i of each field is text i.

    words: sparse unit rows; meaning: unit rows (n, d); about: unit rows (n, concepts).
    """

    texts: Sequence[AnalysedText]
    words: csr_array
    meaning: Rows
    about: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, picks: Sequence[int] | NDArray[np.integer]) -> Readings:
        """Return the readings of the texts at these positions, in this order."""
        texts = tuple(self.texts[i] for i in picks)
        return Readings(texts, self.words[picks], self.meaning[picks], self.about[picks])


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions and offers alike: analysis, words, meaning, concepts.

    `field` is the encoder that the concepts were encoded with; None where that is `encoder` itself. `least`: how near
    a text must come to a concept to be about any (see `Concepts.about`); None where texts are taken to be of the field.
    """

    analyser: Analyser
    words: WordEncoder
    encoder: Encoder
    concepts: Concepts
    analysis: str = ""
    field: Encoder | None = None
    least: float | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever rows of meaning or concepts would; `analysis` names what the analyser knows."""
        encoders = "+".join(e.fingerprint for e in (self.encoder, self.field) if e)
        return f"{encoders}+{self.concepts.thesaurus.fingerprint}+{self.analysis}"

    def read(self, texts: Sequence[str], role: Role) -> Readings:
        """Return the readings of the texts, in order."""
        analysed = tuple(self.analyser.analyse(t) for t in texts)
        meaning = _rows(self.encoder, analysed, role)
        near = _rows(self.field, analysed, role) if self.field else meaning
        about = self.concepts.about(near, role, self.least)
        return Readings(analysed, self.words.encode(analysed), meaning, about)

    def near_concepts(self, texts: Sequence[str], role: Role) -> Rows:
        """Return the rows of the texts in which concepts are looked up; the same as their meaning without `field`."""
        return _rows(self.field or self.encoder, [self.analyser.analyse(t) for t in texts], role)

    def kept(self, texts: Sequence[str], words: csr_array, meaning: Rows, about: NDArray[np.float32]) -> Readings:
        """Return readings from rows that were made before; a text is analysed again only when it is looked at."""
        return Readings(_Unread(self.analyser, texts), words, meaning, about)


class _Unread(Sequence[AnalysedText]):
    """Texts that are analysed when they are looked at: of a whole catalogue few are."""

    def __init__(self, analyser: Analyser, texts: Sequence[str]) -> None:
        self._analyser, self._texts = analyser, texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, at: int) -> AnalysedText: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[AnalysedText]: ...
    def __getitem__(self, at: int | slice) -> AnalysedText | Sequence[AnalysedText]:
        if isinstance(at, slice):
            return _Unread(self._analyser, self._texts[at])
        return self._analyser.analyse(self._texts[at])


def _rows(encoder: Encoder, analysed: Sequence[AnalysedText], role: Role) -> Rows:
    """Return unit rows; those of a question that is a story drawn half-way to the sentences that tell what it asks."""
    rows = encoder.encode([a.readable() for a in analysed], role)
    if role == "offer":
        return rows
    rows = rows.copy()
    for i, text in enumerate(analysed):
        spans = emphasis(text.text)
        weights = np.array([weight for _, _, weight in spans])
        if len(set(weights)) > 1:
            sentences = encoder.encode([text.readable(a, b) for a, b, _ in spans])
            # The longer a sentence, the more it tells, but not in proportion.
            weights *= np.sqrt([len(text.text[a:b].split()) for a, b, _ in spans])
            rows[i] = unit(rows[i] + unit(weights @ sentences))
    return rows
