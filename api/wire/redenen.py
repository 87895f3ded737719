"""Reasons and the parts of a score go out, by the names that people call them."""

from __future__ import annotations

from pydantic import Field

from api.wire import Wire
from matcher import Reason, Score

# The parts of a score, as people call them.
PARTS = {
    "meaning": "betekenis", "concepts": "begrippen", "words": "woorden", "themes": "themas",
    "perspective": "perspectief", "rereading": "herlezen",
}  # fmt: skip


class Reden(Wire):
    """Een reden voor een suggestie."""

    tekst: str = Field(description="De reden, als zin.")
    deel: str | None = Field(None, description="Op welk deel van de score de reden rust; leeg bij geen.")
    begrip: str | None = Field(None, description="Het begrip dat vraag en aanbod verbindt.")
    uw_woorden: str | None = Field(None, description="Het stuk van de vraag waar het om gaat.")
    antwoord: str | None = Field(None, description="Het stuk van het aanbod dat antwoordt.")

    @classmethod
    def of(cls, reason: Reason) -> Reden:
        """Return the model of a reason."""
        return cls.model_construct(
            tekst=reason.text, deel=PARTS.get(reason.part), begrip=reason.concept, uw_woorden=reason.asked,
            antwoord=reason.phrase,
        )  # fmt: skip


def parts(score: Score) -> dict[str, float]:
    """Return the parts of a score by their Dutch names, in their order."""
    return {PARTS[name]: value for name, value in score.parts.items()}
