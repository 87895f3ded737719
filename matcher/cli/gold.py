"""The command that measures the ranking of people on the published gold standard: gold."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from matcher.cli.doors import counting, print_json, settings, terminal
from matcher.evaluation import goldstandard
from matcher.matchmaker import people_ranker


@click.command()
@click.argument("folder", metavar="MAP", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--model", help="Een ander taalmodel, met naam of map.")
@click.option("--versions", default=10, show_default=True, type=click.IntRange(1, 10), help="Hoeveel van de profielen.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def gold(folder: Path, model: str | None, versions: int, as_json: bool) -> None:
    """Meet hoe goed mensen op hun publicaties worden gevonden, op de gouden standaard in MAP.

    MAP is niharshah/goldstandard-reviewer-paper-match van GitHub (Stelmakh e.a. 2023). Minder verlies is beter.
    """
    known = goldstandard.read(folder, goldstandard.VERSIONS[:versions])
    chosen = settings(model)
    with counting("Publicaties lezen", as_json) as progress:
        scores = goldstandard.ranked(known, people_ranker(chosen), progress)
    ours = goldstandard.loss(scores, known.expertise)
    if as_json:
        print_json({"model": chosen.model, "loss": asdict(ours), "published": goldstandard.PUBLISHED})
        return
    table = Table("Systeem", "Verlies")
    for name, value in goldstandard.PUBLISHED.items():
        table.add_row(name, f"{value:.2f} (gepubliceerd)")
    table.add_row(f"Matcher, {chosen.model}", str(ours))
    terminal().print(table)
