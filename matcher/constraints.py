"""Named rules say of a question and an offer why it cannot happen; kept and refused both come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from matcher.errors import UnknownNameError
from matcher.parties import Offer, Question, key


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an offer cannot happen for a question: the rule, what was asked, what there is.

    `since` is the date from which the refusal holds, `until` the date from which it no longer does; None where
    that is not known.
    """

    rule: str
    asked: str = ""
    there_is: str = ""
    since: date | None = None
    until: date | None = None


Rule = Callable[[Question, Offer], Refusal | None]


def date_window(question: Question, offer: Offer) -> Refusal | None:
    """Refuse an offer that is not there on the wanted date (bounds inclusive, None open)."""
    wanted, first, last = question.needed_on, offer.available_from, offer.available_until
    if wanted is None:
        return None
    if first is not None and wanted < first:
        return Refusal("datum", wanted.isoformat(), "nog niet", until=first)
    if last is not None and wanted > last:
        return Refusal("datum", wanted.isoformat(), "niet meer", since=last)
    return None


def hours_left(question: Question, offer: Offer) -> Refusal | None:
    """Refuse an offer that is full (0 hours), or has fewer hours a month than asked; None knows no limit."""
    there_are, asked = offer.hours_per_month, question.hours_per_month or 0
    if there_are is None or (there_are > 0 and there_are >= asked):
        return None
    return Refusal("uren", f"{asked:g}" if asked else "", f"{there_are or 0:g}")


def wanted_form(question: Question, offer: Offer) -> Refusal | None:
    """Refuse an offer that comes in none of the wanted forms; no forms on either side: no limit."""
    return _apart("vorm", question.forms, offer.forms)


def region_served(question: Question, offer: Offer) -> Refusal | None:
    """Refuse an offer for other regions only; no regions: the whole country."""
    return _apart("regio", (question.region,) if question.region else (), offer.regions)


def wanted_kind(question: Question, offer: Offer) -> Refusal | None:
    """Refuse an offer of another kind than the question asks for."""
    return _apart("soort", question.kinds, (offer.kind,))


def not_excluded(pairs: Mapping[tuple[str, str], str]) -> Rule:
    """Return the rule that refuses the (question id, offer id) pairs a person has excluded, each with the reason."""

    def rule(question: Question, offer: Offer) -> Refusal | None:
        pair = (question.id, offer.id)
        return Refusal("uitgesloten", there_is=pairs[pair]) if pair in pairs else None

    return rule


def places_left(full: frozenset[str]) -> Rule:
    """Return the rule that refuses offers (by id) that can take no further introduction."""

    def rule(_: Question, offer: Offer) -> Refusal | None:
        return Refusal("plaatsen") if offer.id in full else None

    return rule


def not_away(absences: Mapping[str, Sequence[tuple[date, date]]]) -> Rule:
    """Return the rule that refuses offers (by id) on a day within one of their absences, both days inclusive."""

    def rule(question: Question, offer: Offer) -> Refusal | None:
        wanted = question.needed_on
        if wanted is None:
            return None
        gone = next((days for days in absences.get(offer.id, ()) if days[0] <= wanted <= days[1]), None)
        return gone and Refusal("afwezig", wanted.isoformat(), since=gone[0], until=gone[1] + timedelta(days=1))

    return rule


def not_withdrawn(offers: frozenset[str]) -> Rule:
    """Return the rule that refuses offers (by id) that were withdrawn from the catalogue."""

    def rule(_: Question, offer: Offer) -> Refusal | None:
        return Refusal("ingetrokken") if offer.id in offers else None

    return rule


# The rules that need nothing but the two parties. Each name is what `Refusal.rule` holds.
RULES: dict[str, Rule] = {
    "datum": date_window,
    "uren": hours_left,
    "vorm": wanted_form,
    "regio": region_served,
    "soort": wanted_kind,
}


def rules(
    excluded: Mapping[tuple[str, str], str] = MappingProxyType({}),
    full: Iterable[str] = (),
    absences: Mapping[str, Sequence[tuple[date, date]]] = MappingProxyType({}),
    withdrawn: Iterable[str] = (),
    without: Iterable[str] = (),
) -> tuple[Rule, ...]:
    """Return every rule in force, those named in `without` left out; raises UnknownNameError for no such rule."""
    dropped = set(without)
    for name in sorted(dropped - set(RULES)):
        raise UnknownNameError("without", name, RULES)
    chosen = [rule for name, rule in RULES.items() if name not in dropped]
    return (
        *chosen,
        not_excluded(excluded),
        places_left(frozenset(full)),
        not_away(absences),
        not_withdrawn(frozenset(withdrawn)),
    )


def sift(question: Question, offers: Sequence[Offer], rules: Sequence[Rule]) -> list[tuple[Refusal, ...]]:
    """Return for each offer, in order, all its refusals; an empty tuple means it is kept."""
    return [tuple(r for rule in rules if (r := rule(question, offer)) is not None) for offer in offers]


def _apart(rule: str, asked: tuple[str, ...], there_is: tuple[str, ...]) -> Refusal | None:
    if not asked or not there_is or {key(a) for a in asked} & {key(t) for t in there_is}:
        return None
    return Refusal(rule, ", ".join(asked), ", ".join(there_is))
