"""The life of a proposal: a Proposal and a Step go in, the Proposal with that step comes out, or a clear refusal.

voorgesteld -> aanvaard -> loopt -> afgerond, with ways out to afgewezen and ingetrokken. Steps are appended, never
changed; the state follows from them. `herroepen` is a step too: it takes back the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import fsum, isfinite
from types import MappingProxyType

from matcher.errors import (
    DoubleProposalError,
    InvalidValueError,
    NoHoursLeftError,
    NoPlacesLeftError,
    StepNotAllowedError,
    UnknownNameError,
)

UNDO = "herroepen"
# From each state, the steps that may follow; a step is named for the state that it leads to. "": not yet proposed.
NEXT: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "": ("voorgesteld",),
    "voorgesteld": ("aanvaard", "afgewezen", "ingetrokken", UNDO),
    "aanvaard": ("loopt", "afgewezen", "ingetrokken", UNDO),
    "loopt": ("afgerond", "ingetrokken", UNDO),
    "afgewezen": (UNDO,),
    "ingetrokken": (UNDO,),
    "afgerond": (UNDO,),
    UNDO: (),
})  # fmt: skip
STATES = tuple(state for state in NEXT if state)
RESERVED, SPENT = ("voorgesteld", "aanvaard"), ("loopt",)
# (state, step) that nobody understands later without a reason.
_REASONED = frozenset({("voorgesteld", "afgewezen"), ("aanvaard", "afgewezen"), ("loopt", "ingetrokken")})
_MOST_HOURS = 10_000
# Sums of tenths of hours are not exact in binary.
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: did it help (1 not at all - 5 very much), one line from the region, one from the expert."""

    helped: int
    region: str
    expert: str

    def __post_init__(self) -> None:
        if self.helped not in range(1, 6):
            raise InvalidValueError("helped", self.helped, "1, 2, 3, 4 of 5")
        for field in ("region", "expert"):
            if not getattr(self, field).strip() or "\n" in getattr(self, field):
                raise InvalidValueError(field, getattr(self, field), "één regel tekst")


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: what (a state, or `herroepen`), when (brought to UTC), by whom (a person's key), and a note.

    outcome: with `afgerond`, and only then. undoes: with `herroepen`, the number (from 0) of the step that is
    taken back; None means the last one, and `take` fills it in.
    """

    kind: str
    at: datetime
    by: str
    note: str = ""
    outcome: Outcome | None = None
    undoes: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in STATES:
            raise UnknownNameError("stap", self.kind, STATES)
        object.__setattr__(self, "at", utc("at", self.at))
        if not self.by.strip():
            raise InvalidValueError("by", self.by, "de sleutel van een persoon")
        if (self.outcome is not None) != (self.kind == "afgerond"):
            raise InvalidValueError("outcome", self.outcome, "een uitkomst bij 'afgerond', en alleen daar")
        if self.undoes is not None and self.kind != UNDO:
            raise InvalidValueError("undoes", self.undoes, f"alleen bij {UNDO!r}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question and an offer that a verbinder brings together, for so many hours a month, with what happened to it."""

    id: str
    question: str
    offer: str
    hours: float
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not (isfinite(self.hours) and 0 <= self.hours <= _MOST_HOURS):
            raise InvalidValueError("hours", self.hours, f"0 tot en met {_MOST_HOURS} uren per maand")

    @property
    def effective(self) -> tuple[tuple[int, Step], ...]:
        """The steps that still count, each with its number."""
        taken_back = {step.undoes for step in self.steps}
        return tuple((n, s) for n, s in enumerate(self.steps) if s.kind != UNDO and n not in taken_back)

    @property
    def state(self) -> str:
        """Where it stands: a name of STATES, or "" before the first step."""
        if left := self.effective:
            return left[-1][1].kind
        return UNDO if self.steps else ""

    @property
    def note(self) -> str:
        """The note with the last step that counts: at `afgewezen` the reason."""
        return self.effective[-1][1].note if self.effective else ""

    @property
    def outcome(self) -> Outcome | None:
        """What came of it, once it is `afgerond`."""
        return self.effective[-1][1].outcome if self.effective else None

    @property
    def was_accepted(self) -> bool:
        """Whether those it concerns said yes, however it went on."""
        return any(step.kind == "aanvaard" for _, step in self.effective)

    @property
    def open(self) -> bool:
        """Whether it holds hours and a place."""
        return self.state in RESERVED + SPENT


def utc(field: str, moment: datetime) -> datetime:
    """Return a moment in UTC; raises InvalidValueError for one without an offset."""
    if moment.tzinfo is None:
        raise InvalidValueError(field, moment.isoformat(), "een tijdstip met tijdzone")
    return moment.astimezone(UTC)


def take(proposal: Proposal, step: Step) -> Proposal:
    """Return the proposal with the step appended.

    Raises StepNotAllowedError where the state does not permit it, or where a step that is to be taken back is no
    longer the last one (someone acted on it); InvalidValueError where a reason is wanted and there is none.
    """
    state = proposal.state
    if step.kind not in NEXT[state]:
        raise StepNotAllowedError(proposal.id, step.kind, state or "nog niet voorgesteld", NEXT[state])
    if (state, step.kind) in _REASONED and not step.note.strip():
        raise InvalidValueError("note", step.note, f"een reden bij {step.kind!r}")
    if step.kind == UNDO:
        step = _aimed(proposal, step)
    return replace(proposal, steps=(*proposal.steps, step))


def _aimed(proposal: Proposal, step: Step) -> Step:
    """Return the undo with the number of the step that it takes back, which has to be the last that counts."""
    last, done = proposal.effective[-1]
    if step.undoes not in {None, last}:
        raise StepNotAllowedError(
            proposal.id, f"{UNDO} van stap {step.undoes}", proposal.state, [f"{UNDO} van stap {last} ({done.kind})"]
        )
    return replace(step, undoes=last)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an offer can do at once: hours a month and introductions; None: no limit is known. With source and date."""

    hours: float | None = None
    places: int | None = None
    source: str = ""
    on: date | None = None

    def __post_init__(self) -> None:
        if self.hours is not None and not 0 <= self.hours <= _MOST_HOURS:
            raise InvalidValueError("hours", self.hours, f"0 tot en met {_MOST_HOURS} uren per maand, of leeg")
        if self.places is not None and self.places < 0:
            raise InvalidValueError("places", self.places, "0 of meer koppelingen tegelijk, of leeg")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours a month of one offer: all there are (None: no limit known), reserved by proposals, spent by what runs."""

    total: float | None
    reserved: float
    spent: float

    @property
    def left(self) -> float | None:
        """What may still be asked, 0 or more; None where no limit is known."""
        return None if self.total is None else max(0.0, fsum((self.total, -self.reserved, -self.spent)))

    @property
    def over(self) -> float:
        """How much more was promised than there is: after the hours were lowered, else 0."""
        return 0.0 if self.total is None else max(0.0, fsum((self.reserved, self.spent, -self.total)))


@dataclass(frozen=True, slots=True)
class Places:
    """Introductions at once of one offer: the most there may be (None: no limit known) and those that are open."""

    total: int | None
    taken: int

    @property
    def left(self) -> int | None:
        """How many may be added; None where no limit is known."""
        return None if self.total is None else max(0, self.total - self.taken)


def hours_of(total: float | None, proposals: Iterable[Proposal]) -> Hours:
    """Return the hours of an offer, given all its proposals; those that were ended, either way, hold none."""
    held = list(proposals)
    reserved, spent = (fsum(p.hours for p in held if p.state in states) for states in (RESERVED, SPENT))
    return Hours(total, reserved, spent)


def places_of(total: int | None, proposals: Iterable[Proposal]) -> Places:
    """Return the places of an offer, given all its proposals."""
    return Places(total, sum(p.open for p in proposals))


def propose(
    draft: Proposal, step: Step, capacity: Capacity, of_offer: Iterable[Proposal], again: bool = False
) -> Proposal:
    """Return the draft (without steps) as it is proposed, given all proposals of its offer.

    Raises DoubleProposalError for a pair that was proposed before, however that ended, unless `again`;
    NoHoursLeftError and NoPlacesLeftError as `advance` does.
    """
    known = list(of_offer)
    earlier = [p for p in known if p.question == draft.question and p.offer == draft.offer and p.state != UNDO]
    if earlier and not again:
        raise DoubleProposalError(earlier[-1], _told(earlier[-1]))
    return advance(draft, step, capacity, known)


def advance(proposal: Proposal, step: Step, capacity: Capacity, of_offer: Iterable[Proposal]) -> Proposal:
    """Return the proposal with the step, as `take` does, where the offer has room for it.

    Only a step that takes hours asks for room: the first, and the undo of one that freed them.
    Raises NoHoursLeftError or NoPlacesLeftError, naming the proposals that hold them.
    """
    after = take(proposal, step)
    if after.open and not proposal.open:
        _require_room(after, capacity, [p for p in of_offer if p.open and p.id != proposal.id])
    return after


def _require_room(proposal: Proposal, capacity: Capacity, holders: list[Proposal]) -> None:
    left = hours_of(capacity.hours, holders).left
    # An offer whose hours are 0 is full, also for who asks none.
    if left is not None and (proposal.hours > left + _HAIR or capacity.hours == 0):
        raise NoHoursLeftError(proposal.offer, proposal.hours, left, (p.id for p in holders if p.hours))
    if capacity.places is not None and len(holders) >= capacity.places:
        raise NoPlacesLeftError(proposal.offer, capacity.places, (p.id for p in holders))


def declined(proposals: Iterable[Proposal]) -> dict[tuple[str, str], str]:
    """Return {(question, offer): sentence} of the pairs whose last proposal was declined.

    A decline says something about this pair and nothing about a person: no other pair is touched.
    """
    last = {(p.question, p.offer): p for p in proposals if p.state != UNDO}
    return {pair: f"niet deze combinatie, want {p.note}" for pair, p in last.items() if p.state == "afgewezen"}


def _told(proposal: Proposal) -> str:
    return f"{proposal.id}: {proposal.state}" + (f", want {proposal.note}" if proposal.state == "afgewezen" else "")
