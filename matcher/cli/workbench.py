"""The evaluators' commands: tune the weights, compare two runs, draw a pool to judge."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
import numpy as np

from matcher.bureau import now
from matcher.cli.doors import FILE, OUT, counting, print_json, settings, terminal, working
from matcher.cli.tables import comparison_table
from matcher.errors import InvalidValueError
from matcher.evaluation.comparing import Difference
from matcher.evaluation.comparing import compare as compared
from matcher.evaluation.intervals import Mean, mean
from matcher.evaluation.judgements import checksum
from matcher.evaluation.measures import STANDARD, Judged, measure, nDCG
from matcher.evaluation.pools import to_judge
from matcher.evaluation.tuning import NOISE, PLAIN, SILENT, Tuned, evidence
from matcher.evaluation.tuning import tune as tuned_on
from matcher.exchange import read_qrels, read_run
from matcher.exchange.judging import write_to_judge
from matcher.exchange.weights import adopt as put_in_use
from matcher.exchange.weights import go_back, write_weights
from matcher.workbench import open_workbench

_WHY_NOT = {
    SILENT: "De oordelen zeggen niets over de vragen: met de oordelen van een andere vraag gaat het even goed.",
    NOISE: "Dat is niet meer dan toeval.",
    PLAIN: "Even zware delen doen het beter.",
}
_OWN = click.option("--own", is_flag=True, help="De eigen database, met wat beoordelaars daarin gaven.")


@click.command()
@click.option("--out", type=OUT, help="Hier komen de gewichten met hun onderbouwing (JSON).")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2), help="In hoeveel delen wordt getoetst.")
@click.option("--by-region", is_flag=True, help="Toets op regio's die niet meededen, in plaats van op vragen.")
@_OWN
@click.option("--adopt", is_flag=True, help="Neem ze in gebruik, als ze beter zijn (map van MATCHER_WEIGHTS).")
@click.option("--back", is_flag=True, help="Ga terug naar de gewichten van hiervoor.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def tune(out: Path | None, folds: int, by_region: bool, own: bool, adopt: bool, back: bool, as_json: bool) -> None:
    """Leer gewichten van beoordeelde vragen (de `tune`-vragen van het corpus), getoetst op wat niet meededen."""
    folder = _folder() if adopt or back else None
    if back:
        if adopt or out or own or by_region:
            raise click.UsageError("--back gaat alleen terug: geef het zonder andere keuzes")
        _tell_back(go_back(folder or Path()), as_json)
        return
    with working("Lezen", quiet=as_json):
        bench = open_workbench(settings(), own)
        part = None if own else "tune"
        cases, qrels = bench.cases(bench.asked(part)), bench.qrels(part)
        parts = bench.folds(cases, folds, by_region)
    with counting("Leren", quiet=as_json) as progress:
        tuned = tuned_on(cases, bench.weights, parts, progress=progress)
    told = evidence(
        tuned, nDCG @ 10, _today().isoformat(), checksum(qrels), bench.engine.reader.fingerprint,
        "region" if by_region else "question",
    )  # fmt: skip
    if out:
        write_weights(out, tuned.weights, told)
    taken = put_in_use(folder, tuned.weights, told) if folder and tuned.better else None
    if as_json:
        print_json({"weights": asdict(tuned.weights), "evidence": told, "inUse": str(taken) if taken else None})
    else:
        _tell(tuned, out, taken, adopt)


def _today() -> date:
    return now().astimezone().date()


def _folder() -> Path:
    """Return the folder of dated weights that the settings name, made where it is not there yet."""
    folder = settings().weights
    if folder is None or folder.suffix or folder.is_file():
        raise InvalidValueError("MATCHER_WEIGHTS", str(folder or ""), "een map, waarin gewichten met hun datum komen")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tell(tuned: Tuned, out: Path | None, taken: Path | None, adopt: bool) -> None:
    where = f"{out}: " if out else ""
    click.echo(f"{where}{tuned.held_out} op wat niet meedeed, was {tuned.before}; winst {tuned.gain}")
    click.echo(f"Ernaast: even zware delen {tuned.simple}; met oordelen van een andere vraag {tuned.chance}")
    for name, value in asdict(tuned.learned).items():
        learned = [asdict(w)[name] for w in tuned.by_fold]
        click.echo(
            f"  {name:<12} {asdict(tuned.begun)[name]:.3f} -> {value:.3f}  ({min(learned):.3f}-{max(learned):.3f})"
        )
    if not tuned.better:
        click.echo(f"{_WHY_NOT[tuned.verdict]} De gewichten blijven zoals ze waren.")
    elif taken:
        click.echo(f"In gebruik: {taken}. Terug: matcher tune --back")
    elif not adopt:
        click.echo("Dat is meer dan toeval. In gebruik nemen: matcher tune --adopt")


def _tell_back(path: Path | None, as_json: bool) -> None:
    if as_json:
        print_json({"inUse": str(path) if path else None})
    else:
        click.echo(f"In gebruik: {path or 'de meegeleverde gewichten'}")


@click.command()
@click.argument("run_a", metavar="RUN", type=FILE)
@click.argument("run_b", metavar="RUN", type=FILE)
@click.option("--qrels", "qrels_file", type=FILE, required=True, help="De beoordelingen (TREC qrels, 0-3).")
@click.option("--measure", "names", multiple=True, metavar="MAAT", help="Zoals nDCG@10, Recall@5, P@5, RR, AP.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def compare(run_a: Path, run_b: Path, qrels_file: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Vergelijk twee runs over dezelfde vragen: het verschil, zijn interval en of het meer is dan toeval."""
    qrels, first, second = read_qrels(qrels_file), read_run(run_a), read_run(run_b)
    chosen = [measure(name) for name in names] or [*STANDARD, Judged @ 10]
    with working("Vergelijken", quiet=as_json):
        found = compared(first, second, qrels, chosen)
    if as_json:
        print_json({"questions": len(qrels), "measures": {m.mean_name: _difference(d) for m, d in found.items()}})
    else:
        comparison_table(terminal(), list(found.values()))


