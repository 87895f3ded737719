"""What is held on someone goes out: on the caller by kind, on anyone else as the beheerder gives it to who asks."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.wire import Line, Moment, Wire
from api.wire.accounts import AccountUit, SleutelUit


class Handeling(Wire):
    """Iets wat u deed, of wat met uw gegevens is gedaan."""

    op: Moment = Field(description="Wanneer.")
    handeling: str = Field(description="Wat er gebeurde.", examples=["aanmelden"])
    rol: str | None = Field(None, description="De rol van wie het deed, als dat iemand anders was.")


class Concept(Wire):
    """Wat u invulde en nog niet verstuurde."""

    formulier: str = Field(description="Welk formulier.")
    bewaard_op: Moment = Field(description="Wanneer het is bewaard.")
    inhoud: dict[str, Any] = Field(description="Wat u invulde.")


class Bericht(Wire):
    """Een bericht dat nog naar u gestuurd wordt."""

    soort: str = Field(description="Waarover.")
    klaargezet_op: Moment = Field(description="Sinds wanneer het klaarstaat.")


class Aanmelding(Wire):
    """Een keer dat u zich aanmeldde."""

    begonnen_op: Moment = Field(description="Wanneer u zich aanmeldde.")
    gezien_op: Moment = Field(description="Wanneer u daar het laatst iets deed.")


class GegevensOverMij(Wire):
    """Wat er over u bewaard wordt, zonder gegevens van anderen."""

    account: AccountUit
    sleutels: tuple[SleutelUit, ...]
    aanmeldingen: tuple[Aanmelding, ...]
    concepten: tuple[Concept, ...]
    berichten: tuple[Bericht, ...]
    handelingen: tuple[Handeling, ...] = Field(description="Wat u deed, het laatste eerst; hooguit 1000.")
    inzage: tuple[Handeling, ...] = Field(description="Wat anderen met uw gegevens deden; hooguit 1000.")
    aantal_handelingen: int = Field(ge=0, description="Hoeveel u er deed, ook die hier niet staan.")
    aantal_inzage: int = Field(ge=0, description="Hoeveel anderen er deden, ook die hier niet staan.")


class Wie(Wire):
    """Over wie het gaat; een naam hoort niet in een adres."""

    wie: Line = Field(min_length=1, description="Een naam, inlognaam, sleutel of kenmerk.", examples=["expert-1"])


class Wissen(Wie):
    """Wie u wist; dit kan niet ongedaan worden gemaakt."""

    bevestiging: Line = Field(description="Nogmaals wie u wist, letterlijk.", examples=["expert-1"])


class Bewaard(Wire):
    """Alles wat over iemand bewaard wordt, per soort, zoals het bewaard is."""

    gegevens: dict[str, tuple[dict[str, Any], ...]] = Field(description="Per soort de rijen; leeg als er niets is.")
    aantal: int = Field(ge=0, description="Hoeveel rijen het zijn.", examples=[3])


class Gewist(Wire):
    """Wat er gewist is. Reservekopieën van voor vandaag bevatten de gegevens nog."""

    verwijderd: int = Field(ge=0, description="Hoeveel rijen weg zijn.")
    vervangen: int = Field(ge=0, description="In hoeveel rijen een vermelding is vervangen.")
    aliassen: tuple[str, ...] = Field(description="Onder welk kenmerk besluiten en logboek voortaan staan.")
    nog_in: tuple[str, ...] = Field(description="Waar de naam nog staat; leeg, tenzij die intussen weer is geschreven.")
