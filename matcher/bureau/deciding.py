"""What people post, change, propose and decide goes in and is kept, dated and signed, with its hours."""

from __future__ import annotations

from dataclasses import replace

from matcher.bureau.work import AHEAD, UNSTATED_HOURS, Work
from matcher.errors import (
    ActedOnError,
)
from matcher.exchange.calendar import busy_of
from matcher.exchange.recurrence import HERE
from matcher.notices import mails_to
from matcher.parties import Offer, Question, key
from matcher.proposals import UNDO, Outcome, Proposal, Step


class Deciding(Work):
    """Posting, proposing, and the steps that follow."""

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

    def change(self, question: Question) -> None:
        """Keep a question in place of what it was; raises InvalidValueError for a text that holds a BSN."""
        self.store.put([question], self.by, self.clock())

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

    def fill_calendar(self, offer: str, calendar: str) -> None:
        """Keep when an offer is busy by the text of its calendar (iCalendar), from today on; nothing else of it.

        Raises BrokenFileError for what is no calendar, UnknownNameError for an offer that is not there.
        """
        today = self.clock().astimezone(HERE).date()
        times = busy_of(calendar, today, today + AHEAD)
        periods = [(b.start.replace(tzinfo=HERE), b.end.replace(tzinfo=HERE)) for b in times]
        self.store.set_busy(offer, periods, self.by, self.clock())
