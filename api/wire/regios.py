"""A Region goes out as a regio."""

from __future__ import annotations

from pydantic import Field

from api.wire import Wire
from matcher import Region

# {here: there}
FIELDS = {
    "naam": "name", "provincie": "province", "karakter": "character", "omvang": "size",
    "inspiratieregio": "inspiratieregio", "bron": "source",
}  # fmt: skip


class Regio(Wire):
    """Een regio, met de naam die leervragen en aanbod noemen."""

    naam: str = Field(description="Hoe de regio heet; ook de sleutel.", examples=["Almere"])
    provincie: str = Field(description="In welke provincie.", examples=["Flevoland"])
    karakter: str = Field(description="Wat voor regio het is.", examples=["stedelijk"])
    omvang: str = Field(description="Hoe groot de regio is.", examples=["groot"])
    inspiratieregio: bool = Field(description="Of het een inspiratieregio is.")
    bron: str | None = Field(None, description="Waar dit vandaan komt.")

    @classmethod
    def of(cls, region: Region) -> Regio:
        """Return the model of a region."""
        return cls.fields_of(region, FIELDS)


class Regios(Wire):
    """Een bladzijde van regio's."""

    regios: tuple[Regio, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
