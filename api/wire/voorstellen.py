"""A Proposal goes out as a voorstel with every step of its life; what a verbinder proposes or decides comes in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from api.wire import Hours, Moment, Text, Wire
from matcher import NEXT, Outcome, Proposal, Step

Stand = Literal["voorgesteld", "aanvaard", "loopt", "afgerond", "afgewezen", "ingetrokken", "herroepen"]
Soortstap = Literal["aanvaard", "afgewezen", "ingetrokken", "loopt", "afgerond", "herroepen"]
_ONE_LINE = r"^[^\n]*\S[^\n]*$"


class Uitkomst(Wire):
    """Wat er van een voorstel kwam."""

    hielp: int = Field(ge=1, le=5, strict=True, description="Hielp het? 1 is niet, 5 is heel erg.", examples=[4])
    regio: str = Field(
        max_length=1000, pattern=_ONE_LINE, description="Eén regel van de regio.", examples=["We gaan hiermee verder."]
    )
    expert: str = Field(
        max_length=1000, pattern=_ONE_LINE, description="Eén regel van wie hielp.", examples=["Een goed gesprek."]
    )

    @classmethod
    def of(cls, outcome: Outcome) -> Uitkomst:
        """Return the model of an outcome."""
        return cls.model_construct(hielp=outcome.helped, regio=outcome.region, expert=outcome.expert)

    def outcome(self) -> Outcome:
        """Return the Outcome that this describes."""
        return Outcome(self.hielp, self.regio, self.expert)


class NieuwVoorstel(Wire):
    """Een leervraag en een aanbod die u bij elkaar brengt."""

    leervraag: str = Field(max_length=300, description="De sleutel van de leervraag.", examples=["lv-12"])
    aanbod: str = Field(max_length=300, description="De sleutel van het aanbod.", examples=["expert-bekostiging"])
    uren: Hours | None = Field(
        None, description="Hoeveel uur per maand; leeg is wat de vraag noemt, of anders 1.", examples=[2]
    )
    notitie: Text = Field("", description="Waarom u dit voorstelt.")
    opnieuw: bool = Field(False, strict=True, description="Stel voor, ook als dit paar al eens is voorgesteld.")


class NieuweStap(Wire):
    """Wat u met een voorstel doet."""

    soort: Soortstap = Field(description="Waar het voorstel heen gaat; `herroepen` neemt de laatste stap terug.",
                             examples=["aanvaard"])  # fmt: skip
    notitie: Text = Field("", description="Een toelichting; bij `afgewezen` is een reden verplicht.")
    uitkomst: Uitkomst | None = Field(None, description="Wat ervan kwam; verplicht bij `afgerond`, en alleen daar.")


class Stap(Wire):
    """Een stap in het leven van een voorstel."""

    soort: Stand = Field(description="Waar het voorstel toen heen ging.")
    op: Moment = Field(description="Wanneer.")
    door: str = Field(description="Door wie: de sleutel van een persoon.", examples=["p-07"])
    notitie: str = Field(description="De toelichting.")
    uitkomst: Uitkomst | None = Field(None, description="Wat ervan kwam.")
    herroept: int | None = Field(None, ge=0, description="Welke stap is teruggenomen, geteld vanaf 0.")

    @classmethod
    def of(cls, step: Step) -> Stap:
        """Return the model of a step."""
        outcome = None if step.outcome is None else Uitkomst.of(step.outcome)
        return cls.model_construct(
            soort=step.kind, op=step.at, door=step.by, notitie=step.note, uitkomst=outcome, herroept=step.undoes
        )


class Voorstel(Wire):
    """Een voorstel: welk aanbod bij welke leervraag, en wat ermee gebeurde."""

    id: str = Field(description="De sleutel van het voorstel.", examples=["v-3"])
    leervraag: str = Field(description="De sleutel van de leervraag.", examples=["lv-12"])
    aanbod: str = Field(description="De sleutel van het aanbod.", examples=["expert-bekostiging"])
    uren: float = Field(description="Hoeveel uur per maand het vraagt.", examples=[2])
    status: Stand = Field(description="Hoe het ervoor staat.")
    notitie: str = Field(description="De toelichting bij de laatste stap die telt.")
    stappen: tuple[Stap, ...] = Field(description="Alles wat ermee gebeurde, het oudste eerst.")
    mogelijk: tuple[Soortstap, ...] = Field(description="Welke stappen u nu kunt zetten.")

    @classmethod
    def of(cls, proposal: Proposal, may: Collection[str]) -> Voorstel:
        """Return the model of a proposal; may: the steps that the caller may take at all."""
        return cls.model_construct(
            id=proposal.id, leervraag=proposal.question, aanbod=proposal.offer, uren=proposal.hours,
            status=proposal.state, notitie=proposal.note, stappen=tuple(map(Stap.of, proposal.steps)),
            mogelijk=tuple(kind for kind in NEXT[proposal.state] if kind in may),
        )  # fmt: skip


class Voorstellen(Wire):
    """Een bladzijde van voorstellen."""

    voorstellen: tuple[Voorstel, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
