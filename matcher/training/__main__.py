"""The command `python -m matcher.training DATA`: a folder of data goes in, a folder with a model comes out."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from matcher import reference
from matcher.errors import MatcherError
from matcher.thesaurus import Thesaurus
from matcher.training import layers, static
from matcher.training.figures import similarity_figure
from matcher.training.pairs import Pair, read_pairs
from matcher.training.pieces import Bags, learn_pieces
from matcher.training.teacher import teacher_rows
from matcher.vectors.layers import LayersEncoder, packed
from matcher.vectors.static import MODEL_FOLDER, StaticEncoder

# Lists of single words and labels outnumber real sentences; of these a part is drawn each epoch.
_DICTIONARIES = ("esco-label", "esco-altlabel", "odwn-lemma", "wikt-nld-lemma", "osm-presets")


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What both kinds of student are taught: texts in both languages, the teacher's row of each, how often drawn.

    Both languages go through the one student, as a visiting researcher asks in English.
    """

    pairs: list[Pair]
    thesaurus: Thesaurus
    tokenizer: Tokenizer
    texts: list[str]
    rows: NDArray[np.float16]
    chances: NDArray[np.float64]
    seed: int


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["static", "layers"]), default="static", show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=MODEL_FOLDER, show_default=True)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), default=Path(".training"), show_default=True)
@click.option("--dimensions", default=256, show_default=True, type=click.IntRange(16, 384), help="Of each half of it.")
@click.option("--pieces", default=24_000, show_default=True, type=click.IntRange(1000), help="Size of the vocabulary.")
@click.option("--steps", default=2200, show_default=True, type=click.IntRange(0), help="Of teaching the field.")
@click.option("--courses", default=4, show_default=True, type=click.IntRange(1), help="Static models averaged.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--figures", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="stsb-nl-test.csv or SICK_NL.txt: measured, never trained on.",
)  # fmt: skip
def main(
    data: Path, kind: str, out: Path, cache: Path, dimensions: int, pieces: int, steps: int, courses: int, seed: int,
    figures: tuple[Path, ...],
) -> None:  # fmt: skip
    """Train a sentence model on the pairs in DATA and on the thesaurus of the corpus."""
    if kind == "layers" and out == MODEL_FOLDER:
        raise click.UsageError("name a folder with --out: the shipped model is a static one")
    started = time.perf_counter()
    try:
        lesson = _lesson(data, cache, pieces, seed)
    except MatcherError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{len(lesson.pairs)} pairs, {len(lesson.thesaurus)} concepts")
    out.mkdir(parents=True, exist_ok=True)
    if kind == "static":
        _static(lesson, out, dimensions, steps, courses)
    else:
        _layers(lesson, out, steps)
    encoder = StaticEncoder(out) if kind == "static" else LayersEncoder(out)
    facts = {
        "kind": kind, "pairs": len(lesson.pairs), "concepts": len(lesson.thesaurus),
        "thesaurus": lesson.thesaurus.fingerprint, "pieces": lesson.tokenizer.get_vocab_size(),
        "dimensions": encoder.encode(["school"]).shape[1],
        "field": dimensions if kind == "static" else None, "steps": steps, "courses": courses, "seed": seed,
        "minutes": round((time.perf_counter() - started) / 60, 1),
        "spearman x 100": {path.name: round(similarity_figure(encoder, path), 1) for path in figures},
    }  # fmt: skip
    (out / "training.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(facts))


def _lesson(data: Path, cache: Path, pieces: int, seed: int) -> _Lesson:
    pairs, thesaurus = read_pairs(data), reference.themes()
    english = list(dict.fromkeys(p.english for p in pairs))
    row_of = {text: i for i, text in enumerate(english)}
    rows = teacher_rows(english, cache)[[row_of[p.english] for p in pairs] * 2]
    texts = [*(p.dutch for p in pairs), *(p.english for p in pairs)]
    drawn = np.array([0.4 if p.source in _DICTIONARIES else 1.0 for p in pairs])
    # The field's own words are counted five times, so that they are pieces of their own.
    tokenizer = learn_pieces([*texts, *(5 * list(thesaurus.texts))], pieces)
    return _Lesson(pairs, thesaurus, tokenizer, texts, rows, np.concatenate([drawn, 0.3 * drawn]), seed)


def _static(lesson: _Lesson, out: Path, dimensions: int, steps: int, courses: int) -> None:
    tokenizer = lesson.tokenizer
    targets = static.reduced(lesson.rows, dimensions)
    bags = Bags(tokenizer, lesson.texts)
    guess = static.first_guess(bags, targets, tokenizer.get_vocab_size())
    general = static.distil(guess, bags, targets, lesson.chances, lesson.seed, click.echo)
    taught = [
        static.teach(
            general, lambda group: Bags(tokenizer, group), lesson.thesaurus, lesson.seed + n, click.echo, steps
        )
        for n in range(courses)
    ]
    static.save(out, tokenizer, static.joined(np.mean(taught, axis=0), general))


def _layers(lesson: _Lesson, out: Path, steps: int) -> None:
    tokenizer = lesson.tokenizer
    student = layers.born(tokenizer, lesson.pairs)
    pieces = [e.ids for e in tokenizer.encode_batch(lesson.texts, add_special_tokens=False)]
    layers.distil(student, pieces, lesson.rows, 0.4 * lesson.chances, lesson.seed, click.echo)

    def encode(group: list[str]) -> list[list[int]]:
        return [e.ids for e in tokenizer.encode_batch(group, add_special_tokens=False)]

    layers.teach(student, encode, lesson.thesaurus, lesson.seed, click.echo, steps)
    weights = out / "weights.safetensors"
    save_file(packed(layers.weights_of(student)), weights)
    weights.chmod(0o644)
    tokenizer.save(str(out / "tokenizer.json"))
    (out / "config.json").write_text(json.dumps(layers.config_of(student), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
