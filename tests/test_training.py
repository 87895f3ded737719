"""The training command, run for real on a handful of pairs: the folder it writes is read by both libraries alike."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from shutil import copy

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from matcher.errors import BrokenFileError, MissingPartError
from matcher.training.figures import similarity_figure
from matcher.training.lexicon import translated, translations
from matcher.training.pairs import FILE, read_pairs
from matcher.training.pieces import Bags, learn_pieces
from matcher.vectors import open_encoder, unit
from matcher.vectors.static import StaticEncoder

PAIRS = [
    (f"{a} {b}.", f"{x} {y}.", "tatoeba")
    for a, x in (("De school", "The school"), ("Mijn zoon", "My son"), ("De gemeente", "The municipality"))
    for b, y in (("zoekt hulp", "seeks help"), ("betaalt niet", "does not pay"), ("is thuis", "is at home"))
]


@pytest.fixture
def data(tmp_path):
    with lzma.open(tmp_path / FILE, "wt", encoding="utf-8") as out:
        out.writelines("\t".join(p) + "\n" for p in PAIRS)
    return tmp_path


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    with lzma.open(folder / FILE, "wt", encoding="utf-8") as out:
        out.writelines("\t".join(p) + "\n" for p in PAIRS * 2)
    (folder / "stsb.csv").write_text("De school.,De school.,5\nDe school.,Mijn zoon.,1\nThuis.,Betaalt.,0\n", "utf-8")
    subprocess.run(
        [sys.executable, "-m", "matcher.training", folder, "--out", folder / "out", "--cache", folder / "cache",
         "--pieces", "2000", "--dimensions", "32", "--steps", "20", "--figures", folder / "stsb.csv"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "out"


def test_both_libraries_read_the_folder_alike(trained):
    texts = ["De school zoekt hulp", "mijn zoon is thuis", "onderwijstijd en samenwerkingsverbanden"]
    theirs = SentenceTransformer(str(trained), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(StaticEncoder(trained).encode(texts), theirs, atol=2e-3)


def test_the_matching_reads_the_half_that_was_taught_the_field(trained):
    texts = ["De school zoekt hulp", "mijn zoon is thuis"]
    whole = SentenceTransformer(str(trained), device="cpu").encode(texts)
    read = open_encoder(str(trained))
    assert np.allclose(read.encode(texts), unit(whole[:, :32]), atol=2e-3)
    assert read.fingerprint != StaticEncoder(trained).fingerprint


def test_a_folder_without_its_facts_is_named(trained, tmp_path):
    for name in ("model.safetensors", "tokenizer.json"):
        copy(trained / name, tmp_path / name)
    with pytest.raises(MissingPartError, match=r"training\.json"):
        StaticEncoder.of_the_field(tmp_path)


def test_the_folder_says_what_it_was_made_from(trained):
    facts = json.loads((trained / "training.json").read_text("utf-8"))
    assert facts["pairs"] == len(PAIRS)
    assert (facts["dimensions"], facts["field"]) == (64, 32)
    assert "stsb.csv" in facts["spearman x 100"]


def test_pairs_are_read_once_each(data):
    assert [(p.dutch, p.english, p.source) for p in read_pairs(data)] == PAIRS


def test_missing_or_broken_data_are_named(tmp_path):
    with pytest.raises(MissingPartError, match=FILE):
        read_pairs(tmp_path)
    with lzma.open(tmp_path / FILE, "wt") as out:
        out.write("een\ttwee\tdrie\neen\ttwee\n")
    with pytest.raises(BrokenFileError, match="regel 2"):
        read_pairs(tmp_path)


def test_a_piece_is_one_vector_wherever_it_stands():
    tokenizer = learn_pieces(["onderwijs tijd onderwijs tijd Onderwijs tijd"] * 3, 60)
    whole, apart = Bags(tokenizer, ["onderwijstijd"])[0], Bags(tokenizer, ["onderwijs tijd"])[0]
    assert list(whole) == list(apart)


def test_the_lexicon_finds_the_translations():
    # 0 de, 1 hond, 2 kat, 3 slaapt / 0 the, 1 dog, 2 cat, 3 sleeps
    dutch = [[0, 1], [0, 2], [0, 1, 3], [0, 2, 3], [3]]
    chances = translations(dutch, dutch, (5, 4), rounds=10).toarray()
    assert chances[:4].argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert chances[:4].sum(axis=1) == pytest.approx(1, abs=1e-5)
    table = translated(np.eye(4, dtype=np.float32), translations(dutch, dutch, (5, 4), rounds=10), best=1)
    assert table[:4].argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert table[4] == pytest.approx(np.full(4, 0.25))


def test_a_figure_needs_pairs(trained, tmp_path):
    (tmp_path / "leeg.csv").write_text("", "utf-8")
    with pytest.raises(BrokenFileError, match=r"leeg\.csv"):
        similarity_figure(StaticEncoder(trained), tmp_path / "leeg.csv")
