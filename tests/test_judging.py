"""The next pair comes in the order of the pool, what was left for later last; coverage counts what is judged of it."""

from matcher.judging import Covered, Turn, covered, turn

POOL = (("a", "1"), ("a", "2"), ("b", "1"))


def test_what_is_left_for_later_comes_when_the_rest_is_judged():
    assert turn(POOL, ()) == Turn(("a", "1"), 0, 3)
    assert turn(POOL, (), {("a", "1"), ("a", "2")}) == Turn(("b", "1"), 0, 3)
    assert turn(POOL, {("b", "1")}, {("a", "1"), ("a", "2")}) == Turn(("a", "1"), 1, 3)
    assert turn(POOL, set(POOL), {("a", "1")}) == Turn(None, 3, 3)


def test_coverage_counts_by_anyone_by_one_and_of_what_the_engine_puts_first():
    found = covered(POOL, {"a": ("2", "9")}, {("a", "2"), ("a", "9"), ("b", "1")}, {("b", "1")})
    assert found == [Covered("a", 2, 1, 0, 2, 2), Covered("b", 1, 1, 1, 0, 0)]
