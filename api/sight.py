"""A value of the library and a Caller go in; what that caller may see of it comes out, or None: the one scope function.

Every read of the service goes through `Sight`, before it is filtered, sorted, counted or exported: what cannot be seen
cannot be found by asking for it either. A role and a kind of value that stand in no rule below see nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from api.access import BEHEERDER, EVALUATOR, REGIO, VERBINDER, Caller
from api.hiding import HIDDEN, hidden_name, hiding, reason_without, scrubbed, tells_the_name, unnamed_step, without
from matcher import (
    PERSONAL_KINDS,
    Account,
    Agenda,
    ApiKey,
    Availability,
    Bureau,
    Helped,
    Judgement,
    KeptRound,
    Line,
    Offer,
    Person,
    Proposal,
    Question,
    Refused,
    Region,
    Suggestion,
    Theme,
    UnknownNameError,
    key,
)

T = TypeVar("T")


class Sight:
    """What one caller may see at one bureau."""

    def __init__(self, caller: Caller, bureau: Bureau) -> None:
        self.caller, self.bureau = caller, bureau
        self._regions = frozenset(key(r) for r in caller.regions)

    def see(self, value: T) -> T | None:
        """Return the value as the caller may see it, or None."""
        rule = _RULES.get((self.caller.role, type(value)))
        return rule(self, value) if rule else None

    def all(self, values: Iterable[T]) -> list[T]:
        """Return what the caller may see of these values, in their order."""
        return [seen for value in values if (seen := self.see(value)) is not None]

    def question(self, identifier: str) -> Question:
        """Return the question with this id, by which the caller knows it; raises UnknownNameError."""
        return self._found("leervraag", identifier, self.bureau.store.question, "question")

    def offer(self, identifier: str) -> Offer:
        """Return the offer with this id, by which the caller knows it; raises UnknownNameError."""
        return self._found("aanbod", identifier, self.bureau.store.offer, "offer")

    def proposal(self, identifier: str) -> Proposal:
        """Return the proposal with this id; raises UnknownNameError."""
        return self._found("voorstel", identifier, self.bureau.store.proposal)

    def questions(self) -> list[Question]:
        """Return all questions that the caller may see, open and closed, in order of id."""
        return self._kept("question", ("question",), self.bureau.store.questions)

    def offers(self) -> list[Offer]:
        """Return the whole catalogue as the caller may see it, in order of id."""
        return self._kept("offer", ("offer", "question", "proposal"), self.bureau.store.offers)

    def proposals(self) -> list[Proposal]:
        """Return the proposals that the caller may see, the oldest first."""
        return self._kept("proposal", ("proposal", "question"), self.bureau.store.proposals)

    def round(self, identifier: str) -> KeptRound:
        """Return the makelronde with this id; raises UnknownNameError."""
        return self._found("makelronde", identifier, self.bureau.kept_round)

    def rounds(self) -> list[KeptRound]:
        """Return the makelrondes that the caller may see."""
        return self.all(self.bureau.store.rounds())

    def real(self, kind: str, identifier: str) -> str:
        """Return the id in the store of a "question" or an "offer", given the one by which the caller knows it.

        Raises UnknownNameError for a pseudonym that stands for nothing.
        """
        return self.bureau.behind(kind, identifier) if self.caller.role == EVALUATOR else identifier

    @cached_property
    def opened(self) -> frozenset[str]:
        """The offers that the caller's regions were introduced to: a proposal to one of them was accepted."""
        return frozenset(p.offer for p in self.bureau.store.proposals() if p.question in self.asked and p.was_accepted)

    def look_again(self) -> None:
        """Forget which offers were opened: a step was taken in this request."""
        self.__dict__.pop("opened", None)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The ids of the questions that the caller may see, by their ids in the store."""
        return frozenset(q.id for q in self._questions if self.see(q) is not None)

    @cached_property
    def kept(self) -> frozenset[str]:
        """The ids of all questions that there are, whoever may see them: never shown."""
        return frozenset(q.id for q in self._questions)

    @cached_property
    def _questions(self) -> list[Question]:
        return self.bureau.store.questions()

    @cached_property
    def unplaced(self) -> Callable[[str], str]:
        """A function that takes the names of all regions out of a text."""
        return without(*self.bureau.known["region"], put="[regio]")

    def asks(self, question: Question) -> bool:
        """Return whether a question is of one of the caller's regions."""
        return question.region is not None and key(question.region) in self._regions

    def _kept(self, kind: str, kinds: tuple[str, ...], read: Callable[[], list[T]]) -> list[T]:
        """Return all of a kind as whoever has this role and these regions may see it; made anew when it changed."""
        name = ("sight", kind, self.caller.role, self._regions)
        return list(self.bureau.remember(name, kinds, lambda: self.all(read())))

    def _found(self, noun: str, identifier: str, read: Callable[[str], T], kind: str = "") -> T:
        try:
            value = read(self.real(kind, identifier) if kind else identifier)
        except UnknownNameError:
            # What is not there and what may not be seen look the same: neither tells of the other.
            value = None
        if value is None or (seen := self.see(value)) is None:
            raise UnknownNameError(noun, identifier, ())
        return seen


