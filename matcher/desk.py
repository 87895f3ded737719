"""One database and its engine go in; at every thread's call a Bureau comes out, for whoever is at work."""

from __future__ import annotations

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
