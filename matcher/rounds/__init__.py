"""Many questions and everyone's capacity go in, a Round comes out: the best choice, who is left over, and why."""

from matcher.rounds.checker import problems
from matcher.rounds.drafts import Wanted, named, wanted, without
from matcher.rounds.holding import Placement, Round, TopK, hold
from matcher.rounds.leftover import Change, LeftOver, applied, sentence
from matcher.rounds.terms import AIMS, Aims, Request, Supply

__all__ = [
    "AIMS", "Aims", "Change", "LeftOver", "Placement", "Request", "Round", "Supply", "TopK", "Wanted", "applied",
    "hold", "named", "problems", "sentence", "wanted", "without",
]  # fmt: skip
