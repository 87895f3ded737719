"""Runs of several systems and qrels go in, a table of figures comes out: in the mean, by style, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import InvalidValueError
from matcher.evaluation.measures import STANDARD, Mean, Measure, mean
from matcher.exchange import Qrels, Run


@dataclass(frozen=True, slots=True)
class Trial:
    """What one system reached: {measure's name: {question: figure}}, every judged question in it."""

    system: str
    figures: Mapping[str, Mapping[str, float]]

    def mean(self, measure: str, questions: Sequence[str] | None = None) -> Mean:
        """Return the mean of a measure over the questions (all judged ones when None), with its interval."""
        values = self.figures[measure]
        return mean([values[q] for q in (values if questions is None else questions)])


def trial(system: str, run: Run, qrels: Qrels, measures: Sequence[Measure] = STANDARD) -> Trial:
    """Return the figures of a run; a judged question that it lacks counts 0 (see `measures`)."""
    return Trial(system, {str(m): m.per_question(run, qrels) for m in measures})


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
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
