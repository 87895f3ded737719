"""Open questions go in; a round as draft, approved or undone comes out, and the learning agenda."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from matcher.agenda import GOOD, Agenda, agenda
from matcher.bureau.asking import Asking
from matcher.bureau.deciding import Deciding
from matcher.bureau.work import APPROVED, DRAFT, UNDONE, UNSTATED_HOURS, Pair
from matcher.constraints import Refusal, rules
from matcher.errors import (
    ActedOnError,
    InfeasibleRoundError,
    InvalidValueError,
    UnknownNameError,
)
from matcher.matchmaker import absences_of
from matcher.parties import Offer, Question
from matcher.proposals import UNDO
from matcher.rounds import Aims, Request, Round, Supply, Wanted, hold, named, sentence, without
from matcher.store import FIXED, KeptRound, Store
from matcher.suggestions import Ranking, rank_all


class Rounds(Asking, Deciding):
    """Many questions at once."""

    def rankings(self, among: Iterable[Question] | None = None) -> list[Ranking]:
        """Return the open questions over the catalogue as things stand, in order of id; `among`: of these only."""
        return list(self._ranked(among))

    def _ranked(self, among: Iterable[Question] | None) -> Iterator[Ranking]:
        engine, asked = self.matchmaker, self._asking(among)
        return rank_all(asked, engine.pool, engine.reader, engine.weights, engine.rules, engine.reranker)

    def round(
        self, helpers: int = 1, aims: Aims | None = None, over: Sequence[Ranking] | None = None,
        fixed: Iterable[Pair] = (), forbidden: Iterable[Pair] = (),
    ) -> Round:  # fmt: skip
        """Return the best way to bring all open questions to helpers at once; nothing is kept.

        over: `rankings`, where they are at hand, or of some questions only. fixed, forbidden: in this round alone,
        beside what a verbinder decided for all.

        A question counts the helpers it has already been brought to. Pairs that a verbinder fixed or forbade are
        kept; a pair that was proposed before is not proposed again. Nothing scores less than GOOD.
        """
        table = _Table(self.store, self.rankings() if over is None else over, helpers)
        locked = table.fixed | table.asking(fixed)
        return hold(
            table.requests, table.supplies, table.scores, table.possible, locked, table.forbidden | set(forbidden),
            aims, floor=GOOD, refusals=table.refusals,
        )  # fmt: skip

    def hold_round(self, asked: Wanted, among: Iterable[Question] | None = None) -> dict[str, Any]:
        """Return a round over the open questions (among: over these only) as the body of a draft; nothing is kept.

        Raises InfeasibleRoundError where it cannot be held as it is asked.
        """
        found = self.round(asked.helpers, asked.aims, self.rankings(among), asked.fixed, asked.forbidden)
        return self.told(found) | {"verzoek": asked.told}

    def revise_round(self, identifier: str, asked: Wanted | None = None, out: Iterable[Pair] = ()) -> KeptRound:
        """Take pairs out of a draft, and keep what it is asked when it is held again (`hold_round`)."""
        with self.store.at_once():
            body = without(self.kept_round(identifier, DRAFT).body, out)
            return self.keep_draft(body if asked is None else body | {"verzoek": asked.told}, identifier)

    def keep_draft(self, body: dict[str, Any], identifier: str | None = None) -> KeptRound:
        """Keep the body of a round as a draft, under a new id or in place of another draft."""
        with self.store.at_once():
            name = identifier or self._next("r", (r.id for r in self.store.rounds()))
            self.store.keep_round(name, DRAFT, body, self.by, self.clock())
            return self.kept_round(name)

    def told(self, found: Round) -> dict[str, Any]:
        """Return a round as JSON values: figures, what it placed, and who is left over and why."""
        names = {o.id: o.name for o in self.store.offers()}
        return {
            "doel": asdict(found.aims), "totaal": found.total, "geholpen": found.helped, "marge": found.gap,
            "geplaatst": [
                {"leervraag": p.question, "aanbod": p.offer, "score": p.score, "vast": p.locked} for p in found.placed
            ],
            "over": [
                {"leervraag": item.question, "heeft": item.has, "wil": item.wanted, "waarom": sentence(item, names)}
                for item in found.left
            ],
            "topK": asdict(found.top_k),
        }  # fmt: skip

    def agenda(self, over: Iterable[Ranking] | None = None, among: Iterable[Question] | None = None) -> Agenda:
        """Return the learning agenda of the open questions: what belongs together, and what finds no offer.

        over: `rankings`, where they are at hand. among: of these questions only.
        """
        return agenda(self._ranked(among) if over is None else over, self.thesaurus, self.store.partners())

    def keep_round(self, found: Round) -> KeptRound:
        """Keep a round as a draft, under a new id."""
        return self.keep_draft(self.told(found))

    def approve(self, identifier: str, leave_out: Iterable[Pair] = ()) -> KeptRound:
        """Propose what a draft places, all or nothing, but the pairs that are left out.

        Errors as `propose`: what changed since the draft was made is not passed over.
        """
        kept = self.kept_round(identifier, DRAFT)
        out, pairs = named(kept.body, leave_out), [(p["leervraag"], p["aanbod"]) for p in kept.body["geplaatst"]]
        with self.store.at_once():
            made = [self.propose(*pair, note=f"makelronde {identifier}").id for pair in pairs if pair not in out]
            self.store.keep_round(identifier, APPROVED, kept.body | {"voorstellen": made}, self.by, self.clock())
        return self.kept_round(identifier)

    def undo_round(self, identifier: str) -> KeptRound:
        """Take back what an approved round proposed, all or nothing; raises as `take` where someone acted on it."""
        kept = self.kept_round(identifier, APPROVED)
        with self.store.at_once():
            made = [self.store.proposal(p) for p in kept.body.get("voorstellen", ())]
            if acted := [p.id for p in made if len(p.effective) > 1]:
                raise ActedOnError(f"{identifier} terugdraaien", acted)
            for proposal in made:
                if proposal.effective:
                    self.take(proposal.id, UNDO)
            self.store.keep_round(identifier, UNDONE, kept.body, self.by, self.clock())
        return self.kept_round(identifier)

    def kept_round(self, identifier: str, state: str | None = None) -> KeptRound:
        """Return a round that was kept, and has this state."""
        found = {r.id: r for r in self.store.rounds()}
        if identifier not in found:
            raise UnknownNameError("makelronde", identifier, found)
        if state not in {None, found[identifier].state}:
            raise InvalidValueError(
                "makelronde", f"{identifier} ({found[identifier].state})", f"een ronde die {state} is"
            )
        return found[identifier]


class _Table:
    """The open questions against the catalogue as a round sees them: numbers, and what a person decided before."""

    def __init__(self, store: Store, rankings: Sequence[Ranking], helpers: int) -> None:
        proposals = [p for p in store.proposals() if p.state != UNDO]
        has = Counter(p.question for p in proposals if p.open)
        # Room is the round's own matter: hours and places are no reason to refuse a pair beforehand.
        rules_here = rules(store.excluded(), absences=absences_of(store), without=("uren",))
        asking = [replace(r, rules=rules_here) for r in rankings if has[r.question.id] < helpers]
        pool = rankings[0].pool if rankings else None
        self._ranking = {r.question.id: r for r in asking}
        self._place = {o.id: i for i, o in enumerate(pool.offers)} if pool else {}
        self.requests = [
            Request(r.question.id, helpers - has[r.question.id], 0, r.question.hours_per_month or UNSTATED_HOURS)
            for r in asking
        ]
        self.supplies = [self._supply(store, o) for o in pool.offers] if pool else []
        shape = (len(asking), len(self.supplies))
        self.scores = np.array([r.scores.totals for r in asking]).reshape(shape)
        self.possible = np.array([r.possible for r in asking], bool).reshape(shape)
        self.forbidden = {(p.question, p.offer) for p in proposals if p.question in self._ranking}
        fixed = {(p.question, p.offer) for p in store.pairs() if p.rule == FIXED and p.question in self._ranking}
        self.fixed = fixed - self.forbidden

    def _supply(self, store: Store, offer: Offer) -> Supply:
        hours, places = store.room(offer.id)
        return Supply(offer.id, hours.left, places.left, perspective=offer.perspective)

    def asking(self, pairs: Iterable[Pair]) -> set[Pair]:
        """Return the pairs; raises InfeasibleRoundError for one whose question asks nobody, or no longer."""
        found = set(pairs)
        if idle := min((p for p in found if p[0] not in self._ranking), default=None):
            raise InfeasibleRoundError("most", idle, f"{idle[0]} vraagt in deze ronde niemand meer", pairs=[idle])
        return found

    def refusals(self, question: str, offer: str) -> tuple[Refusal, ...]:
        return self._ranking[question].refusals(self._place[offer])
