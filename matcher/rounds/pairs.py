"""Requests, supplies and matrices go in; Pairs come out: only what can happen, in whole numbers, in a fair order.

Ids become positions once. Positions follow a hash of the ids, never the order of entry or of the alphabet, so that
the same round comes out however its parts come in. The worth of a pair is a whole number,

    worth = unit * round(10,000 * score) + tie,    0 <= tie < ties,    unit > (most placements) * ties,

with `tie` a hash of both ids: all ties together weigh less than the smallest difference of two scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.errors import InvalidValueError
from matcher.parties import PERSPECTIVES
from matcher.rounds.terms import Request, Supply

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Pair = tuple[str, str]

# Scores have four decimals (`scores.DECIMALS`), hours at most as many.
PER_POINT = 10_000
PER_HOUR = 10_000
# Stands for a limit that nobody knows: more than any round can use.
NO_LIMIT = 2**40
_MOST_TIES = 1024
_HIGHEST_SCORE = 1000.0
# The flow solver multiplies costs by the number of nodes, and a sum of them has to fit in 63 bits.
_COST_ROOM = 2**60


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs that can happen, by question and then by offer, and the numbers of both sides.

    Per pair: row, col, score, worth, locked. Per question: most, least, wants (hours). Per offer: places, least
    (`loads`), hours, perspective (-1: not known). Hours are in 1/10,000 hours. `starts`: where each row begins.
    """

    questions: tuple[str, ...]
    offers: tuple[str, ...]
    starts: Ints
    row: Ints
    col: Ints
    score: Floats
    worth: Ints
    locked: Flags
    unit: int
    most: Ints
    least: Ints
    wants: Ints
    places: Ints
    loads: Ints
    hours: Ints
    perspective: Ints

    def __len__(self) -> int:
        return len(self.row)

    def cost(self, points: float) -> int:
        """Return a weight in points of score on the scale of `worth`."""
        return round(points * PER_POINT) * self.unit

    def helpers(self, chosen: Flags) -> Ints:
        """Return how many of the chosen pairs each question has."""
        return np.bincount(self.row[chosen], minlength=len(self.questions)).astype(np.int64)

    def load(self, chosen: Flags) -> Ints:
        """Return how many of the chosen pairs each offer has."""
        return np.bincount(self.col[chosen], minlength=len(self.offers)).astype(np.int64)

    def by_offer(self, ids: Ints) -> tuple[Ints, Ints]:
        """Return positions in `ids` (rising) grouped by offer, and where each group begins; in linear time."""
        starts = np.searchsorted(self.row[ids], np.arange(len(self.questions) + 1))
        shape = len(self.questions), len(self.offers)
        turned = csr_array((np.arange(len(ids)), self.col[ids], starts), shape=shape).tocsc()
        return turned.data, turned.indptr.astype(np.int64)

    def only(self, ids: Ints) -> Pairs:
        """Return these pairs (rising) alone, of the same questions and offers."""
        return replace(
            self, starts=np.searchsorted(self.row[ids], np.arange(len(self.questions) + 1)), row=self.row[ids],
            col=self.col[ids], score=self.score[ids], worth=self.worth[ids], locked=self.locked[ids],
        )  # fmt: skip

    def used(self, chosen: Flags) -> Ints:
        """Return the hours that the chosen pairs take of each offer."""
        used = np.zeros(len(self.offers), dtype=np.int64)
        np.add.at(used, self.col[chosen], self.wants[self.row[chosen]])
        return used


def gather(
    requests: Sequence[Request],
    supplies: Sequence[Supply],
    scores: Floats,
    possible: Flags,
    locked: AbstractSet[Pair],
    forbidden: AbstractSet[Pair],
    floor: float,
) -> Pairs:
    """Return the pairs that are possible, not forbidden and of a score of at least `floor`, and all that are locked.

    scores, possible: (requests, supplies). Raises InvalidValueError for what does not fit together.
    """
    where = _positions([r.question for r in requests], "questions"), _positions([s.offer for s in supplies], "offers")
    _sound(scores, possible, (len(requests), len(supplies)))
    allowed = possible & (scores >= floor)
    _mark(allowed, "forbidden", forbidden, where, False)
    _mark(allowed, "locked", locked, where, True)
    order = _fair(where[0]), _fair(where[1])
    row, col, score = _listed(allowed, scores, order)
    asked, given = [requests[i] for i in order[0]], [supplies[j] for j in order[1]]
    most, places = _ints(r.most for r in asked), _ints(_limit(s.places, 1) for s in given)
    unit, ties = _scale(min(int(most.sum()), int(places.sum())), len(asked) + len(given), score)
    questions, offers = tuple(r.question for r in asked), tuple(s.offer for s in given)
    return Pairs(
        questions, offers, np.searchsorted(row, np.arange(len(asked) + 1)), row, col, score,
        worth=np.rint(score * PER_POINT).astype(np.int64) * unit + _ties(questions, offers, row, col, ties),
        locked=_flagged(locked, questions, offers, row, col), unit=unit, most=most,
        least=_ints(r.least for r in asked), wants=_ints(_limit(r.hours, PER_HOUR) for r in asked), places=places,
        loads=_ints(s.least for s in given), hours=_ints(_limit(s.hours, PER_HOUR) for s in given),
        perspective=_ints(-1 if s.perspective is None else PERSPECTIVES.index(s.perspective) for s in given),
    )  # fmt: skip


