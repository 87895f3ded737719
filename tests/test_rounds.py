"""A round breaks no rule by a checker that knows no solver, is the best there is, and does not care for order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.constraints import Refusal
from matcher.errors import InfeasibleRoundError, InvalidValueError, UnknownNameError
from matcher.rounds import (
    AIMS,
    Aims,
    Change,
    Request,
    Supply,
    Wanted,
    applied,
    hold,
    problems,
    sentence,
    wanted,
    without,
)
from matcher.rounds import choice as choice_module
from matcher.rounds.network import Network

PLAIN = Aims(evenness=0, mix=0)


def matrix(*rows):
    return np.array(rows, dtype=np.float64)


def yes(shape):
    return np.ones(shape, dtype=np.bool_)


def pairs_of(held):
    return {(p.question, p.offer) for p in held.placed}


@st.composite
def worlds(draw, equal=None, most_questions=4, most_offers=3, minimums=True):
    """A small round: (requests, supplies, scores, possible)."""
    q, o = draw(st.integers(1, most_questions)), draw(st.integers(1, most_offers))
    hours = st.just(2.0) if equal or (equal is None and draw(st.booleans())) else st.sampled_from([0.0, 1.0, 1.5, 3.0])
    requests = [Request(f"v{i}", draw(st.integers(1, 3)), 0, draw(hours)) for i in range(q)]
    supplies = [
        Supply(
            f"a{j}", draw(st.none() | st.sampled_from([0.0, 1.5, 2.0, 4.0, 5.0])), draw(st.none() | st.integers(0, 3)),
            draw(st.integers(0, 1)) if minimums else 0, draw(st.sampled_from([None, "praktijk", "beleid"])),
        )
        for j in range(o)
    ]  # fmt: skip
    scores = np.array(draw(st.lists(st.integers(0, 40), min_size=q * o, max_size=q * o))).reshape(q, o) / 40
    possible = np.array(draw(st.lists(st.booleans() | st.just(True), min_size=q * o, max_size=q * o))).reshape(q, o)
    return requests, supplies, scores, possible


aims = st.builds(Aims, st.sampled_from(AIMS), st.sampled_from([0.0, 0.03, 0.2]), st.sampled_from([0.0, 0.05]))


def held_or_none(*world, **more):
    try:
        return hold(*world, **more)
    except InfeasibleRoundError:
        return None


def rank(placed, requests, supplies, scores, goal):
    """What the definition says a choice is worth: (helped if that comes first, worth in ten-thousandths)."""
    rows = {r.question: i for i, r in enumerate(requests)}
    cols = {s.offer: (j, s.perspective) for j, s in enumerate(supplies)}
    worth, load, seen = 0.0, {}, set()
    for question, offer in sorted(placed):
        j, perspective = cols[offer]
        worth += scores[rows[question], j] - goal.evenness * load.get(offer, 0)
        load[offer] = load.get(offer, 0) + 1
        if perspective is not None and (question, perspective) in seen:
            worth -= goal.mix
        seen.add((question, perspective))
    return (len({q for q, _ in placed}) if goal.aim == "helped" else 0), round(worth, 6)


def brute_force(requests, supplies, scores, possible, goal):
    """The best rank over every choice that keeps the rules; None when none does."""
    options = []
    for i, request in enumerate(requests):
        names = [s.offer for j, s in enumerate(supplies) if possible[i, j]]
        sizes = range(request.least, min(request.most, len(names)) + 1)
        options.append([[(request.question, o) for o in chosen] for n in sizes for chosen in combinations(names, n)])
    best = None
    hours = {r.question: r.hours for r in requests}
    for combination in product(*options):
        placed = [pair for chosen in combination for pair in chosen]
        if all(_fits(s, [hours[q] for q, o in placed if o == s.offer]) for s in supplies):
            found = rank(placed, requests, supplies, scores, goal)
            best = found if best is None or found > best else best
    return best


def _fits(supply, hours):
    return (
        (supply.places is None or len(hours) <= supply.places)
        and (supply.hours is None or sum(hours) <= supply.hours)
        and len(hours) >= supply.least
    )


def test_three_for_one_expert_with_two_places_and_three_free_ones_leaves_one_explained():
    requests = [Request(f"v{i}", hours=2) for i in range(6)]
    supplies = [Supply("expert", hours=4, places=2), *(Supply(f"vrij{i}", places=1) for i in range(3))]
    possible = np.zeros((6, 4), dtype=np.bool_)
    possible[:3, 0] = True
    possible[3, 1] = possible[4, 2] = possible[5, 3] = True
    scores = np.full((6, 4), 0.5)
    scores[2, 0] = 0.4
    held = hold(requests, supplies, scores, possible)
    assert len(held.placed) == 5
    (left,) = held.left
    assert (left.question, left.why) == ("v2", "full")
    assert left.change == Change("hours", "expert", hours=2.0, places=1)
    said = "Wat past, zit vol. Wat helpt: één introductie meer en 2 uur per maand meer bij De expert, voor deze vraag."
    assert sentence(left, {"expert": "De expert"}) == said
    assert not problems(held, requests, supplies, possible)


@given(worlds(), aims)
@settings(max_examples=80)
def test_the_checker_finds_nothing(world, goal):
    held = held_or_none(*world, aims=goal)
    if held is not None:
        assert problems(held, world[0], world[1], world[3]) == []


@given(worlds(), aims)
@settings(max_examples=80)
def test_it_equals_brute_force(world, goal):
    requests, supplies, scores, _ = world
    held, best = held_or_none(*world, aims=goal), brute_force(*world, goal)
    if best is None or held is None:
        assert held is None
        assert best is None
    else:
        reached = rank(pairs_of(held), requests, supplies, scores, goal)
        assert reached[0] == best[0]
        assert reached[1] == pytest.approx(best[1], abs=1e-6)
        assert held.worth == pytest.approx(best[1], abs=1e-4)


@given(worlds(), aims, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_entry_does_not_matter(world, goal, chance):
    requests, supplies, scores, possible = world
    scores = np.round(scores, 1)
    rows, cols = list(range(len(requests))), list(range(len(supplies)))
    chance.shuffle(rows)
    chance.shuffle(cols)
    turned = [requests[i] for i in rows], [supplies[j] for j in cols], scores[rows][:, cols], possible[rows][:, cols]
    assert held_or_none(requests, supplies, scores, possible, aims=goal) == held_or_none(*turned, aims=goal)


@given(worlds(minimums=False), st.sampled_from(AIMS), st.data())
@settings(max_examples=40)
def test_more_capacity_never_makes_it_worse(world, aim, data):
    requests, supplies, scores, possible = world
    j = data.draw(st.integers(0, len(supplies) - 1))
    s = supplies[j]
    more = replace(s, places=None if s.places is None else s.places + 1, hours=None if s.hours is None else s.hours + 2)
    goal = Aims(aim, 0, 0)
    before = hold(requests, supplies, scores, possible, aims=goal)
    after = hold(requests, [*supplies[:j], more, *supplies[j + 1 :]], scores, possible, aims=goal)
    key = (lambda r: (r.helped, r.total)) if aim == "helped" else (lambda r: (0, r.total))
    assert (key(after)[0], round(key(after)[1], 3)) >= (key(before)[0], round(key(before)[1], 3))


@given(worlds(minimums=False), st.sampled_from(AIMS))
@settings(max_examples=80)
def test_the_named_change_places_the_question_and_costs_nobody_a_helper(world, aim):
    requests, supplies, scores, possible = world
    goal = Aims(aim, 0, 0)
    before = hold(requests, supplies, scores, possible, aims=goal)
    for left in before.left:
        if left.change is None:
            continue
        more, locked = applied(left.change, left.question, supplies, frozenset())
        after = hold(requests, more, scores, possible, locked, aims=goal)
        assert (left.question, left.change.offer) in pairs_of(after)
        assert len(after.placed) >= len(before.placed) + 1
        assert after.helped >= before.helped
        assert {p.question for p in before.placed} <= {p.question for p in after.placed}


@given(worlds(minimums=False))
@settings(max_examples=60)
def test_less_than_the_named_change_is_not_enough(world):
    requests, supplies, scores, possible = world
    for left in hold(requests, supplies, scores, possible, aims=PLAIN).left:
        if left.change is None:
            continue
        placed = frozenset(pairs_of(hold(requests, supplies, scores, possible, aims=PLAIN)))
        for less in (replace(left.change, hours=left.change.hours * 0.9), replace(left.change, places=0)):
            if less == left.change or less.hours + less.places >= left.change.hours + left.change.places:
                continue
            more, locked = applied(less, left.question, supplies, placed)
            with pytest.raises(InfeasibleRoundError):
                hold(requests, more, scores, possible, locked, aims=PLAIN)


def test_most_questions_helped_or_the_best_total():
    requests = [Request("a", most=2), Request("b")]
    supplies = [Supply("x", places=1), Supply("y", places=1)]
    scores = matrix([0.9, 0.9], [0.1, 0.0])
    assert hold(requests, supplies, scores, yes((2, 2)), aims=Aims("total", 0, 0)).helped == 1
    held = hold(requests, supplies, scores, yes((2, 2)), aims=Aims("helped", 0, 0))
    assert pairs_of(held) == {("a", "y"), ("b", "x")}


def test_evenness_spreads_and_its_weight_decides():
    requests = [Request("a"), Request("b")]
    supplies = [Supply("druk"), Supply("stil")]
    scores = matrix([0.52, 0.5], [0.52, 0.5])
    assert {o for _, o in pairs_of(hold(requests, supplies, scores, yes((2, 2)), aims=Aims(evenness=0.01)))} == {"druk"}
    spread = hold(requests, supplies, scores, yes((2, 2)), aims=Aims(evenness=0.03))
    assert {o for _, o in pairs_of(spread)} == {"druk", "stil"}


def test_mix_prefers_another_perspective():
    supplies = [
        Supply("p1", perspective="praktijk"),
        Supply("p2", perspective="praktijk"),
        Supply("w", perspective="wetenschap"),
    ]
    scores = matrix([0.6, 0.59, 0.57])
    plain = hold([Request("a", 2)], supplies, scores, yes((1, 3)), aims=PLAIN)
    mixed = hold([Request("a", 2)], supplies, scores, yes((1, 3)), aims=Aims(mix=0.05))
    assert {p.offer for p in plain.placed} == {"p1", "p2"}
    assert {p.offer for p in mixed.placed} == {"p1", "w"}


def test_locks_hold_and_the_rest_is_placed_around_them():
    requests, supplies = [Request("a"), Request("b")], [Supply("x", places=1), Supply("y", places=1)]
    scores = matrix([0.9, 0.1], [0.2, 0.1])
    held = hold(requests, supplies, scores, yes((2, 2)), frozenset({("b", "x")}))
    assert pairs_of(held) == {("b", "x"), ("a", "y")}
    assert [p.locked for p in held.placed] == [False, True]


@given(worlds(minimums=False), aims)
@settings(max_examples=60)
def test_a_round_held_again_around_its_own_placements_is_the_same(world, goal):
    first = hold(*world, aims=goal)
    again = hold(*world, frozenset(pairs_of(first)), aims=goal)
    assert pairs_of(again) >= pairs_of(first)


@pytest.mark.parametrize(
    ("kind", "supply", "locked", "forbidden", "possible", "told"),
    [
        ("hours", Supply("x", hours=4), {("a", "x"), ("b", "x")}, set(), True, "vragen 6 uur, er is 4 uur"),
        (
            "places",
            Supply("x", places=1),
            {("a", "x"), ("b", "x")},
            set(),
            True,
            "2 vastgezette koppelingen en plaats voor 1",
        ),
        (
            "most",
            Supply("x"),
            {("a", "x"), ("a", "y")},
            set(),
            True,
            "a heeft 2 vastgezette koppelingen en vraagt er 1",
        ),
        ("forbidden", Supply("x"), {("a", "x")}, {("a", "x")}, True, "vastgezet en ook uitgesloten"),
        ("possible", Supply("x"), {("a", "x")}, set(), False, "een regel laat deze koppeling niet toe"),
    ],
)
def test_locks_that_cannot_hold_are_named(kind, supply, locked, forbidden, possible, told):
    requests, supplies = [Request("a", hours=3), Request("b", hours=3)], [supply, Supply("y")]
    with pytest.raises(InfeasibleRoundError, match=told) as found:
        hold(requests, supplies, np.ones((2, 2)), yes((2, 2)) & possible, frozenset(locked), frozenset(forbidden))
    assert found.value.kind == kind


def test_minimum_loads_are_hard():
    requests, supplies = [Request("a"), Request("b")], [Supply("x"), Supply("y", least=1)]
    scores = matrix([0.9, 0.3], [0.9, 0.2])
    held = hold(requests, supplies, scores, yes((2, 2)), aims=PLAIN)
    assert pairs_of(held) == {("a", "y"), ("b", "x")}


@pytest.mark.parametrize("hours", [(2.0, 2.0), (1.0, 2.0)])
def test_minimums_that_cannot_all_be_met_are_named(hours):
    requests = [Request("a", hours=hours[0]), Request("b", hours=hours[1])]
    with pytest.raises(InfeasibleRoundError) as alone:
        hold(requests, [Supply("x", hours=2, least=2)], matrix([0.9], [0.8]), yes((2, 1)))
    assert (alone.value.kind, alone.value.subject, alone.value.needs, alone.value.there_is) == ("load", "x", 2, 1)
    with pytest.raises(InfeasibleRoundError, match="minima"):
        hold(requests, [Supply(n, hours=4, least=1) for n in "xyz"], np.ones((2, 3)), yes((2, 3)))


def test_a_question_that_must_have_two_helpers_gets_them():
    requests, supplies = [Request("a", 2, least=2), Request("b", 2)], [Supply("x", places=1), Supply("y", places=1)]
    held = hold(requests, supplies, matrix([0.1, 0.1], [0.9, 0.9]), yes((2, 2)))
    assert {p.question for p in held.placed} == {"a"}


@pytest.mark.parametrize(
    ("refused", "change", "told"),
    [
        (Refusal("datum", "2027-03-01", "nog niet", until=date(2027, 5, 1)), "date", "tot 1 mei 2027 wachten op x"),
        (Refusal("regio", "Twente", "Almere"), "region", "regio verruimen: x werkt in Almere"),
        (Refusal("vorm", "lezing", "traject, workshop"), "form", "vorm verruimen: x komt als traject of workshop"),
        (Refusal("uren", "3", "2"), "hours", "1 uur per maand meer bij x"),
    ],
)
def test_what_a_rule_refuses_is_named_with_the_change(refused, change, told):
    asked = []

    def refusals(question, offer):
        asked.append((question, offer))
        return (refused,)

    requests, supplies = (
        [Request("a", hours=3 if change == "hours" else 2), Request("b", hours=0)],
        [Supply("x", hours=2), Supply("y")],
    )
    possible = np.array([[False, False], [False, True]])
    held = hold(requests, supplies, matrix([0.5, 0.1], [0.3, 0.3]), possible, floor=0.2, refusals=refusals)
    (left,) = held.left
    assert (left.why, left.change.kind) == ("refused", change)
    assert told in sentence(left)
    assert asked == [("a", "x")]


def test_nothing_good_enough_is_said():
    (left,) = hold([Request("a")], [Supply("x")], matrix([0.1]), yes((1, 1)), floor=0.2).left
    assert sentence(left) == "Nergens past iets: geen aanbod boven de grens"


def test_against_plain_top_k():
    requests = [Request(n, hours=2) for n in "abc"]
    held = hold(requests, [Supply("x", hours=4, places=2), Supply("y")], matrix(*[[0.9, 0.1]] * 3), yes((3, 2)))
    plain = held.against_top_k()
    assert (plain.introductions, plain.over_hours, plain.over_places, plain.too_many) == (3, 1, 1, 1)


@pytest.mark.parametrize(("questions", "offers"), [(0, 0), (2, 0), (0, 2)])
@pytest.mark.parametrize("aim", AIMS)
def test_nobody_asks_or_nobody_helps(questions, offers, aim):
    requests, supplies = [Request(f"v{i}") for i in range(questions)], [Supply(f"a{j}", hours=3) for j in range(offers)]
    held = hold(requests, supplies, np.zeros((questions, offers)), yes((questions, offers)), aims=Aims(aim))
    assert held.placed == ()
    assert [left.why for left in held.left] == ["nothing"] * questions


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("scores", {"scores": np.full((1, 1), np.nan)}),
        ("scores", {"scores": np.full((1, 1), np.inf)}),
        ("scores", {"scores": np.zeros((2, 1))}),
        ("possible", {"possible": np.ones((1, 1))}),
        ("locked", {"locked": frozenset({("a", "z")})}),
        ("forbidden", {"forbidden": frozenset({("z", "x")})}),
        ("floor", {"floor": np.nan}),
        ("floor", {"floor": -1}),
        ("questions", {"requests": [Request("a"), Request("a")], "scores": np.zeros((2, 1)), "possible": yes((2, 1))}),
    ],
)
def test_what_does_not_fit_is_refused_at_the_door(field, changes):
    world = {"requests": [Request("a")], "supplies": [Supply("x")], "scores": np.zeros((1, 1)), "possible": yes((1, 1))}
    with pytest.raises(InvalidValueError) as found:
        hold(**(world | changes))
    assert found.value.field == field


def test_values_are_checked_at_birth():
    for make in (
        lambda: Request("a", 4), lambda: Request("a", 1, 2), lambda: Request("a", hours=float("nan")),
        lambda: Supply("x", hours=-1), lambda: Supply("x", places=-1), lambda: Supply("x", least=-1),
        lambda: Aims(mix=-0.1),
    ):  # fmt: skip
        with pytest.raises(InvalidValueError):
            make()
    with pytest.raises(UnknownNameError):
        Aims("meeste")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        Supply("x", perspective="geluk")


def test_the_checker_can_fail():
    requests, supplies = [Request("a", hours=2), Request("b", hours=2)], [Supply("x", hours=2, places=1)]
    held = hold(requests, supplies, matrix([0.9], [0.8]), yes((2, 1)))
    (placed,) = held.placed
    other = replace(placed, question="b")
    assert problems(replace(held, placed=(placed, other)), requests, supplies, yes((2, 1)))
    assert problems(replace(held, placed=()), requests, supplies, yes((2, 1)))
    assert problems(replace(held, left=()), requests, supplies, yes((2, 1)))
    assert problems(replace(held, total=2.0), requests, supplies, yes((2, 1)))
    assert problems(held, requests, supplies, ~yes((2, 1)))
    assert problems(held, requests, supplies, yes((2, 1)), forbidden=frozenset({("a", "x")}))
    assert problems(held, requests, supplies, yes((2, 1)), locked=frozenset({("b", "x")}))


def middling(seed, equal, questions=60, offers=40):
    chance = np.random.default_rng(seed)
    requests = [
        Request(f"v{i}", int(chance.integers(1, 4)), 0, 2.0 if equal else float(chance.choice([1, 2, 3])))
        for i in range(questions)
    ]
    supplies = [Supply(f"a{j}", float(chance.integers(1, 8)), int(chance.integers(1, 4))) for j in range(offers)]
    scores = np.round(chance.random((questions, offers)), 4)
    return requests, supplies, scores, chance.random((questions, offers)) < 0.6


@pytest.mark.parametrize("aim", AIMS)
def test_nothing_is_lost_to_pruning(monkeypatch, aim):
    world = middling(1, equal=True)
    whole = hold(*world, aims=Aims(aim))
    for name, value in (("ALL_AT_ONCE", 0), ("BEST_OF_QUESTION", 1), ("BEST_OF_OFFER", 1)):
        monkeypatch.setattr(choice_module.flow, name, value)
    pruned = hold(*world, aims=Aims(aim))
    assert (pruned.worth, pruned.helped, pruned.gap) == (whole.worth, whole.helped, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_the_stated_gap_of_a_large_round_is_true(monkeypatch, seed):
    world = middling(seed, equal=False, questions=14, offers=10)
    exact = hold(*world, aims=PLAIN)
    monkeypatch.setattr(choice_module, "PROOF_PAIRS", 0)
    swept = hold(*world, aims=PLAIN)
    assert problems(swept, world[0], world[1], world[3]) == []
    assert exact.gap < 1e-4
    assert swept.worth <= exact.worth + 1e-3 <= swept.worth / (1 - swept.gap) + 2e-3


def test_no_flow_where_the_bounds_cannot_be_kept():
    network = Network()
    (middle,) = network.more_nodes(1)
    network.arcs(0, middle, 1, 0)
    network.arcs(middle, 1, 3, 0, 2)
    with pytest.raises(ArithmeticError):
        network.cheapest()


def test_what_a_round_was_asked_comes_back_equal():
    asked = Wanted(2, Aims("helped", 0.1, 0.2), (("q-1", "o-1"),), (("q-2", "o-2"), ("q-1", "o-2")))
    body = json.loads(json.dumps({"doel": {}, "verzoek": asked.told}))
    assert wanted(body) == asked
    assert wanted({"doel": {"aim": "helped", "evenness": 0.1, "mix": 0.2}}) == Wanted(1, Aims("helped", 0.1, 0.2))


def test_what_is_taken_out_of_a_draft_is_left_over_and_the_figures_follow():
    placed = [
        {"leervraag": q, "aanbod": o, "score": s, "vast": False}
        for q, o, s in (("q-1", "o-1", 0.5), ("q-1", "o-2", 0.4), ("q-2", "o-1", 0.3))
    ]
    over = [{"leervraag": "q-2", "heeft": 1, "wil": 2, "waarom": "Wat past, zit vol"}]
    body = {"geplaatst": placed, "over": over, "totaal": 1.2, "geholpen": 2, "topK": {}}
    found = without(body, [("q-1", "o-1"), ("q-2", "o-1")])
    assert found["geplaatst"] == [placed[1]]
    assert (found["totaal"], found["geholpen"]) == (0.4, 1)
    assert [(i["leervraag"], i["heeft"], i["wil"]) for i in found["over"]] == [("q-1", 1, 2), ("q-2", 0, 2)]
    assert found["over"][1]["waarom"] == "Wat past, zit vol"
    assert found["weggehaald"] == [["q-1", "o-1"], ["q-2", "o-1"]]
    assert without(found, []) == found
    assert body["geplaatst"] == placed
    with pytest.raises(UnknownNameError):
        without(found, [("q-1", "o-1")])
