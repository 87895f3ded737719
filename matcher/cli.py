"""The command `matcher`: words and files from a person go in, tables and files come out."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from matcher import reference
from matcher.errors import MatcherError
from matcher.evaluation.trials import markdown, trial
from matcher.exchange import read_offers, read_qrels, read_questions, read_run, to_json, write_run, writing
from matcher.matchmaker import Progress, match_files, open_matchmaker
from matcher.parties import KINDS, PERSPECTIVES, Question
from matcher.reasons import RULE_TEXTS
from matcher.scores import Weights
from matcher.settings import Settings
from matcher.suggestions import Suggestions
from matcher.tables import evaluation_table, heading, next_steps, suggestions_table

# The day on which the demo's questions want help: fixed, so that the demo always shows the same.
_DEMO_DAY = date(2027, 1, 15)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


class _Group(click.Group):
    """Turns a MatcherError, and a file that cannot be read or written, into a line on standard error and status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MatcherError as fault:
            click.echo(f"Fout: {fault}", err=True)
        except OSError as fault:
            click.echo(f"Fout: {fault.filename or 'bestand'}: {fault.strerror or fault}", err=True)
        return ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="matcher")
def main() -> None:
    """Brengt een leervraag bij wie echt kan helpen."""


@main.command()
@click.argument("tekst")
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
    tekst: str,
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
    day = _day(needed_on) if needed_on else date.today()  # noqa: DTZ011 (the bureau's own calendar day)
    question = Question(
        id="vraag", title="", text=tekst, region=region, themes=themes, forms=forms, kinds=kinds,
        perspectives=perspectives, needed_on=day, hours_per_month=hours,
    )  # fmt: skip
    matchmaker = open_matchmaker()
    matchmaker.checked(question)
    if why_not:
        answer = matchmaker.why_not(question, why_not)
        click.echo(json.dumps({"waarom": answer}, ensure_ascii=False) if as_json else answer)
        return
    found = matchmaker.suggest(question, k)
    if as_json:
        _print_json(_as_json(found))
    else:
        console = _console()
        heading(console, question)
        suggestions_table(console, found)


@main.command("rank")
@click.option("--offers", "offers_file", type=_FILE, required=True, help="Aanbod, één JSON-object per regel.")
@click.option("--questions", "questions_file", type=_FILE, required=True, help="Vragen, één JSON-object per regel.")
@click.option("--out", type=_OUT, required=True, help="Hier komt de run (TREC).")
@click.option("--k", "k", default=100, show_default=True, type=click.IntRange(1), help="Hoeveel per vraag, hoogstens.")
@click.option("--model", metavar="NAAM_OF_MAP", help="matcher (standaard), lsa, of een sentence-transformers-model.")
@click.option("--weights", type=_FILE, help="Bestand met gewichten.")
@click.option("--no-constraints", is_flag=True, help="Ook wat niet kan: alleen de betekenis telt.")
@click.option("--json", "as_json", is_flag=True, help="Vat de uitkomst samen als JSON.")
def rank_files(
    offers_file: Path, questions_file: Path, out: Path, k: int, model: str | None, weights: Path | None,
    no_constraints: bool, as_json: bool,
) -> None:  # fmt: skip
    """Rangschik een bestand met aanbod voor een bestand met vragen, zonder database."""
    offers, questions = read_offers(offers_file), read_questions(questions_file)
    settings = _settings(model, weights)
    with _progress("Aanbod lezen", quiet=as_json):
        matchmaker = match_files(offers, settings, () if no_constraints else None)
    with _counting("Rangschikken", quiet=as_json) as progress:
        run = matchmaker.run(questions, k, progress)
    tag = f"matcher-{settings.model.replace(' ', '_').replace('/', '-')}"
    write_run(out, run, tag)
    lines = sum(len(r) for r in run.values())
    empty = [q for q, r in run.items() if not r]
    if as_json:
        _print_json({"run": str(out), "vragen": len(run), "aanbod": len(offers), "regels": lines, "zonder": empty})
        return
    click.echo(f"{out}: {lines} regels voor {len(run)} vragen uit {len(offers)} aanbiedingen")
    if empty:
        click.echo(f"Voor {len(empty)} vragen kan niets: {', '.join(empty[:10])}")


