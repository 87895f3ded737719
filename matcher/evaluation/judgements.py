"""Grades from files, evaluators and the bureau's decisions go in, Judgements come out, and from them qrels.

Who graded stays with each grade, and so does where it comes from; the three are never mixed unasked.

* EVALUATOR: a person read the question and the offer and graded 0 to 3, by meaning alone.
* FILE: a qrels file, whose makers are told beside it.
* OUTCOME: an introduction that was completed. How much it helped, 1 to 5, gives the grade: 5 is a 3, 4 a 2, 3 a 1, and
  below it a 0. It says what happened, of which meaning is only a part: a good offer can meet a bad moment.
* DECLINED: a pair that was proposed and declined is a 0, the weakest of all: the reason is often a full diary. What
  was withdrawn, or still runs, says nothing.

What a bureau never proposed it cannot have judged, so its decisions favour what the engine showed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.exchange import Qrels
from matcher.proposals import Proposal, declined

EVALUATOR, FILE, OUTCOME, DECLINED = SOURCES = ("beoordelaar", "bestand", "uitkomst", "afgewezen")
GRADES = range(4)
# How much it helped (1 to 5) -> grade.
_GRADE_OF = {1: 0, 2: 0, 3: 1, 4: 2, 5: 3}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade 0-3 of a question and an offer: by whom (a key, never a name), from which of SOURCES, and why."""

    question: str
    offer: str
    grade: int
    by: str
    source: str = EVALUATOR
    note: str = ""

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise UnknownNameError("source", self.source, SOURCES)
        if isinstance(self.grade, bool) or self.grade not in GRADES:
            raise InvalidValueError("grade", self.grade, "0, 1, 2 of 3")


class Graded(Protocol):
    """What a store keeps of a judgement."""

    @property
    def question(self) -> str: ...
    @property
    def offer(self) -> str: ...
    @property
    def grade(self) -> int: ...
    @property
    def by(self) -> str: ...
    @property
    def note(self) -> str: ...


def from_qrels(qrels: Mapping[str, Mapping[str, int]], by: str = FILE) -> list[Judgement]:
    """Return the grades of qrels as judgements by `by`."""
    return [Judgement(q, o, grade, by, FILE) for q, grades in qrels.items() for o, grade in grades.items()]


def from_evaluators(kept: Iterable[Graded]) -> list[Judgement]:
    """Return what evaluators graded, as the store keeps it: the latest grade of each for each pair."""
    return [Judgement(j.question, j.offer, j.grade, j.by, EVALUATOR, j.note) for j in kept]


def from_proposals(proposals: Iterable[Proposal]) -> list[Judgement]:
    """Return the grades that follow from what came of proposals, one a pair: the last that says anything counts."""
    known, found = list(proposals), {}
    for (question, offer), told in declined(known).items():
        found[question, offer] = Judgement(question, offer, 0, _decider(known, question, offer), DECLINED, told)
    for p in known:
        # A pair that was tried is known by what came of it, whatever was decided about it before or after.
        if p.outcome is not None:
            grade = _GRADE_OF[p.outcome.helped]
            by = p.effective[-1][1].by
            found[p.question, p.offer] = Judgement(p.question, p.offer, grade, by, OUTCOME, p.outcome.region)
    return list(found.values())


def _decider(proposals: Iterable[Proposal], question: str, offer: str) -> str:
    *_, last = (p for p in proposals if (p.question, p.offer) == (question, offer) and p.state == "afgewezen")
    return last.effective[-1][1].by


def qrels_of(judgements: Iterable[Judgement], sources: Collection[str] = (EVALUATOR,)) -> Qrels:
    """Return {question: {offer: grade}} of the judgements from these sources, both in order of id.

    Where several graded a pair, the middle grade counts, of two middle ones the lower: a disputed offer is not
    counted as better than the more careful half saw it. Raises UnknownNameError for a source that is none of SOURCES.
    """
    for source in sorted(set(sources) - set(SOURCES)):
        raise UnknownNameError("sources", source, SOURCES)
    grades: dict[tuple[str, str], list[int]] = {}
    for j in judgements:
        if j.source in sources:
            grades.setdefault((j.question, j.offer), []).append(j.grade)
    qrels: Qrels = {}
    for (question, offer), given in sorted(grades.items()):
        qrels.setdefault(question, {})[offer] = sorted(given)[(len(given) - 1) // 2]
    return qrels


def checksum(qrels: Mapping[str, Mapping[str, int]]) -> str:
    """Return 16 digits that name these grades, whatever their order: what evidence refers to."""
    lines = sorted(f"{q} {o} {grade}" for q, grades in qrels.items() for o, grade in grades.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
