"""The face of Matcher: what a program that uses it needs, and no logic; what is heavy is read when it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matcher.errors import (
    ActedOnError,
    BrokenFileError,
    CellProblem,
    DatabaseBusyError,
    DoubleProposalError,
    ForeignDatabaseError,
    FullDiskError,
    InfeasibleRoundError,
    InvalidValueError,
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
    from matcher.evaluation.agreement import Agreement
    from matcher.exchange.columns import layout_of
    from matcher.exchange.forms import filled_form, read_form
    from matcher.exchange.grids import MOST_PACKED as MOST_SHEET_BYTES
    from matcher.exchange.plans import Plan as SheetPlan
    from matcher.exchange.plans import write_errors
    from matcher.exchange.sheets import Sheet, read_sheet, write_sheet, write_template
    from matcher.rounds import Aims
    from matcher.skos import turtle
    from matcher.store.doctor import doctor
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
    "Agreement": ("evaluation.agreement", "Agreement"),
    "MOST_SHEET_BYTES": ("exchange.grids", "MOST_PACKED"),
    "Sheet": ("exchange.sheets", "Sheet"),
    "SheetPlan": ("exchange.plans", "Plan"),
    "read_sheet": ("exchange.sheets", "read_sheet"),
    "write_errors": ("exchange.plans", "write_errors"),
    "layout_of": ("exchange.columns", "layout_of"),
    "filled_form": ("exchange.forms", "filled_form"),
    "read_form": ("exchange.forms", "read_form"),
    "write_template": ("exchange.sheets", "write_template"),
    "doctor": ("store.doctor", "doctor"),
}

__all__ = [
    "KINDS",
    "KIND_NAMES",
    "MOST_SHEET_BYTES",
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
    "Agreement",
    "Aims",
    "ApiKey",
    "Availability",
    "BrokenFileError",
    "Bureau",
    "Capacity",
    "CellProblem",
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
    "Sheet",
    "SheetPlan",
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
    "doctor",
    "dutch_date",
    "filled_form",
    "key",
    "layout_of",
    "open_desk",
    "open_matchmaker",
    "people_ranker",
    "proposal_row",
    "rank_people",
    "read_form",
    "read_sheet",
    "turtle",
    "write_errors",
    "write_sheet",
    "write_template",
]


def __getattr__(name: str) -> Any:
    if name == "accounts":
        return import_module("matcher.accounts")
    if name in _LATER:
        module, called = _LATER[name]
        return getattr(import_module(f"matcher.{module}"), called)
    raise AttributeError(name)
