"""Who is left over goes in; why, and the smallest change that would place them, comes out, with its Dutch sentence.

A change is meant for one question: the extra room, or the pair that a change of date, form or region makes possible,
is held for it (`applied` locks the pair). So it is true whoever else waits: all others keep what they had. `ahead`
tells how many others that are left over score higher at the same offer, and would go first if it were not held.
Small means: one thing to change before two, then the fewest hours, then the highest score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from matcher.constraints import Refusal
from matcher.reasons import dutch_date
from matcher.rounds.pairs import NO_LIMIT, PER_HOUR, Flags, Floats, Ints, Pair, Pairs
from matcher.rounds.terms import Supply

Kind = Literal["hours", "places", "lock", "date", "form", "region", "kind"]
Why = Literal["full", "weights", "refused", "nothing"]
Refusals = Callable[[str, str], tuple[Refusal, ...]]
# So many offers that a rule refuses are asked for their reason, the highest score first.
ASKED = 40
_KINDS: Mapping[str, Kind] = {"datum": "date", "vorm": "form", "regio": "region", "soort": "kind", "uren": "hours"}


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change that would place a question at `offer`.

    kind "hours" or "places": so much more `hours` a month and `places` there (either may be 0). "lock": there is
    room, but the weights of the round speak against it; lock the pair. "date": wait until `until`. "form", "region",
    "kind": the question asks for `asked`, the offer has `there_is`. ahead: how many others would go first.
    """

    kind: Kind
    offer: str
    hours: float = 0.0
    places: int = 0
    until: date | None = None
    asked: str = ""
    there_is: str = ""
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A question with fewer helpers than it wanted, why, and what would give it one more (None: nothing known).

    why: "full", all that fits is full; "weights", there is room but it is not worth its price; "refused", a rule
    refuses all that is good enough; "nothing", no offer is good enough.
    """

    question: str
    wanted: int
    has: int
    why: Why
    change: Change | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What explaining needs beyond the pairs: the whole matrix, its positions and the rules' refusals."""

    scores: Floats
    possible: Flags
    rows: Mapping[str, int]
    offers: tuple[str, ...]
    forbidden: AbstractSet[Pair]
    floor: float
    refusals: Refusals | None


def left_over(pairs: Pairs, chosen: Flags, ground: Ground) -> tuple[LeftOver, ...]:
    """Return every question with fewer helpers than wanted, by id."""
    helpers = pairs.helpers(chosen)
    short = np.flatnonzero(helpers < pairs.most)
    explaining = _Explaining(pairs, chosen, ground, short)
    found = [explaining.explained(int(i), int(helpers[i])) for i in short]
    return tuple(sorted(found, key=lambda item: item.question))


def applied(
    change: Change, question: str, supplies: Sequence[Supply], locked: AbstractSet[Pair]
) -> tuple[list[Supply], frozenset[Pair]]:
    """Return supplies and locks with a change of room made for a question; dates, forms and regions stay as asked."""
    more = [
        replace(
            s, hours=None if s.hours is None else s.hours + change.hours,
            places=None if s.places is None else s.places + change.places,
        )
        if s.offer == change.offer else s
        for s in supplies
    ]  # fmt: skip
    return more, frozenset({*locked, (question, change.offer)})


def sentence(left: LeftOver, names: Mapping[str, str] | None = None) -> str:
    """Return why a question is left over and what would help, in Dutch; `names` gives offers a name for their id."""
    if left.change is None:
        return _WHY[left.why]
    name = (names or {}).get(left.change.offer, left.change.offer)
    return f"{_WHY[left.why]}. Wat helpt: {_asked_for(left.change, name)}."


_WHY: Mapping[Why, str] = {
    "full": "Wat past, zit vol",
    "weights": "Er is plaats, maar spreiding en perspectief wegen zwaarder dan de score",
    "refused": "Wat genoeg scoort, kan nu niet",
    "nothing": "Nergens past iets: geen aanbod boven de grens",
}


def _asked_for(change: Change, name: str) -> str:
    if change.kind in {"hours", "places"}:
        return _room_asked_for(change, name)
    return {
        "lock": f"zet de koppeling met {name} zelf vast",
        "date": f"tot {dutch_date(change.until)} wachten op {name}" if change.until else "",
        "form": f"vorm verruimen: {name} komt als {change.there_is.replace(', ', ' of ')}",
        "region": f"regio verruimen: {name} werkt in {change.there_is}",
        "kind": f"soort verruimen: {name} is een {change.there_is}",
    }[change.kind]


