"""Keys of other programs go in as a digest, and whose they are and what they may comes out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matcher.errors import DatabaseBusyError, FullDiskError, InvalidValueError, UnknownNameError
from matcher.proposals import utc
from matcher.store.history import History

SCOPES = ("lezen", "schrijven")
_KEY = "id, person, scopes, made, expires, revoked, used"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a person for another program: what it may, until when, and on which day it was last used."""

    id: str
    person: str
    scopes: tuple[str, ...]
    made: datetime
    expires: datetime
    revoked: datetime | None = None
    used: date | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.scopes) - set(SCOPES):
            raise UnknownNameError("scopes", min(unknown), SCOPES)
        if not self.scopes:
            raise InvalidValueError("scopes", "", f"ten minste een van {', '.join(SCOPES)}")


class ApiKeys(History):
    """Keys; the key itself is never kept."""

    def keep_key(self, key: ApiKey, digest: str, by: str, at: datetime) -> None:
        """Keep a new key under the digest (SHA-256) of what its holder was given."""
        row = {
            "id": key.id, "hash": digest, "person": key.person, "scopes": " ".join(key.scopes),
            "made": utc("made", key.made).isoformat(), "expires": utc("expires", key.expires).isoformat(),
        }  # fmt: skip
        with self.at_once():
            self._required("person", key.person)
            self._insert("api_key", row)
            self._log("sleutel maken", "toegang", by, at, f"key {key.id}", f"person {key.person}")

    def revoke_key(self, identifier: str, by: str, at: datetime) -> None:
        """Take a key back; for one that was taken back before nothing changes."""
        with self.at_once():
            found = {k.id: k for k in self.api_keys()}
            if identifier not in found:
                raise UnknownNameError("sleutel", identifier, found)
            if found[identifier].revoked is None:
                moment = utc("at", at).isoformat()
                self._db.execute("UPDATE api_key SET revoked = ? WHERE id = ?", [moment, identifier])
                person = found[identifier].person
                self._log("sleutel intrekken", "toegang", by, at, f"key {identifier}", f"person {person}")

    def revoke_keys(self, person: str, by: str, at: datetime) -> None:
        """Take back all keys of a person that still hold."""
        with self.at_once():
            for key in self.api_keys(person):
                if key.revoked is None and utc("at", at) < key.expires:
                    self.revoke_key(key.id, by, at)

    def api_keys(self, person: str = "") -> list[ApiKey]:
        """Return the keys, of one person on request, the oldest first."""
        sql = f"SELECT {_KEY} FROM api_key WHERE ? IN (person, '') ORDER BY made, id"  # noqa: S608 (own names)
        return [_key(row) for row in self._db.execute(sql, [person])]

    def api_key(self, digest: str) -> ApiKey | None:
        """Return a key by its digest, whether it still holds or not."""
        return next(map(_key, self._db.execute(f"SELECT {_KEY} FROM api_key WHERE hash = ?", [digest])), None)  # noqa: S608

    def use_key(self, identifier: str, at: datetime) -> None:
        """Remember on which day a key was used; where the file cannot be written, the key can still read."""
        with suppress(DatabaseBusyError, FullDiskError), self.at_once():
            day = utc("at", at).date().isoformat()
            self._db.execute("UPDATE api_key SET used = ? WHERE id = ?", [day, identifier])


def _key(row: Any) -> ApiKey:
    identifier, person, scopes, made, expires, revoked, used = row
    return ApiKey(
        identifier, person, tuple(scopes.split()), datetime.fromisoformat(made), datetime.fromisoformat(expires),
        revoked and datetime.fromisoformat(revoked), used and date.fromisoformat(used),
    )  # fmt: skip
