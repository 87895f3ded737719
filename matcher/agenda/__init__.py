"""Open questions go in, the learning agenda comes out: groups by meaning, and demand against supply.

rankings | cases.case | groups.grouped   -> communities.best_fit | communities.proposed -> Group
                      | gaps.balances    -> Balance -> picture.svg, picture.png
                      | wording          -> Dutch sentences, rows of a table
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.agenda.cases import GOOD, Case, case
from matcher.agenda.communities import COMMUNITY_FITS, Duo, Fit, NewCommunity, best_fit, proposed, regions_of
from matcher.agenda.gaps import Balance, balances
from matcher.agenda.groups import cohesion, grouped, joining, likeness_rows, medoid
from matcher.errors import InvalidValueError
from matcher.parties import Question
from matcher.suggestions import Ranking
from matcher.thesaurus import Theme, Thesaurus
from matcher.vectors import Rows

__all__ = [
    "COMMUNITY_FITS", "GOOD", "Agenda", "Balance", "Case", "Duo", "Fit", "Group", "NewCommunity", "agenda",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together, in order of id, with the themes that join them, the clearest first.

    medoid: the most central question. likeness: how alike they are on average, 1 for a question alone.
    community: the community of practice that fits. proposal: one to begin, where none fits and two regions ask.
    """

    questions: tuple[Question, ...]
    medoid: Question
    themes: tuple[Theme, ...]
    likeness: float
    regions: tuple[str, ...]
    community: Fit | None
    proposal: NewCommunity | None

    @property
    def name(self) -> str:
        """The preferred labels of the themes."""
        return ", ".join(t.label for t in self.themes)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The learning agenda: the groups, largest first, and every theme that is asked for, the biggest gap first."""

    groups: tuple[Group, ...]
    themes: tuple[Balance, ...]

    @property
    def gaps(self) -> tuple[Balance, ...]:
        """The themes with questions for which no good offer can happen."""
        return tuple(b for b in self.themes if b.unmet)


def agenda(
    rankings: Iterable[Ranking], thesaurus: Thesaurus, parties: Mapping[str, Sequence[str]] | None = None
) -> Agenda:
    """Return the agenda of the open questions; their order does not matter.

    rankings: one a question, over one pool; read one by one, so a generator keeps none of them in memory. parties:
    {region: names of its parties}, as far as known. Raises InvalidValueError for two rankings of one question, or a
    ranking over other offers.
    """
    cases = sorted(map(case, rankings), key=lambda c: c.question.id)
    _checked(cases)
    if not cases:
        return Agenda((), ())
    rows = likeness_rows(*(np.vstack([getattr(c, field) for c in cases]) for field in ("meaning", "about")))
    groups = grouped(rows)
    found = [_group([cases[i] for i in places], rows[places], thesaurus, parties or {}) for places in groups]
    found.sort(key=lambda g: (-len(g.questions), g.questions[0].id))
    return Agenda(tuple(found), balances(cases, groups, thesaurus))


def _group(cases: Sequence[Case], rows: Rows, thesaurus: Thesaurus, parties: Mapping[str, Sequence[str]]) -> Group:
    nearest = best_fit(cases, "cop")
    fits = nearest is not None and nearest.score >= COMMUNITY_FITS
    return Group(
        questions=tuple(c.question for c in cases),
        medoid=cases[medoid(rows)].question,
        themes=tuple(thesaurus.themes[t] for t in joining(np.vstack([c.about for c in cases]))),
        likeness=round(cohesion(rows), 4),
        regions=regions_of(cases),
        community=nearest if fits else None,
        proposal=None if fits else proposed(cases, nearest, parties),
    )


def _checked(cases: Sequence[Case]) -> None:
    for before, after in pairwise(cases):
        if before.question.id == after.question.id:
            raise InvalidValueError("rankings", after.question.id, "elke vraag eenmaal")
        if before.joint.keys() != after.joint.keys():
            raise InvalidValueError("rankings", after.question.id, "vragen over hetzelfde aanbod")
