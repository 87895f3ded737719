"""People with an account and the keys of their programs go out as JSON, and come in; secrets once, when made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.wire import Day, Line, Lines, Moment, Whole, Wire
from matcher import Account, ApiKey, Person

Rol = Literal["verbinder", "regio", "evaluator", "beheerder"]
Stand = Literal["open", "afgesloten"]
Mag = Literal["lezen", "schrijven"]
Rechten = Annotated[tuple[Mag, ...], Field(min_length=1, max_length=2)]


class NieuwAccount(Wire):
    """Wat u opstuurt om iemand een account te geven."""

    inlognaam: str = Field(
        min_length=3, max_length=100, description="Waarmee iemand zich aanmeldt: kleine letters en cijfers.",
        examples=["verbinder.noord"],
    )  # fmt: skip
    naam: Line = Field(min_length=1, description="Hoe deze persoon heet.", examples=["Verbinder noord"])
    rol: Rol = Field(description="Wat deze persoon mag.")
    regios: Lines = Field((), description="Voor welke regio's; nodig bij verbinder en regio.", examples=[["Almere"]])


class GewijzigdAccount(Wire):
    """Wat u wijzigt aan een account; wat u weglaat, blijft zoals het was."""

    rol: Rol | None = Field(None, description="Wat deze persoon mag, vanaf het volgende verzoek.")
    regios: Lines | None = Field(None, description="Voor welke regio's.", examples=[["Almere"]])
    status: Stand | None = Field(None, description="Sluit het account af, of open het weer.")


class AccountUit(Wire):
    """Iemand met een account."""

    id: str = Field(description="De sleutel van de persoon, zonder betekenis.", examples=["p-1f2e3d4c"])
    inlognaam: str = Field(description="Waarmee iemand zich aanmeldt.", examples=["verbinder.noord"])
    naam: str | None = Field(None, description="Hoe deze persoon heet; leeg als die in de prullenbak ligt.")
    rol: Rol | None = Field(None, description="Wat deze persoon mag.")
    regios: tuple[str, ...] = Field((), description="Voor welke regio's.")
    status: Stand = Field(description="Of iemand zich kan aanmelden.")
    sinds_op: Moment = Field(description="Sinds wanneer het account er is.")
    afgesloten_op: Moment | None = Field(None, description="Sinds wanneer het is afgesloten.")
    oefenaccount: bool = Field(False, description="Of het account er alleen is om te oefenen.")
    heeft_wachtwoord: bool = Field(False, description="Of er een wachtwoord is gekozen.")
    heeft_inlogcode: bool = Field(False, description="Of aanmelden ook een code uit een app vraagt.")
    uitgenodigd_tot_op: Moment | None = Field(None, description="Tot wanneer de laatste link geldt.")

    @classmethod
    def of(cls, account: Account, person: Person | None) -> AccountUit:
        """Return the model of an account and whose it is."""
        return cls.model_construct(
            id=account.person, inlognaam=account.login, naam=person.name if person else None,
            rol=person.role if person else None, regios=person.regions if person else (),
            status="afgesloten" if account.disabled else "open", sinds_op=account.since,
            afgesloten_op=account.disabled, oefenaccount=account.demo, heeft_wachtwoord=account.password,
            heeft_inlogcode=account.code, uitgenodigd_tot_op=account.invited_until,
        )  # fmt: skip


class Accounts(Wire):
    """Een bladzijde van accounts."""

    accounts: tuple[AccountUit, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[4])


class Uitnodiging(Wire):
    """Waarmee iemand één keer een wachtwoord kiest; het staat nergens anders."""

    link: str = Field(description="De link voor deze persoon.", examples=["https://example.org/wachtwoord/..."])
    geldig_tot_op: Moment = Field(description="Tot wanneer de link werkt.")


class NieuweSleutel(Wire):
    """Wat u opstuurt om een sleutel voor een programma te maken."""

    mag: Rechten = Field(("lezen",), description="Wat het programma mag.", examples=[["lezen"]])
    dagen: Whole = Field(90, ge=1, le=365, description="Hoeveel dagen de sleutel geldt.", examples=[90])
    van: str | None = Field(
        None, max_length=100, examples=["p-1f2e3d4c"],
        description="De sleutel van de persoon voor wie; leeg: uzelf. Alleen een beheerder vult dit in.",
    )  # fmt: skip


class SleutelUit(Wire):
    """Een sleutel van een programma; de sleutel zelf is alleen te zien als die gemaakt wordt."""

    id: str = Field(description="Het kenmerk van de sleutel.", examples=["k-0a1b2c3d4e"])
    van: str = Field(description="De sleutel van de persoon van wie die is.", examples=["p-1f2e3d4c"])
    mag: tuple[Mag, ...] = Field(description="Wat het programma mag.", examples=[["lezen"]])
    gemaakt_op: Moment = Field(description="Wanneer de sleutel is gemaakt.")
    verloopt_op: Moment = Field(description="Tot wanneer de sleutel geldt.")
    ingetrokken_op: Moment | None = Field(None, description="Wanneer de sleutel is ingetrokken.")
    gebruikt_datum: Day | None = Field(None, description="Op welke dag de sleutel het laatst is gebruikt.")

    @classmethod
    def of(cls, key: ApiKey, **more: Any) -> SleutelUit:
        """Return the model of a key."""
        return cls.model_construct(
            id=key.id, van=key.person, mag=key.scopes, gemaakt_op=key.made, verloopt_op=key.expires,
            ingetrokken_op=key.revoked, gebruikt_datum=key.used, **more,
        )  # fmt: skip


class GemaakteSleutel(SleutelUit):
    """Een nieuwe sleutel, met de sleutel zelf: bewaar die nu, want hij is niet nog eens te zien."""

    sleutel: str = Field(description="De sleutel zelf.", examples=["mk_..."])


class Sleutels(Wire):
    """Een bladzijde van sleutels."""

    sleutels: tuple[SleutelUit, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[2])
