"""Appointments that come back: one event with its rule -> the moments on which it starts, bounded in work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")
# Days that rules of all events together may be followed for: a hundred daily meetings since ten years.
MOST_STEPS = 400_000
# Moments that all events together may have: ten years of a full diary.
MOST_TIMES = 100_000
# Days that a look costs, and days between two looks: looking through a year costs as much as ten days one by one.
# A rule by the hour or second is nobody's diary, and can be searched for ever.
_LOOK = {"DAILY": (1, 1), "WEEKLY": (1, 7), "MONTHLY": (3, 28), "YEARLY": (10, 365)}


class TooMuchError(ValueError):
    """More work than a diary asks for."""


@dataclass(slots=True)
class Budget:
    """What is left of the work that one file may cost."""

    steps: int = MOST_STEPS
    times: int = MOST_TIMES

    def spend(self, steps: int = 0, times: int = 0) -> None:
        """Take from what is left; raises TooMuchError when it is gone."""
        self.steps -= steps
        self.times -= times
        if self.steps < 0 or self.times < 0:
            raise TooMuchError("te veel herhalingen; bewaar een kortere periode van de agenda")


def wall(value: date | datetime, zone: tzinfo) -> datetime:
    """Return a day or moment as the clock of a zone shows it; a moment without a zone is that clock's own."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


def starts(
    rules: Iterable[Any], extra: Iterable[datetime], first: datetime, until: datetime, zone: tzinfo, budget: Budget
) -> Iterator[datetime]:
    """Yield the wall-clock starts of an event up to `until`: its first, those of its rules, and the extra ones.

    A rule is followed on the clock of its zone, so that a meeting at nine stays at nine in summer. `rules` are
    mappings as of icalendar's vRecur. Raises TooMuchError, and ValueError for a rule that is none.
    """
    seen = {first, *extra}
    for rule in rules:
        for moment in _followed(rule, first, until, zone, budget):
            budget.spend(times=1)
            seen.add(moment)
    yield from sorted(m for m in seen if m <= until)


def _followed(rule: Any, first: datetime, until: datetime, zone: tzinfo, budget: Budget) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    parts = {k.upper(): v if isinstance(v, list) else [v] for k, v in rule.items()}
    if (look := _LOOK.get(str(parts.get("FREQ", [""])[0]).upper())) is None:
        raise ValueError("een herhaling kan per dag, week, maand of jaar")
    if prod(len(parts.get(by, [0])) for by in ("BYHOUR", "BYMINUTE", "BYSECOND")) > 100:
        raise TooMuchError("te veel tijden op een dag")
    ends = [min(until, wall(end, zone) if isinstance(end, datetime) else wall(end, zone) + timedelta(days=1))
            for end in parts.pop("UNTIL", [until])]  # fmt: skip
    most = parts.pop("COUNT", [None])[0]
    budget.spend(steps=look[0] * (max((ends[0] - first).days, 0) // look[1] + 1))
    # dateutil looks at `until` only where a rule matches: one that never does is searched up to the year 9999.
    _refuse_endless(parts, budget)
    text = ";".join(f"{k}={','.join(map(str, v))}" for k, v in parts.items())
    yield from islice(rrulestr(text, dtstart=first).replace(until=ends[0]), most)


# Days that a rule costs that may never match: some ten of them are let through.
_ENDLESS = 40_000


def _refuse_endless(parts: dict[str, list[Any]], budget: Budget) -> None:
    """Refuse a rule by day or week that can match no day at all, and make one by month or year cost what it may."""
    often = str(parts["FREQ"][0]).upper() in {"DAILY", "WEEKLY"}
    odd = any(by in parts for by in ("BYSETPOS", "BYWEEKNO", "BYYEARDAY"))
    skips = int(parts.get("INTERVAL", [1])[0]) > 1
    daily = str(parts["FREQ"][0]).upper() == "DAILY"
    if often and (odd or "BYMONTHDAY" in parts or (skips and ("BYMONTH" in parts or (daily and "BYDAY" in parts)))):
        raise ValueError("een herhaling per dag of week met een voorwaarde die nergens op kan slaan")
    late = any(abs(int(d)) > 28 for d in parts.get("BYMONTHDAY", []))
    ordinals = [int(d.group()) for v in parts.get("BYDAY", []) if (d := re.match(r"[+-]?\d+", str(v)))]
    if odd or late or any(abs(n) > 4 for n in ordinals) or (skips and "BYMONTH" in parts):
        budget.spend(steps=_ENDLESS)
