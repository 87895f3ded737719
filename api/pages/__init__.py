"""The pages of the bureau at the root of the site, one module a task; each uses what the API uses, and shows it."""

from __future__ import annotations

from flask import Blueprint

from api.pages import (
    agenda,
    changing,
    comparing,
    drafting,
    fixed,
    frame,
    offers,
    posting,
    proposals,
    questions,
    round_pairs,
    rounds,
    signing,
    start,
)

_TASKS = (
    start, posting, changing, questions, proposals, offers, comparing, rounds, round_pairs, agenda, drafting, signing,
    fixed,
)  # fmt: skip


def pages() -> Blueprint:
    """Return all pages as one blueprint."""
    all_of_them = Blueprint("pages", __name__)
    frame.install(all_of_them)
    for module in _TASKS:
        all_of_them.register_blueprint(module.blueprint)
    return all_of_them
