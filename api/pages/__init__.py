"""The pages of the bureau at the root of the site, one module a task; each uses what the API uses, and shows it."""

from __future__ import annotations

from flask import Blueprint

from api.pages import look


def pages() -> Blueprint:
    """Return all pages as one blueprint."""
    found = Blueprint("pages", __name__)
    look.install(found)
    return found
