"""An evaluator's judgements go out and come in, under the ids by which evaluators know questions and offers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.wire import Moment, Whole, Wire
from api.wire.aanbod import Aanbod
from api.wire.leervragen import Leervraag
from matcher import Judgement

Kenmerk = Annotated[str, Field(min_length=1, max_length=100)]
Graad = Annotated[Whole, Field(ge=0, le=3)]
_GRADES = "0: helpt niet, 1: raakt eraan, 2: helpt, 3: helpt precies."


class NieuweBeoordeling(Wire):
    """Uw oordeel over een leervraag en een aanbod; een later oordeel komt in de plaats van een eerder."""

    leervraag: Kenmerk = Field(description="De leervraag.", examples=["v-0123456789ab"])
    aanbod: Kenmerk = Field(description="Het aanbod.", examples=["a-0123456789ab"])
    graad: Graad = Field(description=_GRADES, examples=[2])
    notitie: str = Field("", max_length=2000, description="Waarom, in een regel.", examples=["Zelfde vraag."])


class Beoordeling(NieuweBeoordeling):
    """Een oordeel dat u gaf."""

    beoordeeld_op: Moment = Field(description="Wanneer u het gaf.")

    @classmethod
    def of(cls, judgement: Judgement) -> Beoordeling:
        """Return the model of a judgement, as its evaluator may see it."""
        return cls.model_construct(
            leervraag=judgement.question, aanbod=judgement.offer, graad=judgement.grade, notitie=judgement.note,
            beoordeeld_op=judgement.at,
        )  # fmt: skip


class Beoordelingen(Wire):
    """Een bladzijde van uw oordelen."""

    beoordelingen: tuple[Beoordeling, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[12])


class Beurt(Wire):
    """Wat u als volgende beoordeelt. Waar een paar vandaan komt, staat er met opzet niet bij."""

    leervraag: Leervraag | None = Field(None, description="De leervraag; leeg als alles beoordeeld is.")
    aanbod: Aanbod | None = Field(None, description="Het aanbod; leeg als alles beoordeeld is.")
    beoordeeld: int = Field(ge=0, description="Hoeveel u er al beoordeelde.", examples=[12])
    totaal: int = Field(ge=0, description="Hoeveel er te beoordelen zijn.", examples=[600])


class Overeenstemming(Wire):
    """Hoezeer twee beoordelaars het eens zijn (gewogen kappa), boven wat toeval zou geven."""

    tussen: tuple[str, ...] = Field(description="Wie; namen staan er niet bij.", examples=[["u", "beoordelaar 2"]])
    paren: int = Field(ge=0, description="Hoeveel paren beiden beoordeelden.", examples=[40])
    kappa: float | None = Field(None, description="1 is altijd eens, 0 is toeval; leeg als die er niet is.")
    laag: float | None = Field(None, description="De ondergrens (95%).")
    hoog: float | None = Field(None, description="De bovengrens (95%).")


class Overeenstemmingen(Wire):
    """Hoezeer de beoordelaars het eens zijn: elke twee, en gemiddeld."""

    gemiddeld: Overeenstemming
    overeenstemmingen: tuple[Overeenstemming, ...]
