"""The face of Matcher: what a program that uses it needs, and no logic; what is heavy is read when it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matcher.errors import (
    ActedOnError,
    BrokenFileError,
    DatabaseBusyError,
    DoubleProposalError,
    ForeignDatabaseError,
    FullDiskError,
    InfeasibleRoundError,
    InvalidValueError,
    LastKeeperError,
    LinkRefusedError,
    MatcherError,
    MissingPartError,
    NoHoursLeftError,
    NoPlacesLeftError,
    Problem,
    SignInRefusedError,
    StepNotAllowedError,
    TooManyAttemptsError,
    UnknownNameError,
    WeakPasswordError,
    WrongCodeError,
)
from matcher.matchmaker import Matchmaker, open_matchmaker, people_ranker, rank_people
from matcher.parties import KINDS, PERSONAL_KINDS, PERSPECTIVES, Offer, Question, Region, Session, key
from matcher.proposals import NEXT, STATES, UNDO, Capacity, Outcome, Proposal, Step
from matcher.reasons import KIND_NAMES, PART_NAMES, Reason, dutch_date
from matcher.scores import Score, Weights
from matcher.settings import Settings
from matcher.store import (
    ROLES,
    ROUND_STATES,
    SCOPES,
    Account,
    ApiKey,
    Availability,
    Judgement,
    KeptRound,
    Line,
    Pair,
    Person,
)
from matcher.suggestions import Helped, Refused, Suggestion, Suggestions
from matcher.thesaurus import Theme

if TYPE_CHECKING:
    from matcher import accounts
    from matcher.bureau import Bureau, proposal_row
    from matcher.desk import Desk, open_desk
    from matcher.exchange.sheets import write_sheet
    from matcher.rounds import Aims
    from matcher.skos import turtle
    from matcher.store.waiting import Answer as StoredAnswer

# {name: (where it stands, what it is called there)}
_LATER = {
    "Aims": ("rounds", "Aims"),
    "Bureau": ("bureau", "Bureau"),
    "Desk": ("desk", "Desk"),
    "StoredAnswer": ("store.waiting", "Answer"),
    "open_desk": ("desk", "open_desk"),
    "proposal_row": ("bureau", "proposal_row"),
    "turtle": ("skos", "turtle"),
    "write_sheet": ("exchange.sheets", "write_sheet"),
}

__all__ = [
    "KINDS",
    "KIND_NAMES",
    "NEXT",
    "PART_NAMES",
    "PERSONAL_KINDS",
    "PERSPECTIVES",
    "ROLES",
    "ROUND_STATES",
    "SCOPES",
    "STATES",
    "UNDO",
    "Account",
    "ActedOnError",
    "Aims",
    "ApiKey",
    "Availability",
    "BrokenFileError",
    "Bureau",
    "Capacity",
    "DatabaseBusyError",
    "Desk",
    "DoubleProposalError",
    "ForeignDatabaseError",
    "FullDiskError",
    "Helped",
    "InfeasibleRoundError",
    "InvalidValueError",
    "Judgement",
    "KeptRound",
    "LastKeeperError",
    "Line",
    "LinkRefusedError",
    "MatcherError",
    "Matchmaker",
    "MissingPartError",
    "NoHoursLeftError",
    "NoPlacesLeftError",
    "Offer",
    "Outcome",
    "Pair",
    "Person",
    "Problem",
    "Proposal",
    "Question",
    "Reason",
    "Refused",
    "Region",
    "Score",
    "Session",
    "Settings",
    "SignInRefusedError",
    "Step",
    "StepNotAllowedError",
    "StoredAnswer",
    "Suggestion",
    "Suggestions",
    "Theme",
    "TooManyAttemptsError",
    "UnknownNameError",
    "WeakPasswordError",
    "Weights",
    "WrongCodeError",
    "accounts",
    "dutch_date",
    "key",
    "open_desk",
    "open_matchmaker",
    "people_ranker",
    "proposal_row",
    "rank_people",
    "turtle",
    "write_sheet",
]


def __getattr__(name: str) -> Any:
    if name == "accounts":
        return import_module("matcher.accounts")
    if name in _LATER:
        module, called = _LATER[name]
        return getattr(import_module(f"matcher.{module}"), called)
    raise AttributeError(name)
