"""What a round has to keep to goes in as plain numbers; Request, Supply and Aims come out, checked at birth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from matcher.errors import InvalidValueError, UnknownNameError
from matcher.parties import PERSPECTIVES

Aim = Literal["total", "helped"]
AIMS: tuple[Aim, ...] = ("total", "helped")
MOST_HELPERS = 3
_MOST_HOURS = 10_000
_MOST_PLACES = 100_000


@dataclass(frozen=True, slots=True)
class Request:
    """A question in a round: `most` helpers wanted (1 to 3), `least` a hard minimum, `hours` a month for each."""

    question: str
    most: int = 1
    least: int = 0
    hours: float = 0.0

    def __post_init__(self) -> None:
        _whole("most", self.most, 1, MOST_HELPERS)
        _whole("least", self.least, 0, self.most)
        _number("hours", self.hours, _MOST_HOURS)


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer in a round: `hours` a month and `places` (introductions) left, None without a known limit.

    `least` introductions are a hard minimum load. `perspective` None: not known.
    """

    offer: str
    hours: float | None = None
    places: int | None = None
    least: int = 0
    perspective: str | None = None

    def __post_init__(self) -> None:
        if self.hours is not None:
            _number("hours", self.hours, _MOST_HOURS)
        if self.places is not None:
            _whole("places", self.places, 0, _MOST_PLACES)
        _whole("least", self.least, 0, _MOST_PLACES)
        if self.perspective is not None and self.perspective not in PERSPECTIVES:
            raise UnknownNameError("perspective", self.perspective, PERSPECTIVES)


@dataclass(frozen=True, slots=True)
class Aims:
    """What a round strives for; the weights are in points of score.

    aim: "total", the best sum of scores, or "helped", as many questions with a helper as can be, then the best sum.
    evenness: the n-th introduction of one offer costs evenness * (n - 1), so that few popular offers do not get
    everything. mix: a further helper from a perspective that the question already has costs this much, so that
    perspectives differ; a first helper costs nothing, nor does an offer whose perspective is not known.
    """

    aim: Aim = "total"
    evenness: float = 0.005
    mix: float = 0.02

    def __post_init__(self) -> None:
        if self.aim not in AIMS:
            raise UnknownNameError("aim", self.aim, AIMS)
        _number("evenness", self.evenness, 1)
        _number("mix", self.mix, 1)


def _number(field: str, value: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (0 <= value <= most) or math.isnan(value):
        raise InvalidValueError(field, value, f"een getal van 0 tot en met {most}")


def _whole(field: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidValueError(field, value, f"een geheel getal van {least} tot en met {most}")
