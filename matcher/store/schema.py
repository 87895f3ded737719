"""A file of any earlier version goes in, one with the tables of today comes out: the migrations, in order."""

from __future__ import annotations

import secrets

from sqlite_utils import Database, Migrations

# "Mtch": tells our files from other SQLite files (PRAGMA application_id).
APPLICATION_ID = 0x4D746368
# What can change, be undone and be deleted: {kind: its key}. Each table holds that key and the entry as JSON.
KEYS = {
    "region": "name", "question": "id", "offer": "id", "person": "key", "capacity": "offer", "busy": "offer",
    "closing": "question", "pair": "id", "round": "id",
    "partners": "region",
}  # fmt: skip
# Tables to which rows are only added, and what makes a row of each the same row.
APPEND_ONLY = {
    "step": "proposal = NEW.proposal AND number = NEW.number", "judgement": "number = NEW.number",
    "log": "seq = NEW.seq OR span_id = NEW.span_id",
}  # fmt: skip

migrations = Migrations("matcher")


@migrations()
def parties(db: Database) -> None:
    """Regions, questions and offers, each as the JSON object of the file contract; vectors beside the offers."""
    for kind in ("region", "question", "offer"):
        db.table(kind).create({KEYS[kind]: str, "entry": str}, pk=KEYS[kind], not_null={"entry"})
    db.table("vector").create(
        {"offer": str, "fingerprint": str, "digest": str, "meaning": bytes, "about": bytes, "themes": bytes},
        pk="offer",
        foreign_keys=[("offer", "offer", "id")],
    )


@migrations()
def words_beside_vectors(db: Database) -> None:
    """The words of an offer, sparse, beside its vectors: all of it can be made anew."""
    db.table("vector").drop()
    rows = ("meaning", "about", "themes", "columns", "weights")
    columns = {"offer": str, "fingerprint": str, "digest": str, **dict.fromkeys(rows, bytes)}
    db.table("vector").create(columns, pk="offer", foreign_keys=[("offer", "offer", "id")])


@migrations()
def memory(db: Database) -> None:
    """What the bureau remembers: people, capacity, decisions with their steps, versions, the bin and the log."""
    for kind in ("person", "capacity", "busy", "closing", "pair", "round"):
        db.table(kind).create({KEYS[kind]: str, "entry": str}, pk=KEYS[kind], not_null={"entry"})
    for table, columns in _ROWS.items():
        db.execute(f"CREATE TABLE [{table}] ({columns})")
    for table, column in _INDEXES:
        db.execute(f"CREATE INDEX [{table} {column}] ON [{table}] ([{column}])")
    for table, same in APPEND_ONLY.items():
        for name, when in _GUARDS.items():
            db.execute(_GUARD.format(table=table, name=name, when=when.format(table=table, same=same)))


@migrations()
def accounts(db: Database) -> None:
    """Who may come in and by what, what waits for them, and one secret; old lines of the log may go, and then only."""
    for table, columns in _ACCOUNT_ROWS.items():
        db.execute(f"CREATE TABLE [{table}] ({columns})")
    for table, column in (("attempt", "subject"), ("attempt", "at"), ("answer", "at"), ("session", "person")):
        db.execute(f"CREATE INDEX [{table} {column}] ON [{table}] ([{column}])")
    # A notice that still waits is not put in line twice.
    db.execute("CREATE UNIQUE INDEX [notice waiting] ON notice (person, kind, link) WHERE sent IS NULL")
    db.execute("INSERT INTO secret (value) VALUES (?)", [secrets.token_bytes(32)])
    db.execute("DROP TRIGGER [log remains]")
    when = _GUARDS["remains"].format(table="log") + " WHEN NOT EXISTS (SELECT 1 FROM erasing)"  # noqa: S608
    db.execute(_GUARD.format(table="log", name="remains", when=when))


@migrations()
def partners(db: Database) -> None:
    """The organisations that take part in a region, by the name of the region."""
    db.table("partners").create({KEYS["partners"]: str, "entry": str}, pk=KEYS["partners"], not_null={"entry"})


