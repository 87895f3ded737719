"""The bureau at work: gathers from the store, lets the engine and the domain decide, writes back, dated and signed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from matcher import privacy, reference
from matcher.accounts import pseudonym
from matcher.agenda import COMMUNITY_FITS, GOOD, Agenda, agenda
from matcher.agenda.alike import Alike
from matcher.constraints import Refusal, rules, sift
from matcher.engines import Engines
from matcher.errors import (
    ActedOnError,
    CellProblem,
    InfeasibleRoundError,
    InvalidValueError,
    MissingPartError,
    UnknownNameError,
)
from matcher.evaluation.agreement import Agreement, mean_agreement, pairwise
from matcher.evaluation.judgements import from_evaluators
from matcher.exchange.calendar import busy_of
from matcher.exchange.plans import Plan, plan
from matcher.exchange.recurrence import HERE
from matcher.exchange.sheets import Sheet
from matcher.intake import Intake
from matcher.judging import Covered, Turn, covered, first_of, turn
from matcher.matchmaker import Matchmaker, absences_of
from matcher.notices import mails_to
from matcher.parties import Offer, Question, Region, by_key, key
from matcher.proposals import UNDO, Outcome, Proposal, Step
from matcher.reasons import refusal
from matcher.rounds import Aims, Request, Round, Supply, Wanted, hold, named, sentence, without
from matcher.settings import Settings
from matcher.store import FIXED, ROUND_STATES, KeptRound, Store, open_store
from matcher.suggestions import Helped, Ranking, Suggestion, Suggestions, helped, rank_all, weighed
from matcher.thesaurus import Thesaurus

# What a proposal reserves when neither the question nor the verbinder says how many hours a month it takes.
UNSTATED_HOURS = 1.0
# How far ahead a calendar is read.
AHEAD = timedelta(days=366)
DRAFT, APPROVED, UNDONE = ROUND_STATES
_NO_BSN = "hier staat een burgerservicenummer (BSN): haal het weg; over kinderen worden geen gegevens bewaard"
_TAKEN = "dit kenmerk is al van iets anders; kies een ander"
Pair = tuple[str, str]
T = TypeVar("T")


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Bureau:
    """The store of one bureau and the engine over it; for one thread."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime] = now
    engines: Engines | None = None

    @property
    def by(self) -> str:
        """Who is at work, by key."""
        return self.settings.user

    @cached_property
    def _engines(self) -> Engines:
        return self.engines or Engines(self.settings)

    @property
    def engine(self) -> Matchmaker:
        """The engine over the catalogue."""
        return self._engines.catalogue(self.store)

    @property
    def matchmaker(self) -> Matchmaker:
        """The engine as things stand: hours that proposals hold are gone, declined pairs are refused."""
        return self._engines.as_it_stands(self.store)

    def question(self, identifier: str) -> Question:
        """Return a question by its id; raises UnknownNameError naming some that are known."""
        return self.store.question(identifier)

    def _dated(self, question: Question) -> Question:
        """Return the question, wanted today when it names no date: what is over is no help."""
        return question if question.needed_on else replace(question, needed_on=self.clock().astimezone().date())

    def suggest(self, question: str, k: int = 5, **wanted: Any) -> Suggestions:
        """Return the suggestions for a question of the store, and remember that they were shown.

        wanted: fields of the question to ask otherwise for once, as needed_on, forms, kinds, perspectives.
        """
        found = self.consider(replace(self.question(question), **wanted), k)
        self.store.show(question, [(s.offer.id, s.score.total) for s in found.kept], self.by, self.clock())
        return found

    def consider(self, question: Question, k: int = 5) -> Suggestions:
        """Return the suggestions for a question that need not be kept; nothing is remembered.

        Raises UnknownNameError for a region or form that nobody knows.
        """
        return self._engines.suggest(self.store, self.matchmaker.checked(self._dated(question)), k)

    def helped(self, offer: str, among: Iterable[Question] | None = None, k: int = 20) -> tuple[Helped, ...]:
        """Return the k open questions that an offer (by id) helps best, as things stand; nothing is remembered.

        among: of these questions only, as far as they are open.
        """
        engine = self.matchmaker
        return helped(offer, self._asking(among), engine.pool, engine.reader, engine.weights, engine.rules, k)

    def weighed(self, pairs: Iterable[Pair]) -> list[tuple[Suggestion, tuple[str, ...]]]:
        """Return each pair's offer as a suggestion for its question, can it happen or not, and in clauses why not.

        Raises UnknownNameError for a question or an offer that is not there.
        """
        engine, asked = self.matchmaker, [(self._dated(self.question(q)), o) for q, o in pairs]
        found = weighed(asked, engine.pool, engine.reader, engine.weights, engine.rules, engine.reranker)
        return [(s, tuple(refusal(r, s.offer) for r in refusals)) for s, refusals in found]

    def _asking(self, among: Iterable[Question] | None) -> list[Question]:
        """Return the open questions, of these only on request, each with the date on which it is wanted."""
        chosen = None if among is None else {q.id for q in among}
        return [self._dated(q) for q in self.store.open_questions() if chosen is None or q.id in chosen]

    def take_back(self, identifier: str) -> Question | None:
        """Put a question in the bin that who is at work posted, and return it; None where someone else posted it.

        Raises ActedOnError when something was done with it: a change, a proposal, closing.
        """
        with self.store.at_once():
            question, changes = self.question(identifier), self.store.changes("question", identifier)
            if not changes or changes[0].by != self.by:
                return None
            done = [f"wijziging {c.number}" for c in changes[1:]] + [p.id for p in self.store.proposals(identifier)]
            if done or identifier in self.store.closed():
                raise ActedOnError(f"leervraag {identifier} terughalen", done or ["gesloten"])
            self.store.delete("question", identifier, self.by, self.clock())
        return question

    def alike(self, question: Question, k: int = 5) -> list[Alike]:
        """Return at most k open questions that ask much the same, by meaning and concepts, the most alike first.

        The question need not be kept; it is never like itself. Nothing is remembered, and no question without a title
        is named: the title is what others may read of it.
        """
        others = [q for q in self.store.open_questions() if q.id != question.id and q.title.strip()]
        return self._engines.likeness(self.store).nearest(question, others, k)

    def communities(self, question: Question, k: int = 2) -> list[Suggestion]:
        """Return at most k communities of practice that fit a question that need not be kept; errors as `consider`."""
        found = self.consider(replace(question, kinds=("cop",)), k).kept
        return [s for s in found if s.score.total >= COMMUNITY_FITS]

    @property
    def notice(self) -> str:
        """What keeps answers from being as good as they can be, as a Dutch sentence; "" when nothing does."""
        return self._engines.fault

    def post(self, question: Question) -> Question:
        """Keep a new question under an id of its own (lv-1, lv-2, ...) and return it; its given id is not used.

        Raises InvalidValueError for a text that holds a BSN, without repeating it.
        """
        with self.store.at_once():
            known = {q.id for q in self.store.questions()} | {p.question for p in self.store.proposals()}
            made = replace(question, id=self._next("lv", known | self._binned("question")))
            self.change(made)
        return made

    def enter(self, offer: Offer) -> Offer:
        """Keep a new offer under an id of its own (ab-1, ab-2, ...) and return it; its given id is not used."""
        with self.store.at_once():
            known = {o.id for o in self.store.offers()} | {p.offer for p in self.store.proposals()}
            made = replace(offer, id=self._next("ab", known | self._binned("offer")))
            self.store.put([made], self.by, self.clock())
        return made

    def _binned(self, kind: str) -> set[str]:
        """Return the ids of what is in the bin: given to another, they would stand in the way of bringing it back."""
        return {b.key for b in self.store.bin() if b.kind == kind}

    def change(self, question: Question) -> None:
        """Keep a question in place of what it was; raises InvalidValueError for a text that holds a BSN."""
        if privacy.blocked(question.full_text):
            raise InvalidValueError("text", "...", _NO_BSN)
        self.store.put([question], self.by, self.clock())

    def remember(self, what: Hashable, kinds: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what was made before under this name, or make it: anew where something of these kinds changed."""
        return self._engines.remember(self.store, what, kinds, make)

    def pseudonym(self, kind: str, identifier: str) -> str:
        """Return the id under which evaluators know a "question" or an "offer"."""
        return pseudonym(self.store.secret(), kind, identifier)

    def behind(self, kind: str, given: str) -> str:
        """Return the id that a pseudonym stands for; raises UnknownNameError."""
        return self._engines.behind(self.store, kind, given)

    def _next(self, prefix: str, taken: Iterable[str]) -> str:
        numbers = [int(i.removeprefix(f"{prefix}-")) for i in taken if re.fullmatch(rf"{prefix}-[0-9]{{1,15}}", i)]
        return f"{prefix}-{max(numbers, default=0) + 1}"

    def objections(self, question: str, offer: str) -> tuple[str, ...]:
        """Return why this offer cannot happen for this question, as Dutch clauses; empty when it can."""
        engine = self.matchmaker
        offers = {o.id: o for o in engine.pool.offers}
        if offer not in offers:
            raise UnknownNameError("aanbod", offer, [*list(offers)[:10], "..."])
        (found,) = sift(self._dated(self.question(question)), [offers[offer]], engine.rules)
        return tuple(refusal(r, offers[offer]) for r in found)

    def propose(
        self, question: str, offer: str, note: str = "", hours: float | None = None, again: bool = False
    ) -> Proposal:
        """Propose an offer for a question and reserve its hours a month.

        hours: those that the question asks, else UNSTATED_HOURS. Errors as `Store.propose`.
        """
        asked = self.question(question)
        taken = hours if hours is not None else asked.hours_per_month or UNSTATED_HOURS
        with self.store.at_once():
            made = self.store.propose(question, offer, taken, self.by, self.clock(), note, again)
            self.tell(made)
        return made

    def take(self, proposal: str, kind: str, note: str = "", outcome: Outcome | None = None) -> Proposal:
        """Take a step with a proposal (`proposals.NEXT`); errors as `Store.take`."""
        with self.store.at_once():
            after = self.store.take(proposal, Step(kind, self.clock(), self.by, note, outcome))
            self.tell(after)
        return after

    def tell(self, proposal: Proposal) -> None:
        """Put a mail in line for whom the last step of a proposal concerns; only where a mail server is set.

        What a verbinder did is for the people of the region that asked, what they answered is for who proposed it.
        Nothing is mailed of a step that was taken back, nor to who is at work.
        """
        if not self.settings.mail_host or proposal.steps[-1].kind == UNDO:
            return
        people = {p.key: p for p in self.store.people()}
        region, me = self.question(proposal.question).region, people.get(self.by)
        if me is not None and me.role == "regio":
            concerned = [proposal.steps[0].by]
        else:
            asked = key(region or "")
            concerned = [p.key for p in people.values() if p.role == "regio" and asked in {key(r) for r in p.regions}]
        for person in concerned:
            if person in people and person != self.by and mails_to(self.store, person):
                link = f"/voorstellen/{proposal.id}"
                self.store.notify(person, f"voorstel {proposal.steps[-1].kind}", link, self.by, self.clock())

    @property
    def thesaurus(self) -> Thesaurus:
        """The themes in which questions and offers are understood."""
        return self.engine.reader.concepts.thesaurus

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions, in order of name: those of the store, or of the reference corpus while it has none."""
        return tuple(self.store.regions() or sorted(reference.regions(), key=lambda r: r.name))

    def fill_calendar(self, offer: str, calendar: str) -> None:
        """Keep when an offer is busy by the text of its calendar (iCalendar), from today on; nothing else of it.

        Raises BrokenFileError for what is no calendar, UnknownNameError for an offer that is not there.
        """
        today = self.clock().astimezone(HERE).date()
        times = busy_of(calendar, today, today + AHEAD)
        periods = [(b.start.replace(tzinfo=HERE), b.end.replace(tzinfo=HERE)) for b in times]
        self.store.set_busy(offer, periods, self.by, self.clock())

    @property
    def known(self) -> dict[str, tuple[str, ...]]:
        """What a sheet may name, by field: regions, leervragen, aanbod."""
        offers, questions = self.store.offers(), self.store.questions()
        names = {r.name for r in self.regions} | {n for o in offers for n in o.regions}
        regions = tuple(sorted(by_key(names).values()))
        return {
            "region": regions, "regions": regions,
            "question": tuple(q.id for q in questions), "offer": tuple(o.id for o in offers),
        }  # fmt: skip

    def turn(self, later: Collection[Pair] = ()) -> Turn:
        """Return the pair that whoever is at work is to judge next, and how far they are.

        later: pairs that they left for later; those come when the others are judged.
        """
        mine = {(j.question, j.offer) for j in self.store.judgements() if j.by == self.by}
        return turn(self._engines.to_judge(self.store), mine, later)

    def coverage(self) -> list[Covered]:
        """Return how far each question that evaluators are asked about is judged, by anyone and by who is at work."""
        given = self.store.judgements()
        pool = self._engines.to_judge(self.store)
        asked = [self.store.question(q) for q in dict.fromkeys(q for q, _ in pool)]
        firsts = self.remember("first of the judged", ("offer", "region", "question", "closing"),
                               lambda: first_of(asked, self.engine))  # fmt: skip
        everyone = {(j.question, j.offer) for j in given}
        return covered(pool, firsts, everyone, {(j.question, j.offer) for j in given if j.by == self.by})

    def judge(self, question: str, offer: str, grade: int, note: str = "") -> None:
        """Keep a grade (0-3) of a pair; the latest of each evaluator counts.

        Raises UnknownNameError for what is not there, InvalidValueError for a grade that is none and a note with a BSN.
        """
        if privacy.blocked(note):
            raise InvalidValueError("note", "...", _NO_BSN)
        with self.store.at_once():
            self.store.question(question)
            self.store.offer(offer)
            self.store.judge(question, offer, grade, self.by, self.clock(), note)

    def agreement(self) -> tuple[list[Agreement], Agreement]:
        """Return how far every two evaluators agree over what both graded, and the mean; people by key."""
        given = from_evaluators(self.store.judgements())
        return pairwise(given), mean_agreement(given)

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

    def take_in(self, intake: Intake) -> int:
        """Keep the offers and questions of an application, as a person saw them, and who takes part in the region.

        Returns how many changed.
        """
        at = self.clock()
        with self.store.at_once():
            made = self.store.put([*intake.offers, *intake.questions], self.by, at)
            told = intake.partners and self.store.set_partners(
                intake.name, intake.partners, f"aanmelding van {intake.name}", self.by, at
            )
        return len(made) + bool(told)

    def planned(
        self, sheet: Sheet, there: Iterable[Any] | None = None, known: Mapping[str, Iterable[str]] | None = None
    ) -> Plan:
        """Return what taking over a sheet would do: what is new, changed, the same and wrong. Nothing is kept.

        there, known: what whoever brings the sheet may know of what there is and of names; without them all of it. An
        id that stands for something else is wrong, and of that something nothing is told. A question that holds a BSN
        is wrong, and the number is not repeated.
        """
        rows = self.rows(sheet.layout.name)
        names = self.known if known is None else {field: tuple(values) for field, values in known.items()}
        found = plan(sheet, rows if there is None else there, names)
        if there is not None and sheet.layout.party:
            taken = {row.id for row in rows}
            own = [CellProblem(e.row, sheet.layout.column("id").header, _TAKEN, sheet.letters["id"])
                   for e in found.new if e.value.id in taken]  # fmt: skip
            found = replace(found, wrong=(*found.wrong, *own))
        entries = (*found.new, *found.changed) if sheet.layout.name == "questions" else ()
        holding = [e.row for e in entries if privacy.blocked(e.value.full_text)]
        wrong = [CellProblem(row, "Tekst", _NO_BSN, sheet.letters.get("text", "")) for row in holding]
        return replace(found, wrong=(*found.wrong, *wrong))

    def warnings(self, found: Plan) -> list[tuple[int, str]]:
        """Return what a plan of questions would bring in that asks for a second look: (row, Dutch sentence)."""
        entries = (*found.new, *found.changed)
        return [(e.row, text) for e in entries for text in privacy.warnings(e.value.full_text)]

    def rows(self, kind: str) -> list[Any]:
        """Return what there is of a kind of sheet: parties, or mappings with the fields of its layout."""
        if kind == "offers":
            return list(self.store.offers())
        if kind == "questions":
            return list(self.store.questions())
        if kind == "judgements":
            mine = [j for j in self.store.judgements() if j.by == self.by]
            return [
                {"question": j.question, "offer": j.offer, "grade": j.grade, "reason": j.note or None} for j in mine
            ]
        return [proposal_row(p) for p in self.store.proposals()]

    def take_over(self, kind: str, plan: Plan) -> None:
        """Keep what a plan takes, all or nothing; raises InvalidValueError where anything in it is wrong.

        Of a sheet of proposals only new pairs can be taken; what is proposed already changes by steps.
        """
        if plan.wrong:
            raise InvalidValueError("blad", plan.sentence, "een blad zonder fouten")
        with self.store.at_once():
            if kind in {"offers", "questions"}:
                self.store.put(plan.taken, self.by, self.clock())
            for row in plan.taken if kind == "judgements" else ():
                note = row["reason"] or ""
                self.store.judge(row["question"], row["offer"], row["grade"], self.by, self.clock(), note)
            for entry in (*plan.new, *plan.changed) if kind == "proposals" else ():
                self._propose_row(entry.value, bool(entry.changes))

    def _propose_row(self, row: Mapping[str, Any], known: bool) -> None:
        if known or row["state"] not in {None, "", "voorgesteld"}:
            raise InvalidValueError(
                "stand", f"{row['id']}: {row['state']}", "een nieuw voorstel; de stand verandert met `matcher step`"
            )
        made = [p for p in self.store.proposals(row["question"], row["offer"]) if p.state != UNDO]
        if not made:
            self.propose(row["question"], row["offer"], row["note"] or "", row["hours"])


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


def proposal_row(p: Proposal) -> dict[str, Any]:
    """Return a proposal as a row of its sheet."""
    return {
        "id": p.id, "question": p.question, "offer": p.offer, "state": p.state, "hours": p.hours,
        "since": p.steps[-1].at.astimezone().date(), "note": p.note or None,
    }  # fmt: skip


def practice(engine: Matchmaker, settings: Settings, clock: Callable[[], datetime]) -> Bureau:
    """Return a bureau that remembers nothing, over the reference corpus and the engine that reads it."""
    store = Store.in_memory()
    store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
    return Bureau(store, settings, clock, Engines(settings, engine))


@contextmanager
def open_memory(settings: Settings) -> Iterator[Store]:
    """Open the bureau's own database; raises MissingPartError when there is none yet."""
    if not settings.database.exists():
        raise MissingPartError(f"de database van het bureau, {settings.database},", "maak die met `matcher start`")
    store = open_store(settings.database, must_exist=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_bureau(settings: Settings) -> Iterator[Bureau]:
    """Open the bureau's own database, with the engine over it for when it is asked for; errors as `open_memory`."""
    with open_memory(settings) as store:
        yield Bureau(store, settings)
