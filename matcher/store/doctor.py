"""A path goes in, what ails the file and what to do about it comes out; nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from matcher.proposals import utc
from matcher.store.file import PATIENCE, unknown_migrations
from matcher.store.schema import APPLICATION_ID, migrations

# How long a deleted thing stays in the bin when nobody says otherwise.
KEPT = timedelta(days=30)
# How the log calls a copy that was made; older than this it is time for another.
BACKED_UP = "reservekopie maken"
BACKUP_DAYS = 7
# A key that ends within so many days, and a mail that waits for longer than this, are told.
_SOON, _LONG = timedelta(days=14), timedelta(days=1)
_MOST = 5


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found. Empty or zero where the file could not be read so far; `advice` then says why.

    fault: what SQLite said where it could not go on. integrity and foreign_keys: what is wrong, at most five.
    vectors: {fingerprint: offers}; stale: offers whose vector another model made, or that have none. overdue: things
    in the bin for longer than bin_days. open_accounts, keepers, demo: accounts that are open, those of a beheerder, and
    those to try the service with; expiring: keys that end within 14 days. drafts, notices: what waits for its writer,
    and what waits to be mailed; stuck: of these for more than a day. last_backup: by `Store.backup`, to another file.
    backup_due: something was done, and there is no copy of the last BACKUP_DAYS. advice: Dutch sentences.
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
    bin_days: int = KEPT.days
    open_accounts: int = 0
    keepers: int = 0
    demo: int = 0
    expiring: int = 0
    drafts: int = 0
    notices: int = 0
    stuck: int = 0
    last_backup: datetime | None = None
    backup_due: bool = False
    advice: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether Matcher can work with this file."""
        return self.ours and not (self.fault or self.integrity or self.foreign_keys or self.unknown)


def doctor(
    path: Path | str, fingerprint: str | None = None, at: datetime | None = None, bin_kept: timedelta = KEPT
) -> Diagnosis:
    """Return what is the matter with a file, sound or not, without writing to it.

    fingerprint: of the model in use; without it, no vector counts as stale. at: now; without it, nothing is overdue,
    about to end or waiting for long. bin_kept: how long a deleted thing stays in the bin.
    """
    path = Path(path)
    facts: dict[str, object] = {
        "exists": path.exists(), "size": path.stat().st_size if path.exists() else 0, "bin_days": bin_kept.days,
    }  # fmt: skip
    if facts["size"]:
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as probe:
                _examine(probe, facts, fingerprint)
                _age(probe, facts, utc("at", at) if at else None, bin_kept)
        except sqlite3.DatabaseError as found:
            facts["fault"] = str(found)
    seen = Diagnosis(path, version("matcher"), sqlite3.sqlite_version, **facts)  # type: ignore[arg-type]
    return Diagnosis(path, seen.version, seen.sqlite, **facts, advice=_advice(seen))  # type: ignore[arg-type]


def _examine(probe: sqlite3.Connection, facts: dict[str, object], fingerprint: str | None) -> None:
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
    for fact, (table, rows) in _COUNTS.items():
        if table in tables:
            facts[fact] = one(f"SELECT count(*) FROM {rows}")  # noqa: S608 (own words)


def _age(probe: sqlite3.Connection, facts: dict[str, object], at: datetime | None, bin_kept: timedelta) -> None:
    """Fill in what depends on the moment, in a file that has today's tables."""
    if not facts["ours"] or facts["pending"] or facts["unknown"]:
        return
    (last, worked) = probe.execute(
        "SELECT max(start_time) FILTER (WHERE name = ?), count(*) FROM log", [BACKED_UP]
    ).fetchone()
    facts["last_backup"] = last and datetime.fromtimestamp(last / 1000, UTC)
    if at is None:
        return
    facts["backup_due"] = bool(worked) and (not last or at.timestamp() - last / 1000 > BACKUP_DAYS * 86_400)
    moments = {"now": at, "soon": at + _SOON, "long": at - _LONG, "binned": at - bin_kept}
    bound = {name: moment.isoformat() for name, moment in moments.items()}
    for fact, rows in _AGED.items():
        facts[fact] = probe.execute(f"SELECT count(*) FROM {rows}", bound).fetchone()[0]  # noqa: S608 (own words)


# {fact: (its table, the rows that count)}, and those for which it matters what time it is.
_COUNTS = {
    "bin": ("bin", "bin"), "open_accounts": ("account", "account WHERE disabled IS NULL"),
    "keepers": ("account", "account JOIN person ON person.key = account.person WHERE disabled IS NULL "
                "AND json_extract(entry, '$.role') = 'beheerder'"),
    "demo": ("account", "account WHERE demo AND disabled IS NULL"), "drafts": ("draft", "draft"),
    "notices": ("notice", "notice WHERE sent IS NULL"),
}  # fmt: skip
_AGED = {
    "overdue": "bin WHERE at < :binned", "stuck": "notice WHERE sent IS NULL AND made < :long",
    "expiring": "api_key JOIN account USING (person) WHERE revoked IS NULL AND disabled IS NULL AND expires > :now "
    "AND expires <= :soon",
}  # fmt: skip
_COUNTED = (
    "region", "question", "offer", "person", "proposal", "step", "suggestion", "judgement", "round", "partners",
    "account", "api_key", "version", "log",
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
    (lambda d: bool(d.overdue), "In de prullenbak liggen {d.overdue} dingen langer dan {d.bin_days} dagen. "
     "Leeg de prullenbak."),
    (lambda d: bool(d.open_accounts) and not d.keepers, "Er is geen beheerder die zich kan aanmelden. Maak er een met "
     "`matcher accounts --add INLOGNAAM --role beheerder`, of open er een met --enable."),
    (lambda d: bool(d.demo), "Er zijn {d.demo} demo-accounts open. Sluit ze af voordat u met echte gegevens werkt: "
     "`matcher accounts --disable INLOGNAAM`."),
    (lambda d: bool(d.expiring), "Binnen 14 dagen verlopen sleutels van programma's: {d.expiring}. Maak op tijd een "
     "nieuwe met `matcher keys --make INLOGNAAM`."),
    (lambda d: bool(d.stuck), "Er wachten al langer dan een dag berichten om te versturen: {d.stuck}. Kijk of de "
     "mailserver is ingesteld en te bereiken is."),
    (lambda d: d.backup_due and d.last_backup is None, "Er is van dit bestand nog geen reservekopie gemaakt met "
     "Matcher. Maak die met `matcher backup BESTAND`."),
    (lambda d: d.backup_due and d.last_backup is not None, "De laatste reservekopie is van {d.last_backup:%d-%m-%Y}: "
     f"langer dan {BACKUP_DAYS} dagen geleden. Maak een nieuwe met `matcher backup BESTAND`."),
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
