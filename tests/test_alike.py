"""Questions that ask the same are found, also while a long list is still being read."""

from __future__ import annotations

import matcher.agenda.alike as module
from matcher.agenda.alike import Likeness
from tests.conftest import question

MANY = [question(f"pesten en plagen {n}", id=f"m-{n}", title=f"Pesten {n}") for n in range(40)]
SAME = question("leerplicht verzuim", id="zelfde", title="Verzuim")


def found(likeness, asked, others):
    return [a.question.id for a in likeness.nearest(asked, others, 3)]


def test_the_most_alike_comes_first_and_what_is_not_alike_does_not(village_reader):
    less = question("verzuim moeder", id="minder", title="Thuis")
    asked = question("leerplicht verzuim afwezig")
    assert found(Likeness(village_reader), asked, [*MANY, less, SAME]) == ["zelfde", "minder"]
    assert found(Likeness(village_reader), asked, []) == []


def test_what_is_too_much_to_wait_for_is_read_meanwhile(village_reader, monkeypatch):
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 10)
    likeness = Likeness(village_reader)
    assert found(likeness, question("leerplicht verzuim afwezig"), [*MANY, SAME]) == []
    likeness._reading.join(30)
    assert found(likeness, question("leerplicht verzuim afwezig"), [*MANY, SAME]) == ["zelfde"]


def test_what_is_gone_is_forgotten(village_reader, monkeypatch):
    monkeypatch.setattr(module, "_MOST_AT_ONCE", 2)
    likeness = Likeness(village_reader)
    likeness.read([*MANY, SAME])
    assert found(likeness, question("leerplicht verzuim afwezig"), [SAME]) == ["zelfde"]
    assert len(likeness._rows) == 1
