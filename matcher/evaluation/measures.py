"""A run and its qrels go in, a figure per question comes out; each measure is a value whose name is Python.

>>> nDCG @ 10, RR
(nDCG@10, RR)

Edge cases, settled; there is no option to have them otherwise. A judged question that the run lacks, or answers with
nothing, counts 0. An offer nobody judged counts as grade 0: `Judged@10` says how often that happens. A question of the
run that nobody judged does not count. A question whose every judgement is 0 counts 0 (as trec_eval does). Where a list
is shorter than k, P@k still divides by k (trec_eval) and Judged@k by what is shown (ir-measures). Ties keep the order
of the run. Relevant means grade 2 and up, wherever a measure knows only yes or no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from matcher.errors import InvalidValueError, UnknownNameError

Grades = Mapping[str, int]
# From this grade on an offer counts as relevant where a measure knows only yes or no.
RELEVANT = 2


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure from 0 to 1 for one question: `of(offers best first, grades)`. Measures of one name are equal.

    mean_name: what the mean over questions is called, where it has a name of its own (the mean of RR is MRR).
    depth: how many offers of a list it looks at; None: all.
    """

    name: str
    of: Callable[[Sequence[str], Grades], float] = field(compare=False)
    mean_name: str = field(default="", compare=False)
    depth: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean_name", self.mean_name or self.name)

    def __repr__(self) -> str:
        return self.name

    def per_question(
        self, run: Mapping[str, Sequence[tuple[str, float]]], qrels: Mapping[str, Grades]
    ) -> dict[str, float]:
        """Return {question: figure} for every judged question."""
        return {q: self.of([offer for offer, _ in run.get(q, ())], grades) for q, grades in qrels.items()}


@dataclass(frozen=True, slots=True)
class Family:
    """Measures of the first k offers: `nDCG @ 10` is one of them."""

    name: str
    of: Callable[[Sequence[str], Grades, int], float] = field(compare=False)

    def __matmul__(self, k: int) -> Measure:
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise InvalidValueError(self.name, k, f"{self.name} @ k met k 1 of meer")
        return Measure(f"{self.name}@{k}", lambda offers, grades: self.of(offers[:k], grades, k), depth=k)

    def __repr__(self) -> str:
        return self.name


def _ndcg(first: Sequence[str], grades: Grades, k: int) -> float:
    """Gain 2^grade - 1, discount log2(rank + 1) (Burges et al. 2005)."""
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    return _dcg([grades.get(o, 0) for o in first]) / ideal if ideal else 0.0


def _recall(first: Sequence[str], grades: Grades, _: int) -> float:
    relevant = _relevant(grades)
    return len(relevant & set(first)) / len(relevant) if relevant else 0.0


def _precision(first: Sequence[str], grades: Grades, k: int) -> float:
    return len(_relevant(grades) & set(first)) / k


def _judged(first: Sequence[str], grades: Grades, _: int) -> float:
    return sum(o in grades for o in first) / len(first) if first else 0.0


def _reciprocal_rank(offers: Sequence[str], grades: Grades) -> float:
    return next((1 / n for n, o in enumerate(offers, 1) if grades.get(o, 0) >= RELEVANT), 0.0)


def _average_precision(offers: Sequence[str], grades: Grades) -> float:
    relevant = _relevant(grades)
    ranks = [n for n, o in enumerate(offers, 1) if o in relevant]
    return sum(found / n for found, n in enumerate(ranks, 1)) / len(relevant) if relevant else 0.0


nDCG = Family("nDCG", _ndcg)  # noqa: N816 (the name by which everyone knows it)
Recall = Family("Recall", _recall)
P = Family("P", _precision)
Judged = Family("Judged", _judged)
RR = Measure("RR", _reciprocal_rank, "MRR")
AP = Measure("AP", _average_precision, "MAP")

FAMILIES = {family.name: family for family in (nDCG, Recall, P, Judged)}
WHOLE = {measure.name: measure for measure in (RR, AP)}
STANDARD = (nDCG @ 10, Recall @ 5, RR)


def measure(name: str) -> Measure:
    """Return the measure of this name, as its repr or the name of its mean has it: `nDCG@10`, `RR`, `MRR`."""
    kind, _, k = name.partition("@")
    if kind in FAMILIES and k.isdigit() and int(k):
        return FAMILIES[kind] @ int(k)
    named = WHOLE | {m.mean_name: m for m in WHOLE.values()}
    if name not in named:
        raise UnknownNameError("measure", name, (*(f"{f}@k" for f in FAMILIES), *named))
    return named[name]


def _relevant(grades: Grades) -> set[str]:
    return {o for o, g in grades.items() if g >= RELEVANT}


def _dcg(grades: Sequence[int]) -> float:
    return sum((float(2**g) - 1) / log2(rank + 1) for rank, g in enumerate(grades, 1))
