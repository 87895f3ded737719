"""The commands for files: import, export, template, intake; busy, meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from matcher import privacy
from matcher.bureau import now, open_bureau, open_memory
from matcher.cli.doors import FILE, OUT, print_json, settings, terminal
from matcher.cli.overviews import intake_table
from matcher.errors import BrokenFileError
from matcher.exchange import to_json
from matcher.exchange.calendar import read_busy
from matcher.exchange.columns import LAYOUTS, layout_of
from matcher.exchange.meetings import write_meeting
from matcher.exchange.plans import Plan, write_errors
from matcher.exchange.recurrence import HERE
from matcher.exchange.sheets import read_sheet, write_sheet, write_template
from matcher.intake import POINTS, Applicant, read_intake
from matcher.intake import blank as blank_form

_KINDS = ", ".join(layout.title.casefold() for layout in LAYOUTS.values())
# How far ahead busy times are read: further, a diary says nothing yet.
_AHEAD = timedelta(days=366)


@click.command("import")
@click.argument("bestand", type=FILE)
@click.option("--kind", metavar="SOORT", help=f"Wat erin staat: {_KINDS}. Anders zeggen de koppen het.")
@click.option("--dry-run", is_flag=True, help="Zeg alleen wat er zou gebeuren.")
@click.option("--errors", type=OUT, help="Hier komt bij fouten een werkblad (.xlsx) met alleen de foute rijen.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def import_(bestand: Path, kind: str | None, dry_run: bool, errors: Path | None, as_json: bool) -> None:
    """Neem een Excel- of CSV-bestand over: alles of niets; tweemaal hetzelfde verandert niets."""
    sheet = read_sheet(bestand, kind)
    with open_bureau(settings()) as bureau:
        plan = bureau.planned(sheet)
        if plan.wrong and errors:
            write_errors(errors, sheet, plan)
        if not (plan.wrong or dry_run):
            bureau.take_over(sheet.layout.name, plan)
    if as_json:
        print_json(_plan_json(sheet.layout.title, plan, dry_run))
    else:
        click.echo(f"{sheet.layout.title}: {plan.sentence}" + (" (proef: niets overgenomen)" if dry_run else ""))
        for entry in plan.changed[:10]:
            fields = ", ".join(f"{c.header}: {c.before} -> {c.after}" for c in entry.changes)
            click.echo(f"  rij {entry.row}: {fields}")
    for entry in (*plan.new, *plan.changed) if sheet.layout.name == "questions" else ():
        for warning in privacy.warnings(entry.value.full_text):
            click.echo(f"Let op, rij {entry.row}: {warning}", err=True)
    if plan.wrong:
        if errors:
            click.echo(f"De foute rijen staan in {errors}.", err=True)
        raise BrokenFileError(bestand, plan.wrong)


def _plan_json(title: str, plan: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "soort": title, "proef": dry_run, "nieuw": [e.row for e in plan.new], "gelijk": len(plan.same),
        "gewijzigd": [{"rij": e.row, "velden": [c.header for c in e.changes]} for e in plan.changed],
        "fout": [{"rij": p.line, "kolom": p.field, "reden": p.message} for p in plan.wrong],
    }  # fmt: skip


@click.command()
@click.argument("soort")
@click.option("--out", type=OUT, required=True, help="Het bestand, .xlsx of .csv.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def export(soort: str, out: Path, as_json: bool) -> None:
    """Geef leervragen, aanbod, beoordelingen of voorstellen uit als werkblad, dat weer ingelezen kan worden."""
    layout = layout_of(soort)
    with open_bureau(settings()) as bureau:
        rows = bureau.rows(layout.name)
        bureau.store.record(f"{layout.title.casefold()} uitgeven", bureau.by, now(), ())
    write_sheet(out, layout.name, rows)
    if as_json:
        print_json({"bestand": str(out), "soort": layout.title, "rijen": len(rows)})
    else:
        click.echo(f"{out}: {len(rows)} rijen, {layout.title.casefold()}")


@click.command()
@click.argument("soort")
@click.option("--out", type=OUT, required=True, help="Het werkblad, .xlsx.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def template(soort: str, out: Path, as_json: bool) -> None:
    """Maak een leeg werkblad met keuzelijsten en uitleg: leervragen, aanbod, beoordelingen of voorstellen."""
    layout = layout_of(soort)
    with open_bureau(settings()) as bureau:
        forms = tuple(sorted({f for o in bureau.store.offers() for f in o.forms}))
        write_template(out, layout.name, {**bureau.known, "forms": forms})
    if as_json:
        print_json({"bestand": str(out), "soort": layout.title})
        return
    click.echo(f"{out}: leeg werkblad voor {layout.title.casefold()}; daarna: matcher import {out}")


@click.command()
@click.argument("bestand", type=FILE, required=False)
@click.option("--keep", is_flag=True, help="Neem over wat eruit volgt; anders wordt het alleen getoond.")
@click.option("--blank", type=click.Choice(list(POINTS)), help="Geef het formulier om in te vullen.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def intake(bestand: Path | None, keep: bool, blank: Applicant | None, as_json: bool) -> None:
    """Lees de aanmelding van een aandeelhouder of regio: tekst, JSON of Excel, en toon wat eruit volgt."""
    if blank:
        click.echo(blank_form(blank))
        return
    if bestand is None:
        raise click.UsageError("geef het bestand met de aanmelding, of --blank voor een leeg formulier")
    with open_bureau(settings()) as bureau:
        read = read_intake(bestand, bureau.known["regions"])
        changed = bureau.take_in(read) if keep else 0
    if as_json:
        print_json({
            "soort": read.kind, "naam": read.name, "aanbod": [to_json(o) for o in read.offers],
            "leervragen": [to_json(q) for q in read.questions], "partijen": list(read.partners),
            "twijfels": list(read.doubts), "overgenomen": changed,
        })  # fmt: skip
        return
    intake_table(terminal(), read)
    said = f"{changed} overgenomen." if keep else f"Nog niets overgenomen. Klopt het? matcher intake {bestand} --keep"
    click.echo(said)


@click.command()
@click.argument("aanbod")
@click.argument("bestand", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def busy(aanbod: str, bestand: Path, as_json: bool) -> None:
    """Lees uit een agenda (.ics) wanneer iemand bezet is; van de afspraken zelf wordt niets bewaard."""
    chosen, today = settings(), now().astimezone(HERE).date()
    times = read_busy(bestand, today, today + _AHEAD)
    with open_memory(chosen) as store:
        store.set_busy(aanbod, [(b.start.replace(tzinfo=HERE), b.end.replace(tzinfo=HERE)) for b in times],
                       chosen.user, now())  # fmt: skip
    if as_json:
        print_json({"aanbod": aanbod, "bezet": [[b.start.isoformat(), b.end.isoformat()] for b in times]})
    else:
        click.echo(f"{aanbod}: {len(times)} bezette tijden tot en met {today + _AHEAD:%d-%m-%Y}")


@click.command()
@click.argument("voorstel")
@click.option(
    "--start",
    "begin",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    required=True,
    metavar="2027-03-31T15:00",
    help="Wanneer, op de klok van Amsterdam.",
)
@click.option("--minutes", default=60, show_default=True, type=click.IntRange(5, 600), help="Hoe lang.")
@click.option("--organiser", metavar="MAILADRES", help="Van wie de uitnodiging komt.")
@click.option("--guest", "guests", multiple=True, metavar="MAILADRES", help="Wie wordt uitgenodigd; mag vaker.")
@click.option("--out", type=OUT, required=True, help="Het agendabestand, .ics.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def meeting(
    voorstel: str,
    begin: datetime,
    minutes: int,
    organiser: str | None,
    guests: tuple[str, ...],
    out: Path,
    as_json: bool,
) -> None:
    """Schrijf bij een voorstel een eerste afspraak als agendabestand."""
    with open_bureau(settings()) as bureau:
        made = bureau.store.proposal(voorstel)
        asked = bureau.question(made.question)
        name = next((o.name for o in bureau.store.offers() if o.id == made.offer), made.offer)
    title = f"Kennismaking: {asked.title or asked.text[:60]}"
    text = f"Voorstel {made.id} van het programmabureau.\nLeervraag: {asked.title or asked.text}\nAanbod: {name}"
    end = begin + timedelta(minutes=minutes)
    write_meeting(out, f"{made.id}@matcher", begin, end, title, text, organiser, now(), guests)
    if as_json:
        print_json({"bestand": str(out), "voorstel": made.id, "begin": begin.isoformat(), "einde": end.isoformat()})
        return
    click.echo(f"{out}: afspraak op {begin:%d-%m-%Y %H:%M} bij {made.id}")
