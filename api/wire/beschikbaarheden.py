"""An Availability goes out as a beschikbaarheid; what an offer can do, and when it is busy, comes in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.wire import Day, Hours, Line, Moment, Wire
from matcher import Availability, Capacity


class Uren(Wire):
    """Uren per maand van een aanbod."""

    totaal: float | None = Field(description="Hoeveel er zijn; leeg als geen grens bekend is.", examples=[8])
    gereserveerd: float = Field(description="Hoeveel er met voorstellen is gereserveerd.", examples=[2])
    besteed: float = Field(description="Hoeveel er loopt.", examples=[4])
    over: float | None = Field(description="Hoeveel er nog kan; leeg als geen grens bekend is.", examples=[2])


class Koppelingen(Wire):
    """Hoeveel koppelingen een aanbod tegelijk doet."""

    totaal: int | None = Field(description="Hoeveel ten hoogste; leeg als geen grens bekend is.", examples=[3])
    bezet: int = Field(description="Hoeveel er nu openstaan.", examples=[1])
    over: int | None = Field(description="Hoeveel er nog bij kunnen; leeg als geen grens bekend is.", examples=[2])


class Periode(Wire):
    """Een tijd waarin het niet kan: van, tot en niet met."""

    van: Moment = Field(description="Het begin.", examples=["2027-07-10T00:00:00Z"])
    tot: Moment = Field(description="Het einde; dat hoort er niet bij.", examples=["2027-07-24T00:00:00Z"])


Perioden = Annotated[tuple[Periode, ...], Field(max_length=5000)]


class NieuweBeschikbaarheid(Wire):
    """Wat een aanbod kan; wat u weglaat, heeft geen bekende grens."""

    uren: Hours | None = Field(None, description="Uren per maand; 0 is vol, leeg is geen bekende grens.", examples=[8])
    koppelingen: int | None = Field(
        None, ge=0, le=100_000, strict=True, description="Koppelingen tegelijk; leeg is geen bekende grens."
    )
    bron: Line = Field("", description="Waar dit vandaan komt.", examples=["opgave van de expert"])
    peil_datum: Day | None = Field(None, description="Van welke dag dit is; leeg is vandaag.", examples=["2027-03-01"])

    def capacity(self, today: Day) -> Capacity:
        """Return the Capacity that this describes."""
        return Capacity(self.uren, self.koppelingen, self.bron, self.peil_datum or today)


class NieuweAfwezigheid(Wire):
    """Wanneer het niet kan, in plaats van wat er eerder stond."""

    perioden: Perioden = Field(description="De tijden waarin het niet kan.")

    def periods(self) -> list[tuple[datetime, datetime]]:
        """Return the periods as moments."""
        return [(p.van, p.tot) for p in self.perioden]


class Beschikbaarheid(Wire):
    """Wat een aanbod nu kan."""

    aanbod: str = Field(description="De sleutel van het aanbod.", examples=["expert-bekostiging"])
    uren: Uren
    koppelingen: Koppelingen
    afwezig: tuple[Periode, ...] = Field(description="Wanneer het niet kan, in volgorde.")
    bron: str = Field(description="Waar uren en koppelingen vandaan komen.")
    peil_datum: Day | None = Field(None, description="Van welke dag die opgave is.")

    @classmethod
    def of(cls, found: Availability) -> Beschikbaarheid:
        """Return the model of what an offer can do."""
        hours, places = found.hours, found.places
        return cls.model_construct(
            aanbod=found.offer,
            uren=Uren.model_construct(
                totaal=hours.total, gereserveerd=hours.reserved, besteed=hours.spent, over=hours.left
            ),
            koppelingen=Koppelingen.model_construct(totaal=places.total, bezet=places.taken, over=places.left),
            afwezig=tuple(Periode.model_construct(van=start, tot=end) for start, end in found.busy),
            bron=found.source,
            peil_datum=found.on,
        )


class Beschikbaarheden(Wire):
    """Een bladzijde van beschikbaarheden."""

    beschikbaarheden: tuple[Beschikbaarheid, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