def _difference(d: Difference) -> dict[str, Any]:
    return {
        "a": _mean(d.a), "b": _mean(d.b), "difference": _mean(d.difference), "clear": d.clear,
        "p": {"bootstrap": d.by_bootstrap, "randomisation": d.by_randomisation},
        "better": d.better, "worse": d.worse, "same": d.same,
    }  # fmt: skip


def _mean(m: Mean) -> dict[str, float]:
    return {"value": m.value, "low": m.low, "high": m.high}


@click.command()
@click.option("--out", type=OUT, required=True, help="Het werkblad om in te beoordelen, .xlsx of .csv.")
@click.option(
    "--depth", default=10, show_default=True, type=click.IntRange(1), help="De eerste zoveel van elk systeem."
)
@click.option(
    "--random", "extra", default=3, show_default=True, type=click.IntRange(0), help="Zoveel door toeval erbij."
)
@click.option("--seed", default=0, show_default=True, help="Waarmee het toeval begint; hetzelfde geeft hetzelfde.")
@click.option("--run", "run_files", multiple=True, type=FILE, help="Ook deze run (TREC); meermaals kan.")
@_OWN
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, met wie wat inbracht.")
def pool(out: Path, depth: int, extra: int, seed: int, run_files: tuple[Path, ...], own: bool, as_json: bool) -> None:
    """Maak een werkblad met wat nog te beoordelen is: het eerste van elk systeem, door elkaar, met wat toeval erbij."""
    with working("Zoeken", quiet=as_json):
        bench = open_workbench(settings(), own)
        runs = bench.runs(bench.questions) | {str(path): read_run(path) for path in run_files}
        qrels = bench.qrels()
        drawn = to_judge(runs, [o.id for o in bench.offers], np.random.default_rng(seed), depth, extra, qrels)
    questions, offers = {q.id: q for q in bench.questions}, {o.id: o for o in bench.offers}
    pairs = [(questions[q], offers[o]) for q, listed in drawn.offers.items() for o in listed]
    write_to_judge(out, pairs)
    judged = {name: mean(list((Judged @ 10).per_question(run, qrels).values())) for name, run in runs.items()}
    if as_json:
        brought = {n: {"pairs": b, "alone": alone} for n, (b, alone) in drawn.by_system.items()}
        print_json(
            {
                "file": str(out),
                "pairs": len(drawn),
                "brought": brought,
                "Judged@10": {n: _mean(m) for n, m in judged.items()},
            }
        )
        return
    click.echo(f"{out}: {len(drawn)} paren te beoordelen bij {sum(map(bool, drawn.offers.values()))} leervragen")
    for name, m in judged.items():
        brought_by, alone = drawn.by_system.get(name, (0, 0))
        click.echo(f"  {name:<20} {brought_by:>5} paren, {alone:>5} alleen hier; al beoordeeld Judged@10 {m.value:.2f}")