@main.command()
@click.option("--run", "run_file", type=_FILE, required=True, help="De run (TREC).")
@click.option("--qrels", "qrels_file", type=_FILE, required=True, help="De beoordelingen (TREC qrels, 0-3).")
@click.option("--per-question", is_flag=True, help="Ook per vraag.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def evaluate(run_file: Path, qrels_file: Path, per_question: bool, as_json: bool) -> None:
    """Meet een run: nDCG@10, Recall@5 en MRR, met 95%-interval."""
    from matcher.evaluation.measures import STANDARD, mean

    run, qrels = read_run(run_file), read_qrels(qrels_file)
    figures = {str(m): m.per_question(run, qrels) for m in STANDARD}
    means = {name: mean(list(values.values())) for name, values in figures.items()}
    if as_json:
        result: dict[str, Any] = {
            "mean": {n: {"value": m.value, "low": m.low, "high": m.high} for n, m in means.items()},
            "questions": len(qrels),
        }
        if per_question:
            result["per_question"] = {q: {n: v[q] for n, v in figures.items()} for q in qrels}
        _print_json(result)
        return
    evaluation_table(_console(), means, figures if per_question else {})


@main.command()
@click.option("--part", type=click.Choice(["test", "tune"]), default="test", show_default=True, help="Welke vragen.")
@click.option("--ablation", is_flag=True, help="Elk deel van de score alleen, en elk deel weggelaten.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, per vraag.")
@click.option("--write", "target", type=_FILE, help="Zet de tabel in dit bestand, tussen de regels <!-- trials -->.")
def trials(part: str, ablation: bool, as_json: bool, target: Path | None) -> None:
    """Meet onze rangschikking en de bekende manieren van zoeken op de vragen van het corpus."""
    from matcher.systems import ablated, compared

    split = reference.split()
    questions = [q for q in reference.questions() if split[q.id].part == part]
    judged = reference.judgements()
    qrels = {q.id: judged[q.id] for q in questions}
    with _progress("Meten", quiet=as_json):
        runs = (ablated if ablation else compared)(questions, reference.offers(), _settings(None, None))
    done = [trial(name, run, qrels) for name, run in runs.items()]
    table = markdown(done, {q: s.style for q, s in split.items()})
    if as_json:
        _print_json({t.system: t.figures for t in done})
    else:
        click.echo(table, nl=False)
    if target:
        _between_marks(target, "trials" + ("-ablation" if ablation else ""), table)


@main.command("tune")
@click.option("--out", type=_OUT, required=True, help="Hier komen de gewichten met hun onderbouwing (JSON).")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2), help="In hoeveel delen wordt getoetst.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def tune_weights(out: Path, folds: int, as_json: bool) -> None:
    """Leer gewichten van de beoordeelde `tune`-vragen van het corpus, getoetst op vragen die niet meededen."""
    from matcher.evaluation.tuning import tune
    from matcher.systems import cases

    split, qrels = reference.split(), reference.judgements()
    questions = [q for q in reference.questions() if split[q.id].part == "tune"]
    settings = _settings(None, None)
    with _progress("Leren", quiet=as_json):
        tuned = tune(cases(questions, reference.offers(), qrels, settings), Weights(), folds)
    evidence = {
        "measure": "nDCG@10",
        "questions": len(questions),
        "judgements": reference.checksum("judgements.qrels"),
        "model": settings.model,
        "begun with, on questions held out": str(tuned.before),
        "learned, on questions held out": str(tuned.held_out),
        "gain": str(tuned.gain),
        "adopted": "learned" if tuned.better else "begun with: the gain is not more than noise",
    }
    with writing(out) as file:
        json.dump({"weights": asdict(tuned.weights), "evidence": evidence}, file, indent=1)
        file.write("\n")
    if as_json:
        _print_json({"weights": asdict(tuned.weights), "evidence": evidence})
    else:
        click.echo(f"{out}: {tuned.held_out} op vragen die niet meededen, was {tuned.before}; winst {tuned.gain}")
        if not tuned.better:
            click.echo("Dat is niet meer dan toeval: de gewichten blijven zoals ze waren.")


@main.command("demo")
@click.option("-k", "k", default=3, show_default=True, type=click.IntRange(1, 20), help="Suggesties per vraag.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def demo(k: int, as_json: bool) -> None:
    """Toon de suggesties voor de acht leervragen van het programma."""
    started = time.perf_counter()
    settings = Settings.from_environment(os.environ)
    corpus_only = Settings(Path(os.devnull) / "geen", settings.cache, settings.model, settings.weights)
    with _progress("Referentiecorpus lezen", quiet=as_json):
        matchmaker = open_matchmaker(corpus_only)
    asked = [replace(q, needed_on=_DEMO_DAY) for q in reference.questions() if q.id.startswith("lv-")]
    found = [matchmaker.suggest(q, k) for q in asked]
    if as_json:
        _print_json([_as_json(s) for s in found])
        return
    console = _console()
    for suggestions in found:
        heading(console, suggestions.question)
        suggestions_table(console, suggestions)
    next_steps(console, matchmaker.pool.offers, len(asked), time.perf_counter() - started)


@main.command("themes")
@click.option("--out", type=_OUT, help="Hier komt het Turtle-bestand; anders op het scherm.")
@click.option("--json", "as_json", is_flag=True, help="De thema's als JSON, zonder de voorbeeldzinnen.")
def export_themes(out: Path | None, as_json: bool) -> None:
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


@main.command("rules")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def list_rules(as_json: bool) -> None:
    """Noem de regels die aanbod kunnen weigeren."""
    if as_json:
        _print_json(RULE_TEXTS)
        return
    for name, text in RULE_TEXTS.items():
        click.echo(f"{name:12} {text}")


def _between_marks(path: Path, name: str, table: str) -> None:
    text = path.read_text(encoding="utf-8")
    mark = f"<!-- {name} -->\n"
    before, found, rest = text.partition(mark)
    _, closed, after = rest.partition(mark)
    if not (found and closed):
        raise click.BadParameter(f"{path} heeft geen twee regels {mark.strip()}", param_hint="--write")
    with writing(path) as out:
        out.write(f"{before}{mark}{table}{mark}{after}")


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


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _settings(model: str | None, weights: Path | None) -> Settings:
    own = Settings.from_environment(os.environ)
    return Settings(own.database, own.cache, model or own.model, weights or own.weights)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day has no zone)
    except ValueError:
        raise click.BadParameter(f"{text!r} is geen datum; schrijf die als 2027-03-31", param_hint="--on") from None


def _console() -> Console:
    """Return the console: as wide as the terminal, up to 120 columns; 80 where there is none, or COLUMNS."""
    width = min(120, Console().width) if sys.stdout.isatty() or os.environ.get("COLUMNS") else 80
    return Console(width=width, highlight=False, emoji=False)


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[None]:
    """Show on standard error that something is being done, while it lasts."""
    err = Console(stderr=True)
    if quiet or not err.is_terminal:
        yield
        return
    with err.status(f"{what} ..."):
        yield


@contextmanager
def _counting(what: str, quiet: bool) -> Iterator[Progress | None]:
    """Show a progress bar on standard error; yields what to call with (done, of)."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, of: bar.update(task, completed=done, total=of)


if __name__ == "__main__":
    main()
