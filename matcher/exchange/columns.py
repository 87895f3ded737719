"""What a sheet of each kind has: a name -> its Layout, with the header, shape and meaning of every column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from matcher.errors import UnknownNameError
from matcher.parties import KINDS, PERSPECTIVES, Offer, Question, key
from matcher.proposals import STATES

Shape = Literal[
    "id", "text", "remark", "themes", "names", "choice", "choices", "number", "grade", "date", "truth", "sessions"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it holds, its Dutch header, and what the explanation sheet tells of it."""

    field: str
    header: str
    shape: Shape
    what: str
    example: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    required: bool = False
    width: int = 18

    @property
    def many(self) -> bool:
        """Whether one cell can hold several values."""
        return self.shape in {"themes", "names", "choices", "sessions"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of sheet. `unique`: the fields that tell rows apart; `party` None: a row is a mapping."""

    name: str
    title: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ("id",)
    party: type[Question] | type[Offer] | None = None
    also: tuple[str, ...] = ()

    def column(self, field: str) -> Column:
        """Return the column that holds a field."""
        return next(c for c in self.columns if c.field == field)

    @property
    def by_header(self) -> Mapping[str, Column]:
        """{bare header: column}, for the Dutch header, the field's name and what else a column is called."""
        return {bare(n): c for c in reversed(self.columns) for n in (*c.also, c.field, c.header)}


def bare(header: str) -> str:
    """Return a header without case, accents, spaces and punctuation: "Thema's" and "themas" are one.

    >>> bare("Uren per maand") == bare("UREN_PER_MAAND")
    True
    """
    return key(header).replace(" ", "").replace("_", "")


# Headers of columns for people's own notes, and of the error sheet's own: never read, never a problem.
NOTES = frozenset({"fout", "fouten", "opmerking", "opmerkingen", "leervraagtekst", "aanbodtekst"})
# What stands beside a pair for who judges it.
TEXTS = ("Leervraagtekst", "Aanbodtekst")

_ID = "Uw eigen kenmerk, uniek, zonder spaties. Dezelfde id opnieuw inlezen wijzigt de rij die er al is."
_LIST = "Meer dan één: zet er een puntkomma of een nieuwe regel (Alt+Enter) tussen"
_THEMES = Column(
    "themes", "Thema's", "themes",
    f"Waar het over gaat, in uw eigen woorden. {_LIST}; een komma hoort bij de naam van het thema.",
    "thuiszitters; alcohol, drugs en vapen", also=("thema",), width=34,
)  # fmt: skip
_FORMS = Column(
    "forms", "Vormen", "names", f"Hoe de hulp eruitziet. {_LIST}, of een komma.", "workshop; online sessie",
    also=("vorm",), width=24,
)  # fmt: skip
_HOURS = Column("hours_per_month", "Uren per maand", "number", "Een getal van 0 tot en met 10.000.", "2,5", width=16)
_CONTACT = Column("contact", "Contact", "remark", "Hoe deze persoon of organisatie te bereiken is.", "info@example.org")
_SOURCE = Column("source", "Bron", "remark", "Waar deze rij vandaan komt.", "aanmelding maart 2027")
_EXAMPLE = Column(
    "example", "Voorbeeld", "truth", "Ja als dit een verzonnen voorbeeld is.", "nee", ("ja", "nee"), width=12
)

QUESTIONS = Layout(
    "questions", "Leervragen",
    (
        Column("id", "Leervraag-id", "id", _ID, "lv-101", also=("vraag-id",), required=True, width=14),
        Column("region", "Regio", "remark", "De regio die de vraag stelt; leeg: landelijk.", "Twente"),
        Column("title", "Titel", "text", "De vraag in een paar woorden. Titel of tekst moet er zijn.",
               "Thuiszitters eerder zien", width=30),
        Column("text", "Tekst", "text", "De hele vraag, in gewone woorden. Geen gegevens over kinderen.",
               "Hoe zien wij eerder dat een kind thuis komt te zitten?", also=("vraag", "leervraag"), width=60),
        _THEMES,
        _FORMS,
        Column("kinds", "Soorten", "choices", f"Welke soort hulp u zoekt; leeg: alle. {_LIST}, of een komma.",
               "expert; cop", KINDS, ("soort",)),
        Column("perspectives", "Perspectieven", "choices",
               f"Vanuit welk perspectief; leeg: alle. {_LIST}, of een komma.", "praktijk; ervaring", PERSPECTIVES,
               ("perspectief",)),
        Column("needed_on", "Nodig op", "date", "De dag waarop de hulp nodig is.", "31-03-2027", width=14),
        _HOURS,
        Column("asked_on", "Gesteld op", "date", "De dag waarop de vraag is gesteld.", "15-01-2027", width=14),
        _CONTACT, _SOURCE, _EXAMPLE,
    ),
    party=Question, also=("leervraag", "vragen", "vraag"),
)  # fmt: skip

OFFERS = Layout(
    "offers", "Aanbod",
    (
        Column("id", "Aanbod-id", "id", _ID, "exp-verzuim", required=True, width=16),
        Column("kind", "Soort", "choice", "Wat voor aanbod het is.", "expert", KINDS, required=True),
        Column("name", "Naam", "text", "De naam van het aanbod. Naam of omschrijving moet er zijn.",
               "Begeleiding bij langdurig verzuim", also=("aanbod",), width=34),
        Column("organisation", "Organisatie", "text", "De organisatie erachter.", "Samenwerkingsverband", width=28),
        Column("perspective", "Perspectief", "choice", "Vanuit welk perspectief.", "praktijk", PERSPECTIVES),
        Column("summary", "Omschrijving", "text", "Wat het aanbod inhoudt, in gewone woorden.",
               "Begeleidt scholen bij terugkeer na lang verzuim.", also=("samenvatting",), width=60),
        _THEMES,
        Column("regions", "Regio's", "names", f"Waar het aanbod werkt; leeg: het hele land. {_LIST}, of een komma.",
               "Almere; Twente", also=("regio",), width=24),
        _FORMS,
        Column("hours_per_month", "Uren per maand", "number", "Een getal van 0 tot en met 10.000; 0: zit vol; "
               "leeg: geen grens bekend.", "2,5", width=16),
        Column("available_from", "Beschikbaar vanaf", "date", "De eerste dag.", "01-01-2027", width=18),
        Column("available_until", "Beschikbaar tot en met", "date", "De laatste dag; die telt nog mee.", "30-06-2027",
               width=22),
        Column("audience", "Doelgroep", "remark", "Voor wie het aanbod is.", "basisonderwijs"),
        Column("sessions", "Bijeenkomsten", "sessions", "De data van bijeenkomsten, met begin en einde. "
               f"{_LIST}.", "11-05-2027 15:00 - 17:00", width=28),
        _CONTACT, _SOURCE, _EXAMPLE,
    ),
    party=Offer, also=("aanboden", "toolkit"),
)  # fmt: skip

_QUESTION_ID = Column("question", "Leervraag-id", "id", "De id van de leervraag.", "lv-1", (), ("leervraag", "vraag"),
                      required=True)  # fmt: skip
_OFFER_ID = Column("offer", "Aanbod-id", "id", "De id van het aanbod.", "exp-verzuim", (), ("aanbod",), required=True)

JUDGEMENTS = Layout(
    "judgements", "Beoordelingen",
    (
        _QUESTION_ID, _OFFER_ID,
        Column("grade", "Graad", "grade", "0: helpt niet, 1: raakt eraan, 2: helpt, 3: helpt precies.", "2",
               ("0", "1", "2", "3"), ("cijfer",), required=True, width=10),
        Column("reason", "Waarom", "remark", "Een regel uitleg.", "Gaat over hetzelfde, in een andere regio.",
               also=("toelichting", "reden"), width=60),
    ),
    unique=("question", "offer"), also=("beoordeling",),
)  # fmt: skip

PROPOSALS = Layout(
    "proposals", "Voorstellen",
    (
        Column("id", "Voorstel-id", "id", "Het kenmerk van het voorstel.", "v-12", also=("voorstel",), required=True),
        _QUESTION_ID, _OFFER_ID,
        Column("state", "Stand", "choice", "Hoe het voorstel ervoor staat; een nieuw voorstel is voorgesteld.",
               "voorgesteld", STATES, ("status",)),
        Column("hours", "Uren", "number", "De uren per maand die het voorstel vraagt.", "2,5", width=10),
        Column("since", "Sinds", "date", "De dag waarop deze stand inging.", "31-03-2027", width=14),
        Column("note", "Notitie", "remark", "Een aantekening van de verbinder.", "Past ook bij de vraag van Almere.",
               also=("notities",), width=50),
    ),
    also=("voorstel",),
)  # fmt: skip

# Goes out only: a log is not read in.
LOG = Layout(
    "log", "Logboek",
    (
        Column("nummer", "Nummer", "number", "Het nummer van de regel.", "7", width=10),
        Column("op", "Op", "text", "Wanneer het gebeurde, in UTC.", "2027-03-31T09:00:00Z", width=24),
        Column("handeling", "Handeling", "text", "Wat er gebeurde.", "aanbod inzien", width=24),
        Column("door", "Door", "text", "De sleutel van wie het deed.", "p-07", width=16),
        Column("over", "Over", "text", "Waarover het ging: soort en kenmerk.", "offer exp-verzuim", width=30),
        Column("betrokkene", "Betrokkene", "text", "Het kenmerk van de persoon over wie het ging.", "exp-verzuim",
               width=24),
        Column("activiteit", "Activiteit", "text", "De verwerkingsactiviteit.", "inzage", width=44),
        Column("gelukt", "Gelukt", "truth", "Of het mocht en lukte.", "ja", ("ja", "nee"), width=10),
        Column("spoor", "Spoor", "text", "Wat in één keer gebeurde, heeft één spoor.", "0f", width=34),
    ),
    unique=("nummer",),
)  # fmt: skip

LAYOUTS = MappingProxyType({layout.name: layout for layout in (QUESTIONS, OFFERS, JUDGEMENTS, PROPOSALS)})


def layout_of(name: str, outgoing: bool = False) -> Layout:
    """Return the layout of a kind by its English or Dutch name; raises UnknownNameError naming the known ones.

    outgoing: of a sheet that is written; of a log there is no other.
    """
    known: list[Layout] = [*LAYOUTS.values(), *([LOG] if outgoing else [])]
    for layout in known:
        if bare(name) in {bare(n) for n in (layout.name, layout.title, *layout.also)}:
            return layout
    raise UnknownNameError("soort blad", name, [layout.title.casefold() for layout in LAYOUTS.values()])
