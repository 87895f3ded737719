"""The command `python -m matcher.training DATA`: a folder of data goes in, the shipped model's folder comes out."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
import numpy as np

from matcher import reference
from matcher.errors import MatcherError
from matcher.training.figures import similarity_figure
from matcher.training.pairs import Pair, read_pairs
from matcher.training.pieces import Bags, learn_pieces
from matcher.training.student import distil, first_guess, reduced, teach
from matcher.training.teacher import teacher_rows
from matcher.vectors.static import MODEL_FOLDER, StaticEncoder

# Lists of single words and labels outnumber real sentences; of these a part is drawn each epoch.
_DICTIONARIES = ("esco-label", "esco-altlabel", "odwn-lemma", "wikt-nld-lemma", "osm-presets")


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=MODEL_FOLDER, show_default=True)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), default=Path(".training"), show_default=True)
@click.option("--dimensions", default=256, show_default=True, type=click.IntRange(16, 384))
@click.option("--pieces", default=24_000, show_default=True, type=click.IntRange(1000))
@click.option("--steps", default=1000, show_default=True, type=click.IntRange(0), help="Of teaching the field.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--figures", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="stsb-nl-test.csv or SICK_NL.txt: measured, never trained on.",
)  # fmt: skip
def main(
    data: Path, out: Path, cache: Path, dimensions: int, pieces: int, steps: int, seed: int, figures: tuple[Path, ...]
) -> None:
    """Train the shipped sentence model on the pairs in DATA and on the thesaurus of the corpus."""
    started = time.perf_counter()
    try:
        pairs, thesaurus = read_pairs(data), reference.themes()
    except MatcherError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{len(pairs)} pairs, {len(thesaurus)} concepts")
    english = list(dict.fromkeys(p.english for p in pairs))
    row_of = {text: i for i, text in enumerate(english)}
    targets = reduced(teacher_rows(english, cache), dimensions)
    # Both languages are read by the one table: a visiting researcher asks in English.
    texts = [*(p.dutch for p in pairs), *(p.english for p in pairs)]
    goal = targets[[row_of[p.english] for p in pairs] * 2]
    chances = np.array([_chance(p) for p in pairs] + [0.3 * _chance(p) for p in pairs])
    # The field's own words are counted five times, so that they are pieces of their own.
    tokenizer = learn_pieces([*texts, *(5 * list(thesaurus.texts))], pieces)
    bags = Bags(tokenizer, texts)
    table = first_guess(bags, goal, tokenizer.get_vocab_size())
    general = distil(table, bags, goal, chances, seed, click.echo)
    taught = teach(general, lambda group: Bags(tokenizer, group), thesaurus, seed, click.echo, steps)
    _save(out, tokenizer, taught)
    encoder = StaticEncoder(out)
    found = {path.name: round(similarity_figure(encoder, path), 1) for path in figures}
    facts = {
        "pairs": len(pairs), "concepts": len(thesaurus), "thesaurus": thesaurus.fingerprint, "seed": seed,
        "pieces": tokenizer.get_vocab_size(), "dimensions": dimensions, "steps": steps,
        "minutes": round((time.perf_counter() - started) / 60, 1), "spearman x 100": found,
    }  # fmt: skip
    (out / "training.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(facts))


def _chance(pair: Pair) -> float:
    return 0.4 if pair.source in _DICTIONARIES else 1.0


def _save(folder: Path, tokenizer: object, table: np.ndarray) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, in half precision."""
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    folder.mkdir(parents=True, exist_ok=True)
    module = StaticEmbedding(tokenizer, embedding_weights=table)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)
    save_file({"embedding.weight": table.astype(np.float16)}, folder / "model.safetensors")


if __name__ == "__main__":
    main()
