"""Dated files of weights: what is adopted is what the engine reads, and going back is one step, and nothing is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import reference
from matcher.errors import BrokenFileError, InvalidValueError
from matcher.exchange.weights import IN_USE, adopt, go_back, in_use, write_weights
from matcher.matchmaker import open_weights
from matcher.scores import Weights
from matcher.settings import Settings

number = st.floats(0, 10)


@given(number, number, number)
def test_what_is_written_is_read(tmp_path_factory, meaning, concepts, words):
    path = tmp_path_factory.mktemp("w") / "w.json"
    weights = Weights(meaning, concepts, words)
    write_weights(path, weights, {"date": "2026-11-25", "measure": "nDCG@10"})
    assert Weights.read(path) == weights
    assert json.loads(path.read_text(encoding="utf-8"))["evidence"]["measure"] == "nDCG@10"


def test_a_folder_is_used_as_it_stands_and_goes_back_step_by_step(tmp_path):
    folder = tmp_path / "gewichten"
    settings = Settings(tmp_path / "x.db", tmp_path, weights=folder)
    shipped = Weights.read(reference.FOLDER / "weights.json")
    folder.mkdir()
    assert open_weights(settings) == shipped
    first, second, third = Weights(words=0.1), Weights(words=0.2), Weights(words=0.3)
    assert adopt(folder, first, {"date": "2026-11-25"}).name == "2026-11-25.json"
    assert adopt(folder, second, {"date": "2026-11-25"}).name == "2026-11-25-2.json"
    assert open_weights(settings) == second
    assert go_back(folder) == folder / "2026-11-25.json"
    assert open_weights(settings) == first
    # What was gone back from is kept, and never written over.
    assert adopt(folder, third, {"date": "2026-11-25"}).name == "2026-11-25-3.json"
    assert Weights.read(folder / "2026-11-25-2.json") == second
    go_back(folder)
    assert go_back(folder) is None
    assert open_weights(settings) == shipped
    with pytest.raises(InvalidValueError, match="in gebruik"):
        go_back(folder)


@pytest.mark.parametrize("name", ["weg.json", "../buiten.json", "/etc/passwd", "."])
def test_a_name_that_is_no_file_of_the_folder_is_refused(tmp_path, name):
    folder = tmp_path / "gewichten"
    folder.mkdir()
    write_weights(tmp_path / "buiten.json", Weights(), {})
    (folder / IN_USE).write_text(f"{name}\n", encoding="utf-8")
    with pytest.raises(BrokenFileError, match="geen bestand in deze map"):
        in_use(folder)
