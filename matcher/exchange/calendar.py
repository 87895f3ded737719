"""A calendar in: an iCalendar file and a window of days -> the times that someone is busy, and nothing else of it.

    bytes -> lines that tell of time -> icalendar -> recurrence.starts -> Busy, merged -> away -> Away

Of an appointment only begin and end are read: its title, place, text and guests are dropped before the file is
parsed, and times that touch are joined, so that not even the number of appointments is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from matcher.errors import BrokenFileError, InvalidValueError, Problem
from matcher.exchange.files import bytes_of
from matcher.exchange.recurrence import HERE, Budget, starts, wall

# Years of a full diary, with the texts that are not read.
MOST_BYTES = 10 * 2**20
MOST_EVENTS = 2_000
MOST_LINES = 40_000
# Letters of what tells of time: icalendar reads some 100,000 a second where the machine is busy.
MOST_TEXT = 1_000_000
MOST_DAYS = 3 * 366

_KEPT = frozenset(
    "BEGIN END VERSION METHOD UID DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID STATUS TRANSP FREEBUSY TZID "
    "TZOFFSETFROM TZOFFSETTO X-MICROSOFT-CDO-BUSYSTATUS".split()
)


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """A time that someone is not free: from `start` to, not including, `end`, on the clock of Amsterdam."""

    start: datetime
    end: datetime


def read_busy(path: Path | str, first: date, last: date) -> tuple[Busy, ...]:
    """Return the busy times in an iCalendar file from `first` up to and including `last`; as `busy_of`."""
    return busy_of(bytes_of(path, MOST_BYTES).decode("utf-8-sig", "replace"), first, last, path)


def busy_of(text: str, first: date, last: date, path: Path | str = "agenda") -> tuple[Busy, ...]:
    """Return the busy times in the text of a calendar, in order, apart from each other, cut to the window.

    Appointments that come back are followed; whole days are busy from midnight; what is free, transparent or
    cancelled is not; a time without a zone is Amsterdam's. Raises BrokenFileError for what is no calendar, for
    an appointment that cannot be understood (told by its number) and for too much, InvalidValueError for a
    window of more than three years.
    """
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise InvalidValueError("periode", f"{first} tot en met {last}", f"0 tot {MOST_DAYS} dagen")
    window = datetime.combine(first, time.min), datetime.combine(last + timedelta(days=1), time.min)
    components = _parsed(path, _about_time(path, text))
    events = [e for c in components if str(c.get("METHOD", "")).upper() != "CANCEL" for e in c.walk("VEVENT")]
    replaced = _replaced(path, events)
    budget = Budget()
    found: list[Busy] = []
    for number, event in enumerate(events, 1):
        with _Named(path, f"afspraak {number}"):
            found += _times(event, replaced, window[1], budget)
    for number, component in enumerate((f for c in components for f in c.walk("VFREEBUSY")), 1):
        with _Named(path, f"bezette tijd {number}"):
            found += _periods(component)
    return _joined(found, *window)


class _Named:
    """Turns what goes wrong inside into a BrokenFileError that names the appointment."""

    def __init__(self, path: Path | str, field: str) -> None:
        self.path, self.field = path, field

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, ValueError | TypeError | OverflowError | AttributeError | KeyError):
            reason = str(fault) if isinstance(fault, ValueError) else "niet te begrijpen"
            raise BrokenFileError(self.path, [Problem(0, self.field, reason)]) from fault


def _about_time(path: Path | str, text: str) -> str:
    """Return the lines of a calendar that tell when; refuses rules that only an attack has."""
    kept: list[str] = []
    zone = False
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name = re.split("[;:]", line[:40], maxsplit=1)[0].strip().upper()
        if name not in _KEPT:
            continue
        zone = (zone or line.upper().startswith("BEGIN:VTIMEZONE")) and not line.upper().startswith("END:VTIMEZONE")
        if zone and name == "RRULE" and "FREQ=YEARLY" not in line.upper():
            raise BrokenFileError(path, [Problem(0, "", "een tijdzone die anders dan per jaar wisselt")])
        kept.append(line)
    if (
        len(kept) > MOST_LINES
        or sum(map(len, kept)) > MOST_TEXT
        or sum(line.upper().startswith("BEGIN:") for line in kept) > 2 * MOST_EVENTS
    ):
        raise BrokenFileError(path, [Problem(0, "", f"te groot: meer dan {MOST_EVENTS} afspraken")])
    return "\r\n".join(kept) + "\r\n"


def _parsed(path: Path | str, text: str) -> list[Any]:
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(text, multiple=True)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as fault:
        raise BrokenFileError(path, [Problem(0, "", "geen geldige iCalendar")]) from fault
    calendars = [c for c in found if c.name == "VCALENDAR"]
    if not calendars:
        raise BrokenFileError(path, [Problem(0, "", "geen hele iCalendar (BEGIN:VCALENDAR tot END:VCALENDAR)")])
    return calendars


def _replaced(path: Path | str, events: Sequence[Any]) -> set[tuple[str, datetime]]:
    """Return (appointment, moment) of the occurrences that have an event of their own, or were cancelled."""
    found = set()
    for number, event in enumerate(events, 1):
        with _Named(path, f"afspraak {number}"):
            if (moment := event.get("RECURRENCE-ID")) is not None:
                if str(moment.params.get("RANGE", "")):
                    raise ValueError("een wijziging van 'deze en alle volgende' is niet te lezen")
                found.add((str(event.get("UID", "")), wall(_known_zone(moment).dt, HERE)))
    return found


def _times(event: Any, replaced: set[tuple[str, datetime]], until: datetime, budget: Budget) -> Iterator[Busy]:
    """Yield the times of one event, up to the first that begins after the window."""
    if faults := [name for name, _ in event.errors if name in _KEPT]:
        raise ValueError(f"{', '.join(faults)} is niet te lezen")
    if _free(event):
        return
    start = _known_zone(event["DTSTART"]).dt
    whole = not isinstance(start, datetime)
    zone: tzinfo = HERE if whole or start.tzinfo is None else start.tzinfo
    length = _length(event, start)
    first, uid = wall(start, zone), str(event.get("UID", ""))
    override = event.get("RECURRENCE-ID") is not None
    left_out = list(_values(event.get("EXDATE")))
    gone = {wall(v, zone) for v in left_out}
    # Some programs leave out a whole day of an appointment with an hour.
    days = {v for v in left_out if not isinstance(v, datetime)}
    extra = [wall(_day_or_moment(v), zone) for v in _values(event.get("RDATE"))]
    rules = [] if override else _listed(event.get("RRULE"))
    for moment in starts(rules, extra, first, until + timedelta(days=1), zone, budget):
        here = moment if whole else wall(moment.replace(tzinfo=zone), HERE)
        if moment in gone or moment.date() in days or (not override and (uid, here) in replaced):
            continue
        end = here + length if whole else wall(moment.replace(tzinfo=zone).astimezone(UTC) + length, HERE)
        # In the hour that comes twice in autumn an end can show an earlier clock than its start.
        yield Busy(here, end if end > here else here + length)


def _free(event: Any) -> bool:
    status = str(event.get("STATUS", "")).upper()
    shown = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    return status == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or shown == "FREE"


def _length(event: Any, start: date | datetime) -> timedelta:
    """Return how long an event lasts; without an end a day lasts a day and a moment no time."""
    if (end := event.get("DTEND")) is not None:
        length = _exact(_known_zone(end).dt) - _exact(start)
    elif (duration := event.get("DURATION")) is not None:
        length = duration.dt
    else:
        length = timedelta(days=0 if isinstance(start, datetime) else 1)
    if length < timedelta(0):
        raise ValueError("het einde ligt voor het begin")
    return length


def _exact(value: date | datetime) -> datetime:
    """Return a moment in UTC, for between two clocks of one zone an hour can lie that neither shows."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min, UTC)
    return (value if value.tzinfo else value.replace(tzinfo=HERE)).astimezone(UTC)


