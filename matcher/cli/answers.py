"""The commands that answer questions: suggest, rank, demo."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from matcher import reference
from matcher.cli.doors import FILE, OUT, calendar_day, counting, print_json, settings, terminal, working
from matcher.cli.tables import heading, next_steps, suggestions_table
from matcher.exchange import read_offers, read_questions, to_json, write_run
from matcher.matchmaker import match_files, open_matchmaker
from matcher.parties import KINDS, PERSPECTIVES, Question
from matcher.suggestions import Suggestions

# The day on which the demo's questions want help: fixed, so that the demo always shows the same.
_DEMO_DAY = date(2027, 1, 15)


@click.command()
@click.argument("tekst", required=False)
@click.option("--question", "asked", metavar="LEERVRAAG", help="In plaats van tekst: een leervraag van het bureau.")
@click.option("--region", metavar="REGIO", help="Regio die de vraag stelt; alleen aanbod dat daar werkt.")
@click.option("--on", "needed_on", metavar="DATUM", help="Wanneer de hulp nodig is (2027-03-31). Standaard vandaag.")
@click.option("--form", "forms", metavar="VORM", multiple=True, help="Gewenste vorm; mag vaker.")
@click.option("--hours", type=float, metavar="UREN", help="Uren per maand die nodig zijn.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Alleen deze soort; mag vaker.")
@click.option(
    "--perspective", "perspectives", type=click.Choice(PERSPECTIVES), multiple=True,
    help="Liefst vanuit dit perspectief; mag vaker.",
)  # fmt: skip
@click.option("--theme", "themes", metavar="THEMA", multiple=True, help="Opgegeven thema, vrije woorden; mag vaker.")
@click.option("-k", "k", default=5, show_default=True, type=click.IntRange(1, 1000), help="Hoeveel suggesties.")
@click.option("--why-not", metavar="AANBOD", help="Zeg van één aanbod (id) waarom het er niet bij staat.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def suggest(
    tekst: str | None,
    asked: str | None,
    region: str | None,
    needed_on: str | None,
    forms: tuple[str, ...],
    hours: float | None,
    kinds: tuple[str, ...],
    perspectives: tuple[str, ...],
    themes: tuple[str, ...],
    k: int,
    why_not: str | None,
    as_json: bool,
) -> None:
    """Beantwoord één leervraag uit de catalogus."""
    if asked:
        from matcher.bureau import open_bureau

        with working("Catalogus lezen", quiet=as_json), open_bureau(settings()) as bureau:
            found = bureau.suggest(asked, k)
        _answer(found, as_json)
        return
    if not tekst:
        raise click.UsageError("geef de tekst van een vraag, of --question met een leervraag van het bureau")
    day = calendar_day(needed_on) if needed_on else date.today()  # noqa: DTZ011 (the bureau's own calendar day)
    question = Question(
        id="vraag", title="", text=tekst, region=region, themes=themes, forms=forms, kinds=kinds,
        perspectives=perspectives, needed_on=day, hours_per_month=hours,
    )  # fmt: skip
    with working("Catalogus lezen", quiet=as_json):
        matchmaker = open_matchmaker()
    matchmaker.checked(question)
    if why_not:
        answer = matchmaker.why_not(question, why_not, k)
        click.echo(json.dumps({"waarom": answer}, ensure_ascii=False) if as_json else answer)
        return
    _answer(matchmaker.suggest(question, k), as_json)


def _answer(found: Suggestions, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(found))
        return
    console = terminal()
    heading(console, found.question)
    suggestions_table(console, found)


@click.command("rank")
@click.option("--offers", "offers_file", type=FILE, required=True, help="Aanbod, één JSON-object per regel.")
@click.option("--questions", "questions_file", type=FILE, required=True, help="Vragen, één JSON-object per regel.")
@click.option("--out", type=OUT, required=True, help="Hier komt de run (TREC).")
@click.option("--k", "k", default=100, show_default=True, type=click.IntRange(1), help="Hoeveel per vraag, hoogstens.")
@click.option("--model", metavar="NAAM_OF_MAP", help="matcher (standaard), lsa, of een sentence-transformers-model.")
@click.option("--weights", type=FILE, help="Bestand met gewichten.")
@click.option("--no-constraints", is_flag=True, help="Ook wat niet kan: alleen de betekenis telt.")
@click.option("--json", "as_json", is_flag=True, help="Vat de uitkomst samen als JSON.")
def rank(
    offers_file: Path, questions_file: Path, out: Path, k: int, model: str | None, weights: Path | None,
    no_constraints: bool, as_json: bool,
) -> None:  # fmt: skip
    """Rangschik een bestand met aanbod voor een bestand met vragen, zonder database."""
    offers, questions = read_offers(offers_file), read_questions(questions_file)
    chosen = settings(model, weights)
    with working("Aanbod lezen", quiet=as_json):
        matchmaker = match_files(offers, chosen, () if no_constraints else None)
    with counting("Rangschikken", quiet=as_json) as progress:
        run = matchmaker.run(questions, k, progress)
    tag = f"matcher-{chosen.model.replace(' ', '_').replace('/', '-')}"
    write_run(out, run, tag)
    lines = sum(len(r) for r in run.values())
    empty = [q for q, r in run.items() if not r]
    if as_json:
        print_json({"run": str(out), "vragen": len(run), "aanbod": len(offers), "regels": lines, "zonder": empty})
        return
    click.echo(f"{out}: {lines} regels voor {len(run)} vragen uit {len(offers)} aanbiedingen")
    if empty:
        click.echo(f"Voor {len(empty)} vragen kan niets: {', '.join(empty[:10])}")


@click.command("demo")
@click.option("-k", "k", default=3, show_default=True, type=click.IntRange(1, 20), help="Suggesties per vraag.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def demo(k: int, as_json: bool) -> None:
    """Toon de suggesties voor de acht leervragen, een makelronde over alle vragen, en de grootste gaten."""
    from matcher.bureau import practice
    from matcher.cli.overviews import gaps_text, round_table

    started = perf_counter()
    chosen = settings()
    corpus_only = replace(chosen, database=Path(os.devnull) / "geen")
    with working("Referentiecorpus lezen", quiet=as_json):
        matchmaker = open_matchmaker(corpus_only)
    asked = [replace(q, needed_on=_DEMO_DAY) for q in reference.questions() if q.id.startswith("lv-")]
    found = [matchmaker.suggest(q, k) for q in asked]
    if as_json:
        print_json([_as_json(s) for s in found])
        return
    console = terminal()
    for suggestions in found:
        heading(console, suggestions.question)
        suggestions_table(console, suggestions)
    bureau = practice(matchmaker, chosen, lambda: datetime.combine(_DEMO_DAY, time(12), UTC))
    with working("Makelronde houden", quiet=False):
        over = bureau.rankings()
        held, agenda = bureau.round(over=over), bureau.agenda(over)
    console.print()
    console.rule("[bold]Makelronde: alle vragen tegelijk, binnen ieders uren[/bold]", align="left")
    round_table(console, held, bureau.store.questions(), bureau.store.offers(), most=3)
    console.print()
    gaps_text(console, agenda, most=3)
    next_steps(console, matchmaker.pool.offers, len(over), perf_counter() - started)


def _as_json(found: Suggestions) -> dict[str, Any]:
    return {
        "question": to_json(found.question),
        "kept": [
            {
                "rank": s.rank,
                "offer": to_json(s.offer),
                "score": s.score.total,
                "parts": dict(s.score.parts),
                "sentence": s.sentence,
                "reasons": [
                    {"part": r.part, "text": r.text, "concept": r.concept, "asked": r.asked, "phrase": r.phrase}
                    for r in s.reasons
                ],
                "marks": [list(m) for m in s.marks],
            }
            for s in found.kept
        ],
        "refused": [
            {
                "offer": r.offer.id,
                "name": r.offer.name,
                "score": r.score.total,
                "reasons": list(r.reasons),
                "rules": [f.rule for f in r.refusals],
                "since": [f.since.isoformat() if f.since else None for f in r.refusals],
                "until": [f.until.isoformat() if f.until else None for f in r.refusals],
                "near_miss": len(r.refusals) == 1,
            }
            for r in found.refused
        ],
    }
