"""Readings of a question and of a pool go in, a Score with its parts comes out: weighted signals, nothing hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Pool
from matcher.errors import BrokenFileError, InvalidValueError, Problem
from matcher.parties import Question
from matcher.reading import Reader, Readings

# Parts are rounded, so that a list is the same byte for byte on machines whose last bits differ.
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """How heavy each signal counts; each is also the name of a part of the score. 0 leaves a signal out.

    rereading counts only where a cross-encoder is set; it was not tuned, as no Dutch one could be had.
    """

    meaning: float = 0.35
    concepts: float = 0.4
    words: float = 0.7
    themes: float = 0.05
    perspective: float = 0.02
    rereading: float = 0.2

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10:
                raise InvalidValueError(f"weights.{name}", value, "een getal van 0 tot en met 10")

    @classmethod
    def read(cls, path: Path | str) -> Weights:
        """Return the weights of a JSON file ({"weights": {signal: number}}, other keys are its evidence)."""
        try:
            found = dict(json.loads(Path(path).read_text(encoding="utf-8-sig"))["weights"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
            raise BrokenFileError(path, [Problem(0, "weights", f"geen gewichtenbestand ({fault})")]) from fault
        unknown = sorted(set(found) - {f.name for f in fields(cls)})
        if unknown:
            names = ", ".join(f.name for f in fields(cls))
            raise BrokenFileError(path, [Problem(0, n, f"onbekend gewicht; bekend: {names}") for n in unknown])
        try:
            return cls(**found)
        except InvalidValueError as fault:
            raise BrokenFileError(
                path, [Problem(0, fault.field, f"{fault.value!r}; toegestaan: {fault.allowed}")]
            ) from fault


@dataclass(frozen=True, slots=True)
class Score:
    """A total and the parts that it is the sum of, in the order of `Weights`."""

    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the parts, exactly."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one question over a whole pool: for each part an array (offers,), and their sum."""

    parts: Mapping[str, NDArray[np.float64]]
    totals: NDArray[np.float64]

    def __getitem__(self, position: int) -> Score:
        return Score(MappingProxyType({name: float(values[position]) for name, values in self.parts.items()}))

    def plus(self, name: str, part: NDArray[np.float64]) -> Scores:
        """Return the scores with one part more, (offers,), rounded as the others are."""
        rounded = np.round(part, DECIMALS)
        return Scores(MappingProxyType({**self.parts, name: rounded}), np.round(self.totals + rounded, DECIMALS))


def score(signals: Mapping[str, NDArray[np.floating]], weights: Weights) -> Scores:
    """Return the weighted signals and their sum; arrays (offers,) in, arrays (offers,) out."""
    parts = {
        name: np.round(weight * np.asarray(signals[name], dtype=np.float64), DECIMALS)
        for name, weight in asdict(weights).items()
        if weight and name in signals
    }
    size = len(next(iter(signals.values())))
    totals = np.zeros(size)
    for part in parts.values():
        totals = totals + part
    return Scores(MappingProxyType(parts), np.round(totals, DECIMALS))


def signals(question: Question, reading: Readings, pool: Pool, reader: Reader) -> dict[str, NDArray[np.floating]]:
    """Return each signal over the pool, (offers,), about 0 to 1.

    meaning: cosine of the sentence vectors. concepts: how much both are about the same concepts. words: cosine
    of the word vectors. themes: the given themes against the other side's given themes and meaning (weak, as
    themes are free words that may be absent or wrong). perspective: 1 where it is one of those wanted.
    """
    rows = pool.readings
    return {
        "meaning": rows.meaning @ reading.meaning[0],
        "concepts": rows.about @ reading.about[0],
        "words": rows.words @ reading.words.toarray()[0],
        "themes": _themes(question, pool, reader),
        "perspective": np.array([o.perspective in question.perspectives for o in pool.offers], dtype=np.float64),
    }


def _themes(question: Question, pool: Pool, reader: Reader) -> NDArray[np.floating]:
    if not question.themes:
        return np.zeros(len(pool))
    given = reader.encoder.encode([", ".join(question.themes)])[0]
    return np.asarray(np.maximum(pool.themes @ given, pool.readings.meaning @ given))