def _known_zone(value: Any) -> Any:
    """Return a value whose time zone is known; a name that nobody knows would be read as Amsterdam's."""
    zone = value.params.get("TZID")
    if zone and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
        raise ValueError(f"de tijdzone {str(zone)[:40]!r} is niet bekend")
    return value


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _values(value: Any) -> Iterator[Any]:
    for one in _listed(value):
        yield from (v.dt for v in one.dts)


def _day_or_moment(value: Any) -> date | datetime:
    """Return when an extra time begins; of a period the length of the event itself is taken."""
    return value[0] if isinstance(value, tuple) else value  # type: ignore[no-any-return]


def _periods(component: Any) -> Iterator[Busy]:
    for period in _listed(component.get("FREEBUSY")):
        if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
            start, end = period.dt
            until = start + end if isinstance(end, timedelta) else end
            yield Busy(wall(start, HERE), wall(until, HERE))


def _joined(found: Iterable[Busy], first: datetime, last: datetime) -> tuple[Busy, ...]:
    joined: list[Busy] = []
    for one in sorted(found):
        start, end = max(one.start, first), min(one.end, last)
        if start >= end:
            continue
        if joined and start <= joined[-1].end:
            joined[-1] = Busy(joined[-1].start, max(end, joined[-1].end))
        else:
            joined.append(Busy(start, end))
    return tuple(joined)
