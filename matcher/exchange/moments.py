"""Days and meetings as the Dutch write them: text -> date or Session, and back."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from matcher.parties import Session

# Longer texts are no day and no meeting, and would be slow to find that out of.
_LONGEST = 60
_MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
_DUTCH_DAY = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2}|[a-z]{3,9})\.?\s*[-/. ]\s*(\d{4})", re.IGNORECASE | re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_CLOCK = r"(\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d{1,6})?)?)"
_MEETING = re.compile(rf"(\S+?)(?:[ T]+{_CLOCK}(?:\s*(?:-|–|tot)\s*(?:(\S+)[ T]+)?{_CLOCK})?)?", re.ASCII)


def day_of(text: str) -> date:
    """Return the day that a text names: 2027-03-31, or day before month as in 31/3/2027 and 31 maart 2027.

    Raises ValueError, for years of two digits too: nobody can tell 03-04-05.
    """
    text = text.strip()[: _LONGEST + 1]
    if found := _ISO_DAY.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _DUTCH_DAY.fullmatch(text)):
        raise ValueError(text)
    month = int(found[2]) if found[2].isdigit() else _month_of(found[2])
    return date(int(found[3]), month, int(found[1]))


def session_of(text: str) -> Session:
    """Return the meeting that a text names: a day, a moment, or `11-05-2027 15:00 - 17:00`; raises ValueError."""
    if not (found := _MEETING.fullmatch(text.strip()[: _LONGEST + 1])):
        raise ValueError(text)
    day, first, last_day, last = found.groups()
    start = datetime.combine(day_of(day), _clock(first))
    end = datetime.combine(day_of(last_day) if last_day else start.date(), _clock(last)) if last else start
    return Session(start, end)


def shown_day(day: date) -> str:
    """Return a day as 31-03-2027."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def shown_moment(moment: datetime) -> str:
    """Return a moment as 31-03-2027 15:00, with seconds where it has any."""
    return f"{shown_day(moment)} {_shown_time(moment)}"


def shown_session(session: Session) -> str:
    """Return a meeting as 11-05-2027 15:00 - 17:00."""
    if session.start == session.end:
        return shown_moment(session.start)
    same = session.start.date() == session.end.date()
    return f"{shown_moment(session.start)} - {_shown_time(session.end) if same else shown_moment(session.end)}"


def _month_of(name: str) -> int:
    short = name.casefold()[:3]
    return _MONTHS.index({"maa": "mrt", "mar": "mrt", "may": "mei", "oct": "okt"}.get(short, short)) + 1


def _clock(text: str | None) -> time:
    if not text:
        return time.min
    hour, minute, *seconds = re.split("[:.]", text, maxsplit=2)
    return time.fromisoformat(f"{int(hour):02}:{minute}:{seconds[0] if seconds else '00'}")


def _shown_time(moment: datetime) -> str:
    exact = moment.second or moment.microsecond
    return moment.time().isoformat("auto" if exact else "minutes")
