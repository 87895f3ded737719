"""Texts are read once for each encoder: meaning by one, concepts by the one that knows the field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.candidates import pool
from matcher.scores import Weights
from matcher.suggestions import suggest
from tests.conftest import OFFERS, ToyEncoder, question

TEXTS = [
    "Mijn zoon zit thuis. Hij komt zijn kamer niet uit. Aan geld ligt het niet. Wie helpt mij daarmee?",
    "wie betaalt de zorg",
    "",
]


class BlindEncoder(ToyEncoder):
    """Sees no more of a text than its length, and in fewer columns."""

    name = "blind"
    fingerprint = "blind-1"

    def encode(self, texts, role="question"):
        rows = np.zeros((len(texts), 4), dtype=np.float32)
        rows[np.arange(len(texts)), [len(t) % 4 for t in texts]] = 1
        return rows


def test_concepts_are_read_by_the_encoder_of_the_field(village_reader):
    two = replace(village_reader, encoder=BlindEncoder(), field=ToyEncoder())
    for role in ("question", "offer"):
        ours, plain = two.read(TEXTS, role), village_reader.read(TEXTS, role)
        assert np.array_equal(ours.about, plain.about)
        assert ours.meaning.shape == (3, 4)
        assert np.array_equal(two.near_concepts(TEXTS, role), plain.meaning)
        assert np.array_equal(village_reader.near_concepts(TEXTS, role), plain.meaning)


def test_what_is_read_by_two_encoders_is_explained_by_concepts_all_the_same(village_reader):
    two = replace(village_reader, encoder=BlindEncoder(), field=ToyEncoder())
    found = suggest(question("hij zit op zijn kamer"), pool(OFFERS, two), two, Weights(meaning=0), (), k=2)
    assert {s.offer.id for s in found.kept} == {"a-verzuim", "b-verzuim"}
    reasons = [r for s in found.kept for r in s.reasons if r.part == "concepts"]
    assert [(r.concept, r.asked) for r in reasons] == [("verzuim", "hij zit op zijn kamer")] * 2


def test_the_fingerprint_names_both_encoders(village_reader):
    two = replace(village_reader, encoder=BlindEncoder(), field=ToyEncoder())
    prints = {village_reader.fingerprint, two.fingerprint, replace(two, field=None).fingerprint}
    assert len(prints) == 3


def test_a_story_is_drawn_to_what_it_asks_and_an_offer_is_not(village_reader):
    story = "Aan geld ligt het niet. Budget is er ook. Mijn zoon zit thuis. Wie helpt bij verzuim?"
    asked, offered = (village_reader.read([story], role).meaning[0] for role in ("question", "offer"))
    concern = village_reader.encoder.encode(["thuis verzuim"])[0]
    assert asked @ concern > offered @ concern
