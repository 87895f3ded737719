"""A name or an id goes in; what is held on that person comes out, or is erased without a trace in the file."""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from matcher.errors import DatabaseBusyError, InvalidValueError, UnknownNameError
from matcher.parties import PERSONAL_KINDS
from matcher.parties import key as folded
from matcher.store.accounts import Accounts
from matcher.store.file import PARTS
from matcher.store.schema import HIDDEN, KEYS, OF_A_PERSON

GONE = "[gewist]"
# Columns in which a text is JSON.
_JSON = frozenset({"entry", "former", "entries", "outcome", "resource", "attributes"})
_LEAST = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
# Where an id stands for itself: {kind: (table, column)}.
_POINTERS = {
    "offer": (("proposal", "offer"), ("judgement", "offer")),
    "person": (("step", "by"), ("judgement", "by"), ("suggestion", "by"), ("version", "by"), ("bin", "by")),
}
# Tables whose JSON names offers and people by id.
_NAMING = frozenset({"log", "round", "closing", "version", "bin"})
_OUR_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%' ORDER BY name"
_COLUMNS = "SELECT name FROM pragma_table_info(?) ORDER BY cid"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: how many rows were removed, how many had a mention replaced; whether the file is free of it.

    still: tables of today, in which the name still stands; always empty unless something wrote it meanwhile.
    """

    removed: int
    replaced: int
    aliases: tuple[str, ...]
    still: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """Who is meant: ids of offers and of people, and the names and contact data by which texts may mention them."""

    offers: frozenset[str]
    people: frozenset[str]
    terms: tuple[str, ...]
    logins: frozenset[str] = frozenset()

    @property
    def things(self) -> list[tuple[str, str]]:
        return [("offer", o) for o in sorted(self.offers)] + [("person", p) for p in sorted(self.people)]


class Erasures(Accounts):
    """Access and erasure (AVG, articles 15 and 17)."""

    def held_on(self, who: str) -> dict[str, list[dict[str, Any]]]:
        """Return {table: rows} with everything held on a person, given a name, a login, or an id.

        Empty where nothing is held. Rows as they are in the file, without what is secret (passwords, tokens, keys); of
        vectors and of attempts to sign in only that they are there.
        """
        target = self._target(who)
        names = _Names(target.terms)
        held: dict[str, list[dict[str, Any]]] = {}
        for table, row in self._rows():
            if _mentioned(row, names) or _concerns(table, row, target):
                held.setdefault(table, []).append({c: v for c, v in row.items() if c != "_row"})
        if tried := [at for login in target.logins for at in self.attempts("login", login, _LONG_AGO)]:
            held["attempt"] = [{"at": at.isoformat()} for at in tried]
        return held

    def ids_of(self, who: str) -> set[str]:
        """Return the ids that stand for someone: of their offers and of the person, given a name, a login or an id."""
        target = self._target(who)
        return {who} | target.offers | target.people

    def erase(self, who: str, by: str, at: datetime) -> Erasure:
        """Erase a person, given a name, a login, or the id of an offer or a person; returns what was done.

        Gone are: the rows, their versions, the bin, vectors and suggestions shown, account, sessions, keys, drafts and
        notices; contact data and mentions in free text are replaced. Proposals, judgements and the log stay, under an
        alias that leads nowhere. The file is then rewritten, so that nothing is left in its unused parts. Backups made
        before still hold it all.
        Raises UnknownNameError when nothing is held.
        """
        with self.at_once():
            target = self._target(who)
            if not self.held_on(who):
                raise UnknownNameError("wie", who, ["een naam, of het id van een aanbod of persoon dat bekend is"])
            self._db.execute("INSERT INTO erasing DEFAULT VALUES")
            aliases = {thing: f"gewist-{secrets.token_hex(4)}" for thing in target.things}
            removed = sum(self._remove(kind, key) for kind, key in target.things)
            for (kind, key), alias in aliases.items():
                self._rename(kind, key, alias)
            # Of no one in particular, for a day, and as likely as not it repeats what is erased here.
            self._db.execute("DELETE FROM answer")
            replaced = self._scrub(_Names(target.terms), {key: alias for (_, key), alias in aliases.items()})
            for about in [f"{kind} {alias}" for (kind, _), alias in aliases.items()] or [""]:
                self._log("persoon wissen", "rechten", aliases.get(("person", by), by), at, about)
            self._db.execute("DELETE FROM erasing")
        self._rewrite()
        names = _Names((*target.terms, who))
        still = {table for table, row in self._rows() if _mentioned(row, names)}
        return Erasure(removed, replaced, tuple(aliases.values()), tuple(sorted(still)))

    def _target(self, who: str) -> _Target:
        if len(folded(who)) < _LEAST and self._entry("offer", who) is None and self._entry("person", who) is None:
            raise InvalidValueError("wie", who, f"een naam van ten minste {_LEAST} letters, of een id")
        offers = {k: e for k, e in self._also_binned("offer") if k == who or folded(e["name"]) == folded(who)}
        account = self.account(who)
        keys = {who} | ({account.person} if account else set())
        people = {k: e for k, e in self._also_binned("person") if k in keys or folded(e["name"]) == folded(who)}
        logins = {a.login for a in self.accounts() if a.person in people}
        personal = [e for e in offers.values() if e["kind"] in PERSONAL_KINDS]
        names = {e["name"] for e in (*personal, *people.values())}
        contacts = {e["contact"] for e in offers.values() if e.get("contact")}
        addresses = {a.strip(".,;()<>") for c in contacts for a in re.findall(r"\S+@\S+", c)}
        # A login may be any word; only an address names someone wherever it stands.
        addresses |= {login for login in logins if "@" in login}
        known = {who} if not (offers.keys() | people.keys() | logins) & {who, who.strip().lower()} else set()
        terms = sorted({t for t in names | contacts | addresses | known if len(t) >= _LEAST}, key=len, reverse=True)
        return _Target(frozenset(offers), frozenset(people), tuple(terms), frozenset(logins))

    def _also_binned(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self._entries(kind).items()
        for key, former in self._db.execute("SELECT key, former FROM version WHERE kind = ? AND former <> ''", [kind]):
            yield key, json.loads(former)
        for key, entries in self._db.execute("SELECT key, entries FROM bin WHERE kind = ?", [kind]):
            yield key, json.loads(entries)[kind]

    def _remove(self, kind: str, key: str) -> int:
        before = self._db.conn.total_changes
        for part in (*PARTS.get(kind, ()), kind):
            self._write(part, key, None)
            self._forget_versions(part, key)
        self._db.execute("DELETE FROM bin WHERE kind = ? AND key = ?", [kind, key])
        if kind == "person":
            if account := self.account(person=key):
                self.forget_attempts(account.login, [])
            self._forget_access(key)
        if kind == "offer":
            self._db.execute("DELETE FROM suggestion WHERE offer = ?", [key])
            for pair in [p for p in self._entries("pair") if p.split(" ")[1] == key]:
                self._write("pair", pair, None)
                self._forget_versions("pair", pair)
            self._db.execute("DELETE FROM bin WHERE kind = 'pair' AND key LIKE '% ' || ?", [key])
        return self._db.conn.total_changes - before

    def _rename(self, kind: str, key: str, alias: str) -> None:
        for table, column in _POINTERS[kind]:
            self._db.execute(f"UPDATE [{table}] SET [{column}] = ? WHERE [{column}] = ?", [alias, key])  # noqa: S608

    def _scrub(self, names: _Names, aliases: dict[str, str]) -> int:
        """Replace mentions in every text of every table, and ids where JSON names them; return the rows changed."""
        replaced = 0
        for table, row in self._rows():
            ids = aliases if table in _NAMING else {}
            new = {c: _cleaned(c, v, names, ids) for c, v in row.items() if isinstance(v, str)}
            changed = {c: v for c, v in new.items() if v != row[c]}
            if not changed:
                continue
            if table == "offer":
                self._db.execute("DELETE FROM vector WHERE offer = ?", [row["id"]])
            sets = ", ".join(f"[{c}] = ?" for c in changed)
            self._db.execute(f"UPDATE [{table}] SET {sets} WHERE rowid = ?", [*changed.values(), row["_row"]])  # noqa: S608
            replaced += 1
        return replaced

    def _rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every row of ours, without what never leaves the store."""
        for (table,) in self._db.execute(_OUR_TABLES).fetchall():
            shown = [c for (c,) in self._db.execute(_COLUMNS, [table]) if c not in HIDDEN.get(table, ())]
            columns = ", ".join(f"[{c}]" for c in shown) or "NULL"
            for row in list(self._db.query(f"SELECT rowid AS _row, {columns} FROM [{table}]")):  # noqa: S608
                yield table, row

    def _rewrite(self) -> None:
        """Write the file anew: what was deleted is nowhere in it, nor in a journal."""
        self._patiently("VACUUM")
        (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise DatabaseBusyError(self.path, 0)


def _mentioned(row: dict[str, Any], names: _Names) -> bool:
    return any(isinstance(v, str) and names.named_in(column, v) for column, v in row.items())


def _concerns(table: str, row: dict[str, Any], target: _Target) -> bool:
    """Return whether a row is about the person, or was written by them, by id."""
    if table == "log":
        named = set(row["attributes"].replace('"', " ").split())
        return bool(named & (target.offers | target.people))
    kind = row["kind"] if table in {"version", "bin"} else table
    about = str(row["key"] if table in {"version", "bin"} else row.get(KEYS.get(table, "offer")))
    if kind == "pair":
        about = about.split(" ")[1]
    if kind in OF_A_PERSON:
        return row["person"] in target.people
    if kind == "person":
        return about in target.people or row.get("by") in target.people
    of_offer = kind in {"offer", "pair", *PARTS["offer"]} or kind not in KEYS
    return (of_offer and about in target.offers) or row.get("by") in target.people


def _cleaned(column: str, text: str, names: _Names, ids: dict[str, str]) -> str:
    """Return a cell without mentions; JSON that names nobody comes back as it was, character for character."""
    if not (names.named_in(column, text) or any(i in text for i in ids)):
        return text
    if column not in _JSON:
        return names.without(text)
    value = json.loads(text)
    clean = _walked(value, names, ids)
    return text if clean == value else json.dumps(clean, ensure_ascii=False)


def _walked(value: Any, names: _Names, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return names.without(" ".join(ids.get(word, word) for word in value.split(" ")))
    if isinstance(value, list):
        return [_walked(v, names, ids) for v in value]
    if isinstance(value, dict):
        return {
            _walked(k, names, ids): _walked(v, names, ids)
            for k, v in value.items()
            # Of contact data nothing may stay: whoever is named in it, all of it is theirs.
            if not (k == "contact" and isinstance(v, str) and names.named_in(k, v))
        }
    return value


class _Names:
    """Finds names in texts as whole words, whatever their case, accents and spacing."""

    def __init__(self, terms: Iterable[str]) -> None:
        loose = [rf"(?<!\w){_loose(term)}(?!\w)" for term in terms]
        self._pattern = re.compile("|".join(loose) or "(?!)", re.IGNORECASE)
        self._starts = tuple(_bare(term).split()[0].lower() for term in terms)

    def named_in(self, column: str, text: str) -> bool:
        """Return whether the text of a cell mentions one of the names."""
        if column in _JSON and "\\" in text:
            text = re.sub(r"\\[nrt]", " ", text).replace('\\"', '"')
        if text.isascii() and not any(start in text.lower() for start in self._starts):
            # Most texts: the pattern is slow, and nine in ten hold not even the first word of a name.
            return False
        return self._pattern.search(unicodedata.normalize("NFD", text)) is not None

    def without(self, text: str) -> str:
        """Return the text with each mention replaced; where there is none, the text itself."""
        clean, times = self._pattern.subn(GONE, unicodedata.normalize("NFD", text))
        return unicodedata.normalize("NFC", clean) if times else text


def _loose(term: str) -> str:
    accents = "[\u0300-\u036f]*"
    return r"\s+".join("".join(re.escape(c) + accents for c in word) for word in _bare(term).split())


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
