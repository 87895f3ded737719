"""Runs of several systems and qrels go in, a table of figures comes out: in the mean, by style, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from matcher.candidates import Pool
from matcher.constraints import Rule
from matcher.errors import InvalidValueError
from matcher.evaluation.intervals import Mean, mean
from matcher.evaluation.measures import STANDARD, Measure, nDCG
from matcher.exchange import Qrels, Run
from matcher.parties import Question
from matcher.reading import Reader
from matcher.scores import Weights
from matcher.suggestions import rank_all


@dataclass(frozen=True, slots=True)
class Trial:
    """What one system reached: {name of the mean: {question: figure}}, every judged question in it."""

    system: str
    figures: Mapping[str, Mapping[str, float]]

    def mean(self, measure: str, questions: Sequence[str] | None = None) -> Mean:
        """Return the mean of a measure over the questions (all judged ones when None), with its interval."""
        values = self.figures[measure]
        return mean([values[q] for q in (values if questions is None else questions)])


def trial(system: str, run: Run, qrels: Qrels, measures: Sequence[Measure] = STANDARD) -> Trial:
    """Return the figures of a run; a judged question that it lacks counts 0 (see `measures`)."""
    return Trial(system, {m.mean_name: m.per_question(run, qrels) for m in measures})


def answered(
    questions: Sequence[Question],
    pool: Pool,
    reader: Reader,
    weights: Weights,
    rules: Sequence[Rule] = (),
    k: int = 100,
) -> Run:
    """Return the run of a reader, weights and rules over questions and a pool: at most k each, best first."""
    if k < 1:
        raise InvalidValueError("k", k, "1 of meer")
    rankings = rank_all(questions, pool, reader, weights, rules)
    return {
        r.question.id: [(pool.offers[i].id, float(r.scores.totals[i])) for i in islice(r.kept(), min(k, len(pool)))]
        for r in rankings
    }


def by_group(trial: Trial, measure: str, groups: Mapping[str, str]) -> dict[str, Mean]:
    """Return {group: mean with its interval} of a measure, in order of name; questions without a group are left out."""
    held: dict[str, list[str]] = {}
    for question in trial.figures[measure]:
        if group := groups.get(question):
            held.setdefault(group, []).append(question)
    return {name: trial.mean(measure, questions) for name, questions in sorted(held.items())}


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that a run answers badly: its nDCG@10, the first five offers, and the 3s that are not among them.

    first: (offer, grade), the grade None where nobody judged it. missed: (offer, its place in the run from 1, None
    where the run lacks it).
    """

    question: str
    figure: float
    first: tuple[tuple[str, int | None], ...]
    missed: tuple[tuple[str, int | None], ...]


def worst(run: Run, qrels: Qrels, n: int) -> list[Failure]:
    """Return the n judged questions with the lowest nDCG@10, the lowest first, ties in order of id."""
    figures = (nDCG @ 10).per_question(run, qrels)
    lowest = sorted(figures, key=lambda q: (figures[q], q))[:n]
    return [_failure(q, figures[q], run.get(q, ()), qrels[q]) for q in lowest]


def _failure(question: str, figure: float, answers: Sequence[tuple[str, float]], grades: Mapping[str, int]) -> Failure:
    places = {offer: place for place, (offer, _) in enumerate(answers, 1)}
    first = tuple((offer, grades.get(offer)) for offer, _ in answers[:5])
    best = [o for o, grade in grades.items() if grade == 3 and o not in dict(first)]
    missed = sorted(((o, places.get(o)) for o in best), key=lambda m: (m[1] is None, m[1], m[0]))
    return Failure(question, figure, first, tuple(missed))


def markdown(trials: Sequence[Trial], styles: Mapping[str, str], by_style: str = "nDCG@10") -> str:
    """Return a Markdown table: a row a system; each measure with its interval, then one measure for each style.

    styles: {question: style}; a style is shown only where it has judged questions.
    """
    if not trials:
        raise InvalidValueError("trials", 0, "ten minste één systeem")
    names = list(trials[0].figures)
    groups = {s: [q for q in trials[0].figures[by_style] if styles.get(q) == s] for s in sorted(set(styles.values()))}
    groups = {s: questions for s, questions in groups.items() if questions}
    head = ["system", *names, *groups]
    rows = [
        [t.system, *(str(t.mean(n)) for n in names), *(f"{t.mean(by_style, g).value:.2f}" for g in groups.values())]
        for t in trials
    ]
    return lined([head, ["---", *("---:" for _ in head[1:])], *rows])


def lined(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines of a Markdown table, the second being its ruler."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows) + "\n"
