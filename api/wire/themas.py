"""A Theme goes out as a thema; the sentences that teach the engine stay in."""

from __future__ import annotations

from pydantic import Field

from api.wire import Wire
from matcher import Theme

# {here: there}
FIELDS = {
    "id": "id", "label": "label", "andere_labels": "other_labels", "afkortingen": "abbreviations", "engels": "english",
    "definitie": "definition", "toelichting": "scope_note", "breder": "broader", "verwant": "related", "bron": "source",
}  # fmt: skip


class Thema(Wire):
    """Een begrip uit de thesaurus."""

    id: str = Field(description="De sleutel van het thema.", examples=["bekostiging"])
    label: str = Field(description="Hoe het thema heet.", examples=["bekostiging"])
    andere_labels: tuple[str, ...] = Field(description="Hoe het ook heet.")
    afkortingen: tuple[str, ...] = Field(description="Afkortingen ervan.")
    engels: tuple[str, ...] = Field(description="Hoe het in het Engels heet.")
    definitie: str = Field(description="Wat het is.")
    toelichting: str = Field(description="Wat er wel en niet bij hoort.")
    breder: str | None = Field(description="De sleutel van het bredere thema.")
    verwant: tuple[str, ...] = Field(description="De sleutels van verwante thema's.")
    bron: str = Field(description="Waar het vandaan komt.")

    @classmethod
    def of(cls, theme: Theme) -> Thema:
        """Return the model of a theme."""
        return cls.fields_of(theme, FIELDS)


class Themas(Wire):
    """Een bladzijde van thema's."""

    themas: tuple[Thema, ...]
    aantal: int = Field(ge=0, description="Hoeveel er zijn, over alle bladzijden.", examples=[1])
