"""A path goes in, a tuned SQLite file with today's tables comes out; every write under one lock and in the log."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from matcher.errors import DatabaseBusyError, ForeignDatabaseError, InvalidValueError
from matcher.proposals import utc
from matcher.store.schema import APPLICATION_ID, migrations

# Seconds that SQLite waits for another process that is writing, and how often we ask it to.
PATIENCE, _TIMES = 5, 6
# STATUS_CODE_OK and STATUS_CODE_ERROR of Logboek Dataverwerkingen.
OK, REFUSED = 1, 2


class File:
    """One database file, for one thread."""

    def __init__(self, db: Database) -> None:
        self._db = db
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
        self._patiently("BEGIN IMMEDIATE")
        self._trace = secrets.token_hex(16)
        try:
            yield
            self._patiently("COMMIT")
        except BaseException:
            self._db.rollback()
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
