"""What waits for someone: answers to a repeated request, drafts of forms, and notices that are to be mailed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.proposals import utc
from matcher.store.history import History

# How long the answer to a request is given again when its Idempotency-Key comes back.
ANSWERS_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request with an Idempotency-Key; digest: of the body that was sent."""

    digest: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to send: to whom (a person's key), what kind, and where to look. No content."""

    number: int
    person: str
    kind: str
    link: str
    made: datetime
    tries: int = 0
    tried: datetime | None = None
    sent: datetime | None = None


class Waiting(History):
    """Of a person alone, so not in the log: answers and drafts. Notices are."""

    def keep_answer(self, key: str, person: str, route: str, answer: Answer, at: datetime) -> None:
        """Keep the answer to a request for 24 hours; older ones go.

        To be called in the `at_once` of what the request does: both or neither.
        """
        held = {"key": key, "person": person, "route": route}
        past = (utc("at", at) - ANSWERS_KEPT).isoformat()
        with self.at_once():
            self._db.execute("DELETE FROM answer WHERE at <= ?", [past])
            self._db.execute("DELETE FROM answer WHERE key = ? AND person = ? AND route = ?", list(held.values()))
            facts = {"digest": answer.digest, "status": answer.status, "body": answer.body}
            self._insert("answer", held | facts | {"at": utc("at", at).isoformat()})

    def answer(self, key: str, person: str, route: str, at: datetime) -> Answer | None:
        """Return what was answered to the same request of the same person in the last 24 hours."""
        rows = self._db.execute(
            "SELECT digest, status, body FROM answer WHERE key = ? AND person = ? AND route = ? AND at > ?",
            [key, person, route, (utc("at", at) - ANSWERS_KEPT).isoformat()],
        )
        return next((Answer(*row) for row in rows), None)

    def keep_draft(self, person: str, form: str, entry: dict[str, Any], at: datetime) -> None:
        """Keep what someone filled in so far, in place of what it was; entry: what JSON can hold."""
        row = [person, form, json.dumps(entry, ensure_ascii=False), utc("at", at).isoformat()]
        with self.at_once():
            self._db.execute("INSERT OR REPLACE INTO draft (person, form, entry, at) VALUES (?, ?, ?, ?)", row)

    def draft(self, person: str, form: str) -> dict[str, Any] | None:
        """Return what someone filled in so far."""
        rows = self._db.execute("SELECT entry FROM draft WHERE person = ? AND form = ?", [person, form])
        return next((json.loads(entry) for (entry,) in rows), None)

    def drafts(self, person: str) -> dict[str, datetime]:
        """Return {form: when it was last kept} of the drafts of a person, the newest first."""
        rows = self._db.execute("SELECT form, at FROM draft WHERE person = ? ORDER BY at DESC, form", [person])
        return {form: datetime.fromisoformat(at) for form, at in rows}

    def drop_draft(self, person: str, form: str) -> None:
        """Forget a draft: it was sent, or its owner threw it away."""
        with self.at_once():
            self._db.execute("DELETE FROM draft WHERE person = ? AND form = ?", [person, form])

    def notify(self, person: str, kind: str, link: str, by: str, at: datetime) -> None:
        """Put a mail in line: a link and no content; one that is in line already is not doubled."""
        if not link.startswith("/") or link.startswith("//"):
            raise InvalidValueError("link", link, "een pad van deze dienst, zoals /voorstellen/v-1")
        with self.at_once():
            self._required("person", person)
            row = [person, kind, link, utc("at", at).isoformat()]
            done = self._db.execute(
                "INSERT INTO notice (person, kind, link, made) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row
            )
            if done.rowcount:
                self._log("bericht klaarzetten", "berichten", by, at, f"person {person}", f"person {person}")

    def unsent(self, most: int = 100) -> list[Notice]:
        """Return the notices that wait, the oldest first."""
        columns = "number, person, kind, link, made, tries, tried"
        rows = self._db.execute(f"SELECT {columns} FROM notice WHERE sent IS NULL ORDER BY number LIMIT ?", [most])  # noqa: S608
        return [
            Notice(number, person, kind, link, datetime.fromisoformat(made), tries,
                   tried and datetime.fromisoformat(tried))
            for number, person, kind, link, made, tries, tried in rows
        ]  # fmt: skip

    def note_try(self, number: int, sent: bool, at: datetime) -> None:
        """Remember that a notice was tried, and whether it went out; call it as soon as the mail server has said so."""
        moment = utc("at", at).isoformat()
        with self.at_once():
            done = self._db.execute(
                "UPDATE notice SET tries = tries + 1, tried = ?, sent = ? WHERE number = ? AND sent IS NULL",
                [moment, moment if sent else None, number],
            )
            if done.rowcount != 1:
                raise UnknownNameError("bericht", number, [str(n.number) for n in self.unsent(10)])
