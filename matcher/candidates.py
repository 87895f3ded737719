"""Offers go in with their readings, a Pool comes out; ranked() walks its positions, best first, lazily."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import InvalidValueError
from matcher.parties import Offer
from matcher.reading import Reader, Readings
from matcher.vectors import Rows


@dataclass(frozen=True, slots=True)
class Pool:
    """The offers that can be suggested, in order of id, row i of the readings for offer i.

    themes: unit rows of the given themes, 0 where an offer names none.
    """

    offers: tuple[Offer, ...]
    readings: Readings
    themes: Rows

    def __post_init__(self) -> None:
        ids = [o.id for o in self.offers]
        if ids != sorted(set(ids)):
            raise InvalidValueError("offers", len(ids), "aanbod op volgorde van id, elk id eenmaal")
        if not len(self.offers) == len(self.readings) == len(self.themes):
            raise InvalidValueError("readings", len(self.readings), f"{len(self.offers)} rijen")

    def __len__(self) -> int:
        return len(self.offers)

    def take(self, position: int) -> Pool:
        """Return the pool of the one offer at a position."""
        return Pool((self.offers[position],), self.readings.take([position]), self.themes[[position]])


def pool(offers: Sequence[Offer], reader: Reader) -> Pool:
    """Return the pool of the offers, read by `reader`; their order does not matter."""
    ordered = tuple(sorted(offers, key=lambda o: o.id))
    return Pool(ordered, reader.read([o.full_text for o in ordered], "offer"), theme_rows(ordered, reader))


def theme_rows(offers: Sequence[Offer], reader: Reader) -> Rows:
    """Return unit rows of the themes that the offers give themselves, 0 where an offer names none."""
    rows = reader.encoder.encode([", ".join(o.themes) for o in offers], "offer")
    rows[[not o.themes for o in offers]] = 0
    return rows


def ranked(totals: NDArray[np.float64], block: int = 64) -> Iterator[int]:
    """Yield positions by falling total, ties by position; sorts no more than is asked for.

    Partitions off a block, then twice as many, and so on.
    """
    done = 0
    while done < len(totals):
        upto = min(len(totals), max(block, 2 * done))
        if upto < len(totals):
            # Everything that ties with the last of the block belongs to it, so that no tie is cut in two.
            limit = -np.partition(-totals, upto - 1)[upto - 1]
            chosen = np.flatnonzero(totals >= limit)
        else:
            chosen = np.arange(len(totals))
        order = chosen[np.lexsort((chosen, -totals[chosen]))]
        yield from (int(i) for i in order[done:])
        done = len(order)
