"""What a person can set goes in (environment variables), frozen Settings come out; read only at the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from matcher.vectors import SHIPPED

PREFIX = "MATCHER_"
# Who acts when nobody says who: the bureau as such.
BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and which model and weights are used.

    database: the bureau's own file; while it does not exist, the reference corpus answers.
    cache: a folder for what can always be made anew; model: an encoder's name or folder; weights: a file of tuned
    weights, or a folder of which one file is in use, None for those shipped; reranker: a cross-encoder's name or
    folder, "" for none; user: the key under which what is done is dated and logged, never a name.
    """

    database: Path
    cache: Path
    model: str = SHIPPED
    weights: Path | None = None
    reranker: str = ""
    user: str = BUREAU

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
        )
