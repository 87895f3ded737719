"""What a request shows of people goes in, lines of the log come out; who reads many profiles waits, and is reported."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from flask import Flask, current_app

from api.access import BEHEERDER
from api.hiding import hidden_name
from api.problems import ProblemError
from matcher import PERSONAL_KINDS, Account, Bureau, FullDiskError, Offer, Person, Question, Refused, Suggestion

_LOG = logging.getLogger("api")
# Who looks at the same thing again within this time is looking at it still.
STILL = timedelta(minutes=1)
# How long a profile counts as read, and so the longest that someone may have to wait.
HOUR = timedelta(hours=1)
# The first wait; each next one is twice as long.
FIRST_WAIT = timedelta(seconds=30)
# More profiles than this in one answer is taking them out: no page holds as many.
MOST_AT_ONCE = 100
REPORT = "veel profielen ingezien"
_VERBS = {"offer": "aanbod inzien", "question": "leervraag inzien", "person": "persoon inzien"}
# What could not be logged while the disk was full is kept for later, up to here.
_MOST_WAITING = 10_000
# A kind and an id; and who read it when.
Thing = tuple[str, str]
Read = tuple[str, datetime, Thing]


@dataclass
class _Reader:
    """What one person read: things in this minute, profiles in this hour; how often they waited, until when."""

    things: dict[Thing, datetime] = field(default_factory=dict)
    profiles: dict[Thing, datetime] = field(default_factory=dict)
    waits: int = 0
    until: datetime | None = None
    reported: datetime | None = None


@dataclass
class Readers:
    """Who read what, of one process as the service is: a restart forgets it, which shortens a wait and loses no line.

    free: how many different profiles someone may read in an hour before it slows down; 0 for any number.
    """

    free: int
    lock: RLock = field(default_factory=RLock)
    writing: RLock = field(default_factory=RLock)
    _waiting: list[Read] = field(default_factory=list)
    _readers: dict[str, _Reader] = field(default_factory=lambda: defaultdict(_Reader))

    def let_read(self, who: str, profiles: Iterable[Thing], at: datetime) -> bool:
        """Count the profiles that someone is about to be shown; return whether that is to be reported.

        Past `free` each next reading of other profiles has to wait twice as long as the one before. Raises
        ProblemError (429) while it does; that reading does not count. What was read in this hour can be read again.
        """
        with self.lock:
            reader = self._readers[who]
            reader.profiles = _within(reader.profiles, HOUR, at)
            new = [thing for thing in profiles if thing not in reader.profiles]
            if self.free and len(reader.profiles) <= self.free:
                reader.waits, reader.until = 0, None
            if new and reader.until and at < reader.until:
                left = int((reader.until - at).total_seconds()) + 1
                raise ProblemError(429, "U bekeek in korte tijd veel profielen.", headers={"Retry-After": str(left)})
            reader.profiles |= dict.fromkeys(new, at)
            over = bool(self.free and new and len(reader.profiles) > self.free)
            if over:
                reader.until = at + min(FIRST_WAIT * 2**reader.waits, HOUR)
                reader.waits = min(reader.waits + 1, 10)
            return (over or len(new) > MOST_AT_ONCE) and self._first_report(reader, at)

    def fresh(self, who: str, things: Iterable[Thing], at: datetime) -> list[Thing]:
        """Return what someone was not looking at already, and remember that now they are."""
        with self.lock:
            reader = self._readers[who]
            reader.things = _within(reader.things, STILL, at)
            new = [thing for thing in dict.fromkeys(things) if thing not in reader.things]
            reader.things |= dict.fromkeys(new, at)
            return new

    def add(self, read: Iterable[Read]) -> None:
        """Let what was read wait to be logged."""
        with self.lock:
            self._waiting = [*self._waiting, *read][-_MOST_WAITING:]

    def taken(self) -> list[Read]:
        """Return what waits to be logged, which waits no more."""
        with self.lock:
            taken, self._waiting = self._waiting, []
            return taken

    def _first_report(self, reader: _Reader, at: datetime) -> bool:
        if reader.reported and at - reader.reported < HOUR:
            return False
        reader.reported = at
        return True


def install(app: Flask, free: int) -> None:
    """Let the app remember who reads what."""
    app.extensions["readers"] = Readers(free)


def saw(bureau: Bureau, things: Iterable[Any]) -> None:
    """Log what of people the caller is about to be shown, a line for each; call it once, with what is shown.

    things: offers, questions, suggestions, what was refused, people and accounts, as the caller sees them
    (`Sight.see`): what is hidden was not seen. Raises ProblemError (429) for who reads many profiles too fast.
    """
    readers: Readers = current_app.extensions["readers"]
    at = bureau.clock()
    seen = [thing for value in things if (thing := _personal(_bare(value)))]
    if not seen:
        return
    report = readers.let_read(bureau.by, [thing for thing in seen if thing[0] == "offer"], at)
    readers.add([(bureau.by, at, thing) for thing in readers.fresh(bureau.by, seen, at)])
    try:
        _write(bureau, readers)
        if report:
            _report(bureau, at)
    except FullDiskError:
        # What was there stays readable when the disk is full; what was read is logged once there is room.
        _LOG.error('{"event": "reading not logged", "reason": "disk full"}')


def _write(bureau: Bureau, readers: Readers) -> None:
    """Write what waits, that of others with one's own: of many who read at once, one has to wait for the disk."""
    if bureau.store.in_transaction:
        # Who holds the file already must not queue behind who waits for it.
        _write_waiting(bureau, readers)
        return
    with readers.writing:
        _write_waiting(bureau, readers)


def _write_waiting(bureau: Bureau, readers: Readers) -> None:
    todo = readers.taken()
    if not todo:
        return
    try:
        with bureau.store.at_once():
            for by, at, (kind, key) in todo:
                bureau.store.record(_VERBS[kind], by, at, [(kind, key)])
    except BaseException:
        readers.add(todo)
        raise


def _report(bureau: Bureau, at: datetime) -> None:
    """Log that someone read many profiles, and put a mail in line for who looks after that."""
    store = bureau.store
    with store.at_once():
        store.record(REPORT, bureau.by, at, [("person", bureau.by)])
        for person in store.people():
            if person.role == BEHEERDER:
                store.notify(person.key, REPORT, f"/logboek?door={bureau.by}", bureau.by, at)


def _bare(value: Any) -> Any:
    return value.offer if isinstance(value, Suggestion | Refused) else value


def _personal(value: Any) -> Thing | None:
    """Return what of a person a value shows: (kind, id)."""
    match value:
        case Offer() if value.contact or (value.kind in PERSONAL_KINDS and value.name != hidden_name(value)):
            return "offer", value.id
        case Question() if value.contact:
            return "question", value.id
        case Account():
            return "person", value.person
        case Person():
            return "person", value.key
    return None


def _within(moments: dict[Thing, datetime], period: timedelta, at: datetime) -> dict[Thing, datetime]:
    return {thing: since for thing, since in moments.items() if at - since < period}
