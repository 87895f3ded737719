"""The commands that care for the bureau's memory: the file, the log, what is held of people, changes, capacity."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from matcher.bureau import now, open_memory
from matcher.cli.doors import OUT, print_json, settings, terminal
from matcher.learned import open_reader
from matcher.proposals import Capacity
from matcher.store import ANSWERS_KEPT, restore_backup
from matcher.store import doctor as examine

# What a person calls each kind of thing that can be changed and deleted.
_NOUNS = {"leervraag": "question", "aanbod": "offer", "regio": "region", "koppeling": "pair", "partijen": "partners"}
_MOMENT = "2027-03-31 of 2027-03-31T09:00"
_BACKUP = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def doctor(as_json: bool) -> None:
    """Onderzoek de database: versie, staat, vectoren, accounts, wat wacht, reservekopie, en wat u kunt doen."""
    chosen = settings()
    found = examine(chosen.database, open_reader(chosen).fingerprint, now(), chosen.periods["bin"])
    last = found.last_backup
    if as_json:
        told = {"path": str(found.path), "sound": found.sound, "last_backup": last and last.isoformat()}
        print_json(asdict(found) | told)
    else:
        _tell(
            bestand=str(found.path), versie=f"Matcher {found.version}, SQLite {found.sqlite}",
            omvang=f"{found.size / 1e6:.1f} MB".replace(".", ","), journaal=found.journal_mode or "-",
            staat="; ".join(found.integrity) or ("heel" if found.ours else "-"),
            inhoud=", ".join(f"{n} {table}" for table, n in found.counts.items()) or "-",
            verouderd=f"{found.stale} vectoren", prullenbak=f"{found.bin}, waarvan {found.overdue} te lang",
            accounts=f"{found.open_accounts} open, waarvan {found.demo} om te oefenen",
            wacht=f"{found.drafts} concepten van formulieren, {found.notices} berichten",
            reservekopie=f"{last.astimezone():%d-%m-%Y %H:%M}" if last else "geen bekend",
        )  # fmt: skip
        for line in found.advice:
            click.echo(line)
    if found.exists and not found.sound:
        click.get_current_context().exit(1)


@click.command()
@click.argument("bestand", type=OUT)
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def backup(bestand: Path, as_json: bool) -> None:
    """Maak een reservekopie, ook terwijl er gewerkt wordt."""
    chosen = settings()
    with open_memory(chosen) as store:
        made = store.backup(bestand, chosen.user, now())
    _said(as_json, {"reservekopie": str(made), "bytes": made.stat().st_size}, f"{made}: reservekopie gemaakt")


@click.command()
@click.argument("bestand", type=_BACKUP)
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def restore(bestand: Path, as_json: bool) -> None:
    """Zet een reservekopie terug; het bestand dat er stond, blijft ernaast bewaard."""
    chosen = settings()
    former = restore_backup(bestand, chosen.database)
    text = f"{chosen.database}: teruggezet" + (f"; het vorige bestand heet nu {former}" if former else "")
    _said(as_json, {"database": str(chosen.database), "vorige": str(former) if former else None}, text)


def _moment_of(_context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """Return the moment that a person wrote; without a zone it is one of this machine's clock."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is geen moment; schrijf {_MOMENT}", param=option) from None


