"""Hard rules go in; nothing comes out when they can hold together, else an error with the smallest readable reason."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from matcher.errors import InfeasibleRoundError
from matcher.rounds.flow import Shortage
from matcher.rounds.pairs import PER_HOUR, Flags, Pair, Pairs
from matcher.rounds.terms import Request, Supply


def refuse_broken_locks(
    locked: AbstractSet[Pair], forbidden: AbstractSet[Pair],
    requests: Sequence[Request], supplies: Sequence[Supply], possible: Flags,
) -> None:  # fmt: skip
    """Raise InfeasibleRoundError for a lock that is forbidden or that no rule allows."""
    questions = {r.question: i for i, r in enumerate(requests)}
    offers = {s.offer: j for j, s in enumerate(supplies)}
    for question, offer in sorted(locked):
        name = f"{question} bij {offer}"
        if (question, offer) in forbidden:
            raise InfeasibleRoundError("forbidden", (question, offer), f"{name} is vastgezet en ook uitgesloten")
        if not possible[questions[question], offers[offer]]:
            raise InfeasibleRoundError(
                "possible", (question, offer), f"{name} is vastgezet, maar een regel laat deze koppeling niet toe"
            )


def refuse_overfull_locks(pairs: Pairs) -> None:
    """Raise InfeasibleRoundError where the locked pairs of one question or offer exceed its room."""
    helpers, load, used = pairs.helpers(pairs.locked), pairs.load(pairs.locked), pairs.used(pairs.locked)
    for i in np.flatnonzero(helpers > pairs.most)[:1]:
        reason = f"{pairs.questions[i]} heeft {helpers[i]} vastgezette koppelingen en vraagt er {pairs.most[i]}"
        raise _error("most", pairs, pairs.questions[i], reason, helpers[i], pairs.most[i], pairs.row == i)
    for j in np.flatnonzero(load > pairs.places)[:1]:
        reason = f"{pairs.offers[j]} heeft {load[j]} vastgezette koppelingen en plaats voor {pairs.places[j]}"
        raise _error("places", pairs, pairs.offers[j], reason, load[j], pairs.places[j], pairs.col == j)
    for j in np.flatnonzero(used > pairs.hours)[:1]:
        needs, there_is = used[j] / PER_HOUR, pairs.hours[j] / PER_HOUR
        reason = f"de vastgezette koppelingen van {pairs.offers[j]} vragen {_hours(needs)}, er is {_hours(there_is)}"
        raise _error("hours", pairs, pairs.offers[j], reason, needs, there_is, pairs.col == j)


def refuse_lonely_minimums(pairs: Pairs) -> None:
    """Raise InfeasibleRoundError for a minimum that cannot be met even if nobody else wants anything."""
    everything = np.ones(len(pairs), dtype=np.bool_)
    reach, offered = pairs.load(everything), pairs.helpers(everything)
    for i in np.flatnonzero(offered < pairs.least)[:1]:
        raise _too_few_helpers(pairs, int(i), int(offered[i]), int(pairs.least[i]), "mogelijk")
    locked, used = pairs.load(pairs.locked), pairs.used(pairs.locked)
    ids = np.flatnonzero((pairs.loads > 0)[pairs.col] & ~pairs.locked)
    order, ends = pairs.by_offer(ids)
    wants = pairs.wants[pairs.row[ids[order]]]
    for j in np.flatnonzero(pairs.loads > 0):
        hours = np.cumsum(np.sort(wants[ends[j] : ends[j + 1]]))
        fits = int(locked[j] + (hours <= pairs.hours[j] - used[j]).sum())
        fits = min(fits, int(pairs.places[j]), int(reach[j]))
        if fits < pairs.loads[j]:
            raise _too_small_load(pairs, int(j), fits, int(pairs.loads[j]), "mogelijk")


def shortage(pairs: Pairs, short: Shortage) -> InfeasibleRoundError:
    """Return the error of minimums that can be met one by one, but not together with the others."""
    beside = "mogelijk naast de andere minima en wat is vastgezet"
    for j, (has, must) in short.offers.items():
        done = int(pairs.load(pairs.locked)[j])
        return _too_small_load(pairs, j, done + has, done + must, beside)
    i, (has, must) = next(iter(short.questions.items()))
    done = int(pairs.helpers(pairs.locked)[i])
    return _too_few_helpers(pairs, i, done + has, done + must, beside)


def _too_few_helpers(pairs: Pairs, i: int, has: int, must: int, beside: str) -> InfeasibleRoundError:
    name = pairs.questions[i]
    return InfeasibleRoundError(
        "least", name, f"{name} moet {must} helpers krijgen, er zijn er {has} {beside}", must, has
    )


def _too_small_load(pairs: Pairs, j: int, has: int, must: int, beside: str) -> InfeasibleRoundError:
    name = pairs.offers[j]
    reason = f"{name} moet {must} introducties krijgen, er zijn er {has} {beside}"
    return InfeasibleRoundError("load", name, reason, must, has)


def _error(
    kind: str, pairs: Pairs, subject: str, reason: str, needs: float, there_is: float, mine: Flags
) -> InfeasibleRoundError:
    ids = np.flatnonzero(pairs.locked & mine)
    named = sorted((pairs.questions[pairs.row[k]], pairs.offers[pairs.col[k]]) for k in ids)
    return InfeasibleRoundError(kind, subject, reason, float(needs), float(there_is), named)


def _hours(hours: float) -> str:
    return f"{hours:g}".replace(".", ",") + " uur"
