"""The cases of one group go in; out comes the community of practice that fits, or a proposal for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.agenda.cases import Case
from matcher.parties import Offer, by_key, key

# From this mean score over the group's questions on a community of practice fits. On the groups of the reference
# corpus the best community then deserved a grade of 1 or more on average in 9 of 11; below it in 1 of 19.
COMMUNITY_FITS = 0.25
_MUNICIPALITY = re.compile(r"\b(gemeente\w*|wethouder\w*)\b", re.IGNORECASE)
_EDUCATION = re.compile(
    r"\b(\w*scho(?:ol|len)(?!maatsch)\w*|\w*onderwijs\w*|samenwerkingsverband\w*|swv|kindcentr\w+)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an offer fits a group: its mean score over the questions, 0 counted where it cannot happen.

    possible_for: the ids of the questions for which it can.
    """

    offer: Offer
    score: float
    possible_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duo:
    """Who of a region could form the pair of municipality and education: named as it is known, '' where it is not."""

    region: str
    municipality: str = ""
    education: str = ""

    @property
    def complete(self) -> bool:
        """Whether both sides are known."""
        return bool(self.municipality and self.education)


@dataclass(frozen=True, slots=True)
class NewCommunity:
    """A proposal for a community of practice: the regions that take part, their duos, and who could lead it.

    nearest: the community in the catalogue that comes nearest without fitting.
    """

    regions: tuple[str, ...]
    duos: tuple[Duo, ...]
    facilitator: Fit | None
    nearest: Fit | None


def regions_of(cases: Iterable[Case]) -> tuple[str, ...]:
    """Return the names of the regions that ask, each once, in order of name."""
    return tuple(sorted(by_key({c.question.region for c in cases if c.question.region}).values()))


def best_fit(cases: Sequence[Case], kind: str) -> Fit | None:
    """Return the offer of a kind that fits the cases best, None where there is none that can happen; ties by id."""
    offers = [o for o in cases[0].joint if o.kind == kind]
    fits = [_fit(cases, o) for o in sorted(offers, key=lambda o: o.id)]
    return max((f for f in fits if f.possible_for), key=lambda f: f.score, default=None)


def proposed(cases: Sequence[Case], nearest: Fit | None, parties: Mapping[str, Sequence[str]]) -> NewCommunity | None:
    """Return a proposal for a community, None where fewer than two regions ask."""
    regions = regions_of(cases)
    if len(regions) < 2:
        return None
    duos = tuple(duo(region, cases, parties) for region in regions)
    return NewCommunity(regions, duos, best_fit(cases, "facilitator"), nearest)


def duo(region: str, cases: Iterable[Case], parties: Mapping[str, Sequence[str]]) -> Duo:
    """Return what is known of a region's duo: a party of that region by name, else the question whose contact it is.

    parties: {region: the names of its parties}, as in its application. A contact is never shown, only where it stands.
    """
    here = key(region)
    named = [(party, party) for r, names in parties.items() if key(r) == here for party in names]
    contacts = [
        (c.question.contact, f"contact bij vraag {c.question.id}")
        for c in cases
        if c.question.contact and c.question.region and key(c.question.region) == here
    ]
    known = [*named, *contacts]
    sides = (next((shown for text, shown in known if s.search(text)), "") for s in (_MUNICIPALITY, _EDUCATION))
    return Duo(region, *sides)


def _fit(cases: Sequence[Case], offer: Offer) -> Fit:
    scores = {c.question.id: c.joint[offer] for c in cases}
    possible = tuple(i for i, score in scores.items() if score > 0)
    return Fit(offer, round(sum(scores.values()) / len(scores), 4), possible)
