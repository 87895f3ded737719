"""The commands of a verbinder's day: start, questions, propose, proposals, step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from matcher import reference
from matcher.bureau import now, open_bureau, open_memory
from matcher.cli.doors import print_json, settings, terminal, working
from matcher.errors import InvalidValueError
from matcher.proposals import STATES, Outcome, Proposal
from matcher.reasons import dutch_date
from matcher.store import Store, open_store


@click.command()
@click.option("--example", is_flag=True, help="Gevuld met het referentiecorpus, om mee te oefenen.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def start(example: bool, as_json: bool) -> None:
    """Maak de database van het bureau: met de regio's van het programma, of het hele referentiecorpus."""
    chosen = settings()
    if chosen.database.exists():
        raise InvalidValueError("database", str(chosen.database), "een plek waar nog geen bestand staat")
    store = open_store(chosen.database)
    try:
        store.put(reference.regions(), chosen.user, now())
        if example:
            store.put([*reference.questions(), *reference.offers()], chosen.user, now())
        held = {"leervragen": len(store.questions()), "aanbod": len(store.offers()), "regio's": len(store.regions())}
    finally:
        store.close()
    if as_json:
        print_json({"database": str(chosen.database), **held})
        return
    click.echo(f"{chosen.database}: {', '.join(f'{n} {name}' for name, n in held.items())}")
    click.echo("Hierna: matcher questions" if example else "Hierna: matcher template aanbod --out aanbod.xlsx")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Ook de gesloten leervragen.")
