"""What an offer can do, when it is busy and which pairs are fixed or forbidden go in and come out equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.privacy import require_allowed
from matcher.proposals import Capacity, Hours, Places, Proposal, declined, hours_of, places_of, utc
from matcher.store.history import History

Period = tuple[datetime, datetime]
FIXED, FORBIDDEN = "vast", "verboden"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and an offer that must ("vast") or must not ("verboden") come together in a round, and why."""

    question: str
    offer: str
    rule: str
    reason: str

    def __post_init__(self) -> None:
        if self.rule not in {FIXED, FORBIDDEN}:
            raise UnknownNameError("rule", self.rule, (FIXED, FORBIDDEN))
        if not self.reason.strip():
            raise InvalidValueError("reason", self.reason, "een reden")

    @property
    def key(self) -> str:
        """The key under which a pair is kept, for `delete("pair", ...)`; ids hold no spaces."""
        return f"{self.question} {self.offer}"


@dataclass(frozen=True, slots=True)
class Availability:
    """What one offer can do as things stand: hours a month, places, when it is busy (UTC), by what source and when."""

    offer: str
    hours: Hours
    places: Places
    busy: tuple[Period, ...] = ()
    source: str = ""
    on: date | None = None


class Capacities(History):
    """How much, when and with whom."""

    def set_capacity(self, offer: str, capacity: Capacity, by: str, at: datetime) -> int | None:
        """Keep what an offer can do; returns the number of the change. Proposals that run are left as they are."""
        with self.at_once():
            self._required("offer", offer)
            entry = asdict(capacity) | {"on": capacity.on and capacity.on.isoformat()}
            return self._put("capacity", offer, entry, by, at)

    def capacity(self, offer: str) -> Capacity:
        """Return what was set for an offer, else the hours that the offer itself names."""
        if (entry := self._entry("capacity", offer)) is not None:
            return _capacity(entry)
        return Capacity(self._required("offer", offer)["hours_per_month"])

    def capacities(self) -> dict[str, Capacity]:
        """Return {offer id: what it can do} of all offers, in order of id."""
        own, offers = self._things("capacity"), self._things("offer")
        return {o: _capacity(own[o]) if o in own else Capacity(e.hours_per_month) for o, e in offers.items()}

    def room(self, offer: str) -> tuple[Hours, Places]:
        """Return the hours a month and the places of an offer: how many there are, given away and left."""
        capacity, held = self.capacity(offer), self.proposals(offer=offer)
        return hours_of(capacity.hours, held), places_of(capacity.places, held)

    def availability(self, offer: str) -> Availability:
        """Return what an offer can do as things stand; raises UnknownNameError for one that is not there."""
        return _available(offer, self.capacity(offer), self.proposals(offer=offer), self.busy().get(offer, ()))

    def availabilities(self) -> list[Availability]:
        """Return what each offer can do as things stand, in order of id."""
        held: dict[str, list[Proposal]] = {}
        for proposal in self.proposals():
            held.setdefault(proposal.offer, []).append(proposal)
        busy = self.busy()
        return [_available(o, c, held.get(o, []), busy.get(o, ())) for o, c in self.capacities().items()]

    def set_busy(self, offer: str, periods: Iterable[Period], by: str, at: datetime) -> int | None:
        """Keep when an offer is busy, in place of what was known; moments with a time zone, kept in UTC."""
        times = sorted((utc("start", start), utc("end", end)) for start, end in periods)
        if wrong := next((p for p in times if p[1] < p[0]), None):
            raise InvalidValueError("end", wrong[1].isoformat(), f"een einde na {wrong[0].isoformat()}")
        with self.at_once():
            self._required("offer", offer)
            entry = {"periods": [[start.isoformat(), end.isoformat()] for start, end in times]}
            return self._put("busy", offer, entry if times else None, by, at)

    def busy(self) -> dict[str, list[Period]]:
        """Return {offer id: its busy periods in order, in UTC}."""
        return {
            offer: [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in entry["periods"]]
            for offer, entry in self._things("busy").items()
        }

    def set_pair(self, pair: Pair, by: str, at: datetime) -> int | None:
        """Keep a rule for a pair; taken away with `delete("pair", pair.key, ...)` or `undo_change`."""
        require_allowed(reason=pair.reason)
        with self.at_once():
            self._required("question", pair.question)
            self._required("offer", pair.offer)
            return self._put("pair", pair.key, asdict(pair), by, at)

    def pairs(self) -> list[Pair]:
        """Return the rules for pairs."""
        return [Pair(**entry) for entry in self._things("pair").values()]

    def excluded(self) -> dict[tuple[str, str], str]:
        """Return {(question, offer): why} of the pairs that are forbidden, or were declined by those it concerned."""
        forbidden = {(p.question, p.offer): p.reason for p in self.pairs() if p.rule == FORBIDDEN}
        return declined(self.proposals()) | forbidden


def _available(
    offer: str, capacity: Capacity, held: Iterable[Proposal], busy: Iterable[Period]
) -> Availability:  # fmt: skip
    known = list(held)
    hours, places = hours_of(capacity.hours, known), places_of(capacity.places, known)
    return Availability(offer, hours, places, tuple(busy), capacity.source, capacity.on)


def _capacity(entry: dict[str, Any]) -> Capacity:
    return Capacity(**entry | {"on": entry["on"] and date.fromisoformat(entry["on"])})
