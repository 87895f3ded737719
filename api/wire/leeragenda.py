"""An Agenda goes out as the leeragenda: groups, the community that fits or could begin, and where supply is short."""

from __future__ import annotations

from pydantic import Field

from api.wire import Wire
from matcher import Agenda, Balance, Fit, Group, NewCommunity, gap_sentences, group_sentences


class Passend(Wire):
    """Hoe goed een aanbod bij een groep leervragen past."""

    aanbod: str = Field(description="De sleutel van het aanbod.", examples=["cop-1"])
    naam: str = Field(description="Hoe het heet.")
    score: float = Field(description="De gemiddelde score over de leervragen.")
    mogelijk_voor: tuple[str, ...] = Field(description="Voor welke leervragen het kan.")

    @classmethod
    def of(cls, fit: Fit | None) -> Passend | None:
        """Return the model of a fit."""
        if fit is None:
            return None
        return cls.model_construct(
            aanbod=fit.offer.id, naam=fit.offer.name, score=fit.score, mogelijk_voor=fit.possible_for
        )


class Duo(Wire):
    """Wie van een regio het duo van gemeente en onderwijs kan vormen; leeg is nog te zoeken."""

    regio: str
    gemeente: str
    onderwijs: str


class Gemeenschapsvoorstel(Wire):
    """Een voorstel voor een nieuwe community of practice."""

    regios: tuple[str, ...] = Field(description="Welke regio's meedoen.")
    duos: tuple[Duo, ...] = Field(description="Wie van elke regio.")
    begeleider: Passend | None = Field(None, description="Wie haar kan begeleiden.")
    dichtstbij: Passend | None = Field(None, description="De community die het dichtst in de buurt komt.")

    @classmethod
    def of(cls, proposal: NewCommunity | None) -> Gemeenschapsvoorstel | None:
        """Return the model of a proposal for a community."""
        if proposal is None:
            return None
        duos = (
            Duo.model_construct(regio=d.region, gemeente=d.municipality, onderwijs=d.education) for d in proposal.duos
        )
        return cls.model_construct(
            regios=proposal.regions, duos=tuple(duos), begeleider=Passend.of(proposal.facilitator),
            dichtstbij=Passend.of(proposal.nearest),
        )  # fmt: skip


class Groep(Wire):
    """Leervragen die bij elkaar horen."""

    naam: str = Field(description="De thema's die de groep verbinden.")
    themas: tuple[str, ...] = Field(description="De sleutels van die thema's.")
    leervragen: tuple[str, ...] = Field(description="De sleutels van de leervragen.", examples=[["lv-12"]])
    centraal: str = Field(description="De meest centrale leervraag.", examples=["lv-12"])
    samenhang: float = Field(description="Hoe verwant de leervragen gemiddeld zijn; 1 is gelijk.")
    regios: tuple[str, ...] = Field(description="Welke regio's vragen.")
    gemeenschap: Passend | None = Field(None, description="De community of practice die past.")
    voorstel: Gemeenschapsvoorstel | None = Field(None, description="Een nieuwe, waar er geen past.")
    uitleg: str = Field(description="Dit alles in een paar zinnen.")

    @classmethod
    def of(cls, group: Group) -> Groep:
        """Return the model of a group."""
        return cls.model_construct(
            naam=group.name, themas=tuple(t.id for t in group.themes), leervragen=tuple(q.id for q in group.questions),
            centraal=group.medoid.id, samenhang=group.likeness, regios=group.regions,
            gemeenschap=Passend.of(group.community), voorstel=Gemeenschapsvoorstel.of(group.proposal),
            uitleg=group_sentences(group),
        )  # fmt: skip


class Balans(Wire):
    """Vraag tegenover aanbod van één thema."""

    thema: str = Field(description="De sleutel van het thema.", examples=["bekostiging"])
    label: str = Field(description="Hoe het thema heet.")
    gevraagd: int = Field(ge=0, description="Hoeveel leervragen hier vooral over gaan.")
    tekort: float = Field(ge=0, description="Hoe ver de leervragen zonder hulp van hulp af staan.")
    zonder_aanbod: tuple[str, ...] = Field(description="De leervragen zonder goed en beschikbaar aanbod.")
    regios: tuple[str, ...] = Field(description="De regio's van die leervragen.")
    aanbod: tuple[str, ...] = Field(description="Het aanbod dat goed past en kan.")
    past_maar_kan_niet: tuple[str, ...] = Field(description="Het aanbod dat past maar nu niet kan.")
    uitleg: str = Field(description="Dit alles in een paar zinnen.")

    @classmethod
    def of(cls, balance: Balance) -> Balans:
        """Return the model of a balance."""
        return cls.model_construct(
            thema=balance.theme.id, label=balance.theme.label, gevraagd=balance.asked, tekort=balance.shortage,
            zonder_aanbod=tuple(c.question.id for c in balance.unmet), regios=balance.regions,
            aanbod=tuple(o.id for o in balance.offers), past_maar_kan_niet=tuple(r.offer.id for r in balance.missed),
            uitleg=gap_sentences(balance),
        )  # fmt: skip


class Leeragenda(Wire):
    """Welke leervragen bij elkaar horen, en waar de vraag groter is dan het aanbod."""

    groepen: tuple[Groep, ...] = Field(description="De grootste groep eerst.")
    themas: tuple[Balans, ...] = Field(description="Vraag tegenover aanbod per thema, het grootste tekort eerst.")
    melding: str | None = Field(
        None, description="Wat er schort aan het antwoord, bijvoorbeeld dat er geen taalmodel is."
    )

    @classmethod
    def of(cls, agenda: Agenda, notice: str) -> Leeragenda:
        """Return the model of an agenda."""
        return cls.model_construct(
            groepen=tuple(map(Groep.of, agenda.groups)), themas=tuple(map(Balans.of, agenda.themes)),
            melding=notice or None,
        )  # fmt: skip
