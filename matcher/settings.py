"""What a person can set goes in (environment variables), frozen Settings come out; read only at the doors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import platformdirs

from matcher.errors import InvalidValueError
from matcher.vectors import SHIPPED

PREFIX = "MATCHER_"
# Who acts when nobody says who: the bureau as such.
BUREAU = "bureau"
_KEEP = "keep_"
# A hundred years: who wants to keep something for ever should have to think of a number.
_LONGEST = 36_525


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which model and weights are used.

    database: the bureau's own file; while it does not exist, the reference corpus answers.
    cache: a folder for what can always be made anew; model: an encoder's name or folder; weights: a file of tuned
    weights, or a folder of which one file is in use, None for those shipped; reranker: a cross-encoder's name or
    folder, "" for none; user: the key under which what is done is dated and logged, never a name. keep_...: how
    many days each thing is kept.
    """

    database: Path
    cache: Path
    model: str = SHIPPED
    weights: Path | None = None
    reranker: str = ""
    user: str = BUREAU
    keep_questions: int = 730
    keep_notes: int = 365
    keep_log: int = 1095
    keep_sessions: int = 30
    keep_attempts: int = 1
    keep_drafts: int = 90
    keep_notices: int = 30
    keep_bin: int = 30

    @property
    def periods(self) -> dict[str, timedelta]:
        """How long each thing is kept, by what it is: the argument of `Store.tidy`."""
        return {name[len(_KEEP) :]: timedelta(days=getattr(self, name)) for name in self._kept()}

    @classmethod
    def _kept(cls) -> list[str]:
        return [name for name in cls.__dataclass_fields__ if name.startswith(_KEEP)]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Return the settings that MATCHER_DATABASE, _CACHE, _MODEL, _WEIGHTS, ... ask for, else the defaults."""
        given = {name: environment.get(PREFIX + name.upper(), "") for name in cls.__dataclass_fields__}
        return cls(
            database=Path(given["database"] or platformdirs.user_data_path("matcher") / "matcher.db"),
            cache=Path(given["cache"] or platformdirs.user_cache_path("matcher")),
            model=given["model"] or SHIPPED,
            weights=Path(given["weights"]) if given["weights"] else None,
            reranker=given["reranker"],
            user=given["user"] or BUREAU,
            **{name: _days(name, given[name]) for name in cls._kept() if given[name]},
        )


def _days(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= _LONGEST:
        raise InvalidValueError(PREFIX + name.upper(), text, f"een aantal dagen, 1 tot en met {_LONGEST}")
    return int(text)
