"""Everything that the bureau remembers goes in and comes out equal: one SQLite file, and the only door to it.

parties | capacity | proposals, steps, judgements, rounds     what is kept
accounts | keys | waiting                                     who may come in, what waits for them
history (versions, undo, bin) | log                           what was done, by whom
erasure | retention | backup | doctor                         care of the file
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from matcher.errors import ForeignDatabaseError
from matcher.store.accounts import LONGEST_REMEMBERED, NOBODY, Account, Accounts, Credentials, Session
from matcher.store.backup import Backups, restore_backup
from matcher.store.capacity import FIXED, FORBIDDEN, Availability, Pair
from matcher.store.doctor import KEPT, Diagnosis, doctor
from matcher.store.erasure import Erasure, Erasures
from matcher.store.file import sound, tuned
from matcher.store.history import Binned, Change
from matcher.store.keys import SCOPES, ApiKey, ApiKeys
from matcher.store.log import Journal, Line
from matcher.store.parties import ROLES, Parties, Person
from matcher.store.proposals import ROUND_STATES, Judgement, KeptRound, Proposals, Shown
from matcher.store.retention import PERIODS, Retention
from matcher.store.schema import APPLICATION_ID
from matcher.store.shelf import Shelf
from matcher.store.vectors import VectorRows, Vectors
from matcher.store.waiting import ANSWERS_KEPT, Answer, Notice, Waiting

__all__ = [
    "ANSWERS_KEPT", "APPLICATION_ID", "FIXED", "FORBIDDEN", "KEPT", "LONGEST_REMEMBERED", "NOBODY", "PERIODS",
    "ROLES", "ROUND_STATES", "SCOPES", "Account", "Answer", "ApiKey", "Availability", "Binned", "Change",
    "Credentials", "Diagnosis", "Erasure", "Judgement", "KeptRound", "Line", "Notice", "Pair", "Person", "Session",
    "Shelf", "Shown", "Store", "Vectors", "doctor", "open_store", "restore_backup",
]  # fmt: skip


class Store(Parties, Proposals, Erasures, Retention, Accounts, ApiKeys, Waiting, VectorRows, Journal, Backups):
    """The bureau's memory in one file, for one thread. Opened with `open_store`, or `Store.in_memory` for tests.

    Whatever changes something takes `by` (a person's key) and `at` (a moment with a time zone), and is logged in the
    same transaction.
    """


def open_store(path: Path | str, must_exist: bool = False, shelf: Shelf | None = None) -> Store:
    """Return the store in a file, brought up to date; made when there is none, unless it must exist.

    shelf: that of another store of the same file, which then serves both.

    Raises ForeignDatabaseError, and leaves the file alone, when it is no sound database of Matcher, when a newer
    Matcher made it, or when it must exist and does not.
    """
    path = Path(path)
    if path.exists() and path.stat().st_size > 0:
        sound(path)
    elif must_exist:
        raise ForeignDatabaseError(path, "er is geen bestand met gegevens op die plaats")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    # Whoever shares a shelf is one of many threads; when they have ended another closes what they had open.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=shelf is None)
    return Store(Database(tuned(connection)), shelf)
