"""A kept round goes out as a makelronde; what it is asked to do comes in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.wire import Line, Moment, Wire
from matcher import Aims, KeptRound, Wanted, wanted

Doel = Literal["totaal", "geholpen"]
Stand = Literal["concept", "goedgekeurd", "teruggedraaid"]
_AIMS = {"totaal": "total", "geholpen": "helped"}
_CALLED = {there: here for here, there in _AIMS.items()}
Gewicht = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Koppeling(Wire):
    """Een leervraag en een aanbod."""

    leervraag: Line = Field(description="De sleutel van de leervraag.", examples=["lv-12"])
    aanbod: Line = Field(description="De sleutel van het aanbod.", examples=["expert-bekostiging"])

    @property
    def pair(self) -> tuple[str, str]:
        """The two as a pair."""
        return self.leervraag, self.aanbod


def koppelingen(pairs: Any) -> tuple[Koppeling, ...]:
    """Return the models of pairs."""
    return tuple(Koppeling.model_construct(leervraag=q, aanbod=o) for q, o in pairs)


Koppelingen = Annotated[tuple[Koppeling, ...], Field(max_length=1000)]


class NieuweMakelronde(Wire):
    """Wat de ronde moet doen."""

    hulp: int = Field(1, ge=1, le=3, strict=True, description="Hoeveel helpers per leervraag.", examples=[1])
    doel: Doel = Field("totaal", description="De beste som van scores, of eerst zo veel mogelijk vragen geholpen.")
    gelijkmatigheid: Gewicht = Field(Aims().evenness, description="Wat nog een koppeling bij dezelfde kost, in punten.")
    mix: Gewicht = Field(Aims().mix, description="Wat tweemaal hetzelfde perspectief kost, in punten.")
    vast: Koppelingen = Field((), description="Koppelingen die er moeten komen.")
    verboden: Koppelingen = Field((), description="Koppelingen die er niet mogen komen.")

    def wanted(self) -> Wanted:
        """Return what this asks of a round."""
        aims = Aims(_AIMS[self.doel], self.gelijkmatigheid, self.mix)  # type: ignore[arg-type]
        return Wanted(self.hulp, aims, tuple(p.pair for p in self.vast), tuple(p.pair for p in self.verboden))

    @classmethod
    def asked(cls, body: dict[str, Any]) -> dict[str, Any]:
        """Return the fields here of what a kept round was asked."""
        found = wanted(body)
        return {
            "hulp": found.helpers, "doel": _CALLED[found.aims.aim], "gelijkmatigheid": found.aims.evenness,
            "mix": found.aims.mix, "vast": koppelingen(found.fixed), "verboden": koppelingen(found.forbidden),
        }  # fmt: skip


class GewijzigdeMakelronde(NieuweMakelronde):
    """Wat u met de hand wijzigt aan een concept; wat u weglaat, blijft zoals het was."""

    weg: Koppelingen = Field((), description="Koppelingen die u uit het concept haalt.")

    def changed(self, body: dict[str, Any]) -> Wanted:
        """Return what the round is asked from here on."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"weg"}}
        return NieuweMakelronde.model_construct(**{**NieuweMakelronde.asked(body), **given}).wanted()


class Goedkeuring(Wire):
    """Wat u goedkeurt: alles, of alles zonder een paar koppelingen."""

    zonder: Koppelingen = Field((), description="Koppelingen die niet worden voorgesteld.")


class Plaatsing(Koppeling):
    """Een koppeling die de ronde maakt."""

    score: float = Field(description="Hoe goed het past.")
    vast: bool = Field(description="Of een mens dit zo besloot.")


class Overgebleven(Wire):
    """Een leervraag met minder helpers dan gevraagd, en waarom."""

    leervraag: str = Field(description="De sleutel van de leervraag.", examples=["lv-12"])
    heeft: int = Field(ge=0, description="Hoeveel helpers de ronde vond.")
    wil: int = Field(ge=0, description="Hoeveel er zijn gevraagd.")
    waarom: str = Field(description="Waarom, en wat zou helpen.")


class Makelronde(NieuweMakelronde):
    """Een makelronde: alle open leervragen tegelijk bij wie kan helpen."""

    id: str = Field(description="De sleutel van de ronde.", examples=["r-1"])
    status: Stand = Field(description="Hoe de ronde ervoor staat.")
    geplaatst: tuple[Plaatsing, ...] = Field(description="Welke koppelingen de ronde maakt.")
    over: tuple[Overgebleven, ...] = Field(description="Wie er overblijft.")
    weggehaald: tuple[Koppeling, ...] = Field(description="Wat met de hand is weggehaald.")
    totaal: float = Field(description="De som van de scores.")
    geholpen: int = Field(ge=0, description="Hoeveel leervragen een helper hebben.")
    marge: float = Field(description="Hoeveel er ten hoogste aan het beste ontbreekt; 0 is bewezen het beste.")
    voorstellen: tuple[str, ...] = Field(description="De voorstellen die uit de goedkeuring kwamen.")
    door: str = Field(description="Wie de ronde zo zette: de sleutel van een persoon.", examples=["p-07"])
    op: Moment = Field(description="Wanneer.")

    @classmethod
    def of(cls, kept: KeptRound) -> Makelronde:
        """Return the model of a kept round."""
        body = kept.body
        return cls.model_construct(
            **cls.asked(body), id=kept.id, status=kept.state, door=kept.by, op=kept.at,
            geplaatst=tuple(Plaatsing.model_construct(**p) for p in body["geplaatst"]),
            over=tuple(Overgebleven.model_construct(**item) for item in body["over"]),
            weggehaald=koppelingen(body.get("weggehaald", ())), voorstellen=tuple(body.get("voorstellen", ())),
            totaal=body["totaal"], geholpen=body["geholpen"], marge=body["marge"],
        )  # fmt: skip


class Makelrondes(Wire):
    """Een bladzijde van makelrondes."""

    makelrondes: tuple[Makelronde, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
