"""What evaluators grade goes in; the next pair, what is covered and how far they agree come out."""

from __future__ import annotations

from collections.abc import Collection

from matcher.bureau.work import Pair, Work
from matcher.evaluation.agreement import Agreement, mean_agreement, pairwise
from matcher.evaluation.judgements import from_evaluators
from matcher.judging import Covered, Turn, covered, first_of, turn


class Judging(Work):
    """The work of evaluators."""

    def turn(self, later: Collection[Pair] = ()) -> Turn:
        """Return the pair that whoever is at work is to judge next, and how far they are.

        later: pairs that they left for later; those come when the others are judged.
        """
        mine = {(j.question, j.offer) for j in self.store.judgements() if j.by == self.by}
        return turn(self._engines.to_judge(self.store), mine, later)

    def coverage(self) -> list[Covered]:
        """Return how far each question that evaluators are asked about is judged, by anyone and by who is at work."""
        given = self.store.judgements()
        pool = self._engines.to_judge(self.store)
        asked = [self.store.question(q) for q in dict.fromkeys(q for q, _ in pool)]
        firsts = self.remember("first of the judged", ("offer", "region", "question", "closing"),
                               lambda: first_of(asked, self.engine))  # fmt: skip
        everyone = {(j.question, j.offer) for j in given}
        return covered(pool, firsts, everyone, {(j.question, j.offer) for j in given if j.by == self.by})

    def judge(self, question: str, offer: str, grade: int, note: str = "") -> None:
        """Keep a grade (0-3) of a pair; the latest of each evaluator counts.

        Raises UnknownNameError for what is not there, InvalidValueError for a grade that is none and a note with a BSN.
        """
        with self.store.at_once():
            self.store.question(question)
            self.store.offer(offer)
            self.store.judge(question, offer, grade, self.by, self.clock(), note)

    def agreement(self) -> tuple[list[Agreement], Agreement]:
        """Return how far every two evaluators agree over what both graded, and the mean; people by key."""
        kept = self.store.judgements()
        # Nothing tells that a grade was given but the grades: how many there are, and the last.
        name = ("agreement", len(kept), max((j.at for j in kept), default=None))

        def made() -> tuple[list[Agreement], Agreement]:
            given = from_evaluators(kept)
            return pairwise(given), mean_agreement(given)

        return self.remember(name, (), made)
