"""Parts of a score, matching phrases and refusals go in, Dutch sentences come out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matcher.constraints import Refusal
from matcher.dutch import AnalysedText, Token, clauses
from matcher.parties import Offer, Question, key
from matcher.reading import Reader, Readings
from matcher.scores import Score
from matcher.vectors import Rows

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
KIND_NAMES = {
    "expert": "expert",
    "aandeelhouder": "aandeelhouder",
    "facilitator": "facilitator",
    "cop": "community of practice",
    "dossier": "dossier",
    "praktijkvoorbeeld": "praktijkvoorbeeld",
}
# What each part of a score is called, by its name in `Weights`.
PART_NAMES = {
    "meaning": "betekenis",
    "concepts": "begrippen",
    "words": "woorden",
    "themes": "thema's",
    "perspective": "perspectief",
    "rereading": "herlezen",
}
# What each rule of `constraints` keeps, in words for people.
RULE_TEXTS = {
    "datum": "Op de gewenste dag is het aanbod er: grenzen tellen mee, een lege datum is open.",
    "uren": "Er zijn genoeg uren per maand over; 0 uur is vol, leeg kent geen grens.",
    "vorm": "Het aanbod komt in een van de gewenste vormen; leeg kent geen grens.",
    "regio": "Het aanbod werkt in de regio van de vraag; leeg is het hele land.",
    "soort": "Het aanbod is van een gevraagde soort.",
    "uitgesloten": "Een verbinder heeft deze combinatie niet uitgesloten.",
    "plaatsen": "Het aanbod kan nog een koppeling aan; zonder bekend aantal is er geen grens.",
    "afwezig": "Op de gewenste dag is degene die helpt niet langdurig afwezig volgens de agenda.",
    "ingetrokken": "Het aanbod is niet ingetrokken uit de catalogus.",
}
# A concept is named as a reason only where it holds at least this share of what both texts are about.
_CLEAR = 0.15
_SHARED_WORDS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a suggestion: the part of the score it explains, a Dutch sentence, and its evidence.

    concept: the label of the theme that joins both, if that is the reason. asked: the words of the question.
    phrase: the words of the offer, at `span` (start, end) in its summary.
    """

    part: str
    text: str
    concept: str | None = None
    asked: str | None = None
    phrase: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Clauses:
    """The clauses of one text, where they stand in an offer's summary (None: not in it), and their rows.

    rows: by meaning; near: in which concepts are looked up.
    """

    texts: tuple[str, ...]
    spans: tuple[tuple[int, int] | None, ...]
    rows: Rows
    near: Rows


