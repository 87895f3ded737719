"""Rows and a query -> one page of them in an order, with the links to the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Row = TypeVar("Row")


def _whole(value: Any) -> Any:
    """Return a text of digits as a number; a query knows only text."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) else value


def several(value: Any) -> Any:
    """Return one value of a key in the query as a list of one."""
    return [value] if isinstance(value, str) else value


def _truth(value: Any) -> Any:
    """Return the two texts that JSON has for it as a truth value."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


# In the model of a query: a whole number; true or false; a key that may come more than once.
Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
Truth = Annotated[bool, BeforeValidator(_truth), Field(strict=True)]
Several = Annotated[list[str], BeforeValidator(several), Field(max_length=50),
                    WithJsonSchema({"type": "array", "items": {"type": "string"}, "maxItems": 50})]  # fmt: skip


class Query(BaseModel):
    """The keys of a query; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Paged(Query):
    """The keys of every list: which page, and how many a page."""

    page: Whole = Field(1, ge=1, le=1_000_000, description="Welke bladzijde, vanaf 1.", examples=[1])
    page_size: Whole = Field(
        20, alias="pageSize", ge=1, le=100, description="Hoeveel er op een bladzijde staan.", examples=[20]
    )


def sort_field(*keys: str, default: str) -> Any:
    """Return the field `sort` of a query model: one or more of these keys, each with `-` for the other way round."""
    names = "|".join(map(re.escape, keys))
    told = ", ".join(keys)
    return Field(
        default, pattern=f"^-?({names})(,-?({names})){{0,3}}$", examples=[default],
        description=f"Waarop de lijst is geordend: {told}; met een - ervoor andersom, met komma's ertussen meer.",
    )  # fmt: skip


def ordered(rows: Iterable[Row], sort: str, keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
    """Return the rows in the order that `sort` asks (`naam`, `-gevraagdOp,naam`); what has no value comes last."""
    found = list(rows)
    for part in reversed(sort.split(",")):
        value, down = keys[part.removeprefix("-")], part.startswith("-")
        there = [row for row in found if value(row) is not None]
        absent = [row for row in found if value(row) is None] if len(there) < len(found) else []
        there.sort(key=lambda row: _comparable(value(row)), reverse=down)
        found = there + absent
    return found


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """One page of a list: its rows, how many there are in all, and the headers that go with it."""

    rows: list[Row]
    total: int
    page: int
    size: int

    @property
    def headers(self) -> dict[str, str]:
        """Return Link, with the other keys of the query kept, and the total."""
        last = max(1, -(-self.total // self.size))
        pages = {"first": 1, "last": last}
        if self.page > 1:
            pages["prev"] = min(self.page - 1, last)
        if self.page < last:
            pages["next"] = self.page + 1
        order = [rel for rel in ("first", "prev", "next", "last") if rel in pages]
        return {
            "Link": ", ".join(f'<{self._at(pages[r])}>; rel="{r}"' for r in order),
            "X-Total-Count": str(self.total),
        }

    def _at(self, page: int) -> str:
        kept = [(k, v) for k, v in request.args.items(multi=True) if k not in {"page", "pageSize"}]
        return f"{request.path}?{urlencode([*kept, ('page', page), ('pageSize', self.size)])}"


def paged(rows: Sequence[Row], query: Paged) -> Slice[Row]:
    """Return the page of the rows that the query asks; one past the end is empty."""
    start = (query.page - 1) * query.page_size
    return Slice(list(rows[start : start + query.page_size]), len(rows), query.page, query.page_size)
