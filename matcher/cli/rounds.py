"""The commands that look at all open questions at once: round, agenda."""

from __future__ import annotations

from pathlib import Path

import click

from matcher.agenda import Agenda
from matcher.agenda.picture import png, svg
from matcher.agenda.wording import HEADINGS, group_sentences, rows
from matcher.bureau import Bureau, now, open_bureau
from matcher.cli.doors import OUT, print_json, settings, terminal, working
from matcher.cli.overviews import agenda_text, round_table
from matcher.exchange import writing_bytes
from matcher.rounds import AIMS, Aims
from matcher.store import FIXED, FORBIDDEN, KeptRound, Pair


class _PairType(click.ParamType[tuple[str, str]]):
    """LEERVRAAG=AANBOD."""

    name = "pair"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        question, equals, offer = value.partition("=")
        if not (equals and question and offer):
            self.fail(f"{value!r} is geen koppeling; schrijf LEERVRAAG=AANBOD", param, ctx)
        return question, offer


_PAIR = _PairType()


@click.command("round")
@click.option("--helpers", default=1, show_default=True, type=click.IntRange(1, 3), help="Hoeveel helpers per vraag.")
@click.option("--aim", type=click.Choice(AIMS), default="total", show_default=True,
              help="total: de beste som; helped: eerst zo veel mogelijk vragen.")  # fmt: skip
@click.option(
    "--evenness", default=Aims().evenness, show_default=True, help="Prijs van nog een koppeling bij dezelfde."
)
@click.option("--mix", default=Aims().mix, show_default=True, help="Prijs van tweemaal hetzelfde perspectief.")
@click.option("--fix", multiple=True, type=_PAIR, metavar="LEERVRAAG=AANBOD", help="Zet een koppeling vast.")
@click.option("--forbid", multiple=True, type=_PAIR, metavar="LEERVRAAG=AANBOD", help="Verbied een koppeling.")
@click.option("--free", multiple=True, type=_PAIR, metavar="LEERVRAAG=AANBOD", help="Laat een koppeling weer vrij.")
@click.option("--because", default="door een verbinder besloten", show_default=True, help="Waarom vast of verboden.")
@click.option("--keep", is_flag=True, help="Bewaar de uitkomst als concept.")
@click.option("--approve", metavar="RONDE", help="Doe de voorstellen van een concept.")
@click.option("--without", multiple=True, type=_PAIR, metavar="LEERVRAAG=AANBOD", help="Bij --approve: deze niet.")
@click.option("--undo", metavar="RONDE", help="Draai een goedgekeurde ronde terug.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def round_(
    helpers: int, aim: str, evenness: float, mix: float, fix: tuple[tuple[str, str], ...],
    forbid: tuple[tuple[str, str], ...], free: tuple[tuple[str, str], ...], because: str, keep: bool,
    approve: str | None, without: tuple[tuple[str, str], ...], undo: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Houd een makelronde: breng alle open leervragen tegelijk bij wie kan helpen."""
    with open_bureau(settings()) as bureau:
        if approve or undo:
            done = bureau.approve(approve, without) if approve else bureau.undo_round(undo or "")
            _tell(done, as_json)
            return
        # At once: what a person decided here is not kept when no round can be held with it.
        with working("Makelronde houden", quiet=as_json), bureau.store.at_once():
            for question, offer in free:
                bureau.store.delete("pair", f"{question} {offer}", bureau.by, now())
            _decide(bureau, fix, FIXED, because)
            _decide(bureau, forbid, FORBIDDEN, because)
            found = bureau.round(helpers, Aims(aim, evenness, mix))  # type: ignore[arg-type]
        kept = bureau.keep_round(found) if keep else None
        if as_json:
            print_json(bureau.told(found) | {"ronde": kept.id if kept else None})
            return
        round_table(terminal(), found, bureau.store.questions(), bureau.store.offers())
    click.echo(f"Bewaard als concept {kept.id}. Hierna: matcher round --approve {kept.id}" if kept else
               "Niets bewaard. Hierna: matcher round --keep")  # fmt: skip


@click.command()
@click.option("--svg", "svg_file", type=OUT, help="Hier komt de tekening als SVG.")
@click.option("--png", "png_file", type=OUT, help="Hier komt de tekening als PNG.")
@click.option("--most", default=10, show_default=True, type=click.IntRange(1), help="Hoeveel groepen en thema's.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON, alles.")
def agenda(svg_file: Path | None, png_file: Path | None, most: int, as_json: bool) -> None:
    """Maak de leeragenda: welke leervragen horen bij elkaar, en waar is geen aanbod voor."""
    with open_bureau(settings()) as bureau, working("Leeragenda maken", quiet=as_json):
        found = bureau.agenda()
    for target, draw in ((svg_file, svg), (png_file, png)):
        if target:
            with writing_bytes(target) as out:
                out.write(draw(found.themes))
    if as_json:
        print_json(_agenda_json(found))
        return
    agenda_text(terminal(), found, most)


def _agenda_json(found: Agenda) -> dict[str, object]:
    return {
        "groepen": [
            {
                "naam": g.name, "leervragen": [q.id for q in g.questions], "centraal": g.medoid.id,
                "regios": list(g.regions), "uitleg": group_sentences(g),
            }
            for g in found.groups
        ],
        "themas": [dict(zip(HEADINGS, row, strict=True)) for row in rows(found.themes)],
    }  # fmt: skip


def _decide(bureau: Bureau, pairs: tuple[tuple[str, str], ...], rule: str, reason: str) -> None:
    for question, offer in pairs:
        bureau.store.set_pair(Pair(question, offer, rule, reason), bureau.by, now())


def _tell(kept: KeptRound, as_json: bool) -> None:
    proposals = kept.body.get("voorstellen", [])
    if as_json:
        print_json({"ronde": kept.id, "stand": kept.state, "voorstellen": proposals})
        return
    click.echo(f"{kept.id}: {kept.state}, {len(proposals)} voorstellen")