class Explainer:
    """Explains the suggestions for one question; reads the question's clauses once."""

    def __init__(self, question: Question, reading: Readings, reader: Reader) -> None:
        self._question, self._reading, self._reader = question, reading, reader
        self._asked = self._clauses(question.text.strip() or question.title)

    def explain(self, offer: Offer, row: Readings, score: Score) -> tuple[Reason, ...]:
        """Return the reasons for an offer, the heaviest part first, then what makes it possible.

        `row` holds the readings of this offer alone. Parts of 0 or less give no reason.
        """
        answers = self._clauses(offer.summary) if offer.summary.strip() else self._clauses(offer.name, marked=False)
        found: list[Reason] = []
        for part, value in sorted(score.parts.items(), key=lambda p: (-p[1], p[0])):
            if value > 0 and (reason := self._reason(part, offer, row, answers)) is not None:
                found.append(reason)
        return (*_each_phrase_once(found), possible(self._question, offer))

    def _reason(self, part: str, offer: Offer, row: Readings, answers: _Clauses) -> Reason | None:
        if part == "meaning":
            return self._same_meaning(answers)
        if part == "concepts":
            return self._same_concept(row, answers)
        if part == "words":
            return self._same_words(row)
        if part == "themes":
            return self._same_themes(offer)
        if part == "perspective":
            return Reason(part, f"Kijkt vanuit het gevraagde perspectief: {offer.perspective}.")
        # Rereading gives a number and no phrase to show for it.
        return None

    def _same_meaning(self, answers: _Clauses) -> Reason:
        likeness = self._asked.rows @ answers.rows.T
        i, j = np.unravel_index(int(likeness.argmax()), likeness.shape)
        asked, phrase = self._asked.texts[i], answers.texts[j]
        return Reason(
            "meaning", f"“{phrase}” ligt dicht bij uw woorden “{asked}”.",
            asked=asked, phrase=phrase, span=answers.spans[j],
        )  # fmt: skip

    def _same_concept(self, row: Readings, answers: _Clauses) -> Reason | None:
        shared = self._reading.about[0] * row.about[0]
        best = int(shared.argmax())
        if shared[best] < _CLEAR * shared.sum() or shared[best] < 0.02:
            return None
        concepts = self._reader.concepts
        theme = concepts.thesaurus.themes[best]
        i, j = (int(concepts.affinity(c.near, best).argmax()) for c in (self._asked, answers))
        asked, phrase = self._asked.texts[i], answers.texts[j]
        return Reason(
            "concepts", f"Gaat over {theme.label} (uw woorden: “{asked}”).",
            concept=theme.label, asked=asked, phrase=phrase, span=answers.spans[j],
        )  # fmt: skip

    def _same_words(self, row: Readings) -> Reason | None:
        words = _shared_words(self._reading.texts[0], row.texts[0], self._reader)
        return Reason("words", f"Noemt ook: {', '.join(words)}.") if words else None

    def _same_themes(self, offer: Offer) -> Reason | None:
        given = {key(t): t for t in self._question.themes}
        both = [t for t in offer.themes if key(t) in given]
        if both:
            return Reason("themes", f"Heeft hetzelfde thema: {', '.join(both)}.")
        return Reason("themes", f"Past bij het opgegeven thema: {', '.join(self._question.themes)}.")

    def _clauses(self, text: str, marked: bool = True) -> _Clauses:
        analysed = self._reader.analyser.analyse(text)
        spans = tuple(clauses(analysed.text))
        readable = [analysed.readable(a, b) for a, b in spans]
        rows = self._reader.encoder.encode(readable)
        near = self._reader.field.encode(readable) if self._reader.field else rows
        texts = tuple(analysed.text[a:b].rstrip(".;, ") for a, b in spans)
        return _Clauses(texts, spans if marked else (None,) * len(spans), rows, near)


def sentence(reasons: Sequence[Reason], organisation: str = "") -> str:
    """Return the one sentence that sums up why this offer: what it is about, its own words, that it can happen."""
    first = next((r for r in reasons if r.concept), None) or next((r for r in reasons if r.phrase), None)
    fits = next((r.text for r in reasons if r.part == ""), "")
    if first is None:
        return fits
    who = f"{organisation}: " if organisation else ""
    about = f"gaat over {first.concept}" if first.concept else "sluit aan bij uw vraag"
    text = f"{who}{about}; het aanbod noemt “{first.phrase}”"
    possible_now = f"; {fits[0].lower()}{fits[1:]}" if fits else "."
    return (text + possible_now)[0].upper() + (text + possible_now)[1:]


def possible(question: Question, offer: Offer) -> Reason:
    """Return the sentence that says why this offer can really happen; its part is '' as no score rests on it."""
    facts = []
    if question.needed_on:
        facts.append(f"beschikbaar op {dutch_date(question.needed_on)}")
    elif offer.available_from or offer.available_until:
        facts.append(_window(offer))
    if offer.hours_per_month is not None:
        facts.append(f"nog {_hours(offer.hours_per_month)} per maand")
    if question.forms and offer.forms:
        wanted = {key(f) for f in question.forms}
        facts.append("als " + " of ".join(f for f in offer.forms if key(f) in wanted))
    elif offer.forms:
        facts.append("als " + " of ".join(offer.forms))
    facts.append("in het hele land" if not offer.regions else f"in {_listed(offer.regions)}")
    return Reason("", f"{facts[0][0].upper()}{facts[0][1:]}{''.join(', ' + f for f in facts[1:])}.")


