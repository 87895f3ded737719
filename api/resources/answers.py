"""Answers that were given go into the store and come out again, for who sends the same request twice."""

from __future__ import annotations

from dataclasses import dataclass

from api.lists import Answer
from matcher import Bureau, StoredAnswer


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """The answers of one bureau (`lists.Answers`)."""

    bureau: Bureau

    def get(self, key: str, owner: str, route: str) -> Answer | None:
        """Return what was answered to this key in the last day."""
        found = self.bureau.store.answer(key, owner, route, self.bureau.clock())
        return None if found is None else Answer(found.digest, found.status, found.body)

    def put(self, key: str, owner: str, route: str, answer: Answer) -> None:
        """Keep an answer."""
        kept = StoredAnswer(answer.digest, answer.status, answer.body)
        self.bureau.store.keep_answer(key, owner, route, kept, self.bureau.clock())
