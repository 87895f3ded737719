"""The bureau at work: gathers from the store, lets the engine and the domain decide, writes back, dated and signed.

work | asking, deciding | rounds, sheets, judging   each a part of Bureau
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from matcher import reference
from matcher.bureau.judging import Judging
from matcher.bureau.rounds import Rounds
from matcher.bureau.sheets import Sheets, proposal_row
from matcher.bureau.work import AHEAD, APPROVED, DRAFT, FIRST, UNDONE, UNSTATED_HOURS, now
from matcher.engines import Engines
from matcher.errors import MissingPartError
from matcher.matchmaker import Matchmaker
from matcher.settings import Settings
from matcher.store import Store, open_store

__all__ = [
    "AHEAD", "APPROVED", "DRAFT", "FIRST", "UNDONE", "UNSTATED_HOURS", "Bureau", "now", "open_bureau",
    "open_memory", "practice", "proposal_row",
]  # fmt: skip


@dataclass(frozen=True)
class Bureau(Rounds, Sheets, Judging):
    """The store of one bureau and the engine over it; for one thread."""


def practice(engine: Matchmaker, settings: Settings, clock: Callable[[], datetime]) -> Bureau:
    """Return a bureau that remembers nothing, over the reference corpus and the engine that reads it."""
    store = Store.in_memory()
    store.fill([*reference.regions(), *reference.questions(), *reference.offers()])
    return Bureau(store, settings, clock, Engines(settings, engine))


@contextmanager
def open_memory(settings: Settings) -> Iterator[Store]:
    """Open the bureau's own database; raises MissingPartError when there is none yet."""
    if not settings.database.exists():
        raise MissingPartError(f"de database van het bureau, {settings.database},", "maak die met `matcher start`")
    store = open_store(settings.database, must_exist=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_bureau(settings: Settings) -> Iterator[Bureau]:
    """Open the bureau's own database, with the engine over it for when it is asked for; errors as `open_memory`."""
    with open_memory(settings) as store:
        yield Bureau(store, settings)
