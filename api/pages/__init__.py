"""The pages of the bureau at the root of the site, one module a task; each uses what the API uses, and shows it."""

from __future__ import annotations

from flask import Blueprint

from api.pages import (
    agenda,
    care,
    catalogue,
    changing,
    comparing,
    drafting,
    fixed,
    frame,
    journal,
    judging,
    offers,
    people,
    posting,
    proposals,
    questions,
    reading_in,
    round_pairs,
    rounds,
    signing,
    start,
    subjects,
)

_TASKS = (
    start, posting, changing, questions, proposals, offers, catalogue, comparing, rounds, round_pairs, agenda, drafting,
    judging, reading_in, people, subjects, journal, care, signing, fixed,
)  # fmt: skip


def pages() -> Blueprint:
    """Return all pages as one blueprint."""
    all_of_them = Blueprint("pages", __name__)
    frame.install(all_of_them)
    for module in _TASKS:
        all_of_them.register_blueprint(module.blueprint)
    return all_of_them
