"""The commands that measure the matching: evaluate, trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from matcher import reference
from matcher.cli.doors import FILE, print_json, settings, terminal, working
from matcher.cli.tables import evaluation_table
from matcher.evaluation.trials import lined, markdown, trial
from matcher.evaluation.trials import worst as worst_of
from matcher.exchange import Qrels, read_qrels, read_run, writing
from matcher.matchmaker import match_files
from matcher.parties import Question


@click.command()
@click.option("--run", "run_file", type=FILE, required=True, help="De run (TREC).")
@click.option("--qrels", "qrels_file", type=FILE, required=True, help="De beoordelingen (TREC qrels, 0-3).")
@click.option("--per-question", is_flag=True, help="Ook per vraag.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def evaluate(run_file: Path, qrels_file: Path, per_question: bool, as_json: bool) -> None:
    """Meet een run: nDCG@10, Recall@5 en MRR, met 95%-interval."""
    from matcher.evaluation.intervals import mean
    from matcher.evaluation.measures import STANDARD

    run, qrels = read_run(run_file), read_qrels(qrels_file)
    figures = {m.mean_name: m.per_question(run, qrels) for m in STANDARD}
    means = {name: mean(list(values.values())) for name, values in figures.items()}
    if as_json:
        result: dict[str, Any] = {
            "mean": {n: {"value": m.value, "low": m.low, "high": m.high} for n, m in means.items()},
            "questions": len(qrels),
        }
        if per_question:
            result["per_question"] = {q: {n: v[q] for n, v in figures.items()} for q in qrels}
        print_json(result)
        return
    evaluation_table(terminal(), means, figures if per_question else {})


@click.command()
@click.option(
    "--part", type=click.Choice(["test", "tune", "all"]), default="test", show_default=True, help="Welke vragen."
)
@click.option("--ablation", is_flag=True, help="Elk deel van de score alleen, en elk deel weggelaten.")
@click.option("--curves", is_flag=True, help="Wat een deel van de begrippen en van hun zinnen zou bereiken.")
@click.option("--draws", default=5, show_default=True, type=click.IntRange(1), help="Trekkingen per deel (--curves).")
@click.option("--worst", metavar="N", type=click.IntRange(1), help="De N vragen die het slechtst worden beantwoord.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, per vraag.")
@click.option("--write", "target", type=FILE, help="Zet de tabel in dit bestand, tussen haar <!-- regels -->.")
def trials(
    part: str, ablation: bool, curves: bool, draws: int, worst: int | None, as_json: bool, target: Path | None
) -> None:  # fmt: skip
    """Meet onze rangschikking en de bekende manieren van zoeken op de vragen van het corpus."""
    if ablation + curves + bool(worst) > 1:
        raise click.UsageError("--ablation, --curves en --worst zijn elk een eigen tabel: kies er een")
    split, judged = reference.split(), reference.judgements()
    questions = [q for q in reference.questions() if part in {split[q.id].part, "all"}]
    qrels = {q.id: judged[q.id] for q in questions}
    with working("Meten", quiet=as_json):
        if worst:
            name, figures, table = _failures(questions, qrels, worst)
        elif curves:
            name, figures, table = _curves(questions, qrels, draws)
        else:
            name, figures, table = _trials(questions, qrels, ablation)
    if as_json:
        print_json(figures)
    else:
        click.echo(table, nl=False)
    if target:
        _between_marks(target, name, table)


# The name between whose marks a table stands, its figures for machines, and the table itself.
_Measured = tuple[str, Any, str]


def _trials(questions: Sequence[Question], qrels: Qrels, ablation: bool) -> _Measured:
    from matcher.systems import ablated, compared

    runs = (ablated if ablation else compared)(questions, reference.offers(), settings())
    done = [trial(name, run, qrels) for name, run in runs.items()]
    table = markdown(done, {q: s.style for q, s in reference.split().items()})
    return "trials" + ("-ablation" if ablation else ""), {t.system: t.figures for t in done}, table


def _curves(questions: Sequence[Question], qrels: Qrels, draws: int) -> _Measured:
    from matcher.evaluation import curves
    from matcher.systems import curves as measured

    generator = np.random.default_rng(0)
    found = measured(questions, reference.offers(), qrels, settings(), generator, draws)
    grown = {what: points for what, points in found.items() if what != "herkend"}
    matched = curves.markdown(grown, {"alone": "nDCG@10, alleen begrippen", "whole": "nDCG@10, alle delen"})
    held_out = {"first": "eigen begrip vooraan", "first three": "bij de eerste drie"}
    recognised = curves.markdown({"zinnen": found["herkend"]}, held_out)
    rows = {what: [asdict(p) for p in points] for what, points in found.items()}
    return "trials-curves", rows, f"{matched}\n{recognised}"


def _failures(questions: Sequence[Question], qrels: Qrels, n: int) -> _Measured:
    split = reference.split()
    found = worst_of(match_files(reference.offers(), settings(), ()).run(questions), qrels, n)
    placed = [(f, split[f.question]) for f in found]
    rows = [
        {"question": f.question, "style": at.style, "part": at.part, "nDCG@10": f.figure,
         "first": [{"offer": o, "grade": g} for o, g in f.first],
         "missed": [{"offer": o, "place": p} for o, p in f.missed]}
        for f, at in placed
    ]  # fmt: skip
    head = ["vraag", "stijl", "deel", "nDCG@10", "eerste vijf (graad)", "gemiste 3 (plaats)"]
    cells = [
        [f.question, at.style, at.part, f"{f.figure:.2f}", _listed(f.first), _listed(f.missed)] for f, at in placed
    ]
    return "trials-worst", rows, lined([head, ["---", "---", "---", "---:", "---", "---"], *cells])


def _listed(pairs: Sequence[tuple[str, int | None]]) -> str:
    return ", ".join(f"{name} ({'-' if number is None else number})" for name, number in pairs)


def _between_marks(path: Path, name: str, table: str) -> None:
    text = path.read_text(encoding="utf-8")
    mark = f"<!-- {name} -->\n"
    before, found, rest = text.partition(mark)
    _, closed, after = rest.partition(mark)
    if not (found and closed):
        raise click.BadParameter(f"{path} heeft geen twee regels {mark.strip()}", param_hint="--write")
    with writing(path) as out:
        out.write(f"{before}{mark}{table}{mark}{after}")