def _positions(ids: Sequence[str], field: str) -> dict[str, int]:
    where = {name: i for i, name in enumerate(ids)}
    if len(where) < len(ids):
        twice = next(name for i, name in enumerate(ids) if where[name] != i)
        raise InvalidValueError(field, twice, "elk id eenmaal")
    return where


def _sound(scores: Floats, possible: Flags, shape: tuple[int, int]) -> None:
    if scores.shape != shape:
        raise InvalidValueError("scores", scores.shape, f"een matrix van {shape} (vragen, aanbod)")
    if possible.shape != shape or possible.dtype != np.bool_:
        raise InvalidValueError("possible", (possible.shape, str(possible.dtype)), f"waar of onwaar, {shape}")
    if not np.isfinite(scores.sum()) and not np.isfinite(scores).all():
        raise InvalidValueError("scores", float(scores[~np.isfinite(scores)][0]), "eindige getallen")
    if scores.size and max(scores.max(), -scores.min()) > _HIGHEST_SCORE:
        raise InvalidValueError("scores", float(np.abs(scores).max()), f"ten hoogste {_HIGHEST_SCORE:g}")


def _mark(
    allowed: Flags, field: str, pairs: AbstractSet[Pair], where: tuple[dict[str, int], dict[str, int]], value: bool
) -> None:
    for question, offer in pairs:
        if question not in where[0] or offer not in where[1]:
            raise InvalidValueError(field, (question, offer), "een vraag en een aanbod uit deze ronde")
        allowed[where[0][question], where[1][offer]] = value


def _fair(where: dict[str, int]) -> list[int]:
    """Return positions in the order of a hash of their ids."""
    return [where[name] for name in sorted(where, key=lambda name: (_hash(name), name))]


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def _listed(allowed: Flags, scores: Floats, order: tuple[list[int], list[int]]) -> tuple[Ints, Ints, Floats]:
    """Return row, column and score of all that is allowed, rows and columns in the given order."""
    by_offer = np.array(order[1], dtype=np.int64)
    cols = [np.flatnonzero(allowed[i][by_offer]) for i in order[0]]
    found = [scores[i][by_offer[c]] for i, c in zip(order[0], cols, strict=True)]
    row = np.repeat(np.arange(len(cols)), [len(c) for c in cols])
    col = np.concatenate([np.zeros(0, dtype=np.int64), *cols])
    return row.astype(np.int64), col, np.concatenate([np.zeros(0), *found])


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _limit(value: float | None, per: int) -> int:
    return NO_LIMIT if value is None else round(value * per)


def _scale(placements: int, nodes: int, score: Floats) -> tuple[int, int]:
    """Return the unit of a score's last decimal, and the number of ties below it, as far as 63 bits go."""
    highest = round(max(1.0, float(np.abs(score).max(initial=0))) * PER_POINT)
    room = _COST_ROOM // (highest * (4 * nodes + 16) * (placements + 1))
    ties = max(1, min(_MOST_TIES, room))
    return ties * (placements + 1), ties


def _ties(questions: Sequence[str], offers: Sequence[str], row: Ints, col: Ints, ties: int) -> Ints:
    """Return for each pair a number below `ties` that depends on nothing but both ids."""
    left = np.array([_hash(q) for q in questions], dtype=np.uint64)
    right = np.array([_hash(o) for o in offers], dtype=np.uint64)
    # The finaliser of splitmix64, over both hashes.
    mixed = left[row] ^ (right[col] * np.uint64(0x9E3779B97F4A7C15))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((mixed >> np.uint64(33)) % np.uint64(ties), dtype=np.int64)


def _flagged(pairs: AbstractSet[Pair], questions: Sequence[str], offers: Sequence[str], row: Ints, col: Ints) -> Flags:
    flags = np.zeros(len(row), dtype=np.bool_)
    if pairs:
        at = {q: i for i, q in enumerate(questions)}, {o: j for j, o in enumerate(offers)}
        wanted = np.array([at[0][q] * len(offers) + at[1][o] for q, o in pairs], dtype=np.int64)
        flags[np.searchsorted(row * len(offers) + col, wanted)] = True
    return flags
