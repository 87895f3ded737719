"""The thesaurus is checked when it is read, and concepts join texts that share no word."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from matcher import reference
from matcher.dutch import fold
from matcher.errors import BrokenFileError
from matcher.thesaurus import Concepts, Theme, Thesaurus, problems, read_thesaurus
from tests.conftest import ToyEncoder

GOOD = Theme("verzuim", "verzuim", needs=("hij zit thuis",), statements=("begeleidt terugkeer",))
OTHER = Theme("geld", "bekostiging", needs=("wie betaalt dat",), statements=("rekent budgetten door",))


def faults(*themes):
    return [message for _, message in problems(themes)]


def test_sound_themes_have_no_faults():
    assert faults(GOOD, replace(OTHER, broader="verzuim")) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Geld!"}, "kleine letters"),
        ({"id": "verzuim"}, "tweemaal"),
        ({"label": "Verzuim"}, "hoort al bij verzuim"),
        ({"broader": "weg"}, "'weg' bestaat niet"),
        ({"related": ("geld",)}, "naar zichzelf"),
        ({"needs": ("Hij zit thuis!",)}, "staat ook onder verzuim"),
        ({"statements": ("  ",)}, "staat ook onder"),
        ({"broader": "verzuim", "related": ("verzuim",)}, "staat er al boven"),
    ],
)
def test_each_fault_is_named(change, message):
    assert any(message in fault for fault in faults(GOOD, replace(OTHER, **change)))


def test_a_circle_is_named():
    assert "broader: loopt in een kring" in faults(replace(GOOD, broader="geld"), replace(OTHER, broader="verzuim"))


@pytest.mark.parametrize(
    "content",
    [
        '[{"id": "a"}]',
        '[{"id": "a", "label": "a", "kleur": "rood"}]',
        "[{]",
        '[{"id": "a", "label": "a", "broader": "b"}]',
    ],
)
def test_a_broken_file_is_named(tmp_path, content):
    (tmp_path / "01.json").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenFileError, match=r"01\.json"):
        read_thesaurus(tmp_path)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(BrokenFileError):
        read_thesaurus(tmp_path)


def test_the_shipped_thesaurus_is_sound_and_large_enough():
    thesaurus = reference.themes()
    assert len(thesaurus) >= 700
    for theme in thesaurus.themes:
        assert len(theme.needs) >= 12, theme.id
        assert len(theme.statements) >= 5, theme.id
        assert theme.definition, theme.id
        assert theme.english, theme.id


def test_the_seven_adviezen_and_the_themes_of_the_programme_are_found_by_their_names():
    found = {fold(label) for theme in reference.themes().themes for label in theme.labels}
    for label in (
        "interprofessionele teams rond de school", "brede lokale afspraken jeugd", "ouderbetrokkenheid",
        "ontschotten van budgetten", "thuiszitters terug naar school", "zorgplicht passend onderwijs",
        "kansrijke start en de eerste duizend dagen",
    ):  # fmt: skip
        assert label in found, label


def test_concepts_join_texts_that_share_no_word(village_thesaurus):
    encoder = ToyEncoder()
    concepts = Concepts.encoded(village_thesaurus, encoder)
    about = concepts.about(encoder.encode(["mijn zoon zit op zijn kamer", "expert leerplicht", "subsidie en tarieven"]))
    shared = about @ about.T
    assert shared[0, 1] > 3 * shared[0, 2]
    assert np.allclose(np.linalg.norm(about, axis=1), 1, atol=1e-5)
    position = village_thesaurus.position["verzuim"]
    assert about[0].argmax() == about[1].argmax() == position


def test_an_offer_is_about_more_than_what_it_is_about_first(village_thesaurus):
    encoder = ToyEncoder()
    concepts = Concepts.encoded(village_thesaurus, encoder)
    rows = encoder.encode(["expert leerplicht en kamer", "subsidie en tarieven"])
    asked, offered = concepts.about(rows), concepts.about(rows, "offer")
    assert (asked.argmax(axis=1) == offered.argmax(axis=1)).all()
    assert (asked.max(axis=1) > offered.max(axis=1)).all()
    assert (np.sort(offered)[:, :-1].sum(axis=1) > np.sort(asked)[:, :-1].sum(axis=1)).all()
    assert np.allclose(np.linalg.norm(offered, axis=1), 1, atol=1e-5)


def test_the_affinity_to_one_concept_is_its_column(village_thesaurus):
    encoder = ToyEncoder()
    concepts = Concepts.encoded(village_thesaurus, encoder)
    rows = encoder.encode(["de juf belt niet", "wie betaalt", "peuter en kleuter"])
    columns = concepts.affinities(rows)
    for i in range(len(village_thesaurus)):
        assert np.allclose(concepts.affinity(rows, i), columns[:, i], atol=1e-6)


def test_a_new_concept_works_without_training(village_thesaurus):
    encoder = ToyEncoder()
    new = Theme("pesten-online", "online pesten", needs=("geplaagd gepest",), statements=("weerbaar pestgedrag",))
    concepts = Concepts.encoded(
        Thesaurus([replace(village_thesaurus.themes[0], related=()), *village_thesaurus.themes[1:3], new]), encoder
    )
    assert concepts.about(encoder.encode(["hij wordt gepest"]))[0].argmax() == 3


def test_the_fingerprint_follows_every_change():
    prints = {Thesaurus([GOOD, OTHER]).fingerprint, Thesaurus([OTHER, GOOD]).fingerprint}
    prints |= {Thesaurus([GOOD, replace(OTHER, needs=("nieuw",))]).fingerprint}
    assert len(prints) == 3


def test_abbreviations_of_concepts_are_spelled_out():
    assert Thesaurus([replace(GOOD, abbreviations=("vsv",))]).spelled_out == {"VSV": "verzuim"}


def test_what_was_sound_before_is_not_checked_again(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"id": "a", "label": "a"}]), encoding="utf-8")
    first = read_thesaurus(tmp_path)
    assert read_thesaurus(tmp_path, {first.fingerprint}).themes == first.themes
    (tmp_path / "b.json").write_text(json.dumps([{"id": "b", "label": "A"}]), encoding="utf-8")
    with pytest.raises(BrokenFileError, match="hoort al bij"):
        read_thesaurus(tmp_path, {first.fingerprint})
