"""Values of the library go out as JSON in Dutch, and come in again: the models, one module a noun."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from matcher import InvalidValueError

T = TypeVar("T", date, datetime)
Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=300)]
Lines = Annotated[tuple[Line, ...], Field(max_length=50)]
# JSON knows numbers and booleans: a text of digits is neither, nor is true a number.
Whole = Annotated[int, Field(strict=True)]
Truth = Annotated[bool, Field(strict=True)]
Hours = Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)]
_YEARS = range(1900, 3000)


def _near(at: T) -> T:
    """Return a day or moment near enough to reckon with: at the ends of the calendar a day more does not exist."""
    if at.year not in _YEARS:
        raise InvalidValueError("datum", at.isoformat(), f"een jaar van {_YEARS[0]} tot en met {_YEARS[-1]}")
    return at


def _written(shape: str, kind: str) -> Callable[[Any], Any]:
    """Return a validator for what has to be written so: pydantic would take a number for seconds since 1970."""

    def checked(value: Any) -> Any:
        if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(shape, value, re.ASCII)):
            return value
        raise PydanticCustomError(kind, "not as written in the documentation")

    return checked


_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
Day = Annotated[date, BeforeValidator(_written(_DAY, "date_parsing")), AfterValidator(_near)]
# Any offset in, UTC out.
Moment = Annotated[
    AwareDatetime, BeforeValidator(_written(_DAY + r"[Tt ][0-9:.]+(?:[Zz]|[+-][0-9:]+)?", "datetime_parsing")),
    AfterValidator(_near), PlainSerializer(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z")),
]  # fmt: skip


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
