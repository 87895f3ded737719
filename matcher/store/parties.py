"""Regions, questions, offers and the people of the bureau go in and come out equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.exchange import T, from_json, to_json
from matcher.parties import Offer, Question, Region
from matcher.privacy import require_allowed
from matcher.proposals import utc
from matcher.store.history import History

ROLES = ("verbinder", "regio", "evaluator", "beheerder")
_KINDS: Mapping[type[Any], str] = {Region: "region", Question: "question", Offer: "offer"}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works with the bureau's memory, and for which regions.

    key: what decisions and the log name in their place; without meaning (p-07), never a name or an address.
    """

    key: str
    name: str
    role: str
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key or any(c.isspace() for c in self.key):
            raise InvalidValueError("key", self.key, "een sleutel zonder spaties")
        if self.role not in ROLES:
            raise UnknownNameError("role", self.role, ROLES)


class Parties(History):
    """Who asks, who helps and who works for the bureau."""

    def put(self, parties: Iterable[Region | Question | Offer], by: str, at: datetime) -> list[int]:
        """Keep the parties, all or none; one with the same id (for a region: name) is replaced.

        Returns the numbers of the changes, for `undo_change`; what was the same already is no change. Raises
        InvalidValueError for a text that holds a BSN, without repeating it.
        """
        with self.at_once():
            made = [self._put(kind, key, entry, by, at) for kind, key, entry in map(_filed, map(_checked, parties))]
        return [number for number in made if number is not None]

    def fill(self, parties: Iterable[Region | Question | Offer]) -> None:
        """Keep a corpus that can always be read again: no one's doing, so no versions and no log.

        Raises InvalidValueError in a store that already remembers what people did: there, use `put`.
        """
        with self.at_once():
            if self._db.execute("SELECT 1 FROM log LIMIT 1").fetchone():
                raise InvalidValueError("store", str(self.path), "een bestand zonder logboek; gebruik anders `put`")
            for kind, key, entry in map(_filed, parties):
                self._write(kind, key, entry)
        self._shelf.clear()

    def offers(self) -> list[Offer]:
        """Return the offers in order of id."""
        return self._all(Offer)

    def questions(self) -> list[Question]:
        """Return the questions in order of id, open and closed."""
        return self._all(Question)

    def open_questions(self) -> list[Question]:
        """Return the questions that were not closed, in order of id."""
        closed = self._things("closing")
        return [q for q in self.questions() if q.id not in closed]

    def question(self, identifier: str) -> Question:
        """Return a question by its id; raises UnknownNameError naming some that are known."""
        return self._one(Question, identifier)

    def offer(self, identifier: str) -> Offer:
        """Return an offer by its id; raises UnknownNameError naming some that are known."""
        return self._one(Offer, identifier)

    def closed(self) -> Mapping[str, datetime]:
        """Return {question id: since when} of the questions that were closed."""
        return {q: datetime.fromisoformat(e["at"]) for q, e in self._things("closing").items()}

    def regions(self) -> list[Region]:
        """Return the regions in order of name."""
        return self._all(Region)

    def set_partners(self, region: str, names: Iterable[str], source: str, by: str, at: datetime) -> int | None:
        """Keep which organisations take part in a region, in place of what it was; none takes them away.

        source: where it was said. No people. Returns the number of the change, None when it was the same already.
        """
        told = [n.strip() for n in names if n.strip()]
        if not region.strip():
            raise InvalidValueError("regio", region, "de naam van een regio")
        with self.at_once():
            return self._put("partners", region, {"names": told, "source": source} if told else None, by, at)

    def partners(self) -> dict[str, tuple[str, ...]]:
        """Return {region: the organisations that take part}, as far as known."""
        return {region: tuple(entry["names"]) for region, entry in self._things("partners").items()}

    def close_question(self, question: str, by: str, at: datetime, note: str = "") -> int | None:
        """Mark a question as answered or no longer asked; returns the number of the change."""
        require_allowed(note=note)
        with self.at_once():
            self._required("question", question)
            if self._entry("closing", question) is not None:
                return None
            return self._put("closing", question, {"by": by, "at": utc("at", at).isoformat(), "note": note}, by, at)

    def reopen_question(self, question: str, by: str, at: datetime) -> int | None:
        """Mark a question as open again; returns the number of the change."""
        with self.at_once():
            self._required("question", question)
            return self._put("closing", question, None, by, at)

    def put_people(self, people: Iterable[Person], by: str, at: datetime) -> list[int]:
        """Keep the people, all or none; returns the numbers of the changes."""
        with self.at_once():
            made = [self._put("person", p.key, asdict(p) | {"regions": list(p.regions)}, by, at) for p in people]
        return [number for number in made if number is not None]

    def people(self) -> list[Person]:
        """Return the people in order of key."""
        return [Person(**entry | {"regions": tuple(entry["regions"])}) for entry in self._entries("person").values()]

    def _one(self, kind: type[T], key: str) -> T:
        return from_json(kind, self._required(_KINDS[kind], key))

    def _all(self, kind: type[T]) -> list[T]:
        return list(self._things(_KINDS[kind]).values())


def _checked(party: Region | Question | Offer) -> Region | Question | Offer:
    if isinstance(party, Question | Offer):
        require_allowed(**{"text" if isinstance(party, Question) else "summary": party.full_text})
    return party


def _filed(party: Region | Question | Offer) -> tuple[str, str, dict[str, Any]]:
    kind = _KINDS[type(party)]
    return kind, party.name if isinstance(party, Region) else party.id, to_json(party)
