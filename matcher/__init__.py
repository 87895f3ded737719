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
from matcher.matchmaker import Matchmaker, absences, open_matchmaker, people_ranker, rank_people
from matcher.parties import KINDS, PERSONAL_KINDS, PERSPECTIVES, Offer, Question, Region, Session, key
from matcher.proposals import NEXT, STATES, UNDO, Capacity, Outcome, Proposal, Step
from matcher.reasons import KIND_NAMES, PART_NAMES, Reason, dutch_date
from matcher.scores import Score, Weights
from matcher.settings import Settings
from matcher.store import (
    FIXED,
    FORBIDDEN,
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
    from matcher import accounts, privacy
    from matcher.agenda import GOOD, Agenda, Balance, Fit, Group, NewCommunity
    from matcher.agenda.picture import png, svg
    from matcher.agenda.wording import gap_sentences, group_sentences
    from matcher.bureau import Bureau, proposal_row
    from matcher.desk import Desk, open_desk
    from matcher.evaluation.agreement import Agreement
    from matcher.exchange.columns import layout_of
    from matcher.exchange.forms import filled_form, read_form
    from matcher.exchange.grids import MOST_PACKED as MOST_SHEET_BYTES
    from matcher.exchange.plans import Plan as SheetPlan
    from matcher.exchange.plans import write_errors
    from matcher.exchange.sheets import Sheet, read_sheet, write_sheet, write_template
    from matcher.rounds import Aims, Wanted, wanted
    from matcher.skos import turtle
    from matcher.store.doctor import doctor
    from matcher.store.waiting import Answer as StoredAnswer
    from matcher.workbench import Workbench, open_workbench

# {name: (where it stands, what it is called there)}
_LATER = {
    "Agenda": ("agenda", "Agenda"),
    "Agreement": ("evaluation.agreement", "Agreement"),
    "Aims": ("rounds", "Aims"),
    "Balance": ("agenda", "Balance"),
    "Bureau": ("bureau", "Bureau"),
    "Desk": ("desk", "Desk"),
    "Fit": ("agenda", "Fit"),
    "GOOD": ("agenda", "GOOD"),
    "Group": ("agenda", "Group"),
    "MOST_SHEET_BYTES": ("exchange.grids", "MOST_PACKED"),
    "NewCommunity": ("agenda", "NewCommunity"),
    "Sheet": ("exchange.sheets", "Sheet"),
    "SheetPlan": ("exchange.plans", "Plan"),
    "StoredAnswer": ("store.waiting", "Answer"),
    "Wanted": ("rounds", "Wanted"),
    "Workbench": ("workbench", "Workbench"),
    "doctor": ("store.doctor", "doctor"),
    "filled_form": ("exchange.forms", "filled_form"),
    "gap_sentences": ("agenda.wording", "gap_sentences"),
    "group_sentences": ("agenda.wording", "group_sentences"),
    "layout_of": ("exchange.columns", "layout_of"),
    "open_desk": ("desk", "open_desk"),
    "open_workbench": ("workbench", "open_workbench"),
    "png": ("agenda.picture", "png"),
    "proposal_row": ("bureau", "proposal_row"),
    "read_form": ("exchange.forms", "read_form"),
    "read_sheet": ("exchange.sheets", "read_sheet"),
    "svg": ("agenda.picture", "svg"),
    "turtle": ("skos", "turtle"),
    "wanted": ("rounds", "wanted"),
    "write_errors": ("exchange.plans", "write_errors"),
    "write_sheet": ("exchange.sheets", "write_sheet"),
    "write_template": ("exchange.sheets", "write_template"),
}
# Rooms that are used as a whole.
_ROOMS = frozenset({"accounts", "privacy"})

__all__ = [
    "FIXED",
    "FORBIDDEN",
    "GOOD",
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
    "Agenda",
    "Agreement",
    "Aims",
    "ApiKey",
    "Availability",
    "Balance",
    "BrokenFileError",
    "Bureau",
    "Capacity",
    "CellProblem",
    "DatabaseBusyError",
    "Desk",
    "DoubleProposalError",
    "Fit",
    "ForeignDatabaseError",
    "FullDiskError",
    "Group",
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
    "NewCommunity",
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
    "Wanted",
    "WeakPasswordError",
    "Weights",
    "Workbench",
    "WrongCodeError",
    "absences",
    "accounts",
    "doctor",
    "dutch_date",
    "filled_form",
    "gap_sentences",
    "group_sentences",
    "key",
    "layout_of",
    "open_desk",
    "open_matchmaker",
    "open_workbench",
    "people_ranker",
    "png",
    "privacy",
    "proposal_row",
    "rank_people",
    "read_form",
    "read_sheet",
    "svg",
    "turtle",
    "wanted",
    "write_errors",
    "write_sheet",
    "write_template",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"matcher.{name}")
    if name in _LATER:
        module, called = _LATER[name]
        return getattr(import_module(f"matcher.{module}"), called)
    raise AttributeError(name)
