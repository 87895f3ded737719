"""A path goes in, a tuned SQLite file with today's tables comes out; every write under one lock and in the log."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from matcher.errors import DatabaseBusyError, ForeignDatabaseError, FullDiskError, InvalidValueError
from matcher.proposals import utc
from matcher.store.schema import APPLICATION_ID, migrations
from matcher.store.shelf import EVERYTHING, Shelf

# Seconds that SQLite waits for another process that is writing, and how often we ask it to.
PATIENCE, _TIMES = 5, 6
# What SQLite says when a disk is full or a file cannot be written.
_UNWRITABLE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
# STATUS_CODE_OK and STATUS_CODE_ERROR of Logboek Dataverwerkingen.
OK, REFUSED = 1, 2


class File:
    """One database file, for one thread."""

    def __init__(self, db: Database, shelf: Shelf | None = None) -> None:
        self._db = db
        self._shelf = shelf or Shelf()
        self._trace: str | None = None
        if self._behind():
            # Under the write lock: of several processes that open a new file at once, one makes the tables.
            with self.at_once():
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                if self._behind():
                    migrations.apply(db)

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty store that lives as long as this object."""
        return cls(Database(tuned(sqlite3.connect(":memory:", isolation_level=None))))

    @property
    def path(self) -> Path:
        """The file; an empty path for a store in memory."""
        return Path(self._db.execute("PRAGMA database_list").fetchone()[2])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Keep all that is written within, or nothing; one trace in the log. May be nested.

        The write lock is held from the start, so that what is read within stays true and two writers queue instead of
        failing halfway. Raises DatabaseBusyError when another process holds on to the file for half a minute.
        """
        if self._trace is not None:
            with self._within():
                yield
            return
        try:
            self._patiently("BEGIN IMMEDIATE")
            self._trace = secrets.token_hex(16)
            yield
            self._patiently("COMMIT")
        except BaseException as fault:
            self._db.rollback()
            if isinstance(fault, sqlite3.OperationalError) and fault.sqlite_errorcode & 0xFF in _UNWRITABLE:
                raise FullDiskError(self.path, str(fault)) from fault
            raise
        finally:
            self._trace = None

    @contextmanager
    def _within(self) -> Iterator[None]:
        self._db.execute("SAVEPOINT within")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO within")
            raise
        finally:
            self._db.execute("RELEASE within")

    def _patiently(self, statement: str) -> None:
        for _ in range(_TIMES):
            try:
                self._db.execute(statement)
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return
        raise DatabaseBusyError(self.path, PATIENCE * _TIMES)

    def ailment(self) -> str:
        """Return what SQLite says is wrong with reading the file; "" when nothing is."""
        try:
            self._db.execute("SELECT max(seq) FROM log").fetchone()
        except sqlite3.Error as fault:
            return f"{self.path}: {fault}"
        return ""

    @property
    def in_transaction(self) -> bool:
        """Whether this is within `at_once`: what is read now may yet be taken back."""
        return self._trace is not None

    def marks(self, *kinds: str) -> tuple[int, ...]:
        """Return a number for each kind that grows whenever something of that kind changed, by whatever process.

        Within `at_once` as they were before it.
        """
        with self._shelf.lock:
            if not self.in_transaction:
                self._keep_up()
            return tuple(self._shelf.marks.get(kind, 0) for kind in kinds)

    def _at_hand(self, kind: str, read: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return all things of a kind by key: those at hand, or `read` now; within `at_once` always read.

        What a transaction wrote may yet be taken back: others do not get to see it.
        """
        if self.in_transaction:
            return read()
        with self._shelf.lock:
            self._keep_up()
            return self._shelf.held(kind, read)

    def _keep_up(self) -> None:
        shelf = self._shelf
        (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
        if shelf.seen < 0 or seq < shelf.seen:
            shelf.clear()
            shelf.seen = seq
        elif seq > shelf.seen:
            rows = self._db.execute("SELECT name, attributes FROM log WHERE seq > ? AND seq <= ?", [shelf.seen, seq])
            told = {thing for name, attributes in rows for thing in _changed(name, json.loads(attributes))}
            shelf.keep_up(seq, told, self._again)

    def _again(self, kind: str, key: str) -> Any:
        """Return a thing as it is now; None where it is gone. A store knows its kinds."""
        raise NotImplementedError

    def _behind(self) -> bool:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        return application != APPLICATION_ID or bool(migrations.pending(self._db))

    def _log(
        self, name: str, activity: str, by: str, at: datetime, about: str = "", person: str = "", status: int = OK
    ) -> int:
        """Add a line to the log, within `at_once`, and return its number.

        about: what it was done to, "kind id"; person: the same, where it concerns a person. Ids, never names.
        """
        if not by.strip():
            raise InvalidValueError("by", by, "de sleutel van een persoon")
        attributes = {"dpl.core.processing_activity_id": f"{ACTIVITY}{activity}", "dpl.core.user": by}
        if person:
            kind, _, key = person.partition(" ")
            attributes |= {"dpl.core.data_subject_id": key, "dpl.core.data_subject_id_type": kind}
        if about:
            attributes["matcher.about"] = about
        moment = int(utc("at", at).timestamp() * 1000)
        row = {
            "trace_id": self._trace, "span_id": secrets.token_hex(8), "status_code": status, "name": name,
            "start_time": moment, "end_time": moment, "resource": _resource(),
            "attributes": json.dumps(attributes, ensure_ascii=False),
        }  # fmt: skip
        return self._insert("log", row)

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO [{table}] ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 (own names)
        return self._db.execute(sql, list(row.values())).lastrowid or 0


# Lines that tell of what was seen or judged, of the door and of mail: nothing on the shelf changed.
_SEEN = frozenset({"inzage", "beoordelen", "toegang", "berichten"})
# Lines after which anything may be another.
_SWEEPING = frozenset({"persoon wissen", "opschonen"})
# What goes into the bin, and comes back, with a thing.
PARTS = {"offer": ("capacity", "busy"), "question": ("closing",), "region": ("partners",)}


def _changed(name: str, attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a line of the log says has changed: (kind, key)."""
    activity = attributes["dpl.core.processing_activity_id"].removeprefix(ACTIVITY)
    if activity in _SEEN or name == "suggestie tonen":
        return
    kind, _, key = attributes.get("matcher.about", "").partition(" ")
    yield (kind, key) if name not in _SWEEPING else EVERYTHING
    yield from ((part, key) for part in PARTS.get(kind, ()))


# The URIs under which the bureau's register of processing activities can describe what is done with data.
ACTIVITY = "urn:matcher:verwerkingsactiviteit:"


@lru_cache(maxsize=1)
def _resource() -> str:
    return json.dumps({"attributes": {"service.name": "matcher", "service.version": version("matcher")}})


def sound(path: Path) -> None:
    """Return when a file is a sound database of Matcher; else raise ForeignDatabaseError, the file left as it is."""
    # Not read-only: after a crash SQLite must first roll back what was half written.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as probe:
            (application,) = probe.execute("PRAGMA application_id").fetchone()
            (state,) = probe.execute("PRAGMA quick_check(1)").fetchone()
            newer = unknown_migrations(probe) if application == APPLICATION_ID and state == "ok" else []
    except sqlite3.DatabaseError as fault:
        raise ForeignDatabaseError(path, f"SQLite zegt: {fault}") from fault
    if application != APPLICATION_ID:
        raise ForeignDatabaseError(path, "dit SQLite-bestand is van een ander programma")
    if state != "ok":
        raise ForeignDatabaseError(path, f"het bestand is beschadigd ({state}); zet een reservekopie terug")
    if newer:
        raise ForeignDatabaseError(path, f"een nieuwere Matcher maakte het ({', '.join(newer)}); werk Matcher bij")


def unknown_migrations(connection: sqlite3.Connection) -> list[str]:
    """Return the names of migrations in a file of Matcher that this program does not know."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'matcher' ORDER BY id")
    return [name for (name,) in rows if name not in known]


def tuned(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return the connection with the settings under which nothing acknowledged is lost."""
    # WAL only from SQLite 3.51.3 on: earlier ones can lose a commit when the log is reset (conventions.md).
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (
        f"busy_timeout={1000 * PATIENCE}", f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON",
        "secure_delete=ON", "trusted_schema=OFF", "temp_store=MEMORY",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection
