"""The commands that look at all open questions at once: round."""

from __future__ import annotations

import click

from matcher.bureau import Bureau, now, open_bureau
from matcher.cli.doors import print_json, terminal, working
from matcher.cli.proposals import settings
from matcher.cli.tables import round_table
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
@click.option("--because", default="door een verbinder besloten", show_default=True, help="Waarom vast of verboden.")
@click.option("--keep", is_flag=True, help="Bewaar de uitkomst als concept.")
@click.option("--approve", metavar="RONDE", help="Doe de voorstellen van een concept.")
@click.option("--without", multiple=True, type=_PAIR, metavar="LEERVRAAG=AANBOD", help="Bij --approve: deze niet.")
@click.option("--undo", metavar="RONDE", help="Draai een goedgekeurde ronde terug.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def round_(
    helpers: int, aim: str, evenness: float, mix: float, fix: tuple[tuple[str, str], ...],
    forbid: tuple[tuple[str, str], ...], because: str, keep: bool, approve: str | None,
    without: tuple[tuple[str, str], ...], undo: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Houd een makelronde: breng alle open leervragen tegelijk bij wie kan helpen."""
    with open_bureau(settings()) as bureau:
        if approve or undo:
            done = bureau.approve(approve, without) if approve else bureau.undo_round(undo or "")
            _tell(done, as_json)
            return
        _decide(bureau, fix, FIXED, because)
        _decide(bureau, forbid, FORBIDDEN, because)
        with working("Makelronde houden", quiet=as_json):
            found = bureau.round(helpers, Aims(aim, evenness, mix))  # type: ignore[arg-type]
        kept = bureau.keep_round(found) if keep else None
        if as_json:
            print_json(bureau.told(found) | {"ronde": kept.id if kept else None})
            return
        round_table(terminal(), found, bureau.store.questions(), bureau.store.offers())
    click.echo(f"Bewaard als concept {kept.id}. Hierna: matcher round --approve {kept.id}" if kept else
               "Niets bewaard. Hierna: matcher round --keep")  # fmt: skip


def _decide(bureau: Bureau, pairs: tuple[tuple[str, str], ...], rule: str, reason: str) -> None:
    for question, offer in pairs:
        bureau.store.set_pair(Pair(question, offer, rule, reason), bureau.by, now())


def _tell(kept: KeptRound, as_json: bool) -> None:
    proposals = kept.body.get("voorstellen", [])
    if as_json:
        print_json({"ronde": kept.id, "stand": kept.state, "voorstellen": proposals})
        return
    click.echo(f"{kept.id}: {kept.state}, {len(proposals)} voorstellen")
