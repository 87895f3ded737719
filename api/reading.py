"""Stands in for resb's module of this name until that is merged: take theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcher import Bureau, Offer


def saw(bureau: Bureau, things: Iterable[Any]) -> None:
    """Log what of people the caller is about to be shown."""
    seen = [t for t in things if isinstance(t, Offer) and t.contact]
    if seen:
        bureau.store.record("aanbod inzien", bureau.by, bureau.clock(), [("offer", o.id) for o in seen])
