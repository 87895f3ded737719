"""One database and its engine go in; at every thread's call a Bureau comes out, for whoever is at work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import RLock, local

from matcher.bureau import Bureau, now
from matcher.engines import Engines
from matcher.errors import MatcherError
from matcher.settings import Settings
from matcher.store import Shelf, Store, open_store

# What a desk may ail: the file cannot be read; the model is missing, so that words alone answer; the disk is full.
AILMENTS = ("database", "model", "schijf")
# Bytes that must be free.
ROOM = 32 * 2**20


class Desk:
    """One database file for many threads: each has its own connection, all share what was read of it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        self.settings, self.clock = settings, clock
        self.engines = Engines(settings, forgiving=True)
        self._shelf = Shelf()
        self._mine = local()
        self._seen = _place(settings.database)
        self._open: list[Store] = []
        self._lock = RLock()

    def bureau(self, by: str) -> Bureau:
        """Return the bureau for this thread, at which `by` (a person's key) is at work."""
        return Bureau(self.store, replace(self.settings, user=by), self.clock, self.engines)

    @property
    def store(self) -> Store:
        """The store of this thread; opened again where another file came in the place of the one that was open.

        Raises ForeignDatabaseError where the file is gone or is no database of ours: what would be written to a file
        that was removed would be lost.
        """
        held: _Held | None = getattr(self._mine, "held", None)
        place = _place(self.settings.database)
        if held is None or held.place != place:
            if held is not None:
                held.store.close()
                del self._mine.held
            with self._shelf.lock:
                if place != self._seen:
                    self._shelf.clear()
                    self._shelf.seen, self._seen = -1, place
            store = open_store(self.settings.database, must_exist=True, shelf=self._shelf)
            held = self._mine.held = _Held(place, store)
            with self._lock:
                self._open.append(store)
        return held.store

    def ready(self) -> str:
        """Return what keeps the desk from answering as it should, as a Dutch sentence; "" when nothing does."""
        try:
            self.engines.mended()
            if ailment := self.store.ailment():
                return ailment
            self.engines.catalogue(self.store)
        except (MatcherError, OSError) as fault:
            return str(fault)
        return self.engines.fault

    def ailments(self) -> tuple[str, ...]:
        """Return what is amiss with the service, of AILMENTS; empty when it can do all it should."""
        found = []
        try:
            wrong = bool(self.store.ailment())
        except (MatcherError, OSError):
            wrong = True
        if wrong:
            found.append("database")
        elif self.ready():
            found.append("model")
        if not self._room():
            found.append("schijf")
        return tuple(found)

    def _room(self) -> bool:
        """Return whether the disk has room to write: what one change may take, with its journal and the log."""
        try:
            return shutil.disk_usage(self.settings.database.parent).free >= ROOM
        except OSError:
            return False

    def close(self) -> None:
        """Close the connections of all threads, once these have ended."""
        with self._lock:
            while self._open:
                self._open.pop().close()
        self._mine = local()


@dataclass(frozen=True, slots=True)
class _Held:
    """What a thread has open: the store, and which file that was."""

    place: tuple[int, int] | None
    store: Store


def _place(path: Path) -> tuple[int, int] | None:
    """Return which file stands at a path now, whatever it is called; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_desk(settings: Settings, clock: Callable[[], datetime] = now) -> Desk:
    """Return the desk over the database of the settings, made when there is none; errors as `open_store`."""
    with closing(open_store(settings.database)):
        return Desk(settings, clock)
