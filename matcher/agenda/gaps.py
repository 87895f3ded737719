"""Cases and the thesaurus go in; out comes for each theme what is asked, and whether it is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.agenda.cases import GOOD, Case
from matcher.agenda.communities import regions_of
from matcher.parties import Offer
from matcher.suggestions import Refused
from matcher.thesaurus import Theme, Thesaurus

# A theme with fewer questions joins the nearest broader theme that has as many, where there is one.
FEW = 3


@dataclass(frozen=True, slots=True)
class Balance:
    """Demand against supply of one theme, with its evidence: the cases of the questions, the worst helped first."""

    theme: Theme
    cases: tuple[Case, ...]

    @property
    def asked(self) -> int:
        """How many open questions are about this theme first of all."""
        return len(self.cases)

    @property
    def unmet(self) -> tuple[Case, ...]:
        """The cases for which no good offer can happen."""
        return tuple(c for c in self.cases if not c.helped)

    @property
    def shortage(self) -> float:
        """How far the unmet questions are from help: for each 1 less the share of GOOD that their best offer has."""
        return round(sum(1 - max(0.0, c.best[1] if c.best else 0.0) / GOOD for c in self.unmet), 4)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of the unmet questions."""
        return regions_of(self.unmet)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The offers that are good and available for one or more of the questions, in order of id."""
        return tuple(sorted({o.id: o for c in self.cases for o in c.good}.values(), key=lambda o: o.id))

    @property
    def missed(self) -> tuple[Refused, ...]:
        """The offers that would fit an unmet question and cannot happen, each once, best first."""
        found = sorted((r for c in self.unmet for r in c.missed), key=lambda r: (-r.score.total, r.offer.id))
        return tuple({r.offer.id: r for r in reversed(found)}[i] for i in dict.fromkeys(r.offer.id for r in found))


def balances(cases: Sequence[Case], groups: Iterable[NDArray[np.intp]], thesaurus: Thesaurus) -> tuple[Balance, ...]:
    """Return demand against supply per theme, the biggest gap first; every case is in exactly one.

    groups: the places of the cases that belong together. Ranked by unmet questions, then by how far from help these
    are, then by questions, then by label.
    """
    of: dict[int, list[Case]] = {}
    shares = shares_of(np.vstack([c.about for c in cases]), groups)
    for case, theme in zip(cases, themes_of(shares, thesaurus), strict=True):
        of.setdefault(theme, []).append(case)
    found = [Balance(thesaurus.themes[t], tuple(sorted(mine, key=_worst_first))) for t, mine in of.items()]
    return tuple(sorted(found, key=lambda b: (-len(b.unmet), -b.shortage, -b.asked, b.theme.label)))


def shares_of(about: NDArray[np.float32], groups: Iterable[NDArray[np.intp]]) -> NDArray[np.float32]:
    """Return how much each question is about each concept, rows that sum to 1: half its own, half its group's.

    A question of few words is about many concepts a little; its group tells which of them is meant.
    """
    shares = about**2
    for places in groups:
        shares[places] = (shares[places] + shares[places].mean(axis=0)) / 2
    return shares


def themes_of(shares: NDArray[np.float32], thesaurus: Thesaurus) -> list[int]:
    """Return the one theme under which each row counts, by its position, themes with few questions rolled up."""
    parents = [thesaurus.position[t.broader] if t.broader else -1 for t in thesaurus.themes]
    lines = [_line(int(theme), parents) for theme in np.round(shares, 5).argmax(axis=1)]
    asked = Counter(theme for line in lines for theme in line)
    return [next((theme for theme in line if asked[theme] >= FEW), line[0]) for line in lines]


def _line(theme: int, parents: Sequence[int]) -> list[int]:
    """Return a theme and all that is broader, nearest first."""
    line = [theme]
    while (theme := parents[theme]) >= 0:
        line.append(theme)
    return line


def _worst_first(case: Case) -> tuple[bool, float, str]:
    return case.helped, case.best[1] if case.best else 0.0, case.question.id
