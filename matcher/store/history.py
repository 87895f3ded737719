"""A changed entry goes in; its former version is kept: a change can be undone, what was deleted restored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from matcher.errors import ActedOnError, UnknownNameError
from matcher.exchange import from_json
from matcher.parties import PERSONAL_KINDS, Offer, Question, Region
from matcher.proposals import utc
from matcher.store.decisions import Decisions
from matcher.store.file import PARTS
from matcher.store.schema import KEYS, OF_A_PERSON

Entry = dict[str, Any]
_NOUNS = {
    "region": "regio", "question": "leervraag", "offer": "aanbod", "person": "persoon", "capacity": "capaciteit",
    "busy": "bezette tijden", "closing": "sluiting", "pair": "paar", "round": "makelronde",
    "partners": "partijen",
}  # fmt: skip
# What a proposal is made of.
_ASKED_OF = frozenset({"offer", "question"})
# What an entry is read as; the others stay as they are.
_READ: dict[str, Callable[[Entry], Any]] = {
    "question": partial(from_json, Question), "offer": partial(from_json, Offer), "region": partial(from_json, Region),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing: its number, what it was before (None: it was not there), by whom and when."""

    number: int
    kind: str
    key: str
    former: Entry | None
    undoes: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Binned:
    """A thing in the bin: what, and since when by whom."""

    kind: str
    key: str
    by: str
    at: datetime


