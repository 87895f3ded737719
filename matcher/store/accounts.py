"""Who may come in: accounts, sessions, keys and failed attempts go in; no secret of them comes out by accident."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from matcher.errors import DatabaseBusyError, FullDiskError, InvalidValueError, LastKeeperError, UnknownNameError
from matcher.proposals import utc
from matcher.store.file import REFUSED
from matcher.store.history import History
from matcher.store.parties import Person

_ACCOUNT = "person, login, since, disabled, demo, password IS NOT NULL, totp IS NOT NULL, invited_until"
# How long an attempt counts, at most.
LONGEST_REMEMBERED = timedelta(hours=24)
# What a line of the log is signed with when nobody is known to be there.
NOBODY = "onbekend"


@dataclass(frozen=True, slots=True)
class Account:
    """What lets a person in; password, code: whether they have one. invited_until: of a link to choose a password."""

    person: str
    login: str
    since: datetime
    disabled: datetime | None = None
    demo: bool = False
    password: bool = False
    code: bool = False
    invited_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of an account, not shown: argon2 hash, TOTP secret, one not yet confirmed, the last step used."""

    password: str | None = field(default=None, repr=False)
    totp: str | None = field(default=None, repr=False)
    totp_new: str | None = field(default=None, repr=False)
    totp_step: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who signed in: since when, last seen when (to the minute), ended when."""

    person: str
    made: datetime
    seen: datetime
    ended: datetime | None = None


class Accounts(History):
    """Accounts, sessions. Tokens come here as a digest (SHA-256), passwords as an argon2 hash; never in the clear."""

    def person(self, key: str) -> Person | None:
        """Return a person by key, as they are at this moment."""
        entry = self._entry("person", key)
        return None if entry is None else Person(**entry | {"regions": tuple(entry["regions"])})

    def accounts(self) -> list[Account]:
        """Return the accounts in order of login."""
        return [_account(row) for row in self._db.execute(f"SELECT {_ACCOUNT} FROM account ORDER BY login")]  # noqa: S608

    def account(self, login: str = "", person: str = "") -> Account | None:
        """Return an account by its login, in whatever case, or by the key of its person."""
        where, value = ("person", person) if person else ("login", login.strip().lower())
        with suppress(UnicodeEncodeError):  # half a character, which no login holds
            rows = self._db.execute(f"SELECT {_ACCOUNT} FROM account WHERE {where} = ?", [value])  # noqa: S608
            return next(map(_account, rows), None)
        return None

    def credentials(self, person: str) -> Credentials:
        """Return the secrets of an account; none where there is no account."""
        rows = self._db.execute(
            "SELECT password, totp, totp_new, totp_step FROM account WHERE person = ? AND disabled IS NULL", [person]
        )
        return next((Credentials(*row) for row in rows), Credentials())

    def add_account(self, person: str, login: str, by: str, at: datetime, demo: bool = False) -> Account:
        """Keep an account for a person who is there already; it has no password yet."""
        login = login.strip().lower()
        with self.at_once():
            self._required("person", person)
            if self.account(login) or self.account(person=person):
                raise InvalidValueError("login", login, "een inlognaam die nog vrij is, en één account per persoon")
            row = {"person": person, "login": login, "since": utc("at", at).isoformat(), "demo": int(demo)}
            self._insert("account", row)
            self._told("account toevoegen", person, by, at)
        return Account(person, login, utc("at", at), demo=demo)

    def set_disabled(self, person: str, disabled: bool, by: str, at: datetime) -> None:
        """Close an account, with its sessions, or open it again; the person stays.

        Raises LastKeeperError for the last beheerder; closing an account to try the service with is always possible.
        """
        moment = utc("at", at).isoformat()
        with self.at_once():
            if disabled:
                self.need_another_keeper(person)
            self._change(person, "disabled = ?, invitation = NULL", moment if disabled else None)
            self._told("account afsluiten" if disabled else "account openen", person, by, at)
            if disabled:
                self.end_sessions(person, by, at)

    def need_another_keeper(self, person: str) -> None:
        """Raise LastKeeperError where this is the last beheerder with an open account; demo accounts do not count."""
        open_ = [a for a in self.accounts() if a.disabled is None and not a.demo]
        keepers = [a for a in open_ if (who := self.person(a.person)) and who.role == "beheerder"]
        if [a.person for a in keepers] == [person]:
            raise LastKeeperError(keepers[0].login)

    def _in_use(self, kind: str, key: str) -> list[str]:
        if kind == "person":
            self.need_another_keeper(key)
        return super()._in_use(kind, key)

    def set_password(self, person: str, hashed: str, by: str, at: datetime, keep: str = "") -> None:
        """Keep the hash of a new password: an invitation is used up, sessions end but the one of the digest `keep`."""
        with self.at_once():
            self._change(person, "password = ?, invitation = NULL, invited_until = NULL", hashed)
            self._told("wachtwoord wijzigen", person, by, at)
            self.end_sessions(person, by, at, keep)

    def rehash(self, person: str, hashed: str) -> None:
        """Keep another hash of the same password."""
        with self.at_once():
            self._change(person, "password = ?", hashed)

    def invite(self, person: str, digest: str, until: datetime, by: str, at: datetime) -> None:
        """Keep the digest of a token with which a password may be chosen once; a former one is worth nothing."""
        with self.at_once():
            self._change(person, "invitation = ?, invited_until = ?", digest, utc("until", until).isoformat())
            self._told("wachtwoordlink maken", person, by, at)

    def invited(self, digest: str, at: datetime) -> Account | None:
        """Return whose token this is, while it holds."""
        sql = f"SELECT {_ACCOUNT} FROM account WHERE invitation = ? AND invited_until > ? AND disabled IS NULL"  # noqa: S608
        return next(map(_account, self._db.execute(sql, [digest, utc("at", at).isoformat()])), None)

    def keep_code(self, person: str, secret: str, by: str, at: datetime) -> None:
        """Keep a TOTP secret that still has to be confirmed; what was confirmed before holds until then."""
        with self.at_once():
            self._change(person, "totp_new = ?", secret)
            self._told("inlogcode aanvragen", person, by, at)

    def confirm_code(self, person: str, step: int, by: str, at: datetime) -> None:
        """Put the TOTP secret that waits in force; codes up to this step are used up."""
        with self.at_once():
            self._change(person, "totp = totp_new, totp_new = NULL, totp_step = ?", step)
            self._told("inlogcode bevestigen", person, by, at)

    def drop_code(self, person: str, by: str, at: datetime) -> None:
        """Take the TOTP secret away, as after a lost telephone; sessions end."""
        with self.at_once():
            self._change(person, "totp = NULL, totp_new = NULL")
            self._told("inlogcode weghalen", person, by, at)
            self.end_sessions(person, by, at)

    def use_step(self, person: str, step: int) -> bool:
        """Use up the codes up to a step; False where another was sooner."""
        with self.at_once():
            done = self._db.execute(
                "UPDATE account SET totp_step = ? WHERE person = ? AND totp_step < ?", [step, person, step]
            )
        return done.rowcount == 1

    def open_session(self, person: str, digest: str, by: str, at: datetime) -> None:
        """Keep a session under the digest of its token."""
        moment = utc("at", at).isoformat()
        with self.at_once():
            self._insert("session", {"token": digest, "person": person, "made": moment, "seen": moment})
            self._told("aanmelden", person, by, at)

    def session(self, digest: str) -> Session | None:
        """Return a session by the digest of its token, whether it still holds or not."""
        rows = self._db.execute("SELECT person, made, seen, ended FROM session WHERE token = ?", [digest])
        return next((Session(p, _moment(made), _moment(seen), _when(ended)) for p, made, seen, ended in rows), None)

    def sessions(self, person: str) -> list[Session]:
        """Return the sessions of a person that nobody ended, the newest first; the old among them hold no more."""
        rows = self._db.execute(
            "SELECT made, seen FROM session WHERE person = ? AND ended IS NULL ORDER BY made DESC", [person]
        )
        return [Session(person, _moment(made), _moment(seen)) for made, seen in rows]

    def touch_session(self, digest: str, at: datetime) -> None:
        """Remember that a session was in use; where the file cannot be written, people can still read."""
        with suppress(DatabaseBusyError, FullDiskError), self.at_once():
            self._db.execute("UPDATE session SET seen = ? WHERE token = ?", [utc("at", at).isoformat(), digest])

    def end_session(self, digest: str, by: str, at: datetime) -> None:
        """End one session, by the digest of its token."""
        with self.at_once():
            self._ended("token = ?", digest, by, at)

    def end_sessions(self, person: str, by: str, at: datetime, keep: str = "") -> None:
        """End all sessions of a person, but the one of the digest `keep`."""
        with self.at_once():
            self._ended("person = ? AND token <> ?", person, by, at, keep)

    def _ended(self, where: str, value: str, by: str, at: datetime, *more: str) -> None:
        rows = self._db.execute(f"SELECT person FROM session WHERE {where} AND ended IS NULL", [value, *more])  # noqa: S608
        for person in sorted({p for (p,) in rows.fetchall()}):
            self._told("afmelden", person, by, at)
        moment = utc("at", at).isoformat()
        self._db.execute(f"UPDATE session SET ended = ? WHERE {where} AND ended IS NULL", [moment, value, *more])  # noqa: S608

    def try_to_sign_in(self, subjects: Mapping[str, str], at: datetime) -> list[int]:
        """Remember an attempt of each subject ({"login": ..., "address": ...}), hashed; returns their numbers.

        Those of before LONGEST_REMEMBERED go: who guesses does not fill the file.
        """
        moment, past = utc("at", at).isoformat(), (utc("at", at) - LONGEST_REMEMBERED).isoformat()
        with self.at_once():
            self._db.execute("DELETE FROM attempt WHERE at < ?", [past])
            rows = ({"subject": self._subject(kind, value), "at": moment} for kind, value in subjects.items())
            return [self._insert("attempt", row) for row in rows]

    def attempts(self, kind: str, value: str, since: datetime) -> list[datetime]:
        """Return when it was tried with a login or from an address after a moment, the oldest first."""
        sql = "SELECT at FROM attempt WHERE subject = ? AND at > ? ORDER BY at, number"
        rows = self._db.execute(sql, [self._subject(kind, value), utc("since", since).isoformat()])
        return [_moment(at) for (at,) in rows]

    def forget_attempts(self, login: str, numbers: list[int]) -> None:
        """Forget the attempts with a login, and these: it succeeded."""
        with self.at_once():
            self._db.execute("DELETE FROM attempt WHERE subject = ?", [self._subject("login", login)])
            for number in numbers:
                self._db.execute("DELETE FROM attempt WHERE number = ?", [number])

    def log_refusal(self, person: str, by: str, at: datetime) -> None:
        """Log that signing in was refused; person: of the account that was named, "" where there is none."""
        with self.at_once():
            self._told("aanmelden", person, by, at, REFUSED)

    def secret(self) -> bytes:
        """Return the one secret of this file, random; for pseudonyms."""
        found: bytes = self._db.execute("SELECT value FROM secret").fetchone()[0]
        return found

    def _subject(self, kind: str, value: str) -> str:
        # Keyed: of a bare hash of an address all possible addresses are soon tried.
        text = f"{kind} {value.strip().lower() if kind == 'login' else value}"
        return hmac.digest(self.secret(), text.encode("utf-8", "backslashreplace"), "sha256").hex()

    def _change(self, person: str, sets: str, *values: str | int | None) -> None:
        done = self._db.execute(f"UPDATE account SET {sets} WHERE person = ?", [*values, person])  # noqa: S608 (own names)
        if done.rowcount != 1:
            raise UnknownNameError("account", person, [a.login for a in self.accounts()])

    def _told(self, name: str, person: str, by: str, at: datetime, status: int = 1) -> None:
        about = f"account {person}" if person else ""
        self._log(name, "toegang", by, at, about, f"person {person}" if person else "", status)


def _account(row: Any) -> Account:
    person, login, since, disabled, demo, password, code, invited_until = row
    return Account(
        person, login, _moment(since), _when(disabled), bool(demo), bool(password), bool(code), _when(invited_until)
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _when(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