def _any(_: Sight, value: Any) -> Any:
    return value


def _of_my_regions(sight: Sight, question: Question) -> Question | None:
    return question if question.region is None or sight.asks(question) else None


def _my_own(sight: Sight, question: Question) -> Question | None:
    return question if sight.asks(question) else None


def _about_a_question(sight: Sight, proposal: Proposal) -> Proposal | None:
    return proposal if proposal.question in sight.asked else None


def _told_without_names(sight: Sight, proposal: Proposal) -> Proposal | None:
    """Show a region what it is proposed; a note must not tell the name that the catalogue still hides."""
    if proposal.question not in sight.asked:
        return None
    try:
        offer = sight.bureau.store.offer(proposal.offer)
    except UnknownNameError:
        return proposal
    hide = hiding(offer, _introduced(sight, offer))
    return replace(proposal, steps=tuple(unnamed_step(step, hide) for step in proposal.steps))


def _all_of_it(sight: Sight, kept: KeptRound) -> KeptRound | None:
    """Show a round to whoever may see each of its questions: of the rest its figures would tell."""
    named = {p["leervraag"] for p in (*kept.body["geplaatst"], *kept.body["over"])}
    # What was thrown away since is nobody's; a round of nothing else is its maker's.
    there = named & sight.kept
    return kept if there <= sight.asked and (there or kept.by == sight.caller.key) else None


def _of_my_questions(sight: Sight, agenda: Agenda) -> Agenda | None:
    """Show an agenda that was made of questions that the caller may see, and of no other."""
    return agenda if {q.id for g in agenda.groups for q in g.questions} <= sight.asked else None


def _introduced(sight: Sight, offer: Offer) -> Offer:
    if offer.id in sight.opened:
        return offer
    if offer.kind not in PERSONAL_KINDS:
        return scrubbed(offer, contact=None)
    return scrubbed(offer, contact=None, source=None, name=hidden_name(offer))


def _unnamed_question(sight: Sight, question: Question) -> Question:
    hide = without(question.region or "", question.contact or "", put="[regio]")
    return replace(
        question, id=sight.bureau.pseudonym("question", question.id), region=None, contact=None, source=None,
        asked_on=None, title=hide(question.title), text=hide(question.text),
    )  # fmt: skip


def _unnamed_offer(sight: Sight, offer: Offer) -> Offer:
    name = {"name": HIDDEN[offer.kind]} if offer.kind in PERSONAL_KINDS else {}
    return scrubbed(
        offer,
        id=sight.bureau.pseudonym("offer", offer.id),
        organisation="",
        contact=None,
        source=None,
        regions=(),
        **name,
    )


