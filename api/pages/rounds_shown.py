"""A kept round goes in, what its page shows comes out: who is placed and why, who is left over, the figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.pages.shown import headline, offer_page, question_page, why
from api.sight import Sight
from matcher import KeptRound, Offer, Pair, Question

Couple = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A pair of a round; question and offer None where they are gone since, or not to be seen."""

    pair: Couple
    question: Question | None
    offer: Offer | None
    score: float
    fixed: bool
    proposal: str

    @property
    def key(self) -> str:
        """What names this pair in a form."""
        return key_of(self.pair)

    @property
    def title(self) -> str:
        """What the question is called."""
        return headline(self.question) if self.question else self.pair[0]

    @property
    def name(self) -> str:
        """What the offer is called."""
        return self.offer.name if self.offer else self.pair[1]

    @property
    def pages(self) -> Couple:
        """The addresses of question and offer, "" for what is gone."""
        return question_page(self.question) if self.question else "", offer_page(self.offer) if self.offer else ""


def key_of(pair: Couple) -> str:
    """Return what names a pair in a form; ids hold no spaces."""
    return " ".join(pair)


def pairs_of(kept: KeptRound) -> list[Couple]:
    """Return the pairs that a round places."""
    return [(p["leervraag"], p["aanbod"]) for p in kept.body["geplaatst"]]


def placed(sight: Sight, kept: KeptRound) -> list[Placed]:
    """Return what a round places; of an approved one what was proposed of it is known by the proposal's id."""
    questions, offers = {q.id: q for q in sight.questions()}, {o.id: o for o in sight.offers()}
    made = set(kept.body.get("voorstellen", ()))
    proposals = {(p.question, p.offer): p.id for p in sight.proposals() if p.id in made}
    return [
        Placed(pair, questions.get(pair[0]), offers.get(pair[1]), p["score"], p["vast"], proposals.get(pair, ""))
        for pair, p in zip(pairs_of(kept), kept.body["geplaatst"], strict=True)
    ]


def reasons(sight: Sight, rows: Iterable[Placed]) -> dict[str, str]:
    """Return for each pair, by its key, in one sentence why the offer fits; none for what is gone."""
    there = [p.pair for p in rows if p.question and p.offer]
    work = sight.bureau
    found = work.remember(("reasons", *there), ("question", "offer", "region"), lambda: work.weighed(there))
    seen = {pair: sight.see(s) for pair, (s, _) in zip(there, found, strict=True)}
    return {key_of(pair): why(s, 1) for pair, s in seen.items() if s}


def left_over(sight: Sight, kept: KeptRound) -> list[dict[str, Any]]:
    """Return the questions with fewer helpers than was asked, those without any first, and why."""
    questions = {q.id: q for q in sight.questions()}
    found = [
        {**item, "title": headline(q) if (q := questions.get(item["leervraag"])) else item["leervraag"],
         "href": question_page(q) if q else "", "region": q.region if q else None}
        for item in kept.body["over"]
    ]  # fmt: skip
    return sorted(found, key=lambda item: (item["heeft"], str(item["title"]).casefold()))


def figures(kept: KeptRound) -> dict[str, Any]:
    """Return the numbers of a round, and those of choosing the best for each question without looking at the rest."""
    body = kept.body
    asked = {p["leervraag"] for p in (*body["geplaatst"], *body["over"])}
    return {
        "asked": len(asked), "helped": body["geholpen"], "pairs": len(body["geplaatst"]), "total": body["totaal"],
        "left": sum(item["heeft"] == 0 for item in body["over"]), "gap": body["marge"], "plain": body["topK"],
        "taken_out": len(body.get("weggehaald", ())),
    }  # fmt: skip


def rules_of(sight: Sight) -> list[tuple[Pair, str, str]]:
    """Return the pairs that a person fixed or ruled out, with what question and offer are called."""
    questions, offers = {q.id: q for q in sight.questions()}, {o.id: o for o in sight.offers()}
    return [
        (p, headline(questions[p.question]), offers[p.offer].name)
        for p in sight.bureau.store.pairs()
        if p.question in questions and p.offer in offers
    ]
