"""Who saw and did what: lines of the append-only log come out, with the names of Logboek Dataverwerkingen 1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from matcher.store.history import History

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = "seq, trace_id, span_id, status_code, name, start_time, end_time, resource, attributes"


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

    def log(self, after: int = 0, most: int = 1000) -> list[Line]:
        """Return at most so many lines that come after a line, the oldest first."""
        rows = self._db.execute(f"SELECT {_FIELDS} FROM log WHERE seq > ? ORDER BY seq LIMIT ?", [after, most])  # noqa: S608
        return [
            Line(seq, trace, span, code, name, _moment(start), _moment(end), json.loads(resource), json.loads(about))
            for seq, trace, span, code, name, start, end, resource, about in rows
        ]


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
