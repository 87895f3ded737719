"""One database and its engine go in; at every thread's call a Bureau comes out, for whoever is at work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
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
        self._stores: list[Store] = []
        self._lock = RLock()

    def bureau(self, by: str) -> Bureau:
        """Return the bureau for this thread, at which `by` (a person's key) is at work."""
        return Bureau(self.store, replace(self.settings, user=by), self.clock, self.engines)

    @property
    def store(self) -> Store:
        """The store of this thread."""
        if (store := getattr(self._mine, "store", None)) is None:
            store = self._mine.store = open_store(self.settings.database, shelf=self._shelf)
            with self._lock:
                self._stores.append(store)
        return store

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
        """Close the connection of this thread, and let go of the others: each is closed when its thread ends."""
        mine = getattr(self._mine, "store", None)
        with self._lock:
            self._stores.clear()
        if mine is not None:
            del self._mine.store
            mine.close()


def open_desk(settings: Settings, clock: Callable[[], datetime] = now) -> Desk:
    """Return the desk over the database of the settings, made when there is none; errors as `open_store`."""
    with closing(open_store(settings.database)):
        return Desk(settings, clock)
