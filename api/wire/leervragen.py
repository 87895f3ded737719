"""A Question goes out as a leervraag, and a leervraag comes in as the fields of a Question."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.wire import Day, Hours, Line, Lines, Text, Wire
from matcher import Question

Perspectief = Literal["praktijk", "beleid", "wetenschap", "ervaring"]
Soort = Literal["expert", "aandeelhouder", "facilitator", "cop", "dossier", "praktijkvoorbeeld"]
Status = Literal["open", "gesloten"]
# {here: there}
FIELDS = {
    "regio": "region", "titel": "title", "tekst": "text", "themas": "themes", "vormen": "forms", "soorten": "kinds",
    "perspectieven": "perspectives", "gewenste_datum": "needed_on", "uren_per_maand": "hours_per_month",
    "vraag_datum": "asked_on", "contact": "contact",
}  # fmt: skip


class NieuweLeervraag(Wire):
    """Wat u opstuurt om een leervraag te plaatsen."""

    titel: Line = Field("", description="Waar de vraag over gaat, in één regel.", examples=["Zorg in onderwijstijd"])
    tekst: Text = Field(
        "", description="De vraag, in eigen woorden. Zonder gegevens over kinderen.",
        examples=["Hoe kunnen we zorg in onderwijstijd bekostigen?"],
    )  # fmt: skip
    regio: Line | None = Field(None, description="De regio die de vraag stelt.", examples=["Almere"])
    themas: Lines = Field((), description="Thema's, in eigen woorden.", examples=[["bekostiging"]])
    vormen: Lines = Field((), description="In welke vorm u hulp wilt.", examples=[["workshop"]])
    soorten: Annotated[tuple[Soort, ...], Field(max_length=6)] = Field((), description="Welk soort aanbod u zoekt.")
    perspectieven: Annotated[tuple[Perspectief, ...], Field(max_length=4)] = Field(
        (), description="Wiens blik u zoekt."
    )
    gewenste_datum: Day | None = Field(None, description="Wanneer u hulp wilt.", examples=["2027-03-31"])
    uren_per_maand: Hours | None = Field(None, description="Hoeveel uur hulp per maand u vraagt.", examples=[4])
    contact: Line | None = Field(None, description="Wie de regio aanspreekt over deze vraag.")

    def question(self, identifier: str, **more: Any) -> Question:
        """Return the Question that this describes, under this id."""
        given = {there: getattr(self, here) for here, there in FIELDS.items() if hasattr(self, here)}
        return Question(**{"id": identifier, **given, **more})


class GewijzigdeLeervraag(NieuweLeervraag):
    """Wat u wijzigt aan een leervraag; wat u weglaat, blijft zoals het was."""

    status: Status | None = Field(None, description="Sluit de vraag, of open die weer.")


class Leervraag(NieuweLeervraag):
    """Een leervraag van een regio."""

    id: str = Field(description="De sleutel van de leervraag.", examples=["lv-12"])
    status: Status = Field(description="Of er nog hulp wordt gezocht.")
    vraag_datum: Day | None = Field(None, description="Wanneer de vraag is gesteld.")
    voorbeeld: bool = Field(False, description="Of dit een verzonnen voorbeeld is.")

    @classmethod
    def of(cls, question: Question, closed: bool) -> Leervraag:
        """Return the model of a question."""
        status = "gesloten" if closed else "open"
        return cls.fields_of(question, FIELDS, id=question.id, status=status, voorbeeld=question.example)


class Leervragen(Wire):
    """Een bladzijde van leervragen."""

    leervragen: tuple[Leervraag, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
