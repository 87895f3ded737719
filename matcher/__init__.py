"""The face of Matcher: what a program that uses it needs, and no logic."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matcher.errors import (
    BrokenFileError,
    ForeignDatabaseError,
    InvalidValueError,
    MatcherError,
    MissingPartError,
    UnknownNameError,
)
from matcher.matchmaker import Matchmaker, open_matchmaker
from matcher.parties import Offer, Question, Region
from matcher.reasons import Reason
from matcher.scores import Score, Weights
from matcher.settings import Settings
from matcher.suggestions import Refused, Suggestion, Suggestions

if TYPE_CHECKING:
    from matcher.workbench import Workbench, open_workbench

# What few programs need is imported when it is first asked for.
_LATER = {
    "Workbench": "matcher.workbench",
    "open_workbench": "matcher.workbench",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'matcher' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)


__all__ = [
    "BrokenFileError",
    "ForeignDatabaseError",
    "InvalidValueError",
    "MatcherError",
    "Matchmaker",
    "MissingPartError",
    "Offer",
    "Question",
    "Reason",
    "Refused",
    "Region",
    "Score",
    "Settings",
    "Suggestion",
    "Suggestions",
    "UnknownNameError",
    "Weights",
    "Workbench",
    "open_matchmaker",
    "open_workbench",
]
