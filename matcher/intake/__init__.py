"""The application of an aandeelhouder or a region goes in, the offers and questions that follow from it come out.

    file
     | sections.read_rows        rows: text, JSON or XLSX
     | sections.sections         heading -> the point that is meant (points.py), with the text under it
     | pieces.pieces             each thing that is offered or asked
     | facts.facts               forms, hours, dates, regions where they are certain
     | partners.partners         who takes part in a region: organisations
     = Intake(offers, questions, answers, doubts, partners)

Nothing is kept here and nothing is thrown away: what becomes no offer or question stands in `answers`, and what was
guessed stands in `doubts`, for a person to look at before anything is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from matcher import privacy
from matcher.errors import BrokenFileError, Problem
from matcher.intake.facts import Facts, facts, measurable
from matcher.intake.partners import partners
from matcher.intake.pieces import intent, pieces
from matcher.intake.points import INSTRUCTION, OPTIONAL, POINTS, Applicant, Point, plain
from matcher.intake.sections import ALLOWED, Row, Section, read_rows, sections
from matcher.parties import Offer, Question, by_key, key

__all__ = ["POINTS", "Applicant", "Intake", "Point", "blank", "read_intake"]

# Where stands what belongs to no point that is asked.
OTHER = "overig"
_TITLE = re.compile(
    r"^(?:aanmelding|aanmeldformulier|formulier|deelname)\b(?:.*\b(?P<holder>aandeelhouder))?"
    r"(?:.*?\b(?:inspiratie)?(?P<region>regio|gemeente)(?:/gemeente)?\b[\s:]*(?P<name>\S.{0,79})?)?$",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Intake:
    """An application as it was read.

    answers: text by point (`Point.key`; what belongs to no point under `overig`). offers, questions: in the words of
    the applicant, not kept yet. doubts: Dutch sentences, what was guessed or not read. partners: the organisations that
    take part in a region, by name.
    """

    kind: Applicant
    name: str
    answers: Mapping[str, str]
    offers: tuple[Offer, ...]
    questions: tuple[Question, ...]
    doubts: tuple[str, ...]
    partners: tuple[str, ...] = ()


def read_intake(path: Path | str, regions: Iterable[str] = ()) -> Intake:
    """Return what an application says; the same file gives the same intake, ids included.

    regions: the names that are known, to which an offer can be limited. Raises BrokenFileError where the file cannot
    be read, is no application, misses a point that is obligatory, or holds a BSN.
    """
    path = Path(path)
    rows, doubts = read_rows(path)
    _refuse_bsn(path, rows)
    kind, rows = _kind(path, rows)
    found, title = _without_title(sections(rows, kind))
    answers = _answers(found, doubts)
    if kind == "regio" and "regio" not in answers and (named := title["name"] if title else None):
        answers["regio"] = named.strip()
        doubts.append(f'De naam van de regio is uit de titel gelezen: "{named.strip()}".')
    _refuse_missing(path, kind, answers)
    answers = {k: answers[k] for k in (*(p.key for p in POINTS[kind]), OTHER) if k in answers}
    return _Reading(kind, answers, by_key(list(regions)), path.name, doubts).intake()


def blank(kind: Applicant) -> str:
    """Return the form to fill in, as plain text; what was filled in under its headings is read by `read_intake`."""
    title = "Aanmelding als aandeelhouder" if kind == "aandeelhouder" else "Aanmelding als inspiratieregio"
    parts = [f"# {title}", INSTRUCTION]
    for n, point in enumerate(POINTS[kind], 1):
        optional = "" if point.obligatory else f"\n{OPTIONAL}"
        parts.append(f"## {n}. {point.label}\n{point.explanation}{optional}\n")
    return "\n\n".join(parts) + "\n"


def _refuse_bsn(path: Path, rows: list[Row]) -> None:
    """Refuse a file with a BSN, naming where it stands but never the number."""
    said = "hier staat een burgerservicenummer (BSN): haal het weg, of zet een letter voor een ander nummer"
    problems = [
        Problem(r.line, r.heading[:80] if r.heading and not privacy.blocked(r.heading) else "", said)
        for r in rows
        if privacy.blocked(r.text) or privacy.blocked(r.heading or "")
    ]
    if problems:
        raise BrokenFileError(path, problems)


def _kind(path: Path, rows: list[Row]) -> tuple[Applicant, list[Row]]:
    """Return who applies, by the points that are answered; `soort` in a JSON file or sheet, or the title, decides."""
    said = {plain(r.text).replace("inspiratie", "") for r in rows if plain(r.heading or "") in ("soort", "kind")}
    if unknown := said - set(POINTS):
        raise BrokenFileError(path, [Problem(0, "soort", f"{sorted(unknown)}; toegestaan: {', '.join(POINTS)}")])
    rows = [r for r in rows if plain(r.heading or "") not in ("soort", "kind")]
    counts: dict[Applicant, tuple[int, bool]] = {}
    for applicant in POINTS:
        found, title = _without_title(sections(rows, applicant))
        named = bool(title and title["holder" if applicant == "aandeelhouder" else "region"])
        counts[applicant] = (len({s.match.point.key for s in found if s.match}), named or applicant in said)
    best: Applicant = max(counts, key=lambda a: (counts[a][1], counts[a][0]))
    tied = counts["aandeelhouder"] == counts["regio"]
    if tied or counts[best][0] < (1 if counts[best][1] else 2):
        wanted = "; ".join(f"{a}: {', '.join(p.key for p in points)}" for a, points in POINTS.items())
        message = f"dit is geen aanmelding van een aandeelhouder of een regio; toegestaan: koppen als {wanted}"
        raise BrokenFileError(path, [Problem(0, "", f"{message} ({ALLOWED})")])
    return best, rows


def _without_title(found: list[Section]) -> tuple[list[Section], re.Match[str] | None]:
    """Return the sections without a title that says whose application this is, and that title."""
    for i, section in enumerate(found):
        if section.match:
            break
        head, *rest = section.text.split("\n") if not section.heading else (section.heading, section.text)
        if title := _TITLE.match(head.strip()[:200]):
            left = replace(section, heading="", text="\n".join(rest).strip())
            return [*found[:i], left, *found[i + 1 :]], title
    return found, None


def _answers(found: list[Section], doubts: list[str]) -> dict[str, str]:
    answers: dict[str, list[str]] = {}
    for section in found:
        doubts += section.doubts
        if section.match:
            answers.setdefault(section.match.point.key, []).append(section.text)
            continue
        if section.heading:
            doubts.append(f'De kop "{section.heading}" is niet herkend: wat eronder staat, hoort bij geen punt.')
        elif section.text:
            doubts.append(
                f'Boven de eerste kop staat tekst die bij geen punt hoort: "{_short(section.text).rstrip(".")}".'
            )
        head = f"{section.heading.rstrip(':')}:" if section.heading else ""
        answers.setdefault(OTHER, []).append(f"{head}\n\n{section.text}")
    whole = {point: "\n\n".join(t.strip() for t in texts if t.strip()) for point, texts in answers.items()}
    return {point: text for point, text in whole.items() if re.search(r"\w", text)}


def _refuse_missing(path: Path, kind: Applicant, answers: Mapping[str, str]) -> None:
    problems = [
        Problem(0, p.key, f'ontbreekt of is leeg; toegestaan: een kop als "{p.label}" met uw antwoord eronder')
        for p in POINTS[kind]
        if p.obligatory and p.key not in answers
    ]
    if problems:
        raise BrokenFileError(path, problems)


class _Reading:
    """Makes the offers and questions of one application, point by point."""

    def __init__(
        self, kind: Applicant, answers: dict[str, str], known: Mapping[str, str], file: str, doubts: list[str]
    ) -> None:
        self.kind, self.answers, self.known, self.doubts = kind, answers, known, doubts
        self.name = self._name(answers["organisatie" if kind == "aandeelhouder" else "regio"])
        self.home = self.name if kind == "regio" else ""
        self.source = f"aanmelding van {self.name} ({file.encode('utf-8', 'replace').decode()})"
        self.contact = " ".join(answers.get("contact", "").split()) or None
        self.offers: dict[str, Offer] = {}
        self.questions: dict[str, Question] = {}

    def intake(self) -> Intake:
        """Return the whole of it."""
        self._warn()
        points: dict[str, Point | None] = {p.key: p for p in POINTS[self.kind]} | {OTHER: None}
        for point, text in sorted(self.answers.items(), key=lambda a: list(points).index(a[0])):
            if point not in ("organisatie", "regio", "contact"):
                self._take(point, text, points[point])
        taking_part = self._partners()
        if not self.offers:
            self.doubts.append("Er is geen aanbod uit deze aanmelding gelezen.")
        if not self.questions:
            self.doubts.append("Er is geen vraag uit deze aanmelding gelezen.")
        offers, questions = tuple(self.offers.values()), tuple(self.questions.values())
        doubts = tuple(dict.fromkeys(self.doubts))
        return Intake(self.kind, self.name, MappingProxyType(self.answers), offers, questions, doubts, taking_part)

    def _partners(self) -> tuple[str, ...]:
        found = partners(self.answers.get("partijen", ""))
        if found.left:
            said = "; ".join(f'"{_short(piece)}"' for piece in found.left)
            self.doubts.append(f"Bij de partijen is niet als organisatie gelezen, en wordt niet bewaard: {said}.")
        return found.names

    def _name(self, answer: str) -> str:
        first = answer.partition("\n")[0].strip()
        name = (
            re.sub(r"^(?:wij\s+zijn|namens)\s+(?:(?:de|het)\s+)?", "", first, flags=re.IGNORECASE).rstrip(" .") or first
        )
        if self.kind == "regio" and self.known:
            if known := self.known.get(key(name)):
                return known
            self.doubts.append(
                f'"{_short(name)}" is geen regio die wij kennen: de naam is overgenomen zoals hij er staat.'
            )
        if name != answer.strip():
            self.doubts.append(f'Als naam is gelezen: "{_short(name)}".')
        return _short(name)

    def _warn(self) -> None:
        for point, text in self.answers.items():
            if point != "contact":
                self.doubts += [f'Bij het punt "{point}": {warning}' for warning in privacy.warnings(text)]
        if not self.contact:
            self.doubts.append("Er staat geen contactpersoon in de aanmelding.")
        if self.kind == "regio" and not measurable(self.answers["vraagstuk"]):
            self.doubts.append("Bij het vraagstuk staat geen meetbaar doel: geen getal, percentage of jaar.")

    def _take(self, point: str, text: str, asked: Point | None) -> None:
        found = pieces(text, asked)
        self.doubts += found.doubts
        offers = [p.text for p in found.pieces if p.intent == "aanbod"]
        questions = [p.text for p in found.pieces if p.intent == "vraag"]
        if asked and asked.assumed and not offers and not questions:
            self.doubts.append(f'Uit het antwoord bij "{point}" is geen {asked.assumed} gemaakt.')
        shared = self._shared(point, found.conditions, offers, questions)
        for offered in offers:
            tells = asked is not None and asked.tells and intent(offered, []) is None
            self._offer(offered, shared, tells)
        for question in questions:
            self._ask(question, Facts() if offers else shared)

    def _shared(self, point: str, conditions: str, offers: list[str], questions: list[str]) -> Facts:
        """Return what an answer says once for all that it offers, or else asks; hours are not given to each of many."""
        if conditions and not offers and not questions:
            self.doubts.append(f'Bij "{point}" is niet overgenomen: "{conditions.rstrip(".")}".')
            return Facts()
        shared = facts(conditions, self.known, not offers, self.home)
        self.doubts += [f'Bij "{point}": {doubt}' for doubt in shared.doubts]
        if len(offers) > 1 and shared.hours_per_month is not None:
            self.doubts.append(f'"{conditions}" geldt voor {len(offers)} keer aanbod samen: verdeel de uren zelf.')
            return replace(shared, hours_per_month=None)
        return shared

    def _offer(self, text: str, shared: Facts, tells: bool) -> None:
        title = _title(text)
        says = self._facts(text, shared, asks=False, tells=tells)
        unsaid = [w for w, said in (("uren", says.hours_per_month is not None), ("vorm", bool(says.forms))) if not said]
        if unsaid:
            what = " en geen ".join(unsaid)
            self.doubts.append(f'Aanbod "{title}": geen {what} genoemd: het aanbod krijgt daarin geen grens.')
        kind = "aandeelhouder" if self.kind == "aandeelhouder" else "praktijkvoorbeeld"
        offer = Offer(
            self._id("aan", text), kind, title, text, self.name, None, (), says.regions, says.forms,
            says.hours_per_month, says.start, says.end, contact=self.contact, source=self.source,
        )  # fmt: skip
        self.offers.setdefault(offer.id, offer)

    def _ask(self, text: str, shared: Facts) -> None:
        says = self._facts(text, shared, asks=True)
        question = Question(
            self._id("vraag", text), _title(text), text, self.home or None, (), says.forms,
            needed_on=says.start, hours_per_month=says.hours_per_month, contact=self.contact, source=self.source,
        )  # fmt: skip
        self.questions.setdefault(question.id, question)

    def _facts(self, text: str, shared: Facts, *, asks: bool, tells: bool = False) -> Facts:
        """Return what a text says, filled from what its answer says once; a text that only tells says nothing of it."""
        own, what = facts(text, self.known, asks, self.home), f'{"Vraag" if asks else "Aanbod"} "{_title(text)}"'
        if tells and own != Facts():
            self.doubts.append(f"{what} vertelt hoe het gaat: vorm, uren, data en regio's zijn er niet uit gelezen.")
            own = Facts()
        self.doubts += [f"{what}: {doubt}" for doubt in own.doubts]
        filled = own.filled_from(shared)
        if filled.start and filled.end and filled.end < filled.start:
            self.doubts.append(f"{what}: de einddatum ligt voor de begindatum: beide zijn niet ingevuld.")
            return replace(filled, start=None, end=None)
        return filled

    def _id(self, prefix: str, text: str) -> str:
        """Return an id that only the applicant's name and the text decide."""
        slug = "-".join(re.findall(r"[a-z0-9]+", plain(self.name)))[:30].strip("-") or "aanmelding"
        digest = hashlib.sha256("\n".join((self.name, text)).encode()).hexdigest()[:10]
        return f"{prefix}-{slug}-{digest}"


def _title(text: str) -> str:
    """Return the words of a text that name it: its label (`Verzuim: ...`), its first sentence, or how that begins."""
    label, colon, rest = text.partition(":")
    if (
        colon
        and rest.startswith(" ")
        and len(label) <= _LONGEST_NAME
        and "." not in label
        and len(plain(label).split()) > 1
    ):
        return label.strip(" *_")
    return _short(re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0].rstrip(".") or text)


def _short(text: str) -> str:
    """Return a text on one line, cut between words where it is longer than a name may be."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_NAME:
        return line
    return (
        line[:_LONGEST_NAME].rpartition(" ")[0].rstrip(" ,;:") + " …"
        if " " in line[:_LONGEST_NAME]
        else line[:_LONGEST_NAME] + "…"
    )