def _room_asked_for(change: Change, name: str) -> str:
    more = []
    if change.places:
        more.append("één introductie meer" if change.places == 1 else f"{change.places} introducties meer")
    if change.hours:
        more.append(f"{change.hours:g}".replace(".", ",") + " uur per maand meer")
    ahead = "er scoort één andere vraag hoger" if change.ahead == 1 else f"er scoren {change.ahead} andere vragen hoger"
    return f"{' en '.join(more)} bij {name}, voor deze vraag" + (f" ({ahead})" if change.ahead else "")


class _Explaining:
    """The room that is left after a round, and who waits where."""

    def __init__(self, pairs: Pairs, chosen: Flags, ground: Ground, short: Ints) -> None:
        self.pairs, self.chosen, self.ground = pairs, chosen, ground
        self.places = pairs.places - pairs.load(chosen)
        self.hours = np.where(pairs.hours >= NO_LIMIT, NO_LIMIT, pairs.hours - pairs.used(chosen))
        self.position = {o: j for j, o in enumerate(pairs.offers)}
        waits = np.zeros(len(pairs.questions), dtype=np.bool_)
        waits[short] = True
        ids = np.flatnonzero(waits[pairs.row] & ~chosen)
        order, self.ends = pairs.by_offer(ids)
        self.waiting = pairs.worth[ids[order]]

    def explained(self, i: int, has: int) -> LeftOver:
        begin, end = self.pairs.starts[i], self.pairs.starts[i + 1]
        ids = np.arange(begin, end)[~self.chosen[begin:end]]
        why, change = self._more_room(ids) if len(ids) else self._other_rules(i)
        return LeftOver(self.pairs.questions[i], int(self.pairs.most[i]), has, why, change)

    def _more_room(self, ids: Ints) -> tuple[Why, Change]:
        """Return the offer that needs the least more for this question."""
        col, wants = self.pairs.col[ids], self.pairs.wants[self.pairs.row[ids[0]]]
        hours, places = np.maximum(0, wants - self.hours[col]), (self.places[col] < 1).astype(np.int64)
        things = (hours > 0) + places
        k = int(np.lexsort((-self.pairs.worth[ids], hours, things))[0])
        offer = self.pairs.offers[col[k]]
        if not things[k]:
            return "weights", Change("lock", offer)
        kind: Kind = "hours" if hours[k] else "places"
        return "full", Change(kind, offer, float(hours[k] / PER_HOUR), int(places[k]), ahead=self._ahead(ids[k]))

    def _ahead(self, k: int) -> int:
        begin, end = self.ends[self.pairs.col[k]], self.ends[self.pairs.col[k] + 1]
        return int((self.waiting[begin:end] > self.pairs.worth[k]).sum())

    def _other_rules(self, i: int) -> tuple[Why, Change | None]:
        """Return the best offer that only one rule refuses, and that has room for this question."""
        question = self.pairs.questions[i]
        row = self.ground.rows[question]
        scores = self.ground.scores[row]
        refused = np.flatnonzero(~self.ground.possible[row] & (scores >= self.ground.floor))
        fair = np.array([self.position[self.ground.offers[j]] for j in refused], dtype=np.int64)
        ordered = refused[np.lexsort((fair, -scores[refused]))]
        for offer in (self.ground.offers[j] for j in ordered[:ASKED]):
            if (change := self._after_refusal(i, question, offer)) is not None:
                return "refused", change
        return ("refused" if len(refused) else "nothing"), None

    def _after_refusal(self, i: int, question: str, offer: str) -> Change | None:
        if self.ground.refusals is None or (question, offer) in self.ground.forbidden:
            return None
        found = self.ground.refusals(question, offer)
        if len(found) != 1 or found[0].rule not in _KINDS:
            return None
        refusal, j = found[0], self.position[offer]
        missing = max(0, int(self.pairs.wants[i] - self.hours[j]))
        kind = _KINDS[refusal.rule]
        if self.places[j] < 1 or (missing and kind != "hours") or (kind == "date" and refusal.until is None):
            return None
        if kind == "hours":
            return Change("hours", offer, missing / PER_HOUR) if missing else None
        return Change(kind, offer, until=refusal.until, asked=refusal.asked, there_is=refusal.there_is)
