"""Busy times -> whole days and longer times of absence, and from when someone can be asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from matcher.exchange.calendar import Busy

# What has to be busy for a day to be gone: an appointment of an hour says nothing about a month's hours.
WORKDAY = (time(9), time(17))


@dataclass(frozen=True, slots=True)
class Away:
    """A time of absence, both days inclusive."""

    first: date
    last: date


def is_away(busy: Iterable[Busy], day: date) -> bool:
    """Return whether a day is busy from nine to five without a gap; `busy` as `read_busy` gives it, joined."""
    begin, end = (datetime.combine(day, t) for t in WORKDAY)
    return any(b.start <= begin and end <= b.end for b in busy)


def away(busy: Iterable[Busy], first: date, last: date, least: int = 5) -> tuple[Away, ...]:
    """Return the times from `first` to `last` in which someone is away for `least` working days in a row or more.

    A working day is Monday to Friday (holidays are not known) and is gone when nine to five is busy without a
    gap; a weekend between two such days does not break the row and does not count. Shorter times are no
    absence: they say something about a day, not about whether a question can be taken on.
    """
    known = tuple(busy)
    rows: list[list[date]] = [[]]
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if day.weekday() >= 5:
            continue
        if is_away(known, day):
            rows[-1].append(day)
        elif rows[-1]:
            rows.append([])
    return tuple(Away(row[0], row[-1]) for row in rows if row and len(row) >= least)


def available_from(absences: Iterable[Away], day: date) -> date:
    """Return the first day, from `day` on, that lies in none of the absences: an offer's `available_from`.

    An offer has one time of being available, with one begin and one end. So an absence that has begun moves
    the begin; one that lies ahead, with free time before it, is not to be put into an offer and is shown instead.
    """
    for gone in sorted(absences, key=lambda a: a.first):
        if gone.first <= day <= gone.last:
            day = gone.last + timedelta(days=1)
    return day
