"""The evaluators' workbench: gathers questions, offers, judgements and the engine, for trials, tuning and pools.

open_workbench | judgements -> qrels | runs -> trials, comparisons, pools | cases, folds -> tuning | rows -> a map
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from matcher import reference
from matcher.bureau import open_memory
from matcher.constraints import rules
from matcher.errors import UnknownNameError
from matcher.evaluation import judgements as judging
from matcher.evaluation.exposure import Market, market
from matcher.evaluation.folds import Fold, folds, near_doubles
from matcher.evaluation.judgements import FILE, Judgement
from matcher.evaluation.trials import answered
from matcher.evaluation.tuning import Case
from matcher.exchange import Qrels, Run
from matcher.matchmaker import Matchmaker, match_files, matchmaker_over
from matcher.parties import Offer, Question
from matcher.scores import Weights
from matcher.settings import Settings
from matcher.suggestions import Suggestions
from matcher.systems import cases_of, searched
from matcher.vectors import Rows

# The parts of the reference corpus: on `tune` everything was decided, on `test` nothing ever is.
PARTS = ("tune", "test")


@dataclass(frozen=True, slots=True)
class Workbench:
    """Judged questions, offers and the engine over them.

    styles: {question: how it is written}; part_of: {question: one of PARTS}; both empty for a bureau's own data.
    source: from which judgements `qrels` takes its grades.
    """

    engine: Matchmaker
    questions: tuple[Question, ...]
    judgements: tuple[Judgement, ...]
    source: str
    styles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    part_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The offers, in order of id."""
        return self.engine.pool.offers

    @property
    def weights(self) -> Weights:
        """The weights in use."""
        return self.engine.weights

    @property
    def regions(self) -> dict[str, str]:
        """{question: its region}; a question from anywhere is a region of its own, called after it."""
        return {q.id: q.region or q.id for q in self.questions}

    def qrels(self, part: str | None = None) -> Qrels:
        """Return the grades of the judged questions, of one part on request, in the order of the questions."""
        graded = judging.qrels_of(self.judgements, (self.source,))
        return {q.id: graded[q.id] for q in self._of(part) if q.id in graded}

    def asked(self, part: str | None = None) -> list[Question]:
        """Return the judged questions, of one part on request."""
        judged = {j.question for j in self.judgements if j.source == self.source}
        return [q for q in self._of(part) if q.id in judged]

    def run(
        self, questions: Sequence[Question], weights: Weights | None = None, constraints: bool = False, k: int = 100
    ) -> Run:
        """Return our run over these questions: with these weights, those in use unless given; by meaning alone unless
        `constraints`."""  # fmt: skip
        chosen = replace(self.engine, weights=weights or self.weights, rules=self.engine.rules if constraints else ())
        if chosen.reranker:
            return chosen.run(questions, k)
        return answered(questions, chosen.pool, chosen.reader, chosen.weights, chosen.rules, k)

    def runs(self, questions: Sequence[Question]) -> dict[str, Run]:
        """Return {system: run} of the known ways of searching, and of ours as "Matcher", all by meaning alone."""
        return searched(questions, self.offers) | {"Matcher": self.run(questions)}

    def suggest(self, question: Question, weights: Weights | None = None, k: int = 5) -> Suggestions:
        """Return the explained suggestions for a question, with the rules in force."""
        return replace(self.engine, weights=weights or self.weights).suggest(question, k)

    def cases(self, questions: Sequence[Question]) -> list[Case]:
        """Return a case to tune on for each of these questions that was judged, by meaning alone."""
        return cases_of(self.engine, questions, self.qrels())

    def folds(self, cases: Sequence[Case], n: int = 5, by_region: bool = False, seed: int = 0) -> list[Fold]:
        """Return n folds over cases, by question or by region, near-double questions never on both sides."""
        of = {q.id: q for q in self.questions}
        texts = [of[c.question].full_text for c in cases]
        alike = near_doubles(self.engine.reader.read(texts, "question").meaning)
        groups = [self.regions[c.question] if by_region else c.question for c in cases]
        return folds(groups, n, np.random.default_rng(seed), alike)

    def market(self, questions: Sequence[Question]) -> Market:
        """Return these questions beside the offers, under the rules in force."""
        return market(questions, self.offers, self.engine.rules)

    def rows(self, questions: Sequence[Question]) -> tuple[Rows, Rows]:
        """Return unit rows of questions and of all offers, whose dot product is their meaning and concepts as weighed.

        The words, which only decide between what lies near already, are left out.
        """
        asked = self.engine.reader.read([q.full_text for q in questions], "question")
        there = self.engine.pool.readings
        heavy = np.sqrt(np.array([self.weights.meaning, self.weights.concepts]))
        heavy /= np.linalg.norm(heavy) or 1.0
        rows = [np.hstack([heavy[0] * r.meaning, heavy[1] * r.about]).astype(np.float32) for r in (asked, there)]
        return rows[0], rows[1]

    def topics(self, questions: Sequence[Question]) -> tuple[list[str], list[str]]:
        """Return what each question and each offer is most about: the label of a concept without a broader one."""
        themes = self.engine.reader.concepts.thesaurus.themes
        place, broader = {t.id: i for i, t in enumerate(themes)}, {t.id: t.broader for t in themes}
        roots = np.array([place[_root(t.id, broader)] for t in themes])
        asked = self.engine.reader.read([q.full_text for q in questions], "question")
        found = []
        for about in (asked.about, self.engine.pool.readings.about):
            shares = np.zeros_like(about)
            np.add.at(shares.T, roots, about.T**2)
            found.append([themes[i].label for i in shares.argmax(axis=1)] if len(about) else [])
        return found[0], found[1]

    def _of(self, part: str | None) -> list[Question]:
        known = tuple(sorted(set(self.part_of.values())))
        if part is not None and part not in known:
            raise UnknownNameError("part", part, known)
        return [q for q in self.questions if part is None or self.part_of.get(q.id) == part]


def _root(concept: str, broader: Mapping[str, str | None]) -> str:
    seen = {concept}
    while (above := broader[concept]) and above not in seen:
        concept = above
        seen.add(above)
    return concept


def open_workbench(settings: Settings | None = None, own: bool = False) -> Workbench:
    """Return the workbench over the reference corpus, or over the bureau's `own` database.

    Without settings, those of the environment. Of an own database the evaluators' grades count; what follows from
    the bureau's decisions stands beside them in `judgements`. Raises MissingPartError where there is no database.
    """
    settings = settings or Settings.from_environment(os.environ)
    return _own(settings) if own else _reference(settings)


def _reference(settings: Settings) -> Workbench:
    split = reference.split()
    engine = match_files(reference.offers(), settings, rules())
    graded = tuple(judging.from_qrels(reference.judgements()))
    return Workbench(
        engine, tuple(reference.questions()), graded, FILE,
        {q: s.style for q, s in split.items()}, {q: s.part for q, s in split.items()},
    )  # fmt: skip


def _own(settings: Settings) -> Workbench:
    with open_memory(settings) as store:
        graded = (*judging.from_evaluators(store.judgements()), *judging.from_proposals(store.proposals()))
        return Workbench(matchmaker_over(store, settings), tuple(store.questions()), graded, judging.EVALUATOR)
