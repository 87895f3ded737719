"""Who saw and did what: lines of the append-only log come out, with the names of Logboek Dataverwerkingen 1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from matcher.proposals import utc
from matcher.store.history import History

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = "seq, trace_id, span_id, status_code, name, start_time, end_time, resource, attributes"

_ASKED = """seq > :after
AND (:by IS NULL OR json_extract(attributes, '$."dpl.core.user"') = :by)
AND (:start IS NULL OR start_time >= :start) AND (:end IS NULL OR start_time < :end)
AND (:about IS NULL OR json_extract(attributes, '$."dpl.core.data_subject_id"') IN (SELECT value FROM json_each(:about))
    OR substr(json_extract(attributes, '$."matcher.about"'),
        1 + instr(json_extract(attributes, '$."matcher.about"'), ' ')) IN (SELECT value FROM json_each(:about)))
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `attributes` holds dpl.core.processing_activity_id, .user and, where it concerns one person,
    .data_subject_id with its type. All lines of one transaction share a trace_id. Ids, never names.
    """

    seq: int
    trace_id: str
    span_id: str
    status_code: int
    name: str
    start_time: datetime
    end_time: datetime
    resource: dict[str, Any]
    attributes: dict[str, str]


class Journal(History):
    """The log; what changes the store writes its own lines."""

    def record(self, name: str, by: str, at: datetime, about: Iterable[tuple[str, str]]) -> None:
        """Add a line for each thing (kind, id) that someone saw or took out, such as the contact data of an offer."""
        with self.at_once():
            for kind, key in about:
                self._log(name, "inzage", by, at, f"{kind} {key}", self._person(kind, key))

    def log(
        self, after: int = 0, most: int = 1000, of: Iterable[str] | None = None, by: str | None = None,
        since: datetime | None = None, until: datetime | None = None, newest: bool = False, skip: int = 0,
    ) -> list[Line]:  # fmt: skip
        """Return at most so many lines that come after a line, the oldest first, or the newest, without the first few.

        of: ids (of an offer, a person, anything) that a line must be about; see `ids_of`. by: the key of who did it.
        since, until: moments; the first is included, the last not.
        """
        asked = _asked(after, of, by, since, until) | {"most": most, "skip": skip}
        order = "DESC" if newest else "ASC"
        rows = self._db.execute(
            f"SELECT {_FIELDS} FROM log WHERE {_ASKED} ORDER BY seq {order} LIMIT :most OFFSET :skip",  # noqa: S608
            asked,
        )
        return [
            Line(seq, trace, span, code, name, _moment(start), _moment(end), json.loads(resource), json.loads(about))
            for seq, trace, span, code, name, start, end, resource, about in rows
        ]

    def log_size(
        self, of: Iterable[str] | None = None, by: str | None = None, since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:  # fmt: skip
        """Return how many lines `log` has in all; arguments as there."""
        asked = _asked(0, of, by, since, until)
        (size,) = self._db.execute(f"SELECT count(*) FROM log WHERE {_ASKED}", asked).fetchone()  # noqa: S608
        return int(size)


def _asked(
    after: int, of: Iterable[str] | None, by: str | None, since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    start, end = ((None if t is None else int(utc("since", t).timestamp() * 1000)) for t in (since, until))
    about = None if of is None else json.dumps(sorted(of))
    return {"after": after, "about": about, "by": by, "start": start, "end": end}


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
