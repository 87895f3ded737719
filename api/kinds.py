"""What each status means to people: a title, what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """What a status means to people: its title, what happened, what to do, and the last part of its URN."""

    name: str
    title: str
    detail: str
    what_now: str


_AGAIN = "Probeer het over enkele ogenblikken nog eens."
KINDS: Mapping[int, Kind] = MappingProxyType({
    400: Kind("ongeldige-invoer", "Ongeldige invoer", "Er klopt iets niet in wat u stuurde.",
              "Verbeter wat hieronder staat en stuur het nog eens."),
    401: Kind("niet-aangemeld", "Niet aangemeld", "Hiervoor moet u zich aanmelden.",
              "Meld u aan, of stuur een geldige sleutel mee."),
    403: Kind("geen-toegang", "Geen toegang", "U mag dit niet inzien of wijzigen.",
              "Vraag de beheerder om toegang als u die nodig hebt."),
    404: Kind("niet-gevonden", "Niet gevonden", "Wat u zoekt bestaat niet, of is niet voor u bestemd.",
              "Controleer het adres, of begin opnieuw bij de startpagina."),
    405: Kind("methode-niet-toegestaan", "Methode niet toegestaan", "Deze handeling kan niet op dit adres.",
              "De kopregel Allow noemt wat hier wel kan."),
    406: Kind("geen-passende-vorm", "Geen passende vorm", "Dit adres geeft geen antwoord in de gevraagde vorm.",
              "Vraag een vorm die de documentatie noemt, of laat Accept weg."),
    408: Kind("te-traag", "Het verzoek kwam te langzaam binnen", "De inhoud was niet op tijd binnen.", _AGAIN),
    409: Kind("botsing", "Dit kan nu niet", "Wat u vraagt past niet bij hoe het er nu voor staat.",
              "Haal de laatste stand op en bekijk wat er nu kan."),
    410: Kind("vervallen", "Vervallen", "Wat hier stond is er niet meer.", "Vraag een nieuwe."),
    411: Kind("lengte-ontbreekt", "De lengte ontbreekt", "Zeg erbij hoe lang de inhoud is.",
              "Stuur de kopregel Content-Length mee."),
    412: Kind("inmiddels-gewijzigd", "Inmiddels gewijzigd", "Iemand anders heeft dit intussen gewijzigd.",
              "Haal de laatste stand op en doe uw wijziging opnieuw."),
    413: Kind("te-groot", "Te groot", "Wat u stuurde is groter dan deze dienst aanneemt.",
              "Stuur minder tegelijk."),
    414: Kind("adres-te-lang", "Adres te lang", "Het adres is langer dan deze dienst aanneemt.",
              "Maak het adres korter; lange teksten horen in de inhoud van het verzoek."),
    415: Kind("soort-niet-aangenomen", "Soort inhoud niet aangenomen", "Deze soort inhoud neemt dit adres niet aan.",
              "Stuur de inhoud in een soort die de documentatie noemt, met de juiste Content-Type."),
    416: Kind("deel-bestaat-niet", "Dit deel bestaat niet", "Het gevraagde deel bestaat niet.", "Vraag het geheel."),
    421: Kind("verkeerde-dienst", "Verkeerde dienst", "Op deze naam antwoordt deze dienst niet.",
              "Controleer het adres."),
    428: Kind("voorwaarde-ontbreekt", "Voorwaarde ontbreekt", "Zeg erbij welke stand u wijzigt.",
              "Haal de laatste stand op en stuur zijn ETag mee in If-Match."),
    429: Kind("te-veel-verzoeken", "Te veel verzoeken", "U deed in korte tijd te veel verzoeken.",
              "Wacht even; de kopregel Retry-After zegt hoe lang."),
    431: Kind("kopregels-te-groot", "Kopregels te groot", "De kopregels van het verzoek zijn te groot.",
              "Stuur minder of kortere kopregels; wis zo nodig de cookies van deze site."),
    500: Kind("fout-bij-ons", "Er ging iets mis bij ons", "Het ligt niet aan u. Er is niets half bewaard.",
              "Probeer het nog eens. Blijft het misgaan, geef de beheerder dan het kenmerk."),
    501: Kind("kan-niet", "Dit kan deze dienst niet", "Deze handeling kent de dienst niet.", "Bekijk de documentatie."),
    503: Kind("even-niet-beschikbaar", "Even niet beschikbaar", "De dienst kan dit nu even niet doen.", _AGAIN),
    507: Kind("schijf-vol", "De opslag is vol", "Er is geen ruimte om dit te bewaren. Wat er al was, is te lezen.",
              "Vraag de beheerder om ruimte te maken; daarna werkt bewaren weer vanzelf."),
})  # fmt: skip