@click.command()
@click.option("--after", default=0, metavar="REGEL", help="Vanaf na deze regel.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), help="Hoeveel regels, hoogstens.")
@click.option("--of", "of", metavar="WIE", help="Alleen over deze persoon of dit ding: naam, inlognaam, sleutel of id.")
@click.option("--by", "by", metavar="SLEUTEL", help="Alleen wat deze persoon deed: sleutel of inlognaam.")
@click.option("--since", callback=_moment_of, metavar="WANNEER", help=f"Vanaf dit moment: {_MOMENT}.")
@click.option("--until", callback=_moment_of, metavar="WANNEER", help="Tot dit moment, dat zelf niet meetelt.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, met de namen van Logboek Dataverwerkingen.")
def log(
    after: int, most: int, of: str | None, by: str | None, since: datetime | None, until: datetime | None, as_json: bool
) -> None:
    """Toon wie wat deed of zag, van wie, en wanneer; het logboek noemt sleutels en geen namen."""
    with open_memory(settings()) as store:
        account, about = store.account(by or ""), store.ids_of(of) if of else None
        lines = store.log(after, most, about, account.person if account else by, since, until)
    if as_json:
        moments = ({"start_time": x.start_time.isoformat(), "end_time": x.end_time.isoformat()} for x in lines)
        print_json([asdict(x) | when for x, when in zip(lines, moments, strict=True)])
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("regel", "op", "door", "wat", "over"):
        table.add_column(name, overflow="fold")
    for x in lines:
        when = f"{x.start_time.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(
            str(x.seq), when, x.attributes.get("dpl.core.user", ""), x.name, x.attributes.get("matcher.about", "")
        )
    terminal().print(table if lines else "Het logboek heeft hierover geen regels.")
    if len(lines) == most:
        click.echo(f"Er kunnen meer regels zijn. Verder lezen: --after {lines[-1].seq}")


@click.command()
@click.argument("wie")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON; dat is die altijd.")
def held(wie: str, as_json: bool) -> None:
    """Geef alles wat over iemand bewaard wordt, als JSON: bij naam, sleutel, e-mailadres of id van het aanbod."""
    with open_memory(settings()) as store:
        click.echo(json.dumps(store.held_on(wie), ensure_ascii=False, indent=1, default=str))


