"""What a round is asked to do goes in and comes out as JSON values; a draft of one, and what is taken out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import fsum
from typing import Any

from matcher.errors import UnknownNameError
from matcher.rounds.terms import Aims

Pair = tuple[str, str]
_PLAIN = Aims()
TAKEN_OUT = "Met de hand weggehaald"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a round is asked: helpers a question, what to strive for, pairs fixed and forbidden in this round alone."""

    helpers: int = 1
    aims: Aims = _PLAIN
    fixed: tuple[Pair, ...] = ()
    forbidden: tuple[Pair, ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        """Return this as JSON values, which `wanted` reads back equal."""
        pairs = {"vast": [list(p) for p in self.fixed], "verboden": [list(p) for p in self.forbidden]}
        return {"hulp": self.helpers, "doel": asdict(self.aims), **pairs}


def wanted(body: Mapping[str, Any]) -> Wanted:
    """Return what a kept round was asked; one that does not say was asked nothing in particular."""
    asked = body.get("verzoek", {})
    fixed, forbidden = (tuple((q, o) for q, o in asked.get(name, ())) for name in ("vast", "verboden"))
    return Wanted(asked.get("hulp", 1), Aims(**asked.get("doel", body["doel"])), fixed, forbidden)


def named(body: Mapping[str, Any], pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs, which a kept round has to place; raises UnknownNameError for another."""
    asked, placed = set(pairs), [(p["leervraag"], p["aanbod"]) for p in body["geplaatst"]]
    if unknown := asked - set(placed):
        raise UnknownNameError("koppeling", "=".join(min(unknown)), ["=".join(p) for p in placed])
    return asked


def without(body: Mapping[str, Any], pairs: Iterable[Pair]) -> dict[str, Any]:
    """Return the body of a draft without these pairs: their questions are left over, and the figures follow.

    Raises UnknownNameError for a pair that the draft does not place.
    """
    out = named(body, pairs)
    placed = [p for p in body["geplaatst"] if (p["leervraag"], p["aanbod"]) not in out]
    has = [p["leervraag"] for p in placed]
    left = {item["leervraag"]: item for item in body["over"]}
    for question in sorted({q for q, _ in out}):
        before = left.get(question, {"wil": sum(p["leervraag"] == question for p in body["geplaatst"])})
        count = {"leervraag": question, "heeft": has.count(question), "wil": before["wil"]}
        left[question] = count | {"waarom": before.get("waarom", TAKEN_OUT)}
    gone = [*body.get("weggehaald", ()), *(list(p) for p in sorted(out))]
    return {
        **body, "geplaatst": placed, "over": [left[q] for q in sorted(left)], "weggehaald": gone,
        "totaal": round(fsum(p["score"] for p in placed), 4), "geholpen": len(set(has)),
    }  # fmt: skip
