"""A village: some twenty offers and questions whose right pairs anyone can see, read by a toy encoder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

from matcher.candidates import Pool, pool
from matcher.dutch import Analyser, fold, vocabulary_of
from matcher.learned import open_reader
from matcher.parties import Offer, Question
from matcher.reading import Reader
from matcher.settings import Settings
from matcher.thesaurus import Concepts, Theme, Thesaurus
from matcher.vectors import Role, Rows, unit
from matcher.vectors.words import WordEncoder
from tests.browser import NO_BROWSER

# The same cases at every run, and no limit of time: a slow machine is no fault.
hypothesis_settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis_settings.load_profile("repeatable")

# What each subject is called: in a parent's words, and in a professional's.
SUBJECTS = {
    "verzuim": "thuis thuiszitter thuiszitten verzuim verzuimt kamer afwezig spijbelt schoolverzuim leerplicht",
    "geld": "geld bekostiging bekostigen budget budgetten betaalt subsidie financiering tarieven",
    "privacy": "privacy avg gegevens geheim dossier toestemming persoonsgegevens",
    "taal": "taal taalklas nederlands nieuwkomers isk anderstalig praat",
    "ouders": "ouders ouder moeder vader ouderbetrokkenheid ouderavond",
    "rekenen": "rekenen sommen tafels dyscalculie rekenproblemen",
    "pesten": "pesten gepest plagen pestgedrag weerbaar",
    "jonge kind": "peuter peuters kleuter vve voorschool opvang kinderopvang",
}
_SUBJECT_OF = {word: i for i, words in enumerate(SUBJECTS.values()) for word in words.split()}


class ToyEncoder:
    """Counts the words of each subject; other words lie far away, each in a column of its own spelling."""

    name = "toy"
    fingerprint = "toy-1"
    WIDTH = len(SUBJECTS) + 64

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        rows = np.zeros((len(texts), self.WIDTH), dtype=np.float32)
        for i, text in enumerate(texts):
            for word in re.findall(r"\w+", fold(text)):
                subject = _SUBJECT_OF.get(word)
                if subject is None:
                    rows[i, len(SUBJECTS) + sum(word.encode()) % 64] += 0.1
                else:
                    rows[i, subject] += 1
        return unit(rows)


def offer(identifier: str, summary: str, **facts: object) -> Offer:
    """Return an offer of the village; a name is made of the id."""
    return Offer(**{"id": identifier, "kind": "expert", "name": identifier.capitalize(), "summary": summary, **facts})


def question(text: str, **facts: object) -> Question:
    """Return a question of the village."""
    return Question(**{"id": "vraag", "title": "", "text": text, **facts})


OFFERS = (
    offer("a-verzuim", "Begeleidt scholen bij langdurig schoolverzuim en terugkeer van de thuiszitter.",
          regions=("Almere",), forms=("workshop", "traject"), hours_per_month=4, perspective="praktijk"),
    offer("b-verzuim", "Onderzoekt verzuim en leerplicht.", kind="dossier", perspective="wetenschap"),
    offer("c-geld", "Bekostiging van zorg op school: budgetten en tarieven.", available_from=date(2027, 1, 1),
          available_until=date(2027, 6, 30), perspective="beleid"),
    offer("d-privacy", "Gegevens delen volgens de AVG, met toestemming.", hours_per_month=0),
    offer("e-taal", "Nederlands leren in de taalklas voor nieuwkomers.", regions=("Regio Twente", "Almere")),
    offer("f-ouders", "Ouderbetrokkenheid: ouders als partner.", forms=("lezing",)),
    offer("g-rekenen", "Dyscalculie en rekenproblemen.", themes=("rekenen",)),
    offer("h-pesten", "Pestgedrag stoppen, weerbaar worden.", audience="groep 5 tot en met 8"),
    offer("i-jonge-kind", "Kinderopvang en VVE voor peuters.", kind="praktijkvoorbeeld"),
    offer("j-jonge-kind", "De overgang van peuter naar kleuter.", kind="cop"),
)  # fmt: skip

# (a question, the offers that anyone would name first)
RIGHT_PAIRS = (
    ("mijn zoon zit al weken thuis op zijn kamer", {"a-verzuim", "b-verzuim"}),
    ("wie betaalt de zorg op school, welk budget?", {"c-geld"}),
    ("mag de school het dossier delen, hoe zit het met privacy", {"d-privacy"}),
    ("zij praat nog geen nederlands", {"e-taal"}),
    ("de moeder en de vader komen nooit op de ouderavond", {"f-ouders"}),
    ("hij snapt de sommen en de tafels niet", {"g-rekenen"}),
    ("ze wordt gepest en geplaagd", {"h-pesten"}),
    ("mijn peuter moet naar de voorschool", {"i-jonge-kind", "j-jonge-kind"}),
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One cache folder for all that opens the reference corpus: what is learned from the thesaurus is learned once.

    Shared by the processes among which pytest-xdist divides the tests, whose folders lie beside each other; that of
    MATCHER_TEST_CACHE where that is set, for who runs one file again and again.
    """
    if given := os.environ.get("MATCHER_TEST_CACHE"):
        return Path(given)
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "cache"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        open_reader(Settings(folder / "geen.db", folder))
    return folder


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that they do not run alone at the end."""
    slow = ("test_notebooks.py", "test_wheel.py", "test_training.py", "test_vectors.py")
    items.sort(key=lambda item: slow.index(item.path.name) if item.path.name in slow else len(slow))


def pytest_terminal_summary(terminalreporter):
    """Say loudly that the pages were not looked at, where there is no browser to do it with."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"NOT TESTED: {len(skipped)} tests of the pages need a Chromium; get one by: apt-get install chromium",
            red=True, bold=True,
        )  # fmt: skip


@pytest.fixture(scope="session")
def village_thesaurus() -> Thesaurus:
    return Thesaurus(
        Theme(
            id=name.replace(" ", "-"), label=name, other_labels=tuple(words.split()[:3]),
            needs=(f"wie helpt bij {words.split()[0]}", " ".join(words.split()[2:5]), " ".join(words.split()[-2:])),
            statements=(f"Ervaring met {words.split()[-1]}.", f"Adviseert over {words.split()[1]}."),
            related=("ouders",) if name == "verzuim" else (),
        )
        for name, words in SUBJECTS.items()
    )  # fmt: skip


@pytest.fixture(scope="session")
def village_reader(village_thesaurus) -> Reader:
    encoder = ToyEncoder()
    abbreviations = {"AVG": "algemene verordening gegevensbescherming, privacy"}
    analyser = Analyser(vocabulary_of([*village_thesaurus.texts] * 2), abbreviations)
    words = WordEncoder.fitted([analyser.analyse(t) for t in village_thesaurus.texts])
    return Reader(analyser, words, encoder, Concepts.encoded(village_thesaurus, encoder))


@pytest.fixture(scope="session")
def village(village_reader) -> Pool:
    return pool(OFFERS, village_reader)


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory) -> Path:
    """The folder of a small cross-encoder with random weights from a fixed seed: real, and good for nothing."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(w for words in SUBJECTS.values() for w in words.split())]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(pieces)), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64, num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