@click.command()
@click.argument("wie")
@click.option("--yes", is_flag=True, help="Wis zonder te vragen.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def erase(wie: str, yes: bool, as_json: bool) -> None:
    """Wis wat over iemand bewaard wordt; dit kan niet ongedaan worden gemaakt."""
    chosen = settings()
    with open_memory(chosen) as store:
        found = {kind: len(rows) for kind, rows in store.held_on(wie).items() if rows}
        if not yes:
            counted = ", ".join(f"{n} {kind}" for kind, n in found.items()) or "niets"
            click.confirm(f"Over {wie}: {counted}. Definitief wissen?", abort=True)
        done = store.erase(wie, chosen.user, now())
    _said(as_json, asdict(done), f"{wie}: gewist. Reservekopieën van voor vandaag bevatten de gegevens nog.")


@click.command()
@click.option("--empty", is_flag=True, help="Verwijder wat er langer in ligt dan MATCHER_KEEP_BIN zegt.")
@click.option("--put-back", nargs=2, metavar="SOORT ID", help="Haal iets terug: question, offer, region ...")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def trash(empty: bool, put_back: tuple[str, str] | None, as_json: bool) -> None:
    """Toon de prullenbak, haal er iets uit terug, of leeg die."""
    chosen = settings()
    with open_memory(chosen) as store:
        if put_back:
            store.restore(*put_back, chosen.user, now())
        gone = store.empty_bin(now() - chosen.periods["bin"], chosen.user, now()) if empty else []
        rows = [{"soort": b.kind, "id": b.key, "door": b.by, "sinds": b.at.isoformat()} for b in store.bin()]
    lines = [f"{r['soort']} {r['id']}, sinds {r['sinds'][:10]}" for r in rows]
    text = "\n".join(lines) or "De prullenbak is leeg."
    _said(as_json, {"inhoud": rows, "verwijderd": len(gone)}, f"{text}\n{len(gone)} verwijderd" if empty else text)


@click.command()
@click.argument("soort", type=click.Choice(list(_NOUNS)))
@click.argument("kenmerk")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def delete(soort: str, kenmerk: str, as_json: bool) -> None:
    """Leg iets in de prullenbak; `matcher trash --put-back` haalt het terug (30 dagen, of MATCHER_KEEP_BIN)."""
    chosen = settings()
    with open_memory(chosen) as store:
        store.delete(_NOUNS[soort], kenmerk, chosen.user, now())
    back = f"matcher trash --put-back {_NOUNS[soort]} {kenmerk}"
    _said(as_json, {"soort": soort, "kenmerk": kenmerk}, f"{kenmerk} ligt in de prullenbak. Terughalen: {back}")


@click.command()
@click.argument("soort", type=click.Choice(list(_NOUNS)))
@click.argument("kenmerk")
@click.option("--undo", type=int, metavar="WIJZIGING", help="Draai deze wijziging terug.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, met wat er eerst stond.")
def changes(soort: str, kenmerk: str, undo: int | None, as_json: bool) -> None:
    """Toon wat er aan iets is gewijzigd, of draai een wijziging terug zolang er niet mee verder is gewerkt."""
    chosen = settings()
    with open_memory(chosen) as store:
        if undo is not None:
            store.undo_change(undo, chosen.user, now())
        found = store.changes(_NOUNS[soort], kenmerk)
    if as_json:
        print_json([asdict(c) | {"at": c.at.isoformat()} for c in found])
        return
    for c in found:
        what = f"herriep {c.undoes}" if c.undoes else "gewijzigd" if c.former else "toegevoegd"
        click.echo(f"{c.number:>6}  {c.at.astimezone():%Y-%m-%d %H:%M}  {c.by}  {what}")
    if not found:
        click.echo(f"Aan {kenmerk} is niets gewijzigd.")


@click.command()
@click.argument("aanbod")
@click.option("--hours", type=float, metavar="UREN", help="Uren per maand die er zijn; 0 is vol.")
@click.option("--places", type=click.IntRange(0), metavar="AANTAL", help="Hoeveel koppelingen tegelijk, hoogstens.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def capacity(aanbod: str, hours: float | None, places: int | None, as_json: bool) -> None:
    """Toon hoeveel een aanbod nog kan hebben, of leg vast hoeveel het kan."""
    chosen, moment = settings(), now()
    with open_memory(chosen) as store:
        before = store.capacity(aanbod)
        if hours is not None or places is not None:
            told = Capacity(before.hours if hours is None else hours, before.places if places is None else places,
                            chosen.user, moment.date())  # fmt: skip
            store.set_capacity(aanbod, told, chosen.user, moment)
        room, introductions = store.room(aanbod)
    facts = {
        "aanbod": aanbod, "uren": room.total, "gereserveerd": room.reserved, "loopt": room.spent, "over": room.left,
        "koppelingen": introductions.total, "bezet": introductions.taken,
    }  # fmt: skip
    known = {name: "geen grens" if value is None else f"{value:g}" for name, value in facts.items() if name != "aanbod"}
    _said(as_json, facts, f"{aanbod}: " + ", ".join(f"{name} {value}" for name, value in known.items()))


# What a person calls what is past its period.
_PAST = {
    "questions": "gesloten leervragen", "notes": "toelichtingen bij afgelopen voorstellen",
    "log": "regels van het logboek en wat daarbij hoort", "sessions": "sessies", "drafts": "concepten van formulieren",
    "attempts": "pogingen om aan te melden", "notices": "verzonden berichten", "bin": "dingen in de prullenbak",
    "answers": "bewaarde antwoorden",
}  # fmt: skip


@click.command()
@click.option("--do-it", is_flag=True, help="Verwijder het ook; dit kan niet ongedaan worden gemaakt.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def tidy(do_it: bool, as_json: bool) -> None:
    """Zeg wat langer bewaard is dan de bewaartermijnen (MATCHER_KEEP_...) en ruim het op als u dat vraagt."""
    chosen = settings()
    with open_memory(chosen) as store:
        gone = store.tidy(chosen.periods, chosen.user, now()) if do_it else store.overdue(chosen.periods, now())
    days = {what: period.days for what, period in chosen.periods.items()} | {"answers": ANSWERS_KEPT.days}
    lines = [f"{n:>6}  {_PAST[what]}, ouder dan {days[what]} dagen" for what, n in gone.items() if n]
    said = ("Verwijderd." if do_it else "Verwijderen: matcher tidy --do-it") if lines else "Er is niets op te ruimen."
    _said(as_json, {"verwijderd": do_it, "aantal": gone, "dagen": days}, "\n".join([*lines, said]))


def _tell(**facts: str) -> None:
    for name, value in facts.items():
        click.echo(f"{name:12} {value}")


def _said(as_json: bool, facts: dict[str, Any], text: str) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(text)
