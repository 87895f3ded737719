"""The pages of the bureau at the root of the site, one module a task; each uses what the API uses, and shows it."""

from __future__ import annotations

from flask import Blueprint


def pages() -> Blueprint:
    """Return all pages as one blueprint."""
    return Blueprint("pages", __name__)