@click.option("--close", metavar="LEERVRAAG", help="Sluit deze leervraag.")
@click.option("--reopen", metavar="LEERVRAAG", help="Heropen deze leervraag.")
@click.option("--note", default="", help="Waarom die gesloten wordt.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def questions(everything: bool, close: str | None, reopen: str | None, note: str, as_json: bool) -> None:
    """Noem de open leervragen, met wat er is voorgesteld; sluit of heropen er een."""
    chosen = settings()
    with open_memory(chosen) as store:
        if close:
            store.close_question(close, chosen.user, now(), note)
        if reopen:
            store.reopen_question(reopen, chosen.user, now())
        rows = _question_rows(store, everything)
    if as_json:
        print_json(rows)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("leervraag", "regio", "titel", "voorstellen"):
        table.add_column(name, overflow="fold")
    for row in rows:
        title = escape(row["titel"]) + ("" if row["open"] else " [dim](gesloten)[/dim]")
        proposed = ", ".join(f"{v['aanbod']} ({v['stand']})" for v in row["voorstellen"])
        table.add_row(row["leervraag"], escape(row["regio"] or "-"), title, escape(proposed or "-"))
    terminal().print(table if rows else "Er zijn geen open leervragen. Voeg ze toe met: matcher import vragen.xlsx")


def _question_rows(store: Store, everything: bool) -> list[dict[str, Any]]:
    still_open = {q.id for q in store.open_questions()}
    made: dict[str, list[dict[str, Any]]] = {}
    for p in store.proposals():
        made.setdefault(p.question, []).append({"voorstel": p.id, "aanbod": p.offer, "stand": p.state})
    return [
        {
            "leervraag": q.id, "regio": q.region, "titel": q.title or q.text[:80], "open": q.id in still_open,
            "voorstellen": made.get(q.id, []),
        }
        for q in store.questions()
        if everything or q.id in still_open
    ]  # fmt: skip


@click.command()
@click.argument("leervraag")
@click.argument("aanbod")
@click.option("--note", default="", help="Wat de ander moet weten.")
@click.option("--hours", type=float, metavar="UREN", help="Uren per maand; anders die van de vraag, anders 1.")
@click.option("--again", is_flag=True, help="Ook als deze combinatie al eens is voorgesteld.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def propose(leervraag: str, aanbod: str, note: str, hours: float | None, again: bool, as_json: bool) -> None:
    """Stel een aanbod voor bij een leervraag; de uren worden gereserveerd."""
    with working("Voorstellen", quiet=as_json), open_bureau(settings()) as bureau:
        against = bureau.objections(leervraag, aanbod)
        made = bureau.propose(leervraag, aanbod, note, hours, again)
        hours_left = bureau.store.room(aanbod)[0].left
    if as_json:
        print_json(_proposal_json(made) | {"letOp": list(against), "urenOver": hours_left})
        return
    left = "" if hours_left is None else f"; {_number(hours_left)} uur per maand over"
    click.echo(f"{made.id}: {aanbod} voorgesteld bij {leervraag}, {_number(made.hours)} uur per maand{left}")
    for clause in against:
        click.echo(f"Let op: {aanbod} {clause}.")
    click.echo(f"Hierna: matcher step {made.id} aanvaard")


@click.command()
@click.option("--question", "question", metavar="LEERVRAAG", help="Alleen van deze leervraag.")
@click.option("--offer", "offer", metavar="AANBOD", help="Alleen van dit aanbod.")
@click.option("--open", "only_open", is_flag=True, help="Alleen wat nog loopt of wacht.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, met alle stappen.")
def proposals(question: str | None, offer: str | None, only_open: bool, as_json: bool) -> None:
    """Noem de voorstellen en wat ermee gebeurde."""
    with open_memory(settings()) as store:
        found = [p for p in store.proposals(question, offer) if p.open or not only_open]
    if as_json:
        print_json([_proposal_json(p) for p in found])
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("voorstel", "leervraag", "aanbod", "stand", "uren", "sinds", "notitie"):
        table.add_column(name, overflow="fold", justify="right" if name == "uren" else "left")
    for p in found:
        since = dutch_date(p.steps[-1].at.astimezone().date())
        table.add_row(p.id, p.question, p.offer, p.state, _number(p.hours), since, escape(p.note))
    terminal().print(table if found else "Er zijn geen voorstellen. Doe er een met: matcher propose LEERVRAAG AANBOD")


@click.command()
@click.argument("voorstel")
@click.argument("stap", type=click.Choice([s for s in STATES if s != "voorgesteld"]))
@click.option("--note", default="", help="Reden of toelichting; bij afgewezen verplicht.")
@click.option("--helped", type=click.IntRange(1, 5), help="Bij afgerond: hielp het, 1 (niet) tot 5 (zeer).")
@click.option("--region-says", metavar="ZIN", help="Bij afgerond: één zin van de regio.")
@click.option("--expert-says", metavar="ZIN", help="Bij afgerond: één zin van wie hielp.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, met alle stappen.")
def step(
    voorstel: str, stap: str, note: str, helped: int | None, region_says: str | None, expert_says: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Zet de volgende stap met een voorstel, of herroep de laatste."""
    told = (helped, region_says, expert_says)
    if any(told) and not all(told):
        raise click.UsageError("een uitkomst heeft --helped, --region-says en --expert-says alle drie")
    outcome = Outcome(helped, region_says, expert_says) if helped and region_says and expert_says else None
    with open_bureau(settings()) as bureau:
        after = bureau.take(voorstel, stap, note, outcome)
        hours_left = bureau.store.room(after.offer)[0].left
    if as_json:
        print_json(_proposal_json(after) | {"urenOver": hours_left})
        return
    left = "" if hours_left is None else f"; {after.offer} heeft {_number(hours_left)} uur per maand over"
    click.echo(f"{after.id}: {after.state}{left}")


def _proposal_json(p: Proposal) -> dict[str, Any]:
    return {
        "voorstel": p.id, "leervraag": p.question, "aanbod": p.offer, "urenPerMaand": p.hours, "stand": p.state,
        "stappen": [
            {
                "stap": s.kind, "op": s.at.isoformat(), "door": s.by, "notitie": s.note,
                "uitkomst": s.outcome and asdict(s.outcome),
            }
            for s in p.steps
        ],
    }  # fmt: skip


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
