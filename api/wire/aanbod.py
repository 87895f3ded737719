"""An Offer goes out as aanbod, and aanbod comes in as the fields of an Offer."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from api.wire import Day, Hours, Line, Lines, Moment, Text, Truth, Wire
from api.wire.leervragen import Leervraag, Perspectief, Soort
from api.wire.redenen import Reden, parts
from matcher import Helped, Offer, Session

# {here: there}
FIELDS = {
    "soort": "kind", "naam": "name", "organisatie": "organisation", "perspectief": "perspective",
    "samenvatting": "summary", "themas": "themes", "regios": "regions", "vormen": "forms",
    "uren_per_maand": "hours_per_month", "beschikbaar_vanaf_datum": "available_from",
    "beschikbaar_tot_en_met_datum": "available_until", "doelgroep": "audience", "contact": "contact", "bron": "source",
    "voorbeeld": "example",
}  # fmt: skip


# Meetings are kept on the clock of the place, and go out as all moments do.
_HERE = ZoneInfo("Europe/Amsterdam")


class Bijeenkomst(Wire):
    """Een bijeenkomst van een community of practice."""

    begin: Moment = Field(description="Wanneer zij begint.", examples=["2027-05-11T13:00:00Z"])
    einde: Moment = Field(description="Wanneer zij eindigt.", examples=["2027-05-11T15:00:00Z"])

    @classmethod
    def of(cls, session: Session) -> Bijeenkomst:
        """Return the model of a meeting."""
        return cls.model_construct(begin=session.start.replace(tzinfo=_HERE), einde=session.end.replace(tzinfo=_HERE))

    def session(self) -> Session:
        """Return the meeting; raises InvalidValueError for an end before its begin."""
        start, end = (at.astimezone(_HERE).replace(tzinfo=None) for at in (self.begin, self.einde))
        return Session(start, end)


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
    voorbeeld: Truth = Field(False, description="Of dit een verzonnen voorbeeld is.")

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


class GewijzigdAanbod(NieuwAanbod):
    """Wat u wijzigt aan aanbod; wat u weglaat, blijft zoals het was."""

    # Not shown as a default, and never used: what is left out is not changed.
    soort: Soort = Field(default_factory=lambda: "dossier", description="Wat voor aanbod het is.")

    def changes(self) -> dict[str, Any]:
        """Return what is changed, by the fields of an Offer."""
        given = {FIELDS[f]: getattr(self, f) for f in self.model_fields_set if f in FIELDS}
        if "bijeenkomsten" in self.model_fields_set:
            given["sessions"] = tuple(b.session() for b in self.bijeenkomsten)
        return given


class Aanbodlijst(Wire):
    """Een bladzijde van de catalogus."""

    aanbod: tuple[Aanbod, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])


class GeholpenLeervraag(Wire):
    """Een open leervraag waar het aanbod bij past."""

    plaats: int = Field(ge=1, description="De plaats in de lijst.")
    leervraag: Leervraag
    zin: str = Field(description="Waarom, in één zin.")
    score: float = Field(description="De som van de delen.")
    delen: dict[str, float] = Field(description="De delen waaruit de score bestaat.", examples=[{"betekenis": 0.15}])
    redenen: tuple[Reden, ...]

    @classmethod
    def of(cls, helped: Helped) -> GeholpenLeervraag:
        """Return the model of a question that an offer helps."""
        found = helped.suggestion
        return cls.model_construct(
            plaats=found.rank, leervraag=Leervraag.of(helped.question, closed=False), zin=found.sentence,
            score=found.score.total, delen=parts(found.score), redenen=tuple(Reden.of(r) for r in found.reasons),
        )  # fmt: skip


class GeholpenLeervragen(Wire):
    """De open leervragen waar een aanbod bij past, de best passende eerst."""

    leervragen: tuple[GeholpenLeervraag, ...]
    melding: str | None = Field(
        None, description="Wat er schort aan het antwoord, bijvoorbeeld dat er geen taalmodel is."
    )