def _suggested(sight: Sight, suggestion: Suggestion) -> Suggestion | None:
    offer = sight.see(suggestion.offer)
    if offer is None:
        return None
    if offer == suggestion.offer:
        return suggestion
    hide = hiding(suggestion.offer, offer)
    moved = offer.summary != suggestion.offer.summary
    telling = {r for r in suggestion.reasons if tells_the_name(r, suggestion.offer, offer)}
    reasons = tuple(reason_without(r, hide, moved) for r in suggestion.reasons if r not in telling)
    return replace(suggestion, offer=offer, reasons=reasons, sentence=hide(suggestion.sentence))


def _unplaced(sight: Sight, suggestion: Suggestion) -> Suggestion | None:
    """Show a suggestion without any region: reasons quote the question, and say where an offer works."""
    found = _suggested(sight, suggestion)
    if found is None:
        return None
    hide = sight.unplaced
    reasons = tuple(
        replace(r, text=hide(r.text), phrase=r.phrase and hide(r.phrase), asked=r.asked and hide(r.asked))
        for r in found.reasons
    )
    return replace(found, reasons=reasons, sentence=hide(found.sentence))


def _refused_unplaced(sight: Sight, refused: Refused) -> Refused | None:
    """Show what was refused, but for what a region is the reason of: it would name both regions."""
    left = tuple(r for r in refused.refusals if r.rule != "regio")
    return _refused(sight, replace(refused, refusals=left)) if left else None


def _helped(sight: Sight, helped: Helped) -> Helped | None:
    question, suggestion = sight.see(helped.question), sight.see(helped.suggestion)
    return None if question is None or suggestion is None else Helped(question, suggestion)


def _refused(sight: Sight, refused: Refused) -> Refused | None:
    offer = sight.see(refused.offer)
    return None if offer is None else replace(refused, offer=offer)


def _my_judgement(sight: Sight, judgement: Judgement) -> Judgement | None:
    if judgement.by != sight.caller.key:
        return None
    question, offer = (
        sight.bureau.pseudonym(k, i) for k, i in (("question", judgement.question), ("offer", judgement.offer))
    )
    return replace(judgement, question=question, offer=offer)


def _my_key(sight: Sight, key: ApiKey) -> ApiKey | None:
    return key if key.person == sight.caller.key else None


Rule = Callable[[Sight, Any], Any]
_RULES: Mapping[tuple[str, type[Any]], Rule] = {
    (VERBINDER, Question): _of_my_regions,
    (VERBINDER, Offer): _any,
    (VERBINDER, Proposal): _about_a_question,
    (VERBINDER, KeptRound): _all_of_it,
    (VERBINDER, Suggestion): _suggested,
    (VERBINDER, Helped): _helped,
    (VERBINDER, Refused): _refused,
    (VERBINDER, Region): _any,
    (REGIO, Question): _my_own,
    (REGIO, Offer): _introduced,
    (REGIO, Proposal): _told_without_names,
    (REGIO, Suggestion): _suggested,
    (REGIO, Helped): _helped,
    (REGIO, Refused): _refused,
    (REGIO, Region): _any,
    (EVALUATOR, Question): _unnamed_question,
    (EVALUATOR, Offer): _unnamed_offer,
    (EVALUATOR, Suggestion): _unplaced,
    (EVALUATOR, Refused): _refused_unplaced,
    (EVALUATOR, Helped): _helped,
    (EVALUATOR, Judgement): _my_judgement,
    (BEHEERDER, Offer): _any,
    (BEHEERDER, Region): _any,
    (VERBINDER, Agenda): _of_my_questions,
    (VERBINDER, Availability): _any,
    (BEHEERDER, Availability): _any,
    (VERBINDER, Theme): _any,
    (REGIO, Theme): _any,
    (EVALUATOR, Theme): _any,
    (BEHEERDER, Theme): _any,
    (BEHEERDER, Account): _any,
    (BEHEERDER, Person): _any,
    (BEHEERDER, ApiKey): _any,
    (BEHEERDER, Line): _any,
    (VERBINDER, ApiKey): _my_key,
    (REGIO, ApiKey): _my_key,
    (EVALUATOR, ApiKey): _my_key,
}
