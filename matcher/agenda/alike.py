"""A question and others go in, those most like it come out, by the likeness that the agenda's groups are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import RLock, Thread

import numpy as np

from matcher.agenda.groups import likeness_rows
from matcher.parties import Question
from matcher.reading import Reader
from matcher.vectors import Rows

# From here on two questions are shown as alike: set by reading the nearest of thirteen questions of the reference
# corpus, of whose 112 questions 88 have one that is.
SIMILAR = 0.28
_TOGETHER = 64
# How many texts one asks to be read while one waits; of more, the rest is read meanwhile, for the next who asks.
_MOST_AT_ONCE = 256
# What tells one text from another, without making it.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alike:
    """A question that is like another, and how much: 1 for the same."""

    question: Question
    likeness: float


@dataclass
class Likeness:
    """What was read of each question stays at hand, as of many few are new. Safe for threads.

    Of more than _MOST_AT_ONCE questions never read before, those that are still to be read are left out of the first
    answers; a thread reads them.
    """

    reader: Reader
    _rows: dict[Key, Rows] = field(default_factory=dict)
    _stacked: tuple[tuple[Key, ...], Rows] | None = None
    _lock: RLock = field(default_factory=RLock)
    _reading: Thread | None = None

    def nearest(self, question: Question, others: Sequence[Question], k: int) -> list[Alike]:
        """Return at most k others that are SIMILAR to the question, the most alike first, ties in their order."""
        unread = [o for o in others if _key(o) not in self._rows]
        self.read(unread[:_MOST_AT_ONCE])
        if len(unread) > _MOST_AT_ONCE:
            self._read_on(unread[_MOST_AT_ONCE:])
        known = [o for o in others if _key(o) in self._rows]
        if not known or k < 1:
            return []
        (own,) = self._made([question])
        likeness = np.round(self._all(tuple(map(_key, known))) @ own, 6)
        best = np.argsort(-likeness, kind="stable")[:k]
        return [Alike(known[i], float(likeness[i])) for i in best if likeness[i] >= SIMILAR]

    def read(self, questions: Sequence[Question]) -> None:
        """Read what was not read before."""
        new = list({_key(q): q for q in questions if _key(q) not in self._rows}.values())
        for start in range(0, len(new), _TOGETHER):
            block = new[start : start + _TOGETHER]
            rows = self._made(block)
            with self._lock:
                self._rows |= zip(map(_key, block), rows, strict=True)

    def _read_on(self, questions: Sequence[Question]) -> None:
        with self._lock:
            if self._reading is None or not self._reading.is_alive():
                self._reading = Thread(target=self.read, args=(questions,), daemon=True)
                self._reading.start()

    def _all(self, keys: tuple[Key, ...]) -> Rows:
        """Return a row a question, in order; what is gone is forgotten."""
        with self._lock:
            if self._stacked is None or self._stacked[0] != keys:
                self._stacked = (keys, np.vstack([self._rows[k] for k in keys]))
                if len(self._rows) > 2 * len(keys) + _MOST_AT_ONCE:
                    self._rows = {k: self._rows[k] for k in keys}
            return self._stacked[1]

    def _made(self, questions: Sequence[Question]) -> Rows:
        readings = self.reader.read([q.full_text for q in questions], "question")
        return likeness_rows(readings.meaning, readings.about)


def _key(question: Question) -> Key:
    return question.title, question.text
