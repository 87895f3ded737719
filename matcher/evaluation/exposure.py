"""A run and the market that it serves go in, who is shown how much comes out: coverage, evenness, mix, violations.

Exposure is counted as nDCG counts attention: an offer at rank r of a list gets 1 / log2(r + 1).

Settled: a list that is empty, or has one offer, mixes nothing (0). An offer without a perspective takes no part in the
mix. An offer of the run that the market lacks is refused, since nothing could be said of it. Evenness depends on how
many lists there are for how many offers: compare it only between runs over the same questions, offers and k. For that
reason too it has no bootstrap interval: drawing questions twice would itself make exposure less even.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.constraints import Rule, rules, sift
from matcher.errors import InvalidValueError, UnknownNameError
from matcher.exchange import Run
from matcher.parties import Offer, Question

# What a question takes of an offer's hours a month when it does not say.
UNSTATED_HOURS = 1.0


@dataclass(frozen=True, slots=True)
class Market:
    """Who asks, what there is and which rules hold between them, by id."""

    questions: Mapping[str, Question]
    offers: Mapping[str, Offer]
    rules: tuple[Rule, ...]


def market(questions: Iterable[Question], offers: Iterable[Offer], in_force: Sequence[Rule] | None = None) -> Market:
    """Return the market of these questions and offers, under all rules that need nothing else unless given."""
    chosen = rules() if in_force is None else tuple(in_force)
    return Market({q.id: q for q in questions}, {o.id: o for o in offers}, chosen)


@dataclass(frozen=True, slots=True)
class ListMeasure:
    """A figure from 0 to 1 of one question's list: `of(question, offers shown, market)`. Equal by name."""

    name: str
    of: Callable[[str, Sequence[str], Market], float] = field(compare=False)
    k: int = field(compare=False)

    def __repr__(self) -> str:
        return self.name

    def per_question(self, run: Run, market: Market) -> dict[str, float]:
        """Return {question: figure} for every question of the run."""
        return {q: self.of(q, shown, market) for q, shown in _shown(run, market, self.k).items()}


@dataclass(frozen=True, slots=True)
class RunMeasure:
    """A figure from 0 to 1 of a whole run: `of(run, market)`. Equal by name."""

    name: str
    over: Callable[[Mapping[str, float]], float] = field(compare=False)
    k: int = field(compare=False)

    def __repr__(self) -> str:
        return self.name

    def of(self, run: Run, market: Market) -> float:
        """Return the figure of the first k of each list, over all offers of the market."""
        return self.over(exposure(run, market, self.k))


@dataclass(frozen=True, slots=True)
class ListFamily:
    """Measures of the first k offers of a list: `Mix @ 5` is one of them."""

    name: str
    of: Callable[[str, Sequence[str], Market], float] = field(compare=False)

    def __matmul__(self, k: int) -> ListMeasure:
        return ListMeasure(f"{self.name}@{_positive(self.name, k)}", self.of, k)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class RunFamily:
    """Measures of a whole run by the first k offers of each list: `Coverage @ 5` is one of them."""

    name: str
    over: Callable[[Mapping[str, float]], float] = field(compare=False)

    def __matmul__(self, k: int) -> RunMeasure:
        return RunMeasure(f"{self.name}@{_positive(self.name, k)}", self.over, k)

    def __repr__(self) -> str:
        return self.name


def exposure(run: Run, market: Market, k: int) -> dict[str, float]:
    """Return {offer: exposure} for every offer of the market, 0 for what no list shows in its first k."""
    found = dict.fromkeys(market.offers, 0.0)
    for offers in _shown(run, market, k).values():
        for rank, offer in enumerate(offers, 1):
            found[offer] += 1 / float(np.log2(rank + 1))
    return found


def gini(values: Collection[float]) -> float:
    """Return the Gini coefficient of a finite population: 0 where all have the same, 1 where one has everything.

    That is the usual sum times n / (n - 1), so that the whole range is used. Of one value, or of nothing but zeros, 0.
    """
    data = np.sort(np.asarray(list(values), dtype=np.float64))
    n = len(data)
    if n < 2 or not data.sum():
        return 0.0
    return float(((2 * np.arange(1, n + 1) - n - 1) * data).sum() / ((n - 1) * data.sum()))


