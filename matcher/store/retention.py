"""Periods go in; what is past its period comes out as a count, and is removed when asked (AVG, article 5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType

from matcher.errors import UnknownNameError
from matcher.proposals import Proposal, utc
from matcher.store.accounts import NOBODY
from matcher.store.decisions import number_of, row_of
from matcher.store.history import History
from matcher.store.waiting import ANSWERS_KEPT

PAST = "[verlopen]"
# How long each thing is kept when nobody says otherwise; the README gives the reasons.
PERIODS: Mapping[str, timedelta] = MappingProxyType({
    "questions": timedelta(days=730), "notes": timedelta(days=365), "log": timedelta(days=1095),
    "sessions": timedelta(days=30), "attempts": timedelta(days=1), "drafts": timedelta(days=90),
    "notices": timedelta(days=30), "bin": timedelta(days=30),
})  # fmt: skip
# Lines that a row of the memory still points at stay as long as the row, which itself says by whom and when.
_POINTING = ("version", "suggestion", "step", "judgement")
_POINTED = " UNION ".join(f"SELECT log FROM [{t}]" for t in _POINTING)  # noqa: S608 (own names)
_OLD_LINES = f"FROM log WHERE start_time < :milliseconds AND seq NOT IN ({_POINTED})"
_USER = """json_extract(attributes, '$."dpl.core.user"')"""
_BLANK = f"""UPDATE log SET attributes = json_set(json_remove(attributes, '$."dpl.core.data_subject_id"',
'$."dpl.core.data_subject_id_type"', '$."matcher.about"'), '$."dpl.core.user"', '{PAST}')
WHERE start_time < :milliseconds AND {_USER} IS NOT '{PAST}'"""  # noqa: S608 (own names)
# A change that a later one undoes is kept as long as that.
_OLD_VERSIONS = """FROM version WHERE at < :before
AND number NOT IN (SELECT undoes FROM version WHERE undoes IS NOT NULL AND at >= :before)"""
# {what: rows that are past the moment :before}; ISO 8601 in UTC sorts as time does.
_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "log": ("FROM suggestion WHERE at < :before", _OLD_VERSIONS,
            "FROM api_key WHERE coalesce(min(revoked, expires), expires) < :before"),
    "sessions": ("FROM session WHERE seen < :before",),
    "attempts": ("FROM attempt WHERE at < :before",),
    "drafts": ("FROM draft WHERE at < :before",),
    "notices": ("FROM notice WHERE sent < :before",),
    "answers": ("FROM answer WHERE at < :before",),
})  # fmt: skip


class _DryRun(Exception):  # noqa: N818 (nothing went wrong)
    """Leads out of a transaction that is taken back."""


class Retention(History):
    """What is past its period: said by `overdue`, removed by `tidy`."""

    def overdue(self, periods: Mapping[str, timedelta], at: datetime) -> dict[str, int]:
        """Return {what: how much} `tidy` would remove: done, counted and taken back, so that both agree."""
        gone: dict[str, int] = {}
        with suppress(_DryRun), self.at_once():
            gone = self._tidy(_moments(periods, at), NOBODY, at)
            raise _DryRun
        return gone

    def tidy(self, periods: Mapping[str, timedelta], by: str, at: datetime) -> dict[str, int]:
        """Remove for good what is past its period, all or nothing; returns {what: how much}.

        periods: {what: how long it is kept}, what is not named as in PERIODS; answers go after ANSWERS_KEPT.
        With lines of the log go, as old: suggestions shown, former versions, keys that hold no more. A line that a
        proposal's step, a judgement or a change still points at stays, without who did it and whom it concerned. Of
        proposals that ended the words are replaced; the decisions stay.
        """
        before = _moments(periods, at)
        with self.at_once():
            gone = self._tidy(before, by, at)
            for what, number in gone.items():
                if number:
                    self._log("opschonen", "bewaartermijnen", by, at, f"{what} {number}")
        return gone

    def _tidy(self, before: Mapping[str, datetime], by: str, at: datetime) -> dict[str, int]:
        self._db.execute("INSERT INTO erasing DEFAULT VALUES")
        gone = {"questions": self._drop_questions(before["questions"]), "notes": self._drop_notes(before["notes"])}
        gone["bin"] = len(self.empty_bin(before["bin"], by, at))
        gone |= {what: sum(self._drop(f"DELETE {rows}", before[what]) for rows in _ROWS[what]) for what in _ROWS}
        gone["log"] += sum(self._drop(sql, before["log"]) for sql in (f"DELETE {_OLD_LINES}", _BLANK))
        self._db.execute("DELETE FROM erasing")
        return {what: gone[what] for what in (*PERIODS, "answers")}

    def _drop(self, sql: str, before: datetime) -> int:
        bound = {"before": before.isoformat(), "milliseconds": int(before.timestamp() * 1000)}
        return self._db.execute(sql, bound).rowcount

    def _old_questions(self, before: datetime) -> list[str]:
        closed = {q for q, e in self._entries("closing").items() if datetime.fromisoformat(e["at"]) < before}
        return sorted(closed - {p.question for p in self.proposals() if p.open})

    def _drop_questions(self, before: datetime) -> int:
        """Remove old questions with their versions; what was decided on them stays, by their id."""
        old = self._old_questions(before)
        for question in old:
            for kind in ("closing", "question"):
                self._write(kind, question, None)
                self._forget_versions(kind, question)
            self._db.execute("DELETE FROM suggestion WHERE question = ?", [question])
            for pair in [p for p in self._entries("pair") if p.split(" ")[0] == question]:
                self._write("pair", pair, None)
                self._forget_versions("pair", pair)
        return len(old)

    def _old_notes(self, before: datetime) -> list[tuple[Proposal, int]]:
        """Return (proposal, number of the step) where words of a proposal that ended before a moment stand."""
        ended = [p for p in self.proposals() if not p.open and p.steps and p.steps[-1].at < before]
        return [(p, n) for p in ended for n, step in enumerate(p.steps) if _past(row_of(step)) != row_of(step)]

    def _drop_notes(self, before: datetime) -> int:
        old = self._old_notes(before)
        for proposal, number in old:
            row = _past(row_of(proposal.steps[number]))
            self._db.execute(
                "UPDATE step SET note = ?, outcome = ? WHERE proposal = ? AND number = ?",
                [row["note"], row["outcome"], number_of(proposal.id), number],
            )
        return len(old)


def _past(row: dict[str, object]) -> dict[str, object]:
    """Return a step's row without words: whether it helped stays."""
    outcome = row["outcome"] and json.loads(str(row["outcome"]))
    if outcome:
        outcome = json.dumps(outcome | {"region": PAST, "expert": PAST}, ensure_ascii=False)
    return row | {"note": PAST if row["note"] else "", "outcome": outcome}


def _moments(periods: Mapping[str, timedelta], at: datetime) -> dict[str, datetime]:
    """Return {what: the moment before which it is past its period}; what is not named has the period of PERIODS."""
    if unknown := set(periods) - set(PERIODS):
        raise UnknownNameError("bewaartermijn", min(unknown), PERIODS)
    chosen = {**PERIODS, **periods, "answers": ANSWERS_KEPT}
    return {what: utc("at", at) - period for what, period in chosen.items()}
