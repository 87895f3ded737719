"""Runs of several systems go in, the pairs to judge come out, in an order that does not tell who brought them.

Who judges only what one system shows makes every other system look worse: what it found and nobody judged counts as
bad. So the first k of several systems are judged together (Spärck Jones and Van Rijsbergen 1975), with a few offers
that no system brought: how many of those turn out good tells how much the pool still misses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.errors import InvalidValueError
from matcher.exchange import Qrels, Run

RANDOM = "toeval"


@dataclass(frozen=True, slots=True)
class ToJudge:
    """The pairs to judge, {question: offers in the order to show}, and, kept apart, which systems brought each."""

    offers: Mapping[str, tuple[str, ...]]
    brought: Mapping[tuple[str, str], tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.brought)

    @property
    def by_system(self) -> dict[str, tuple[int, int]]:
        """{system: (pairs that it brought, pairs that it alone brought)}."""
        names = sorted({name for systems in self.brought.values() for name in systems})
        held = {n: [s for s in self.brought.values() if n in s] for n in names}
        return {n: (len(pairs), sum(len(s) == 1 for s in pairs)) for n, pairs in held.items()}


def to_judge(
    runs: Mapping[str, Run], offers: Collection[str], generator: np.random.Generator,
    depth: int = 10, extra: int = 3, judged: Qrels | None = None,
) -> ToJudge:  # fmt: skip
    """Return the first `depth` of every system's lists together, with `extra` random other offers, each list shuffled.

    Pairs that are judged already are left out. Every question that any run has gets a list, also an empty one.
    """
    if depth < 1 or extra < 0:
        raise InvalidValueError("depth, extra", (depth, extra), "een diepte van 1 of meer, en 0 of meer extra")
    known = sorted(offers)
    lists: dict[str, tuple[str, ...]] = {}
    brought: dict[tuple[str, str], tuple[str, ...]] = {}
    for question in dict.fromkeys(q for run in runs.values() for q in run):
        by = _brought(runs, question, depth)
        left = [o for o in known if o not in by]
        for i in generator.permutation(len(left))[:extra]:
            by[left[i]] = [RANDOM]
        by = {o: systems for o, systems in by.items() if o not in (judged or {}).get(question, {})}
        # Sorted before they are shuffled: the order of the systems leaves no trace.
        ordered = sorted(by)
        lists[question] = tuple(ordered[i] for i in generator.permutation(len(ordered)))
        brought |= {(question, o): tuple(by[o]) for o in lists[question]}
    return ToJudge(lists, brought)


def _brought(runs: Mapping[str, Run], question: str, depth: int) -> dict[str, list[str]]:
    by: dict[str, list[str]] = {}
    for name, run in runs.items():
        for offer, _ in run.get(question, ())[:depth]:
            by.setdefault(offer, []).append(name)
    return by