class History(Decisions):
    """Entries that change, each by its kind (a key of schema.KEYS) and its own key."""

    def changes(self, kind: str, key: str) -> list[Change]:
        """Return what was changed of one thing, the oldest first."""
        rows = self._db.query("SELECT * FROM version WHERE kind = ? AND key = ? ORDER BY number", [_known(kind), key])
        return [_change(row) for row in rows]

    def undo_change(self, number: int, by: str, at: datetime) -> None:
        """Bring a thing back to what it was before the change, as a change of its own.

        Raises ActedOnError when someone went on with it: a later change, a proposal, the bin.
        """
        with self.at_once():
            row = next(iter(self._db.query("SELECT * FROM version WHERE number = ?", [number])), None)
            if row is None:
                raise UnknownNameError("wijziging", number, ())
            change = _change(row)
            if acted := self._acted_on(change, row["log"]):
                raise ActedOnError(f"{_NOUNS[change.kind]} {change.key}: wijziging {number} herroepen", acted)
            present = self._entry(change.kind, change.key)
            self._write(change.kind, change.key, change.former)
            self._remember(change.kind, change.key, present, "herroepen", by, at, undoes=number)

    def delete(self, kind: str, key: str, by: str, at: datetime) -> None:
        """Put a thing in the bin, with what belongs to it; `restore` brings it back, `empty_bin` removes it.

        Raises UnknownNameError when it is not there, ActedOnError while an open proposal needs it.
        """
        with self.at_once():
            if (entry := self._entry(kind, key)) is None:
                raise UnknownNameError(_NOUNS[kind], key, self._keys(kind))
            if used := self._in_use(kind, key):
                raise ActedOnError(f"{_NOUNS[kind]} {key} weggooien", used)
            entries = {kind: entry} | {p: e for p in PARTS.get(kind, ()) if (e := self._entry(p, key)) is not None}
            self._db.execute("DELETE FROM bin WHERE kind = ? AND key = ?", [kind, key])
            self._insert("bin", {
                "kind": kind, "key": key, "entries": _packed(entries), "by": by, "at": utc("at", at).isoformat()
            })  # fmt: skip
            for part in entries:
                self._write(part, key, None)
            self._tell("weggooien", kind, key, entry, by, at)

    def restore(self, kind: str, key: str, by: str, at: datetime) -> None:
        """Bring a thing back from the bin. Raises ActedOnError when there is a new one with its key."""
        with self.at_once():
            found = self._db.execute("SELECT entries FROM bin WHERE kind = ? AND key = ?", [_known(kind), key])
            if (row := found.fetchone()) is None:
                raise UnknownNameError(_NOUNS[kind], key, [b.key for b in self.bin() if b.kind == kind])
            if self._entry(kind, key) is not None:
                raise ActedOnError(f"{_NOUNS[kind]} {key} terugzetten", ["er is al een nieuwe"])
            entries = json.loads(row[0])
            for part, entry in entries.items():
                self._write(part, key, entry)
            self._db.execute("DELETE FROM bin WHERE kind = ? AND key = ?", [kind, key])
            self._tell("terugzetten", kind, key, entries[kind], by, at)

    def bin(self) -> list[Binned]:
        """Return what is in the bin, the oldest first."""
        rows = self._db.execute("SELECT kind, key, by, at FROM bin ORDER BY at, kind, key")
        return [Binned(kind, key, who, datetime.fromisoformat(at)) for kind, key, who, at in rows]

    def empty_bin(self, before: datetime, by: str, at: datetime) -> list[Binned]:
        """Remove for good what was deleted before a moment, with its former versions; return what that was."""
        with self.at_once():
            gone = [b for b in self.bin() if b.at < utc("before", before)]
            for thing in gone:
                self._db.execute("DELETE FROM bin WHERE kind = ? AND key = ?", [thing.kind, thing.key])
                for part in (thing.kind, *PARTS.get(thing.kind, ())):
                    if self._entry(part, thing.key) is None:
                        self._forget_versions(part, thing.key)
                if thing.kind == "person" and self._entry("person", thing.key) is None:
                    self._forget_access(thing.key)
                self._log("prullenbak legen", "catalogus", by, at, f"{thing.kind} {thing.key}")
        return gone

    def _acted_on(self, change: Change, told: int) -> list[str]:
        """Return who or what went on with a change: a later one, the bin, what belongs to it, proposals since."""
        versions = self.changes(change.kind, change.key)
        undone = {v.undoes for v in versions}
        later = [v for v in versions if v.number >= change.number and v.undoes is None and v.number not in undone]
        if change.undoes is not None or change.number in undone:
            return [f"wijziging {change.number} is zelf al herroepen of een herroeping"]
        acted = [f"wijziging {v.number}" for v in later if v.number > change.number]
        owner = next((o for o, parts in PARTS.items() if change.kind in parts), change.kind)
        if self._db.execute("SELECT 1 FROM bin WHERE kind = ? AND key = ?", [owner, change.key]).fetchone():
            acted.append("prullenbak")
        if change.former is None:
            acted += [_NOUNS[p] for p in PARTS.get(change.kind, ()) if self._entry(p, change.key) is not None]
        return acted + (self._decided_since(owner, change.key, told) if owner in _ASKED_OF else [])

    def _in_use(self, kind: str, key: str) -> list[str]:
        if kind not in _ASKED_OF:
            return []
        return [p.id for p in self.proposals(**{kind: key}) if p.open]

    def _put(self, kind: str, key: str, entry: Entry | None, by: str, at: datetime) -> int | None:
        """Keep an entry (None: take it away); return the number of the change, None when nothing changed."""
        former = self._entry(kind, key)
        if former == entry:
            return None
        self._write(kind, key, entry)
        verb = "toevoegen" if former is None else "weghalen" if entry is None else "wijzigen"
        return self._remember(kind, key, former, verb, by, at)

    def _remember(
        self, kind: str, key: str, former: Entry | None, verb: str, by: str, at: datetime, undoes: int | None = None
    ) -> int:
        told = self._tell(verb, kind, key, self._entry(kind, key) or former, by, at)
        return self._insert("version", {
            "kind": kind, "key": key, "former": None if former is None else _packed(former), "undoes": undoes, "by": by,
            "at": utc("at", at).isoformat(), "log": told,
        })  # fmt: skip

    def _tell(self, verb: str, kind: str, key: str, entry: Entry | None, by: str, at: datetime) -> int:
        activity = "beheer" if kind == "person" else "makelen" if kind in {"pair", "round"} else "catalogus"
        return self._log(f"{_NOUNS[kind]} {verb}", activity, by, at, f"{kind} {key}", self._person(kind, key, entry))

    def _person(self, kind: str, key: str, entry: Entry | None = None) -> str:
        """Return "kind key" where a thing tells of a person, else ""."""
        if kind in {"capacity", "busy"}:
            kind, entry = "offer", None
        entry = entry if entry is not None else (self._entry(kind, key) or {})
        personal = (
            kind == "person" or (kind == "offer" and entry.get("kind") in PERSONAL_KINDS) or bool(entry.get("contact"))
        )
        return f"{kind} {key}" if personal else ""

    def _entry(self, kind: str, key: str) -> Entry | None:
        found = self._db.execute(f"SELECT entry FROM [{_known(kind)}] WHERE [{KEYS[kind]}] = ?", [key])  # noqa: S608
        row = found.fetchone()
        return None if row is None else json.loads(row[0])

    def _things(self, kind: str) -> Mapping[str, Any]:
        """Return what an entry of this kind is read as, by key in order of key; not to be changed."""
        read = _READ.get(kind)
        return self._at_hand(kind, lambda: {k: read(e) if read else e for k, e in self._entries(kind).items()})

    def _again(self, kind: str, key: str) -> Any:
        if kind not in KEYS:
            return super()._again(kind, key)
        entry, read = self._entry(kind, key), _READ.get(kind)
        return read(entry) if read and entry is not None else entry

    def _entries(self, kind: str) -> dict[str, Entry]:
        key = KEYS[kind]
        rows = self._db.execute(f"SELECT [{key}], entry FROM [{kind}] ORDER BY [{key}]")  # noqa: S608 (own names)
        return {k: json.loads(entry) for k, entry in rows}

    def _keys(self, kind: str) -> list[str]:
        return [k for (k,) in self._db.execute(f"SELECT [{KEYS[kind]}] FROM [{kind}] ORDER BY 1")]  # noqa: S608

    def _required(self, kind: str, key: str) -> Entry:
        if (entry := self._entry(kind, key)) is None:
            known = self._keys(kind)
            raise UnknownNameError(_NOUNS[kind], key, [*known[:10], "..."] if len(known) > 10 else known)
        return entry

    def _write(self, kind: str, key: str, entry: Entry | None) -> None:
        column = KEYS[kind]
        if entry is None:
            if kind == "offer":
                self._db.execute("DELETE FROM vector WHERE offer = ?", [key])
            self._db.execute(f"DELETE FROM [{kind}] WHERE [{column}] = ?", [key])  # noqa: S608 (own names)
            return
        self._db.execute(
            f"INSERT INTO [{kind}] ([{column}], entry) VALUES (?, ?) "  # noqa: S608 (own names)
            f"ON CONFLICT ([{column}]) DO UPDATE SET entry = excluded.entry",
            [key, _packed(entry)],
        )

    def _forget_versions(self, kind: str, key: str) -> None:
        # An undo points at what it undoes: the newest goes first.
        numbers = self._db.execute(
            "SELECT number FROM version WHERE kind = ? AND key = ? ORDER BY number DESC", [kind, key]
        )
        for (number,) in numbers.fetchall():
            self._db.execute("DELETE FROM version WHERE number = ?", [number])

    def _forget_access(self, person: str) -> None:
        """Remove how a person came in, and what waited for them."""
        for table in OF_A_PERSON:
            self._db.execute(f"DELETE FROM [{table}] WHERE person = ?", [person])  # noqa: S608 (own names)


def _known(kind: str) -> str:
    if kind not in KEYS:
        raise UnknownNameError("soort", kind, KEYS)
    return kind


def _packed(entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False)


def _change(row: dict[str, Any]) -> Change:
    former = None if row["former"] is None else json.loads(row["former"])
    moment = datetime.fromisoformat(row["at"])
    return Change(row["number"], row["kind"], row["key"], former, row["undoes"], row["by"], moment)
