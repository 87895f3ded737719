"""The commands that show what the engine knows: themes, rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from matcher import reference
from matcher.cli.doors import OUT, print_json
from matcher.exchange import writing
from matcher.reasons import RULE_TEXTS


@click.command("themes")
@click.option("--out", type=OUT, help="Hier komt het Turtle-bestand; anders op het scherm.")
@click.option("--json", "as_json", is_flag=True, help="De thema's als JSON, zonder de voorbeeldzinnen.")
def themes(out: Path | None, as_json: bool) -> None:
    """Controleer de themalijst en geef die als SKOS (Turtle) uit."""
    from matcher.skos import turtle

    thesaurus = reference.themes()
    if as_json:
        rows = [asdict(t) for t in thesaurus.themes]
        shown = [{k: v for k, v in r.items() if k not in {"needs", "statements"}} for r in rows]
        text = json.dumps(shown, ensure_ascii=False, indent=1)
    else:
        text = turtle(thesaurus)
    if out is None:
        click.echo(text)
        return
    with writing(out) as file:
        file.write(text + "\n")
    click.echo(f"{out}: {len(thesaurus)} thema's")


@click.command("rules")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def rules(as_json: bool) -> None:
    """Noem de regels die aanbod kunnen weigeren."""
    if as_json:
        print_json(RULE_TEXTS)
        return
    for name, text in RULE_TEXTS.items():
        click.echo(f"{name:12} {text}")
