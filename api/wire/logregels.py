"""Lines of the log go out as logregels: who did or saw what, of whom or what, and when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.wire import Moment, Whole, Wire
from matcher import Line

_ACTIVITY = "dpl.core.processing_activity_id"


class Logregel(Wire):
    """Eén regel: sleutels en kenmerken, nooit namen."""

    nummer: int = Field(ge=1, description="Het nummer van de regel.", examples=[7])
    op: Moment = Field(description="Wanneer het gebeurde.")
    handeling: str = Field(description="Wat er gebeurde.", examples=["aanbod inzien"])
    door: str = Field(description="De sleutel van wie het deed.", examples=["p-1f2e3d4c"])
    over: str | None = Field(None, description="Waarover het ging: soort en kenmerk.", examples=["offer expert-1"])
    betrokkene: str | None = Field(None, description="Over wie het ging, als het over een persoon ging.")
    activiteit: str = Field(description="De verwerkingsactiviteit.", examples=["urn:matcher:..."])
    gelukt: bool = Field(description="Of het mocht en lukte.", examples=[True])
    spoor: str = Field(description="Wat in één keer gebeurde, heeft één spoor.")

    @classmethod
    def of(cls, line: Line) -> Logregel:
        """Return the model of a line."""
        told = line.attributes
        return cls.model_construct(
            nummer=line.seq, op=line.start_time, handeling=line.name, door=told.get("dpl.core.user", ""),
            over=told.get("matcher.about"), betrokkene=told.get("dpl.core.data_subject_id"),
            activiteit=told.get(_ACTIVITY, ""), gelukt=line.status_code == 1, spoor=line.trace_id,
        )  # fmt: skip


class Logregels(Wire):
    """Een bladzijde van het logboek."""

    logregels: tuple[Logregel, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[7])


class LogVraag(Wire):
    """Wie wat zag of deed, van wie, tussen wanneer en wanneer; namen staan hier en niet in het adres."""

    over: str | None = Field(
        None, min_length=1, max_length=300, examples=["expert-1"],
        description="Over wie of wat: een naam, inlognaam, sleutel of kenmerk.",
    )  # fmt: skip
    door: str | None = Field(None, min_length=1, max_length=300, description="Door wie: inlognaam of sleutel.")
    van_op: Moment | None = Field(None, description="Vanaf dit moment.", examples=["2027-03-01T00:00:00Z"])
    tot_op: Moment | None = Field(None, description="Tot dit moment, dat zelf niet meetelt.")
    page: Whole = Field(1, ge=1, le=1_000_000, description="Welke bladzijde, vanaf 1.")
    page_size: Whole = Field(20, ge=1, le=100, description="Hoeveel er op een bladzijde staan.")
    sort: Literal["nummer", "-nummer"] = Field("-nummer", description="De oudste of de nieuwste regel eerst.")
