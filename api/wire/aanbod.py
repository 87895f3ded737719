"""An Offer goes out as aanbod, and aanbod comes in as the fields of an Offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from api.wire import Day, Hours, Line, Lines, Text, Wire
from api.wire.leervragen import Perspectief, Soort
from matcher import Offer, Session

# {here: there}
FIELDS = {
    "soort": "kind", "naam": "name", "organisatie": "organisation", "perspectief": "perspective",
    "samenvatting": "summary", "themas": "themes", "regios": "regions", "vormen": "forms",
    "uren_per_maand": "hours_per_month", "beschikbaar_vanaf_datum": "available_from",
    "beschikbaar_tot_en_met_datum": "available_until", "doelgroep": "audience", "contact": "contact", "bron": "source",
    "voorbeeld": "example",
}  # fmt: skip


class Bijeenkomst(Wire):
    """Een bijeenkomst van een community of practice, in de tijd van de plaats."""

    begin: str = Field(description="Begin, als 2027-05-11T15:00.", examples=["2027-05-11T15:00"])
    einde: str = Field(description="Einde, als 2027-05-11T17:00.", examples=["2027-05-11T17:00"])

    @classmethod
    def of(cls, session: Session) -> Bijeenkomst:
        """Return the model of a meeting."""
        return cls.model_construct(
            begin=session.start.isoformat(timespec="minutes"), einde=session.end.isoformat(timespec="minutes")
        )

    def session(self) -> Session:
        """Return the meeting; raises ValueError for what is no moment."""
        return Session(datetime.fromisoformat(self.begin), datetime.fromisoformat(self.einde))


class NieuwAanbod(Wire):
    """Wat u opstuurt om aanbod in de catalogus te zetten."""

    soort: Soort = Field(description="Wat voor aanbod het is.")
    naam: Line = Field("", description="Hoe het heet.", examples=["Adviseur zorg in onderwijstijd"])
    samenvatting: Text = Field("", description="Waarmee het helpt.")
    organisatie: Line = Field("", description="Van welke organisatie het is.")
    perspectief: Perspectief | None = Field(None, description="Vanuit welke blik het helpt.")
    themas: Lines = Field((), description="Thema's, in eigen woorden.")
    regios: Lines = Field((), description="Waar het helpt; leeg is het hele land.")
    vormen: Lines = Field((), description="In welke vormen; leeg als dat niet vastligt.")
    uren_per_maand: Hours | None = Field(None, description="Hoeveel uur per maand; 0 is vol, leeg is onbekend.")
    beschikbaar_vanaf_datum: Day | None = Field(None, description="Vanaf welke dag.")
    beschikbaar_tot_en_met_datum: Day | None = Field(None, description="Tot en met welke dag.")
    doelgroep: Line | None = Field(None, description="Voor wie het is.")
    bijeenkomsten: tuple[Bijeenkomst, ...] = Field((), max_length=100, description="Wanneer een community samenkomt.")
    contact: Line | None = Field(None, description="Hoe u het bereikt; niet zichtbaar voor wie dat niet mag zien.")
    bron: Line | None = Field(None, description="Waar dit vandaan komt.")
    voorbeeld: bool = Field(False, description="Of dit een verzonnen voorbeeld is.")

    def offer(self, identifier: str) -> Offer:
        """Return the Offer that this describes, under this id."""
        given: dict[str, Any] = {there: getattr(self, here) for here, there in FIELDS.items()}
        return Offer(id=identifier, sessions=tuple(b.session() for b in self.bijeenkomsten), **given)


class Aanbod(NieuwAanbod):
    """Een ingang van de catalogus."""

    id: str = Field(description="De sleutel van het aanbod.", examples=["expert-bekostiging"])

    @classmethod
    def of(cls, offer: Offer) -> Aanbod:
        """Return the model of an offer."""
        return cls.fields_of(offer, FIELDS, id=offer.id, bijeenkomsten=tuple(Bijeenkomst.of(s) for s in offer.sessions))
