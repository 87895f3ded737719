"""A proposed meeting out: its facts -> an iCalendar file that Outlook and others put into the diary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from matcher.errors import InvalidValueError
from matcher.exchange.files import writing_bytes
from matcher.exchange.recurrence import HERE

# The rule of the European Union since 1996.
_AMSTERDAM = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def meeting_bytes(
    uid: str,
    start: datetime,
    end: datetime,
    title: str,
    description: str,
    organiser: str | None,
    at: datetime,
    guests: Sequence[str] = (),
) -> bytes:
    """Return an iCalendar of one proposed meeting; the same facts give the same bytes.

    `start` and `end` on the clock of Amsterdam (or in a zone of their own), `at` the moment of writing, in a
    zone. With an organiser and guests (mail addresses) it is an invitation (REQUEST), else a notice (PUBLISH).
    Raises InvalidValueError.
    """
    from icalendar import Calendar, Event, Timezone, vCalAddress

    if at.tzinfo is None:
        raise InvalidValueError("at", at.isoformat(), "een moment met een tijdzone")
    first, last = _here("start", start), _here("end", end)
    if last.astimezone(UTC) <= first.astimezone(UTC):
        raise InvalidValueError("end", last.isoformat(), f"een einde na {first.isoformat()}")
    event = Event()
    event.add("uid", _plain("uid", uid))
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", first)
    event.add("dtend", last)
    event.add("summary", _plain("title", title))
    event.add("description", _plain("description", description))
    event.add("status", "TENTATIVE")
    event.add("sequence", 0)
    if organiser:
        event.add("organizer", vCalAddress(f"mailto:{_mail('organiser', organiser)}"))
    for guest in guests:
        address = vCalAddress(f"mailto:{_mail('guests', guest)}")
        event.add("attendee", address, parameters={"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
    calendar = Calendar()
    calendar.add("prodid", "-//Met Andere Ogen//Matcher//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if organiser and guests else "PUBLISH")
    calendar.add_component(Timezone.from_ical(_AMSTERDAM.replace("\n", "\r\n")))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def write_meeting(
    path: Path | str,
    uid: str,
    start: datetime,
    end: datetime,
    title: str,
    description: str,
    organiser: str | None,
    at: datetime,
    guests: Sequence[str] = (),
) -> None:
    """Write the iCalendar of `meeting_bytes` to a file, whole or not at all."""
    data = meeting_bytes(uid, start, end, title, description, organiser, at, guests)
    with writing_bytes(path) as out:
        out.write(data)


def _here(field: str, moment: datetime) -> datetime:
    """Return a moment in Amsterdam; refuses one in the hour that is skipped in spring."""
    local = moment.astimezone(HERE) if moment.tzinfo else moment.replace(tzinfo=HERE)
    if local.astimezone(UTC).astimezone(HERE).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise InvalidValueError(field, moment.isoformat(), "een tijd die er is; de klok gaat in dat uur vooruit")
    return local


def _plain(field: str, text: str) -> str:
    """Return a text with line feeds only; other control characters cannot stand in a calendar."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any((c < " " and c not in "\n\t") or c in "\x7f\x85\u2028\u2029" or "\ud800" <= c <= "\udfff" for c in text):
        raise InvalidValueError(field, text, "tekst zonder besturingstekens")
    return text


def _mail(field: str, address: str) -> str:
    name, _, host = address.partition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' ,;:"<>\\')
    if not (plain and name and "." in host and "@" not in host):
        raise InvalidValueError(field, address, "een mailadres als naam@organisatie.nl")
    return address
