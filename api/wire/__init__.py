"""Values of the library go out as JSON in Dutch, and come in again: the models, one module a noun."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=300)]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
Hours = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
Day = date
# Any offset in, UTC out.
Moment = Annotated[AwareDatetime, PlainSerializer(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"))]


class Wire(BaseModel):
    """A JSON object: Dutch names in camelCase; fields that nobody knows are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, str_strip_whitespace=False
    )

    @classmethod
    def fields_of(cls, value: Any, names: dict[str, str], **more: Any) -> Self:
        """Return the model of a value, given {field here: field there}; not checked, as what we know is sound."""
        return cls.model_construct(**{here: getattr(value, there) for here, there in names.items()}, **more)

    def out(self) -> dict[str, Any]:
        """Return the JSON values, by their Dutch names."""
        return self.model_dump(mode="json", by_alias=True)


def moment(at: datetime) -> str:
    """Return a moment as it goes out: UTC, with Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
