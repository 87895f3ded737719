"""The face of Matcher: what a program that uses it needs, and no logic."""

from matcher.errors import (
    ActedOnError,
    BrokenFileError,
    DatabaseBusyError,
    DoubleProposalError,
    ForeignDatabaseError,
    InfeasibleRoundError,
    InvalidValueError,
    MatcherError,
    MissingPartError,
    NoHoursLeftError,
    NoPlacesLeftError,
    Problem,
    StepNotAllowedError,
    UnknownNameError,
)
from matcher.matchmaker import Matchmaker, open_matchmaker
from matcher.parties import Offer, Question, Region
from matcher.reasons import Reason
from matcher.scores import Score, Weights
from matcher.settings import Settings
from matcher.suggestions import Refused, Suggestion, Suggestions

__all__ = [
    "ActedOnError",
    "BrokenFileError",
    "DatabaseBusyError",
    "DoubleProposalError",
    "ForeignDatabaseError",
    "InfeasibleRoundError",
    "InvalidValueError",
    "MatcherError",
    "Matchmaker",
    "MissingPartError",
    "NoHoursLeftError",
    "NoPlacesLeftError",
    "Offer",
    "Problem",
    "Question",
    "Reason",
    "Refused",
    "Region",
    "Score",
    "Settings",
    "StepNotAllowedError",
    "Suggestion",
    "Suggestions",
    "UnknownNameError",
    "Weights",
    "open_matchmaker",
]
