"""A path goes in, what ails the file and what to do about it comes out; nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from matcher.proposals import utc
from matcher.store.file import PATIENCE, unknown_migrations
from matcher.store.schema import APPLICATION_ID, migrations

# How long a deleted thing stays in the bin.
KEPT = timedelta(days=30)
_MOST = 5


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found. Empty or zero where the file could not be read so far; `advice` then says why.

    fault: what SQLite said where it could not go on. integrity and foreign_keys: what is wrong, at most five.
    vectors: {fingerprint: offers}; stale: offers whose vector another model made, or that have none. overdue: things
    in the bin for more than 30 days. advice: Dutch sentences.
    """

    path: Path
    version: str
    sqlite: str
    exists: bool
    size: int = 0
    ours: bool = False
    fault: str = ""
    journal_mode: str = ""
    integrity: tuple[str, ...] = ()
    foreign_keys: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    vectors: dict[str, int] = field(default_factory=dict)
    stale: int = 0
    bin: int = 0
    overdue: int = 0
    advice: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether Matcher can work with this file."""
        return self.ours and not (self.fault or self.integrity or self.foreign_keys or self.unknown)


def doctor(path: Path | str, fingerprint: str | None = None, at: datetime | None = None) -> Diagnosis:
    """Return what is the matter with a file, sound or not, without writing to it.

    fingerprint: of the model in use; without it, no vector counts as stale. at: now; without it, nothing in the bin
    is overdue.
    """
    path = Path(path)
    facts: dict[str, object] = {"exists": path.exists(), "size": path.stat().st_size if path.exists() else 0}
    if facts["size"]:
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as probe:
                _examine(probe, facts, fingerprint, at)
        except sqlite3.DatabaseError as found:
            facts["fault"] = str(found)
    seen = Diagnosis(path, version("matcher"), sqlite3.sqlite_version, **facts)  # type: ignore[arg-type]
    return Diagnosis(path, seen.version, seen.sqlite, **facts, advice=_advice(seen))  # type: ignore[arg-type]


def _examine(probe: sqlite3.Connection, facts: dict[str, object], fingerprint: str | None, at: datetime | None) -> None:
    """Fill in the facts one by one, so that what was found before a fault is kept."""

    def one(sql: str, *values: object) -> int:
        return int(probe.execute(sql, values).fetchone()[0])

    facts["ours"] = one("PRAGMA application_id") == APPLICATION_ID
    facts["journal_mode"] = probe.execute("PRAGMA journal_mode").fetchone()[0]
    faults = [state for (state,) in probe.execute(f"PRAGMA integrity_check({_MOST})")]
    facts["integrity"] = tuple(f for f in faults if f != "ok")
    if not facts["ours"]:
        return
    facts["foreign_keys"] = tuple(f"{t} {r} -> {p}" for t, r, p, _ in probe.execute("PRAGMA foreign_key_check"))[:_MOST]
    facts["pending"] = tuple(m.name for m in migrations.pending(Database(probe)))
    facts["unknown"] = tuple(unknown_migrations(probe))
    tables = {t for (t,) in probe.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    facts["counts"] = {t: one(f"SELECT count(*) FROM [{t}]") for t in _COUNTED if t in tables}  # noqa: S608
    if "vector" in tables:
        facts["vectors"] = dict(probe.execute("SELECT fingerprint, count(*) FROM vector GROUP BY fingerprint"))
        if fingerprint is not None:
            facts["stale"] = one(_STALE, fingerprint)
    if "bin" in tables:
        facts["bin"] = one("SELECT count(*) FROM bin")
        facts["overdue"] = one("SELECT count(*) FROM bin WHERE at < ?", (utc("at", at) - KEPT).isoformat()) if at else 0


_COUNTED = (
    "region", "question", "offer", "person", "proposal", "step", "suggestion", "judgement", "round", "partners", "version",
    "log",
)  # fmt: skip
_STALE = "SELECT count(*) FROM offer WHERE id NOT IN (SELECT offer FROM vector WHERE fingerprint = ?)"
# (what to say, when), in order of weight.
_SAYINGS: tuple[tuple[Callable[[Diagnosis], bool], str], ...] = (
    (lambda d: bool(d.integrity), "Het bestand is beschadigd ({d.integrity[0]}). Zet een reservekopie terug."),
    (lambda d: bool(d.foreign_keys), "Rijen verwijzen naar iets dat er niet is ({d.foreign_keys[0]}). "
     "Zet een reservekopie terug."),
    (lambda d: bool(d.unknown), "Een nieuwere Matcher maakte dit bestand ({d.unknown[0]}). Werk Matcher bij."),
    (lambda d: bool(d.pending), "Het bestand is van een oudere Matcher. Maak een reservekopie; bij het openen wordt "
     "het bijgewerkt."),
    (lambda d: bool(d.stale), "Van {d.stale} keer aanbod ontbreekt de vector van dit model. "
     "Die wordt gemaakt zodra u suggesties vraagt."),
    (lambda d: bool(d.overdue), "In de prullenbak liggen {d.overdue} dingen langer dan 30 dagen. Leeg de prullenbak."),
)  # fmt: skip


def _advice(d: Diagnosis) -> tuple[str, ...]:
    if not d.exists:
        return ("Er is geen bestand op deze plaats. Maak het met `matcher start`.",)
    if not d.size:
        return ("Het bestand is leeg. Haal het weg en maak het met `matcher start`.",)
    if "readonly" in d.fault:
        return ("Een schrijfactie werd afgebroken. Open het bestand met Matcher; dan wordt die netjes teruggedraaid.",)
    if d.fault:
        return (f"Het bestand is niet te lezen ({d.fault}). Zet een reservekopie terug.",)
    if not d.ours:
        return ("Dit bestand is van een ander programma. Geef een ander bestand op; dit blijft zoals het is.",)
    return tuple(text.format(d=d) for applies, text in _SAYINGS if applies(d)) or ("Alles is in orde.",)
