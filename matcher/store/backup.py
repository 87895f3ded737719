"""A store goes in, a sound copy of that moment comes out, and back: while others write, and never half."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from matcher.errors import DatabaseBusyError, ForeignDatabaseError, FullDiskError, InvalidValueError
from matcher.store.doctor import BACKED_UP, doctor
from matcher.store.file import PATIENCE, File, sound

# What is of the moment, and not for a copy that someone keeps.
_MOMENTARY = (
    "PRAGMA secure_delete = ON", "DELETE FROM session", "DELETE FROM attempt", "DELETE FROM answer",
    "UPDATE account SET invitation = NULL",
)  # fmt: skip
# What SQLite may keep beside a file.
_COMPANIONS = ("-journal", "-wal", "-shm")
# Seconds between two askings for a locked file, and in all.
_NAP, _LONGEST = 0.003, 60.0


class Backups(File):
    """The copy; `restore_backup` brings one back."""

    def backup(self, to: Path | str, by: str, at: datetime) -> Path:
        """Write a copy as it is at this moment to a file, whole or not at all; returns its path.

        Others may go on writing. A file that is there already is replaced once the copy is sound. Sessions and links
        to choose a password are left out: who signed out does not come in again by a restore. Logged once it is there;
        where the file itself cannot be written, as on a full disk, the copy is made all the same.
        """
        to = Path(to)
        if self.path.exists() and to.exists() and to.samefile(self.path):
            raise InvalidValueError("to", str(to), "een ander bestand dan de database zelf")
        to.parent.mkdir(parents=True, exist_ok=True)
        made = _copied(self._db.conn, to, _MOMENTARY)
        with suppress(DatabaseBusyError, FullDiskError), self.at_once():
            self._log(BACKED_UP, "beheer", by, at)
        return made


def restore_backup(backup: Path | str, path: Path | str) -> Path | None:
    """Put a backup in the place of a database; returns where the former file was kept (beside it), if there was one.

    Raises ForeignDatabaseError, and changes nothing, when the backup is no sound database of this Matcher or older, or
    when the file in its place is of another program.
    A sound former file is overwritten within one transaction of SQLite: programs that have it open see the old or the
    new, and a crash leaves the old. One that is damaged is moved aside with its journal, and the copy renamed into
    its place.
    """
    backup, path = Path(backup), Path(path)
    if not backup.is_file():
        raise ForeignDatabaseError(backup, "er is geen bestand op die plaats")
    sound(backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_opened(backup)) as source:
        if not path.exists():
            _copied(source, path)
            return None
        former = _beside(path)
        try:
            sound(path)
        except ForeignDatabaseError:
            found = doctor(path)
            if found.size and not (found.ours or found.fault):
                raise
            _moved(path, former)
            _copied(source, path)
            return former
        with closing(_opened(path)) as target:
            _copied(target, former)
            _poured(source, target, path)
        return former


def _copied(source: sqlite3.Connection, to: Path, then: Sequence[str] = ()) -> Path:
    """Copy through a draft in the same folder, so that a crash leaves either the former file or the new one."""
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        draft = Path(folder) / to.name
        with closing(sqlite3.connect(draft, isolation_level=None)) as target:
            _poured(source, target, to)
            for statement in then:
                target.execute(statement)
        sound(draft)
        _flushed(draft)
        draft.replace(to)
    _flushed(to.parent)
    return to


def _poured(source: sqlite3.Connection, target: sqlite3.Connection, path: Path) -> None:
    """Copy all pages in one step: a single moment, whatever others write before or after it."""
    naps = count(1)

    def napped(_status: int, _left: int, _all: int) -> None:
        if next(naps) * _NAP > _LONGEST:
            raise DatabaseBusyError(path, _LONGEST)

    # SQLite does not wait for locks here as it does elsewhere: ask again, often, for as long as it takes.
    source.backup(target, pages=-1, progress=napped, sleep=_NAP)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None)


def _beside(path: Path) -> Path:
    """Return a name beside a file that nothing has yet: x.voor-1.db, x.voor-2.db, ..."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.voor-{number}{path.suffix}")).exists():
        number += 1
    return kept


def _moved(path: Path, to: Path) -> None:
    # The journal first: left behind, it would be rolled back into the file that comes in its place.
    for companion in (*_COMPANIONS, ""):
        was = path.with_name(path.name + companion)
        if was.exists():
            was.replace(to.with_name(to.name + companion))


def _flushed(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
