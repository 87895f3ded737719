"""Suggestions go out as suggesties: kept, near misses and refused, each with its parts and its reasons."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from api.wire import Wire
from api.wire.aanbod import Aanbod
from api.wire.redenen import Reden, parts
from matcher import Refused, Suggestion


class Markering(Wire):
    """Een stuk van de samenvatting dat bij de vraag past: van het ene teken tot het andere."""

    van: int = Field(ge=0, description="Het eerste teken, geteld vanaf 0.")
    tot: int = Field(ge=0, description="Het teken na het laatste.")


class Suggestie(Wire):
    """Een aanbod dat bij de vraag past en echt kan."""

    plaats: int = Field(ge=1, description="De plaats in de lijst.")
    aanbod: Aanbod
    zin: str = Field(description="Waarom dit aanbod, in één zin.")
    score: float = Field(description="De som van de delen.")
    delen: dict[str, float] = Field(description="De delen waaruit de score bestaat.", examples=[{"betekenis": 0.15}])
    redenen: tuple[Reden, ...]
    markeringen: tuple[Markering, ...]

    @classmethod
    def of(cls, suggestion: Suggestion) -> Suggestie:
        """Return the model of a suggestion."""
        return cls.model_construct(
            plaats=suggestion.rank, aanbod=Aanbod.of(suggestion.offer), zin=suggestion.sentence,
            score=suggestion.score.total, delen=parts(suggestion.score),
            redenen=tuple(Reden.of(r) for r in suggestion.reasons),
            markeringen=tuple(Markering.model_construct(van=start, tot=end) for start, end in suggestion.marks),
        )  # fmt: skip


class Geweigerd(Wire):
    """Een aanbod dat past maar nu niet kan."""

    aanbod: Aanbod
    score: float = Field(description="Hoe goed het past.")
    waarom: tuple[str, ...] = Field(description="Waarom het niet kan, en sinds of tot wanneer.")

    @classmethod
    def of(cls, refused: Refused) -> Geweigerd:
        """Return the model of an offer that is refused."""
        return cls.model_construct(aanbod=Aanbod.of(refused.offer), score=refused.score.total, waarom=refused.reasons)


class Suggesties(Wire):
    """De suggesties bij een leervraag, en wat niet kan."""

    suggesties: tuple[Suggestie, ...] = Field(description="De beste eerst.")
    bijna: tuple[Geweigerd, ...] = Field(description="Wat om één reden niet kan, de beste eerst.")
    geweigerd: tuple[Geweigerd, ...] = Field(description="Alles wat niet kan, de beste eerst; hooguit zoveel als k.")
    aantal_geweigerd: int = Field(description="Hoeveel er niet kan.")
    melding: str | None = Field(
        None, description="Wat er schort aan het antwoord, bijvoorbeeld dat er geen taalmodel is."
    )

    @classmethod
    def of(
        cls, kept: Iterable[Suggestion], near: Iterable[Refused], refused: Iterable[Refused], count: int, notice: str
    ) -> Suggesties:
        """Return the model of what came of one question."""
        return cls.model_construct(
            suggesties=tuple(Suggestie.of(s) for s in kept), bijna=tuple(Geweigerd.of(r) for r in near),
            geweigerd=tuple(Geweigerd.of(r) for r in refused), aantal_geweigerd=count, melding=notice or None,
        )  # fmt: skip
