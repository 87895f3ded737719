"""Whatever verbinders decide, in whatever order: the state follows from the steps and the hours add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import (
    DoubleProposalError,
    InvalidValueError,
    NoHoursLeftError,
    NoPlacesLeftError,
    StepNotAllowedError,
    UnknownNameError,
)
from matcher.proposals import (
    NEXT,
    STATES,
    UNDO,
    Capacity,
    Outcome,
    Proposal,
    Step,
    advance,
    declined,
    hours_of,
    places_of,
    propose,
    take,
)

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
HELPED = Outcome(4, "Wij kunnen verder.", "Een goede vraag.")


def step(kind: str, note: str = "omdat het zo is", **facts: object) -> Step:
    """Return a step with all that its kind wants."""
    return Step(kind, AT, "p-1", note, **{"outcome": HELPED if kind == "afgerond" else None, **facts})


def proposed(identifier: str = "v-1", question: str = "q", offer: str = "o", hours: float = 1, *, then: str = ""):
    """Return a proposal after `voorgesteld` and the steps named in `then`."""
    held = Proposal(identifier, question, offer, hours)
    for kind in ("voorgesteld", *then.split()):
        held = take(held, step(kind))
    return held


@st.composite
def histories(draw, longest=8):
    """A proposal after any permitted sequence of steps."""
    held = proposed(hours=draw(st.floats(0, 40, allow_nan=False)))
    for _ in range(draw(st.integers(0, longest))):
        if not NEXT[held.state]:
            break
        held = take(held, step(draw(st.sampled_from(NEXT[held.state])), draw(st.text(min_size=1).filter(str.strip))))
    return held


@pytest.mark.parametrize("then", ["", "aanvaard", "aanvaard loopt", "aanvaard loopt afgerond", "afgewezen"])
def test_the_state_is_the_last_step_that_counts(then):
    assert proposed(then=then).state == (then.split() or ["voorgesteld"])[-1]


@pytest.mark.parametrize("state", [s for s in STATES if s != UNDO])
@pytest.mark.parametrize("kind", STATES)
def test_what_is_not_in_the_table_is_refused_with_what_is(state, kind):
    way = {"voorgesteld": "", "loopt": "aanvaard loopt", "afgerond": "aanvaard loopt afgerond"}.get(state, state)
    held = proposed(then=way)
    if kind in NEXT[state]:
        assert len(take(held, step(kind)).steps) == len(held.steps) + 1
        return
    with pytest.raises(StepNotAllowedError, match=f"v-1 is {state}") as refused:
        take(held, step(kind))
    assert (refused.value.step, refused.value.state, refused.value.allowed) == (kind, state, NEXT[state])


@pytest.mark.parametrize(
    ("then", "kind"), [("", "afgewezen"), ("aanvaard", "afgewezen"), ("aanvaard loopt", "ingetrokken")]
)
def test_a_decline_and_a_broken_off_introduction_want_a_reason(then, kind):
    with pytest.raises(InvalidValueError, match="een reden"):
        take(proposed(then=then), step(kind, " "))


def test_before_it_runs_it_may_be_withdrawn_without_a_reason():
    assert take(proposed(then="aanvaard"), step("ingetrokken", "")).state == "ingetrokken"


@given(histories())
def test_undo_returns_the_former_state(held):
    for kind in NEXT[held.state]:
        if kind != UNDO:
            after = take(held, step(kind))
            back = take(after, step(UNDO, ""))
            assert (back.state, back.effective, back.open) == (held.state, held.effective, held.open)
            assert back.steps[: len(after.steps)] == after.steps


@given(histories())
def test_a_proposal_taken_back_to_the_start_counts_for_nothing(held):
    while NEXT[held.state]:
        held = take(held, step(UNDO, ""))
    assert (held.state, held.open, held.outcome) == (UNDO, False, None)
    assert declined([held]) == {}


def test_a_step_on_which_someone_acted_cannot_be_taken_back():
    held = proposed(then="aanvaard loopt")
    with pytest.raises(StepNotAllowedError, match=r"herroepen van stap 2 \(loopt\)"):
        take(held, step(UNDO, undoes=1))
    assert take(held, step(UNDO, undoes=2)).state == "aanvaard"


@given(st.floats(0, 200, allow_nan=False) | st.none(), st.lists(histories(), max_size=6))
def test_hours_are_never_below_zero_and_add_up(total, held):
    hours = hours_of(total, held)
    assert min(hours.reserved, hours.spent, hours.over) >= 0
    assert isclose(hours.reserved + hours.spent, sum(p.hours for p in held if p.open), abs_tol=1e-6)
    if total is None:
        assert hours.left is None
    else:
        assert hours.left >= 0
        assert isclose(hours.left + hours.reserved + hours.spent, total + hours.over, abs_tol=1e-6)


@given(
    st.floats(0, 20),
    st.integers(0, 4),
    st.data(),
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 9)), max_size=12),
)
def test_decided_one_after_the_other_nobody_ever_promises_more_than_there_is(total, places, data, asked):
    capacity, held = Capacity(total, places), {}
    for n, (question, hours) in enumerate(asked):
        open_now = [p for p in held.values() if NEXT[p.state]]
        try:
            if open_now and data.draw(st.booleans()):
                chosen = data.draw(st.sampled_from(open_now))
                kind = data.draw(st.sampled_from(NEXT[chosen.state]))
                held[chosen.id] = advance(chosen, step(kind), capacity, held.values())
            else:
                draft = Proposal(f"v-{n}", question, "o", hours)
                held[draft.id] = propose(draft, step("voorgesteld"), capacity, held.values(), again=True)
        except (NoHoursLeftError, NoPlacesLeftError):
            pass
        assert hours_of(total, held.values()).over <= 1e-6
        assert places_of(places, held.values()).taken <= places


def test_hours_follow_the_life_of_a_proposal():
    def at(then):
        hours = hours_of(4, [proposed(hours=3, then=then)])
        return hours.reserved, hours.spent, hours.left

    assert [at(t) for t in ("", "aanvaard", "aanvaard loopt", "aanvaard loopt afgerond", "afgewezen", UNDO)] == [
        (3, 0, 1), (3, 0, 1), (0, 3, 1), (0, 0, 4), (0, 0, 4), (0, 0, 4)
    ]  # fmt: skip


def test_who_asks_more_than_is_left_hears_how_much_and_who_holds_it():
    holders = [proposed("v-1", "q1", hours=3), proposed("v-2", "q2", hours=2, then="afgewezen")]
    with pytest.raises(NoHoursLeftError, match=r"o: 2 uur per maand gevraagd, nog 1 over.*v-1") as refused:
        propose(Proposal("v-3", "q3", "o", 2), step("voorgesteld"), Capacity(4), holders)
    facts = refused.value
    assert (facts.offer, facts.asked, facts.left, facts.held_by) == ("o", 2, 1, ("v-1",))


def test_tenths_of_hours_fill_an_offer_to_the_brim():
    holders = [proposed("v-1", "q1", hours=0.1), proposed("v-2", "q2", hours=0.1)]
    draft = Proposal("v-3", "q3", "o", 0.1)
    assert propose(draft, step("voorgesteld"), Capacity(0.3), holders).state == "voorgesteld"


def test_places_are_given_out_once():
    holders = [proposed("v-1", "q1", hours=0), proposed("v-2", "q2", hours=0)]
    draft = Proposal("v-3", "q3", "o", 0)
    with pytest.raises(NoPlacesLeftError, match="ten hoogste 2"):
        propose(draft, step("voorgesteld"), Capacity(places=2), holders)
    assert propose(draft, step("voorgesteld"), Capacity(places=3), holders).open


def test_an_offer_of_zero_hours_is_full_also_for_who_asks_none():
    with pytest.raises(NoHoursLeftError):
        propose(Proposal("v-1", "q", "o", 0), step("voorgesteld"), Capacity(0), [])


def test_the_undo_of_a_decline_asks_for_the_hours_again():
    was = proposed("v-1", "q1", hours=3, then="afgewezen")
    with pytest.raises(NoHoursLeftError):
        advance(was, step(UNDO), Capacity(4), [was, proposed("v-2", "q2", hours=2)])
    assert advance(was, step(UNDO), Capacity(5), [was, proposed("v-2", "q2", hours=2)]).state == "voorgesteld"


def test_a_step_that_takes_no_hours_goes_on_after_the_hours_were_lowered():
    held = proposed(hours=3)
    assert advance(held, step("aanvaard"), Capacity(1), [held]).state == "aanvaard"
    assert (hours_of(1, [held]).left, hours_of(1, [held]).over) == (0, 2)


@pytest.mark.parametrize("then", ["", "aanvaard loopt afgerond", "afgewezen", "ingetrokken"])
def test_the_same_pair_is_not_proposed_twice_without_saying_so(then):
    earlier = proposed(then=then)
    draft = replace(earlier, id="v-2", steps=())
    with pytest.raises(DoubleProposalError, match="v-1") as refused:
        propose(draft, step("voorgesteld"), Capacity(), [earlier])
    assert refused.value.earlier == earlier
    assert propose(draft, step("voorgesteld"), Capacity(), [earlier], again=True).open


def test_a_proposal_taken_back_at_once_does_not_count_as_earlier():
    draft = Proposal("v-2", "q", "o", 1)
    assert propose(draft, step("voorgesteld"), Capacity(), [proposed(then=UNDO)]).open


def test_a_decline_teaches_only_that_pair():
    held = [take(proposed("v-1", "q1"), step("afgewezen", "de reis is te ver")), proposed("v-2", "q2")]
    assert declined(held) == {("q1", "o"): "niet deze combinatie, want de reis is te ver"}
    assert declined([*held, proposed("v-3", "q1", then="aanvaard")]) == {}
    assert declined([take(held[0], step(UNDO))]) == {}


def test_moments_come_to_utc_and_one_without_a_zone_is_refused():
    there = datetime(2026, 11, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    assert Step("voorgesteld", there, "p").at == AT
    with pytest.raises(InvalidValueError, match="tijdzone"):
        Step("voorgesteld", datetime(2026, 11, 2), "p")  # noqa: DTZ001


@pytest.mark.parametrize("facts", [
    {"kind": "afgerond"}, {"kind": "aanvaard", "outcome": HELPED}, {"kind": "aanvaard", "undoes": 0}, {"by": " "},
    {"kind": "misschien"},
])  # fmt: skip
def test_a_step_is_checked_at_birth(facts):
    with pytest.raises((InvalidValueError, UnknownNameError)):
        Step(**{"kind": "voorgesteld", "at": AT, "by": "p", **facts})


@pytest.mark.parametrize("facts", [{"helped": 0}, {"helped": 6}, {"region": " "}, {"expert": "twee\nregels"}])
def test_an_outcome_is_checked_at_birth(facts):
    with pytest.raises(InvalidValueError):
        replace(HELPED, **facts)


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 10_001])
def test_hours_are_checked_at_birth(hours):
    with pytest.raises(InvalidValueError):
        Proposal("v", "q", "o", hours)
