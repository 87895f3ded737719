"""Judgements and runs go in, figures come out: the face of evaluation, for notebooks and commands alike.

    judgements | qrels_of            -> qrels         runs of several systems | to_judge -> what to judge next
    questions, weights, rules        -> a run         judgements | pairwise, mean_agreement -> kappa
    run, qrels | trial, compare      -> figures       run, market | Coverage, Evenness, Mix, Violations -> who is shown
    cases, folds | tune              -> weights with their evidence, or the reason not to change them

The baselines and the curves of the thesaurus are imported from their own modules: they load more.
"""

from matcher.evaluation.agreement import Agreement, kappa, mean_agreement, pairwise
from matcher.evaluation.comparing import Difference, compare, difference
from matcher.evaluation.exposure import (
    Coverage,
    Evenness,
    Market,
    Mix,
    Violations,
    asked_hours,
    evened,
    exposure,
    gini,
    market,
)
from matcher.evaluation.exposure import by_group as exposure_by_group
from matcher.evaluation.folds import Fold, folds, near_doubles
from matcher.evaluation.intervals import Mean, mean
from matcher.evaluation.judgements import (
    DECLINED,
    EVALUATOR,
    FILE,
    OUTCOME,
    Judgement,
    checksum,
    from_evaluators,
    from_proposals,
    from_qrels,
    qrels_of,
)
from matcher.evaluation.learning import Learnt, learning_curve, sensitivity
from matcher.evaluation.maps import flat, kept_neighbours
from matcher.evaluation.measures import AP, RR, STANDARD, Judged, Measure, P, Recall, measure, nDCG
from matcher.evaluation.pools import ToJudge, to_judge
from matcher.evaluation.tables import Table, table
from matcher.evaluation.trials import Failure, Trial, answered, by_group, trial, worst
from matcher.evaluation.tuning import Case, Tuned, equal, evidence, tune

__all__ = [
    "AP",
    "DECLINED",
    "EVALUATOR",
    "FILE",
    "OUTCOME",
    "RR",
    "STANDARD",
    "Agreement",
    "Case",
    "Coverage",
    "Difference",
    "Evenness",
    "Failure",
    "Fold",
    "Judged",
    "Judgement",
    "Learnt",
    "Market",
    "Mean",
    "Measure",
    "Mix",
    "P",
    "Recall",
    "Table",
    "ToJudge",
    "Trial",
    "Tuned",
    "Violations",
    "answered",
    "asked_hours",
    "by_group",
    "checksum",
    "compare",
    "difference",
    "equal",
    "evened",
    "evidence",
    "exposure",
    "exposure_by_group",
    "flat",
    "folds",
    "from_evaluators",
    "from_proposals",
    "from_qrels",
    "gini",
    "kappa",
    "kept_neighbours",
    "learning_curve",
    "market",
    "mean",
    "mean_agreement",
    "measure",
    "nDCG",
    "near_doubles",
    "pairwise",
    "qrels_of",
    "sensitivity",
    "table",
    "to_judge",
    "trial",
    "tune",
    "worst",
]