def by_group(
    run: Run, market: Market, groups: Callable[[Offer], Collection[str]], k: int
) -> dict[str, tuple[float, float]]:
    """Return {group: (its share of the exposure, its share of the catalogue)}, in order of name.

    An offer of several groups counts for an equal part in each, one of no group under "".
    """
    seen = exposure(run, market, k)
    shares: defaultdict[str, float] = defaultdict(float)
    there: defaultdict[str, float] = defaultdict(float)
    for identifier, offer in market.offers.items():
        names = tuple(groups(offer)) or ("",)
        for name in names:
            shares[name] += seen[identifier] / len(names)
            there[name] += 1 / len(names)
    total = sum(shares.values()) or 1.0
    return {name: (shares[name] / total, there[name] / len(market.offers)) for name in sorted(there)}


def asked_hours(run: Run, market: Market, k: int = 1) -> dict[str, tuple[float, float | None]]:
    """Return {offer: (hours a month asked of it, hours that it has)} if every list's first k were followed.

    Only offers that are asked; most asked first. A question that names no hours takes UNSTATED_HOURS.
    """
    asked: defaultdict[str, float] = defaultdict(float)
    for question, offers in _shown(run, market, k).items():
        for offer in offers:
            asked[offer] += market.questions[question].hours_per_month or UNSTATED_HOURS
    ordered = sorted(asked, key=lambda o: (-asked[o], o))
    return {o: (asked[o], market.offers[o].hours_per_month) for o in ordered}


def evened(run: Run, market: Market, price: float, k: int = 5) -> Run:
    """Return the run with lists that avoid what earlier lists already showed: `price` off the score for each exposure.

    Questions come in their order, so that who asks later gets more of the spreading. With price 0 the lists stay.
    Scores are those after the price. Only what a list held can come into its first k.
    """
    seen = dict.fromkeys(market.offers, 0.0)
    found: Run = {}
    for question, answers in run.items():
        _require_known(question, [o for o, _ in answers], market)
        lowered = [(o, score - price * seen[o]) for o, score in answers]
        found[question] = sorted(lowered, key=lambda pair: -pair[1])
        for rank, (offer, _) in enumerate(found[question][:k], 1):
            seen[offer] += 1 / float(np.log2(rank + 1))
    return found


def _mix(_: str, shown: Sequence[str], market: Market) -> float:
    """The chance that two offers of the list, drawn at random, look from different perspectives (Simpson 1949)."""
    seen = Counter(p for o in shown if (p := market.offers[o].perspective))
    n = sum(seen.values())
    return 1 - sum(c * (c - 1) for c in seen.values()) / (n * (n - 1)) if n > 1 else 0.0


def _violations(question: str, shown: Sequence[str], market: Market) -> float:
    """The share of what is shown that cannot happen, by the rules of the market."""
    offers = [market.offers[o] for o in shown]
    return sum(map(bool, sift(market.questions[question], offers, market.rules))) / len(offers) if offers else 0.0


def _coverage(exposures: Mapping[str, float]) -> float:
    return sum(map(bool, exposures.values())) / len(exposures) if exposures else 0.0


def _evenness(exposures: Mapping[str, float]) -> float:
    return 1 - gini(exposures.values())


# Coverage: the share of the offers that at least one list shows. Evenness: 1 - Gini of their exposure.
Coverage = RunFamily("Coverage", _coverage)
Evenness = RunFamily("Evenness", _evenness)
Mix = ListFamily("Mix", _mix)
Violations = ListFamily("Violations", _violations)


def _shown(run: Run, market: Market, k: int) -> dict[str, list[str]]:
    lists = {question: [o for o, _ in answers[:k]] for question, answers in run.items()}
    for question, offers in lists.items():
        _require_known(question, offers, market)
    return lists


def _require_known(question: str, offers: Iterable[str], market: Market) -> None:
    if question not in market.questions:
        raise UnknownNameError("question", question, [*list(market.questions)[:5], "..."])
    for offer in offers:
        if offer not in market.offers:
            raise UnknownNameError("offer", offer, [*list(market.offers)[:5], "..."])


def _positive(name: str, k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InvalidValueError(name, k, f"{name} @ k met k 1 of meer")
    return k