# log: the field names of Logboek Dataverwerkingen 1.0 (logius-standaarden.github.io/logboek-dataverwerkingen);
# times in milliseconds since 1970, as there. Every other table names with `log` the line that tells of its row.
_ROWS = {
    "log": """seq INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL, span_id TEXT NOT NULL UNIQUE,
        parent_span_id TEXT, status_code INTEGER NOT NULL, name TEXT NOT NULL, start_time INTEGER NOT NULL,
        end_time INTEGER NOT NULL, foreign_operation TEXT, resource TEXT NOT NULL, attributes TEXT NOT NULL""",
    "version": """number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, former TEXT,
        undoes INTEGER UNIQUE REFERENCES version (number), by TEXT NOT NULL, at TEXT NOT NULL,
        log INTEGER NOT NULL REFERENCES log (seq)""",
    "bin": """kind TEXT NOT NULL, key TEXT NOT NULL, entries TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (kind, key)""",
    "suggestion": """number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, offer TEXT NOT NULL,
        rank INTEGER NOT NULL, score REAL NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        log INTEGER NOT NULL REFERENCES log (seq)""",
    "proposal": """number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, offer TEXT NOT NULL,
        hours REAL NOT NULL""",
    "step": """proposal INTEGER NOT NULL REFERENCES proposal (number), number INTEGER NOT NULL, kind TEXT NOT NULL,
        at TEXT NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL, outcome TEXT, undoes INTEGER,
        log INTEGER NOT NULL REFERENCES log (seq), PRIMARY KEY (proposal, number)""",
    "judgement": """number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, offer TEXT NOT NULL,
        grade INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL,
        log INTEGER NOT NULL REFERENCES log (seq)""",
    # Holds a row only within the transaction of an erasure (AVG, article 17) or of a clean-up of what is past its
    # period (article 5): the one thing the guards let through.
    "erasing": "number INTEGER PRIMARY KEY",
}
# What nobody may read back (passwords, tokens, keys) is kept as a hash; what stays in the store stands in HIDDEN.
# `person` is the key of a person. No foreign key to it: who lies in the bin comes back with the account as it was.
_ACCOUNT_ROWS = {
    "account": """person TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, since TEXT NOT NULL, disabled TEXT,
        demo INTEGER NOT NULL, password TEXT, totp TEXT, totp_new TEXT, totp_step INTEGER NOT NULL DEFAULT 0,
        invitation TEXT UNIQUE, invited_until TEXT""",
    "session": """token TEXT PRIMARY KEY, person TEXT NOT NULL, made TEXT NOT NULL, seen TEXT NOT NULL, ended TEXT""",
    "api_key": """id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, person TEXT NOT NULL, scopes TEXT NOT NULL,
        made TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT, used TEXT""",
    "attempt": "number INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL",
    "answer": """key TEXT NOT NULL, person TEXT NOT NULL, route TEXT NOT NULL, digest TEXT NOT NULL,
        status INTEGER NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (key, person, route)""",
    "draft": """person TEXT NOT NULL, form TEXT NOT NULL, entry TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (person, form)""",
    "notice": """number INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, kind TEXT NOT NULL, link TEXT NOT NULL,
        made TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, tried TEXT, sent TEXT""",
    "secret": "value BLOB NOT NULL",
}
# Tables that are all of one person, by their column `person`: what goes when the person goes.
OF_A_PERSON = ("account", "session", "api_key", "answer", "draft", "notice")
# Columns that never leave the store: not in what is held on someone, not in a log or a version.
HIDDEN = {
    "account": {"password", "totp", "totp_new", "totp_step", "invitation"}, "session": {"token"}, "api_key": {"hash"},
    "attempt": {"subject"}, "secret": {"value"}, "vector": {"meaning", "about", "themes", "columns", "weights"},
}  # fmt: skip
_INDEXES = (("proposal", "offer"), ("proposal", "question"), ("suggestion", "question"), ("version", "key"))
_GUARD = """CREATE TRIGGER [{table} {name}] BEFORE {when} BEGIN
    SELECT RAISE(ABORT, 'aan {table} wordt alleen toegevoegd'); END"""
_GUARDS = {
    "stays": "UPDATE ON [{table}] WHEN NOT EXISTS (SELECT 1 FROM erasing)",
    "remains": "DELETE ON [{table}]",
    # INSERT OR REPLACE deletes without waking the trigger on DELETE.
    "once": "INSERT ON [{table}] WHEN EXISTS (SELECT 1 FROM [{table}] WHERE {same})",
}
