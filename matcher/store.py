"""Parties and their vectors go in and come out equal: the only door to SQLite, by sqlite-utils, with migrations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database, Migrations

from matcher.errors import ForeignDatabaseError
from matcher.exchange import T, from_json, to_json
from matcher.parties import Offer, Question, Region

# "Mtch": tells our files from other SQLite files (PRAGMA application_id).
APPLICATION_ID = 0x4D746368
_TABLES: Mapping[type[Any], str] = {Region: "region", Question: "question", Offer: "offer"}
_KEYS = {"region": "name", "question": "id", "offer": "id"}
_ROWS: Mapping[str, Any] = {
    "meaning": np.float32,
    "about": np.float32,
    "themes": np.float32,
    "columns": np.int32,
    "weights": np.float32,
}
# Seconds to wait for another process that is writing.
_PATIENCE = 5

migrations = Migrations("matcher")


@migrations()
def parties(db: Database) -> None:
    """Regions, questions and offers, each as the JSON object of the file contract; vectors beside the offers."""
    for table, key in _KEYS.items():
        db.table(table).create({key: str, "entry": str}, pk=key, not_null={"entry"})
    db.table("vector").create(
        {"offer": str, "fingerprint": str, "digest": str, "meaning": bytes, "about": bytes, "themes": bytes},
        pk="offer",
        foreign_keys=[("offer", "offer", "id")],
    )


@migrations()
def words_beside_vectors(db: Database) -> None:
    """The words of an offer, sparse, beside its vectors: all of it can be made anew."""
    db.table("vector").drop()
    columns = {"offer": str, "fingerprint": str, "digest": str, **dict.fromkeys(_ROWS, bytes)}
    db.table("vector").create(columns, pk="offer", foreign_keys=[("offer", "offer", "id")])


@dataclass(frozen=True, slots=True)
class Vectors:
    """The rows of one offer, each float32 (d,), and a digest of the text that they were made of.

    words, sparse: `columns` int32 (n,) and `weights` float32 (n,).
    """

    digest: str
    meaning: NDArray[np.float32]
    about: NDArray[np.float32]
    themes: NDArray[np.float32]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


class Store:
    """One database file, for one thread. Opened with `open_store`, or `Store.in_memory` for tests."""

    def __init__(self, db: Database) -> None:
        self._db = db
        if self._behind():
            # Under the write lock: of several processes that open a new file at once, one makes the tables.
            with self._writing():
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                if self._behind():
                    migrations.apply(db)

    @classmethod
    def in_memory(cls) -> Store:
        """Return an empty store that lives as long as this object."""
        return cls(Database(_tuned(sqlite3.connect(":memory:", isolation_level=None))))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def put(self, parties: Iterable[Region | Question | Offer]) -> None:
        """Keep the parties, all or none; one with the same id (for a region: name) is replaced."""
        with self._writing():
            for party in parties:
                table = _TABLES[type(party)]
                key = _KEYS[table]
                entry = json.dumps(to_json(party), ensure_ascii=False)
                self._db.table(table).upsert({key: getattr(party, key), "entry": entry}, pk=key)

    def offers(self) -> list[Offer]:
        """Return the offers in order of id."""
        return self._all(Offer)

    def questions(self) -> list[Question]:
        """Return the questions in order of id."""
        return self._all(Question)

    def regions(self) -> list[Region]:
        """Return the regions in order of name."""
        return self._all(Region)

    def vectors(self, fingerprint: str) -> dict[str, Vectors]:
        """Return {offer id: its kept rows} of the model with this fingerprint."""
        rows = self._db.table("vector").rows_where("fingerprint = ?", [fingerprint])
        return {row["offer"]: _vectors(row) for row in rows}

    def keep_vectors(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep rows for offers that are in the store, in place of what was kept for them."""
        rows = [
            {"offer": offer, "fingerprint": fingerprint, "digest": v.digest}
            | {column: np.asarray(getattr(v, column), dtype=kind).tobytes() for column, kind in _ROWS.items()}
            for offer, v in vectors.items()
        ]
        with self._writing():
            self._db.table("vector").upsert_all(rows, pk="offer")

    def _behind(self) -> bool:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        return application != APPLICATION_ID or bool(migrations.pending(self._db))

    def _all(self, kind: type[T]) -> list[T]:
        table = _TABLES[kind]
        rows = self._db.query(f"select entry from {table} order by {_KEYS[table]}")  # noqa: S608 (own names)
        return [from_json(kind, json.loads(row["entry"])) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock from the start, so that two writers queue instead of failing halfway."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.rollback()
            raise
        self._db.conn.commit()


def open_store(path: Path | str) -> Store:
    """Return the store in a file, made when there is none.

    Raises ForeignDatabaseError, and leaves the file alone, when it is no sound database of Matcher.
    """
    path = Path(path)
    known = path.exists() and path.stat().st_size > 0
    if known:
        _sound(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    return Store(Database(_tuned(sqlite3.connect(path, isolation_level=None))))


def _sound(path: Path) -> None:
    # Not read-only: after a crash SQLite must first roll back what was half written.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as probe:
            (application,) = probe.execute("PRAGMA application_id").fetchone()
            (state,) = probe.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as fault:
        raise ForeignDatabaseError(path, f"SQLite zegt: {fault}") from fault
    if application != APPLICATION_ID:
        raise ForeignDatabaseError(path, "dit SQLite-bestand is van een ander programma")
    if state != "ok":
        raise ForeignDatabaseError(path, f"het bestand is beschadigd ({state}); zet een reservekopie terug")


def _tuned(connection: sqlite3.Connection) -> sqlite3.Connection:
    # WAL only from SQLite 3.51.3 on: earlier ones can lose a commit when the log is reset (conventions.md).
    journal = "WAL" if sqlite3.sqlite_version_info >= (3, 51, 3) else "DELETE"
    for pragma in (
        f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={1000 * _PATIENCE}",
        "secure_delete=ON", "trusted_schema=OFF",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _vectors(row: Mapping[str, Any]) -> Vectors:
    return Vectors(row["digest"], **{name: np.frombuffer(row[name], dtype=kind) for name, kind in _ROWS.items()})
