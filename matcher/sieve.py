"""A question and all offers of a pool go in, which of them can happen comes out: the rules over many offers at once.

Says what `constraints.sift` says, several times quicker; why an offer cannot happen is asked of `sift` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.constraints import Rule, date_window, hours_left, region_served, wanted_form, wanted_kind
from matcher.parties import Offer, Question, key

Mask = NDArray[np.bool_]
# Days before and after every date: for a bound that is open.
_ALWAYS, _NEVER_OVER = 0, 10_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at, as arrays over the offers: days, hours (NaN: no limit), and who has which name."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    hours: NDArray[np.float64]
    forms: Mapping[str, Mask]
    regions: Mapping[str, Mask]
    kinds: Mapping[str, Mask]
    any_form: Mask
    everywhere: Mask


class Sieve:
    """The rules in force over the offers of one pool."""

    def __init__(self, offers: tuple[Offer, ...], rules: Sequence[Rule]) -> None:
        self._offers, self._facts = offers, facts(offers)
        self._quick = [_QUICK[rule] for rule in rules if rule in _QUICK]
        self._others = [rule for rule in rules if rule not in _QUICK]

    def possible(self, question: Question) -> Mask:
        """Return (offers,): True where no rule refuses the offer for this question."""
        found = np.ones(len(self._offers), dtype=np.bool_)
        for quick in self._quick:
            found &= quick(question, self._facts)
        for i in np.flatnonzero(found):
            offer = self._offers[i]
            found[i] = all(rule(question, offer) is None for rule in self._others)
        return found


def facts(offers: Sequence[Offer]) -> Facts:
    """Return what the rules look at, of these offers in their order."""
    return Facts(
        np.array([o.available_from.toordinal() if o.available_from else _ALWAYS for o in offers], dtype=np.int64),
        np.array([o.available_until.toordinal() if o.available_until else _NEVER_OVER for o in offers], dtype=np.int64),
        np.array([np.nan if o.hours_per_month is None else o.hours_per_month for o in offers], dtype=np.float64),
        _having([o.forms for o in offers]),
        _having([o.regions for o in offers]),
        _having([(o.kind,) for o in offers]),
        np.array([not o.forms for o in offers], dtype=np.bool_),
        np.array([not o.regions for o in offers], dtype=np.bool_),
    )


def sieve(offers: tuple[Offer, ...], rules: tuple[Rule, ...]) -> Sieve:
    """Return the sieve of these offers and rules; the same again for the very same two."""
    return _kept(_Same(offers), _Same(rules))


class _Same:
    """Equal to the very same thing wrapped again: to compare thousands of offers would cost more than it saves."""

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.of is other.of

    def __hash__(self) -> int:
        return id(self.of)


@lru_cache(maxsize=4)
def _kept(offers: _Same, rules: _Same) -> Sieve:
    return Sieve(offers.of, rules.of)  # type: ignore[arg-type]


def _having(names: Sequence[Iterable[str]]) -> dict[str, Mask]:
    found: dict[str, Mask] = {}
    for i, own in enumerate(names):
        for name in own:
            found.setdefault(key(name), np.zeros(len(names), dtype=np.bool_))[i] = True
    return found


def _on_the_day(question: Question, facts: Facts) -> Mask:
    if question.needed_on is None:
        return np.ones(len(facts.first), dtype=np.bool_)
    day = question.needed_on.toordinal()
    return (facts.first <= day) & (day <= facts.last)


def _with_hours(question: Question, facts: Facts) -> Mask:
    enough = (facts.hours > 0) & (facts.hours >= (question.hours_per_month or 0))
    return np.isnan(facts.hours) | enough


def _meeting(asked: Sequence[str], having: Mapping[str, Mask], free: Mask) -> Mask:
    """Return who has one of the names asked, or is free of that question; all of them where nothing is asked."""
    if not asked:
        return np.ones(len(free), dtype=np.bool_)
    found = free.copy()
    for name in asked:
        if (those := having.get(key(name))) is not None:
            found |= those
    return found


def _in_the_form(question: Question, facts: Facts) -> Mask:
    return _meeting(question.forms, facts.forms, facts.any_form)


def _in_the_region(question: Question, facts: Facts) -> Mask:
    return _meeting((question.region,) if question.region else (), facts.regions, facts.everywhere)


def _of_the_kind(question: Question, facts: Facts) -> Mask:
    return _meeting(question.kinds, facts.kinds, np.zeros_like(facts.everywhere))


_QUICK: Mapping[Rule, Callable[[Question, Facts], Mask]] = {
    date_window: _on_the_day, hours_left: _with_hours, wanted_form: _in_the_form, region_served: _in_the_region,
    wanted_kind: _of_the_kind,
}  # fmt: skip
