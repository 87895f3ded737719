"""The face of Matcher: what a program that uses it needs, and no logic."""

from matcher.errors import (
    BrokenFileError,
    ForeignDatabaseError,
    InvalidValueError,
    MatcherError,
    MissingPartError,
    UnknownNameError,
)
from matcher.matchmaker import Matchmaker, open_matchmaker, people_ranker, rank_people
from matcher.parties import Offer, Question, Region
from matcher.reasons import Reason
from matcher.scores import Score, Weights
from matcher.settings import Settings
from matcher.suggestions import Refused, Suggestion, Suggestions

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
    "open_matchmaker",
    "people_ranker",
    "rank_people",
]
