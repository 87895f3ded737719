"""The first page of a region: its questions and where they stand, what waits for its answer, what it can tell."""

from __future__ import annotations

from datetime import date

from flask import render_template

from api.pages.following import Proposed, proposals_of, told
from api.pages.shown import day_line, headline, today_of
from api.sight import Sight

_MOST = 8


def page(sight: Sight) -> str:
    """Show what there is for a region today."""
    questions, closed = sight.questions(), sight.bureau.store.closed()
    questions.sort(key=lambda q: (q.id not in closed, q.asked_on or date.min, q.id), reverse=True)
    proposed = proposals_of(sight, questions)
    of: dict[str, list[Proposed]] = {}
    for one in proposed:
        of.setdefault(one.proposal.question, []).append(one)
    stands = [(q, told(of.get(q.id, []), q.id in closed)) for q in questions[:_MOST]]
    waiting, running = ([p for p in proposed if p.proposal.state == s] for s in ("voorgesteld", "loopt"))
    today = today_of(sight)
    return render_template(
        "begin/regio.html", above=day_line(today), headline=headline, stands=stands, total=len(questions),
        open_total=sum(q.id not in closed for q in questions), waiting=waiting, running=running, most=_MOST,
        since=lambda p: (today - p.proposal.steps[-1].at.astimezone().date()).days,
        several=len(sight.caller.regions) > 1,
    )  # fmt: skip