def refusal(refused: Refusal, offer: Offer) -> str:
    """Return why an offer cannot happen, as a Dutch clause with since or until when."""
    return _REFUSALS[refused.rule](refused, offer)


def dutch_date(day: date) -> str:
    """Return a date as people write it.

    >>> dutch_date(date(2027, 3, 1))
    '1 maart 2027'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _date_refusal(refused: Refusal, _: Offer) -> str:
    if refused.until:
        return f"pas beschikbaar vanaf {dutch_date(refused.until)}"
    return f"was beschikbaar tot en met {dutch_date(refused.since)}" if refused.since else "niet beschikbaar"


def _hours_refusal(refused: Refusal, _: Offer) -> str:
    if refused.there_is == "0":
        return "zit vol: geen uren meer over"
    return f"heeft {_hours(float(refused.there_is))} per maand, gevraagd is {_hours(float(refused.asked))}"


_REFUSALS: dict[str, Callable[[Refusal, Offer], str]] = {
    "datum": _date_refusal,
    "uren": _hours_refusal,
    "vorm": lambda r, _: f"komt niet als {r.asked.replace(', ', ' of ')}, wel als {r.there_is.replace(', ', ' of ')}",
    "regio": lambda r, o: f"werkt alleen in {_listed(o.regions)}, niet in {r.asked}",
    "soort": lambda r, o: (
        f"is een {KIND_NAMES[o.kind]}, gevraagd is een "
        + " of ".join(KIND_NAMES[k] for k in r.asked.split(", "))
    ),
    "uitgesloten": lambda r, _: r.there_is or "deze combinatie is door een verbinder uitgesloten",
    "afwezig": lambda r, _: f"is afwezig{f' tot {dutch_date(r.until)}' if r.until else ''}",
    "plaatsen": lambda r, _: "heeft geen plaats meer voor een koppeling",
    "ingetrokken": lambda r, _: "dit aanbod is ingetrokken",
}  # fmt: skip


def _each_phrase_once(reasons: list[Reason]) -> list[Reason]:
    """Word the reason of meaning otherwise where a reason before it quotes the same pair of phrases."""
    seen: set[tuple[str | None, str | None]] = set()
    kept = []
    for reason in reasons:
        pair = (reason.asked, reason.phrase)
        again = reason.part == "meaning" and pair in seen
        kept.append(replace(reason, text="Lijkt als geheel het meest op uw vraag in deze zin.") if again else reason)
        seen.add(pair)
    return kept


def _shared_words(asked: AnalysedText, answer: AnalysedText, reader: Reader) -> list[str]:
    """Return the offer's words for the terms both texts have, the most telling first."""
    wanted = {term for t in asked.tokens for term in (t.lemma, *t.parts)}
    best: dict[str, tuple[float, str]] = {}
    for token in answer.tokens:
        if shared := wanted & {token.lemma, *token.parts}:
            weight = max(reader.words.idf(term) for term in shared)
            best.setdefault(token.lemma, (weight, _as_written(token)))
    ordered = sorted(best.values(), key=lambda w: (-w[0], w[1]))
    return [word for weight, word in ordered[:_SHARED_WORDS] if weight > 0]


def _as_written(token: Token) -> str:
    capitals = token.spelled_out or any(c.isupper() for c in token.text[1:])
    return token.text if capitals else token.text.casefold()


def _window(offer: Offer) -> str:
    first, last = offer.available_from, offer.available_until
    if first and last:
        return f"beschikbaar van {dutch_date(first)} tot en met {dutch_date(last)}"
    if first:
        return f"beschikbaar vanaf {dutch_date(first)}"
    return f"beschikbaar tot en met {dutch_date(last)}" if last else ""


def _hours(hours: float) -> str:
    return f"{hours:g}".replace(".", ",") + " uur"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"
