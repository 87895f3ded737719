"""Of a calendar only the times come in, whatever wrote it; a meeting that goes out comes in again on its hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar

from matcher.errors import BrokenFileError, InvalidValueError
from matcher.exchange import calendar as incoming
from matcher.exchange.absence import Away, available_from, away, is_away
from matcher.exchange.calendar import Busy, busy_of, read_busy
from matcher.exchange.meetings import meeting_bytes, write_meeting

FIRST, LAST = date(2027, 3, 1), date(2027, 4, 30)


def _at(month, day, hour=0, minute=0, year=2027):
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001


def _calendar(*events, wrap="VEVENT", method=""):
    body = "\r\n".join(f"BEGIN:{wrap}\r\nUID:u{i}\r\n{e.strip()}\r\nEND:{wrap}" for i, e in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{method}{body}\r\nEND:VCALENDAR\r\n".replace("\n ", "\n")


def _busy(*events, **how):
    return [(b.start, b.end) for b in busy_of(_calendar(*events, **how), FIRST, LAST)]


NINE = "DTSTART;TZID=Europe/Amsterdam:20270309T090000\r\nDTEND;TZID=Europe/Amsterdam:20270309T100000"


@pytest.mark.parametrize(
    ("event", "times"),
    [
        (NINE, [(_at(3, 9, 9), _at(3, 9, 10))]),
        ("DTSTART:20270309T090000Z\r\nDURATION:PT30M", [(_at(3, 9, 10), _at(3, 9, 10, 30))]),
        ("DTSTART:20270409T090000Z\r\nDURATION:PT30M", [(_at(4, 9, 11), _at(4, 9, 11, 30))]),
        ("DTSTART:20270309T090000\r\nDTEND:20270309T100000", [(_at(3, 9, 9), _at(3, 9, 10))]),
        ("DTSTART;TZID=America/New_York:20270309T090000\r\nDURATION:PT1H", [(_at(3, 9, 15), _at(3, 9, 16))]),
        ("DTSTART;TZID=W. Europe Standard Time:20270309T090000\r\nDURATION:PT1H", [(_at(3, 9, 9), _at(3, 9, 10))]),
        ("DTSTART;VALUE=DATE:20270309", [(_at(3, 9), _at(3, 10))]),
        ("DTSTART;VALUE=DATE:20270309\r\nDTEND;VALUE=DATE:20270312", [(_at(3, 9), _at(3, 12))]),
        ("DTSTART;VALUE=DATE:20270220\r\nDTEND;VALUE=DATE:20270303", [(_at(3, 1), _at(3, 3))]),
        ("DTSTART;VALUE=DATE:20270428\r\nDTEND;VALUE=DATE:20270601", [(_at(4, 28), _at(5, 1))]),
        ("DTSTART:20270309T090000Z", []), ("DTSTART:99991231T230000Z\r\nDURATION:P9D", []),
        (NINE + "\r\nTRANSP:TRANSPARENT", []), (NINE + "\r\nSTATUS:CANCELLED", []),
        (NINE + "\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        (NINE + "\r\nSTATUS:TENTATIVE", [(_at(3, 9, 9), _at(3, 9, 10))]),
        # The night in which the clock goes forward: three hours of clock are two of time.
        ("DTSTART;TZID=Europe/Amsterdam:20270328T010000\r\nDURATION:PT2H", [(_at(3, 28, 1), _at(3, 28, 4))]),
    ],
)  # fmt: skip
def test_an_appointment_becomes_a_time(event, times):
    assert _busy(event) == times


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("RRULE:FREQ=WEEKLY;COUNT=3", [(3, 9), (3, 16), (3, 23)]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270323T080000Z", [(3, 9), (3, 16), (3, 23)]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270323T075959Z", [(3, 9), (3, 16)]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270323", [(3, 9), (3, 16), (3, 23)]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=3", [(3, 9), (3, 30), (4, 20)]),
        ("RRULE:FREQ=MONTHLY;BYDAY=2TU", [(3, 9), (4, 13)]),
        ("RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=Europe/Amsterdam:20270316T090000", [(3, 9), (3, 23)]),
        ("RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20270316T080000Z,20270323T080000Z", [(3, 9)]),
        ("RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE;VALUE=DATE:20270316", [(3, 9)]),
        ("RDATE;TZID=Europe/Amsterdam:20270311T090000", [(3, 9), (3, 11)]),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", [(3, 9)]),
    ],
)
def test_an_appointment_that_comes_back_is_followed_on_the_clock(rule, days):
    assert _busy(f"{NINE}\r\n{rule}") == [(_at(m, d, 9), _at(m, d, 10)) for m, d in days]


def test_an_occurrence_that_was_moved_or_cancelled_is_not_there_twice():
    text = (
        _calendar(
            f"{NINE}\r\nRRULE:FREQ=WEEKLY;COUNT=3",
            "RECURRENCE-ID;TZID=Europe/Amsterdam:20270316T090000\r\nDTSTART:20270317T130000Z\r\nDURATION:PT1H",
            "RECURRENCE-ID:20270323T080000Z\r\nDTSTART:20270323T080000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED",
        )
        .replace("UID:u1", "UID:u0")
        .replace("UID:u2", "UID:u0")
    )
    assert [b.start for b in busy_of(text, FIRST, LAST)] == [_at(3, 9, 9), _at(3, 17, 14)]


def test_free_and_busy_periods_are_read():
    text = "FREEBUSY;FBTYPE=BUSY:20270309T080000Z/PT2H,20270310T080000Z/20270310T090000Z\r\n"
    text += "FREEBUSY;FBTYPE=FREE:20270311T080000Z/PT2H"
    assert _busy(text, wrap="VFREEBUSY") == [(_at(3, 9, 9), _at(3, 9, 11)), (_at(3, 10, 9), _at(3, 10, 10))]


def test_a_withdrawn_calendar_holds_nothing():
    assert _busy(NINE, method="METHOD:CANCEL\r\n") == []


def test_times_that_touch_are_joined_and_nothing_but_times_is_kept(tmp_path):
    private = "SUMMARY:Huisarts\r\nDESCRIPTION:geheim\r\n vervolg: DTSTART\r\nATTENDEE:mailto:iemand@example.org"
    text = _calendar(
        f"{NINE}\r\n{private}", "DTSTART:20270309T083000Z\r\nDURATION:PT2H", "DTSTART:20270309T103000Z\r\nDURATION:PT1H"
    )
    (tmp_path / "a.ics").write_text(text, encoding="utf-8")
    assert read_busy(tmp_path / "a.ics", FIRST, LAST) == (Busy(_at(3, 9, 9), _at(3, 9, 12, 30)),)
    kept = incoming._about_time("a", text)
    assert not [word for word in ("Huisarts", "geheim", "vervolg", "iemand") if word in kept]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("DTSTART:rommel", "afspraak 1.*DTSTART"), ("SUMMARY:x", "afspraak 1"),
        ("DTSTART;TZID=Maan/Krater:20270309T090000\r\nDURATION:PT1H", "tijdzone 'Maan/Krater'"),
        ("DTSTART:20270309T090000Z\r\nDTEND:20270309T080000Z", "einde ligt voor het begin"),
        (NINE + "\r\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "per dag, week, maand of jaar"),
        (NINE + "\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "nergens"),
        (NINE + "\r\nRRULE:FREQ=DAILY;INTERVAL=7;BYDAY=MO", "nergens"),
        (NINE + "\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TU;BYSETPOS=1" * 11, "te veel herhalingen"),
        (NINE + "\r\nRRULE:FREQ=ONZIN", "RRULE"), (NINE + "\r\nRRULE:FREQ=DAILY;BYHOUR=25", "afspraak 1"),
        ("DTSTART:10000101T090000Z\r\nDURATION:PT1H" + "\r\nRRULE:FREQ=DAILY" * 5, "te veel herhalingen"),
        (f"{NINE}\r\nRRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}",
         "te veel tijden"),
        (NINE + "\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270309T080000Z", "alle volgende"),
        ("DTSTART;VALUE=DATE:20270309\r\nDURATION:P99999999999D", "afspraak 1"),
    ],
)  # fmt: skip
def test_an_appointment_that_cannot_be_understood_is_named(event, told):
    with pytest.raises(BrokenFileError, match=told):
        _busy(event)


ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "geen hele iCalendar"), ("rommel", "geen hele iCalendar"), (_calendar(NINE)[:-30], "iCalendar"),
        ("BEGIN:VCALENDAR\r\n" + ZONE + "END:VTIMEZONE\r\nEND:VCALENDAR", "tijdzone"),
        ("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 10_001 + "END:VCALENDAR", "te groot"),
        ("BEGIN:VCALENDAR\r\n" + "EXDATE:20270309T080000Z\r\n" * 100_001 + "END:VCALENDAR", "te groot"),
        ("END:VEVENT\r\nEND:VCALENDAR", "iCalendar"),
    ],
)  # fmt: skip
def test_what_is_no_calendar_or_too_much_is_refused(text, told):
    with pytest.raises(BrokenFileError, match=told):
        busy_of(text, FIRST, LAST)


def test_a_calendar_larger_than_the_limit_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "a.ics").write_text(_calendar(NINE), encoding="utf-8")
    monkeypatch.setattr(incoming, "MOST_BYTES", 100)
    with pytest.raises(BrokenFileError, match="te groot"):
        read_busy(tmp_path / "a.ics", FIRST, LAST)


@pytest.mark.parametrize("last", [date(2027, 2, 28), date(2031, 1, 1)])
def test_a_window_is_of_this_world(last):
    with pytest.raises(InvalidValueError):
        busy_of(_calendar(NINE), FIRST, last)


@hypothesis_settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 80 * 24), st.integers(0, 100)), max_size=8))
def test_busy_times_lie_apart_in_order_and_cover_what_was_busy(spans):
    start = datetime(2027, 2, 15, tzinfo=UTC)
    events = [(start + timedelta(hours=h), start + timedelta(hours=h + n)) for h, n in spans]
    stamp = "%Y%m%dT%H%M%SZ"
    found = busy_of(_calendar(*(f"DTSTART:{a:{stamp}}\r\nDTEND:{b:{stamp}}" for a, b in events)), FIRST, LAST)
    assert all(a.end < b.start for a, b in pairwise(found))
    assert all(_at(3, 1) <= b.start < b.end <= _at(5, 1) for b in found)
    for hour in range(80 * 24):
        moment = start + timedelta(hours=hour, minutes=30)
        here = moment.astimezone(incoming.HERE).replace(tzinfo=None)
        inside = _at(3, 1) <= here < _at(5, 1) and any(a <= moment < b for a, b in events)
        assert inside == any(b.start <= here < b.end for b in found)


# --- absence ---

HOLIDAY = (Busy(_at(3, 12, 8), _at(3, 12, 18)), Busy(_at(3, 15), _at(3, 19)), Busy(_at(4, 6), _at(4, 7)))


def test_a_long_absence_is_one_and_a_short_one_is_none():
    assert is_away(HOLIDAY, date(2027, 3, 12))
    assert not is_away((Busy(_at(3, 12, 8), _at(3, 12, 12)), Busy(_at(3, 12, 13), _at(3, 12, 18))), date(2027, 3, 12))
    assert away(HOLIDAY, FIRST, LAST) == (Away(date(2027, 3, 12), date(2027, 3, 18)),)
    assert away(HOLIDAY, FIRST, LAST, least=6) == ()
    assert away(HOLIDAY, FIRST, LAST, least=1)[1] == Away(date(2027, 4, 6), date(2027, 4, 6))


def test_after_an_absence_one_can_be_asked_again():
    gone = away(HOLIDAY, FIRST, LAST)
    assert available_from(gone, date(2027, 3, 11)) == date(2027, 3, 11)
    assert available_from(gone, date(2027, 3, 12)) == date(2027, 3, 19)
    assert available_from([Away(date(2027, 3, 19), date(2027, 3, 20)), *gone], date(2027, 3, 12)) == date(2027, 3, 21)


# --- meetings ---

WRITTEN = datetime(2027, 2, 1, 12, tzinfo=UTC)
LONG = "Kennismaking; met komma, puntkomma\nen een lange regel " + "ééé " * 40


def _meeting(**facts):
    return meeting_bytes(**{"uid": "v-1@matcher", "start": _at(4, 9, 10), "end": _at(4, 9, 11), "title": LONG,
                            "description": "d", "organiser": None, "at": WRITTEN, **facts})  # fmt: skip


def test_a_meeting_comes_in_again_on_its_hour(tmp_path):
    write_meeting(tmp_path / "m.ics", "v-1", _at(4, 9, 10), _at(4, 9, 11), "t", "d", None, WRITTEN)
    assert read_busy(tmp_path / "m.ics", FIRST, LAST) == (Busy(_at(4, 9, 10), _at(4, 9, 11)),)


def test_a_meeting_has_what_a_diary_asks_for():
    data = _meeting(organiser="bureau@example.org", guests=["regio@example.org"])
    assert data == _meeting(organiser="bureau@example.org", guests=["regio@example.org"])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    found = Calendar.from_ical(data)
    (event,) = found.walk("VEVENT")
    assert (found["METHOD"], str(event["SUMMARY"])) == ("REQUEST", LONG)
    assert (event["DTSTAMP"].dt, event["ORGANIZER"]) == (WRITTEN, "mailto:bureau@example.org")
    assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert [z["TZID"] for z in found.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert Calendar.from_ical(_meeting())["METHOD"] == "PUBLISH"


@pytest.mark.parametrize(
    "facts",
    [
        {"end": _at(4, 9, 10)}, {"at": _at(2, 1)}, {"organiser": "bureau"}, {"organiser": "a@b.nl\r\nATTENDEE:x@y.nl"},
        {"title": "x\0"}, {"title": "\ud800"}, {"guests": ["a@b.nl, c@d.nl"]}, {"start": _at(3, 28, 2, 30)},
    ],
)  # fmt: skip
def test_a_meeting_that_cannot_be_is_refused(facts):
    with pytest.raises(InvalidValueError):
        _meeting(**facts)


@hypothesis_settings(max_examples=30)
@given(st.text(max_size=80))
def test_no_text_breaks_out_of_its_line(text):
    try:
        data = _meeting(title=text, description=text)
    except InvalidValueError:
        return
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == text.replace("\r\n", "\n").replace("\r", "\n")
