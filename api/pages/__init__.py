"""The pages of the bureau at the root of the site, one module a task; each uses what the API uses, and shows it."""

from __future__ import annotations

from flask import Blueprint

from api.pages import (
    care,
    catalogue,
    fixed,
    frame,
    journal,
    judging,
    people,
    proposals,
    questions,
    reading_in,
    signing,
    start,
    subjects,
)

_TASKS = (
    start, questions, proposals, catalogue, reading_in, people, subjects, journal, care, judging, signing, fixed,
)  # fmt: skip


def pages() -> Blueprint:
    """Return all pages as one blueprint."""
    all_of_them = Blueprint("pages", __name__)
    frame.install(all_of_them)
    for module in _TASKS:
        all_of_them.register_blueprint(module.blueprint)
    return all_of_them
