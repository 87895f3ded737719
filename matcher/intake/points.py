"""What the programme asks of an applicant: a heading as someone wrote it goes in, the point that is meant comes out.

The questions are those of the programme's own call (seeds/000_98edf48d58d5fd80.txt): five things of an aandeelhouder,
seven of an inspiratieregio. `Point.wordings` is the whole list of what a heading may be; typing errors, other order,
numbering and capitals make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from rapidfuzz import fuzz

Applicant = Literal["aandeelhouder", "regio"]
Intent = Literal["aanbod", "vraag"]

# How alike a heading and a wording must be (0-100): where the writer marked a heading, and where it is a bare line.
SURE, MARKED, BARE = 95.0, 85.0, 88.0
_LONGEST = 300
_SMALL_WORDS = frozenset("de het een en van onze ons uw bij in op".split())
_NUMBERING = re.compile(r"^\W*(?:(?:punt|vraag|onderdeel|stap)\s*)?\(?(?:\d{1,2}|[a-h])\s*[.):\-–]+\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that an applicant is asked.

    key: its name in answers and in JSON; label: the question as the programme puts it; assumed: what an answer is
    where it does not say itself whether it offers or asks; whole: what is assumed makes one text, not one a paragraph;
    tells: the answer tells how things go, so that a form or hours in it are no offer of them.
    """

    key: str
    label: str
    explanation: str
    wordings: tuple[str, ...]
    obligatory: bool = True
    assumed: Intent | None = None
    whole: bool = False
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A heading taken for a point, with how alike they are (0-100) and what of the line is no heading."""

    point: Point
    score: float
    rest: str = ""

    @property
    def sure(self) -> bool:
        """Whether nobody would doubt it."""
        return self.score >= SURE


def _contact(explanation: str) -> Point:
    return Point(
        "contact", "Wie is uw contactpersoon?", explanation,
        ("contact", "contactpersoon", "wie is uw contactpersoon", "contactgegevens", "naam contactpersoon",
         "contactpersoon en gegevens", "gegevens contactpersoon", "een gemotiveerd contactpersoon", "aanspreekpunt"),
        obligatory=False,
    )  # fmt: skip


SHAREHOLDER = (
    Point(
        "organisatie", "Van welke organisatie bent u?", "Alleen de naam van uw organisatie.",
        ("organisatie", "van welke organisatie bent u", "naam organisatie", "naam van uw organisatie", "wie bent u",
         "wie zijn wij", "onze organisatie", "uw organisatie", "naam van de organisatie", "namens welke organisatie",
         "instelling", "naam instelling", "welke organisatie"),
    ),
    _contact("Hoe het bureau u bereikt. Dit zien alleen de verbinders."),
    Point(
        "initiatief", "Welk initiatief ligt er?",
        "Wat loopt er bij u? Schrijf per initiatief een eigen alinea of een eigen streepje.",
        ("initiatief", "welk initiatief ligt er", "welk initiatief er ligt", "ons initiatief", "uw initiatief",
         "initiatieven", "lopend initiatief", "welk initiatief loopt er", "welke initiatieven lopen er",
         "beschrijving van het initiatief", "wat loopt er", "wat doet u nu", "wat doen wij", "welk initiatief heeft u"),
        assumed="aanbod",
    ),
    Point(
        "bijdrage", "Hoe wilt u bijdragen aan het lerend netwerk?",
        "Wat brengt u in? Noem ook de vorm (bijvoorbeeld een workshop of werkbezoek), hoeveel uur per maand u heeft en "
        "vanaf welke datum.",
        ("bijdrage", "hoe wilt u bijdragen aan het lerend netwerk", "hoe wilt u bijdragen", "hoe willen wij bijdragen",
         "onze bijdrage", "uw bijdrage", "bijdrage aan het lerend netwerk", "wat brengt u in", "wat brengen wij in",
         "wat komt u brengen", "wat komen wij brengen", "wij bieden", "wat bieden wij", "wat biedt u", "aanbod",
         "ons aanbod", "uw aanbod", "inbreng", "wat wij inbrengen", "wat neemt u mee", "wat kunt u bieden"),
        assumed="aanbod",
    ),
    Point(
        "nodig", "Wat heeft u nodig van de aanpak?",
        "Waarover wilt u leren, en van wie? Schrijf per vraag een eigen streepje.",
        ("nodig", "wat heeft u nodig van de aanpak", "wat heeft u nodig", "wat hebben wij nodig", "wat u nodig heeft",
         "wat wij nodig hebben", "behoefte", "behoeften", "onze behoefte", "wat wilt u leren", "wat willen wij leren",
         "leervragen", "onze leervragen", "onze leervraag", "leervraag", "wij zoeken", "wat zoeken wij", "wat zoekt u",
         "vragen aan het netwerk", "onze vragen", "wat heeft u nodig van de aanpak met andere ogen"),
        assumed="vraag",
    ),
)  # fmt: skip

REGION = (
    Point(
        "regio", "Welke regio of gemeente meldt zich aan?", "Alleen de naam van uw regio of gemeente.",
        ("regio", "welke regio of gemeente meldt zich aan", "naam regio", "naam van de regio", "gemeente",
         "naam gemeente", "regio of gemeente", "naam inspiratieregio", "inspiratieregio", "gemeente of regio",
         "regio gemeente", "welke regio", "naam van uw regio", "naam regio of gemeente", "onze regio"),
    ),
    _contact("Een gemotiveerd contactpersoon: hoe het bureau u bereikt. Dit zien alleen de verbinders."),
    Point(
        "partijen", "Welke partijen doen mee in uw inspiratieregio?",
        "Bijvoorbeeld: gemeente (meerdere portefeuilles of hele college), schoolbesturen, jeugdgezondheidszorg, "
        "jeugdhulppartners, samenwerkingsverbanden, huisartsen, kinderopvang, welzijnswerk enz.",
        ("partijen", "welke partijen doen mee in uw inspiratieregio", "welke partijen doen mee", "deelnemende partijen",
         "welke partijen doen mee in onze regio", "betrokken partijen", "wie doen er mee", "wie doet er mee",
         "deelnemers", "onze partners", "welke partners doen mee", "partners", "samenwerkingspartners"),
    ),
    Point(
        "ouders", "Hoe zijn ouders betrokken?", "Wat doen ouders mee, en wat werkt daarin bij u?",
        ("ouders", "hoe zijn ouders betrokken", "betrokkenheid ouders", "ouderbetrokkenheid",
         "betrokkenheid van ouders",
         "rol ouders", "rol van ouders", "hoe betrekken wij ouders", "hoe betrekt u ouders", "ouders en kinderen",
         "betrekken van ouders", "hoe zijn de ouders betrokken bij de aanpak", "hoe zijn ouders en kinderen betrokken"),
        assumed="aanbod", tells=True,
    ),
    Point(
        "samenwerking", "Een beschrijving van de actuele samenwerking (passend) onderwijs en zorg",
        "Hoe werkt u nu samen, met in ieder geval de gemeente (bestuurlijk en beleidsmatig)? Wat werkt, kan een "
        "voorbeeld zijn voor anderen: schrijf het in een eigen alinea of bij een eigen streepje.",
        ("samenwerking", "actuele samenwerking",
         "een beschrijving van de actuele samenwerking (passend) onderwijs en zorg",
         "een beschrijving van de actuele samenwerking (passend) onderwijs, zorg waarbij in ieder geval ook de "
         "gemeente (bestuurlijk en beleidsmatig) bij betrokken is", "beschrijving actuele samenwerking",
         "huidige samenwerking",
         "beschrijving van de actuele samenwerking", "beschrijving van de huidige samenwerking",
         "bestaande samenwerking",
         "hoe werken wij nu samen", "hoe werkt u nu samen", "samenwerking nu", "huidige samenwerking onderwijs en zorg",
         "actuele samenwerking onderwijs en zorg", "samenwerking onderwijs en jeugdhulp",
         "samenwerking onderwijs en zorg",
         "de samenwerking", "stand van de samenwerking"),
        assumed="aanbod", tells=True,
    ),
    Point(
        "vraagstuk", "Het vraagstuk dat aangepakt wordt en (meetbare) doelstellingen",
        "Welk vraagstuk pakt u aan, en welke doelstellingen beoogt u bij deelname? Waar moet de focus liggen? Noem "
        "aantallen, percentages en jaren.",
        ("vraagstuk", "het vraagstuk dat aangepakt wordt en (meetbare) doelstellingen", "het vraagstuk",
         "het vraagstuk dat aangepakt wordt en (meetbare) doelstellingen die beoogd worden bij deelname als "
         "inspiratieregio/gemeente. waar moet de focus liggen", "vraagstuk en doelstellingen", "vraagstuk en doelen",
         "het vraagstuk dat aangepakt wordt", "ons vraagstuk", "doelstellingen", "meetbare doelstellingen", "doelen",
         "welk vraagstuk pakt u aan", "welk vraagstuk pakken wij aan", "focus", "waar moet de focus liggen", "opgave",
         "onze opgave", "het vraagstuk dat aangepakt wordt en meetbare doelstellingen die beoogd worden"),
        assumed="vraag", whole=True,
    ),
    Point(
        "commitment", "Hoe ziet u de commitment van alle genoemde partijen uit de gemeente/regio?",
        "Wie heeft ja gezegd, op welk niveau, en met hoeveel tijd?",
        ("commitment", "hoe ziet u de commitment van alle genoemde partijen uit de gemeente/regio",
         "commitment van partijen", "commitment van alle partijen", "commitment partijen", "draagvlak", "inzet",
         "inzet van partijen", "toewijding", "hoe ziet u de commitment", "betrokkenheid van partijen",
         "commitment van de genoemde partijen", "inzet en draagvlak", "committent"),
    ),
    Point(
        "valkuilen", "Wat zijn valkuilen en risico's binnen het bestaande aanbod?",
        "Waar gaat het mis, of kan het misgaan?",
        ("valkuilen", "wat zijn valkuilen en risico's binnen het bestaande aanbod", "valkuilen en risico's", "risico's",
         "wat zijn de valkuilen", "wat zijn valkuilen en risico's", "risico's en valkuilen", "knelpunten",
         "valkuilen binnen het bestaande aanbod", "wat kan er misgaan"),
    ),
    Point(
        "ondersteuning",
        "Welke ondersteuning heeft u nodig vanuit de aanpak Met andere ogen om de doelstelling te behalen?",
        "Wat wilt u leren, en wat heeft u nodig? Schrijf per vraag een eigen streepje.",
        ("ondersteuning",
         "welke ondersteuning heeft u nodig vanuit de aanpak met andere ogen om de doelstelling te behalen",
         "welke ondersteuning heeft u nodig", "welke ondersteuning hebben wij nodig", "benodigde ondersteuning",
         "gevraagde ondersteuning", "gewenste ondersteuning", "ondersteuningsbehoefte", "wat heeft u nodig",
         "wat hebben wij nodig", "ondersteuningsvraag", "wat heeft u nodig van de aanpak", "ondersteuning nodig",
         "steun die nodig is", "wat wilt u leren", "wat willen wij leren", "leervragen", "onze leervragen"),
        assumed="vraag",
    ),
    Point(
        "inbreng", "Wat komt u brengen?",
        "Wat heeft u dat anderen verder helpt? Noem ook de vorm (bijvoorbeeld een werkbezoek) en hoeveel uur per maand "
        "u heeft.",
        ("inbreng", "wat komt u brengen", "wat brengt u in", "wat brengt u in als inspiratieregio/gemeente",
         "wat brengen wij in", "wat neemt u mee", "wat wij anderen bieden", "onze inbreng", "wat bieden wij", "aanbod",
         "ons aanbod", "wat komen wij brengen", "bijdrage", "onze bijdrage", "hoe wilt u bijdragen"),
        obligatory=False, assumed="aanbod",
    ),
)  # fmt: skip

# What the empty form says beside its questions and their explanations.
INSTRUCTION = "Schrijf uw antwoord onder elke kop. Laat de koppen staan. De uitleg mag u weghalen."
OPTIONAL = "Dit mag leeg blijven."

POINTS: dict[Applicant, tuple[Point, ...]] = {"aandeelhouder": SHAREHOLDER, "regio": REGION}


@lru_cache(maxsize=4096)
def matches(heading: str, least: float = MARKED) -> Mapping[Applicant, Match]:
    """Return for each kind of applicant the point that a heading most likely is; nothing below `least`.

    What stands behind the colon or question mark of a heading is its `rest`, unless the whole line is the heading.
    """
    found: dict[Applicant, Match] = {}
    for applicant, points in POINTS.items():
        best = max((_best(label, rest, points, least) for label, rest in _cuts(heading)), key=lambda m: m.score)
        if best.score >= least:
            found[applicant] = best
    return MappingProxyType(found)


def _best(label: str, rest: str, points: tuple[Point, ...], least: float) -> Match:
    written = plain(_NUMBERING.sub("", label))
    scored = ((max(_likeness(written, w, least) for w in _plain_wordings(p)), p) for p in points)
    score, point = max(scored, key=lambda s: s[0])
    return Match(point, score, rest)


def _cuts(heading: str) -> list[tuple[str, str]]:
    """Return (label, rest) for every way to read a line: whole first, then cut at its first colon or question mark."""
    cuts = [(heading, "") if len(heading) <= _LONGEST else ("", heading)]
    for sign in (":", "?", "("):
        before, found, after = heading.partition(sign)
        if found and len(before) <= _LONGEST and plain(_NUMBERING.sub("", before)):
            cuts.append((before, (sign if sign == "(" else "") + after.strip(" *_")))
    return cuts


def _likeness(written: str, wording: str, least: float) -> float:
    """Return how alike two plain texts are (0-100), 0 where that is below `least`."""
    if not written:
        return 0.0
    if written.count(" ") >= 2 and wording.startswith(f"{written} "):
        return SURE - 1  # a long question of the form, cut off
    bare, bare_wording = _bare(written), _bare(wording)
    if " " in bare and " " in bare_wording:
        # Less than sure, so that it is told.
        loosely = _ratio(bare, bare_wording, least + 6) - 6
        return max(_ratio(written, wording, least), loosely, 0.0)
    return max(_ratio(written, wording, least), 0.0)


def _ratio(written: str, wording: str, least: float) -> float:
    # Lengths bound the ratio: most lines of a text need no comparison at all.
    if not written or 200 * min(len(written), len(wording)) < least * (len(written) + len(wording)):
        return 0.0
    sorted_ = fuzz.token_sort_ratio(written, wording, score_cutoff=least) - 1
    return max(fuzz.ratio(written, wording, score_cutoff=least), sorted_)


@lru_cache(maxsize=4096)
def _bare(words: str) -> str:
    """Return plain words without those that say nothing of the point: "het vraagstuk en de doelen"."""
    return " ".join(w for w in words.split() if w not in _SMALL_WORDS)


@lru_cache(maxsize=64)
def _plain_wordings(point: Point) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(w) for w in (point.label, point.key, *point.wordings)))


def plain(text: str) -> str:
    """Return the words of a text without case, accents or punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"[^\W_]+", bare))
