"""Rounds, agendas and applications go in, what a person reads of them in a terminal comes out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from matcher.agenda import Agenda
from matcher.agenda.picture import CAUTION
from matcher.agenda.wording import gap_sentences, group_sentences
from matcher.cli.tables import points, printable
from matcher.intake import Intake
from matcher.parties import Offer, Question
from matcher.rounds import LeftOver, Round, sentence


def round_table(
    console: Console, found: Round, questions: Sequence[Question], offers: Sequence[Offer], most: int | None = None
) -> None:
    """Print what a round placed, best first, who is left over and why, and what plain top-k would have done.

    most: how many of each at most, None for all.
    """
    asked, names = {q.id: q.title or q.text for q in questions}, {o.id: o.name for o in offers}
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True, show_edge=False)
    table.add_column("Leervraag", ratio=1)
    table.add_column("gaat naar", ratio=1)
    table.add_column("Score", justify="right", width=6)
    placed = sorted(found.placed, key=lambda p: (-p.score, p.question))
    for p in placed[:most]:
        fixed = " [dim](vast)[/dim]" if p.locked else ""
        question = f"{escape(_short(asked[p.question]))} [dim]{escape(p.question)}[/dim]"
        table.add_row(question, f"{escape(names[p.offer])} [dim]{escape(p.offer)}[/dim]{fixed}", points(p.score))
    console.print(table)
    if len(placed) > len(placed[:most]):
        console.print(f"[dim]   ... en nog {len(placed) - len(placed[:most])} koppelingen[/dim]")
    nothing = [item for item in found.left if not item.has]
    if nothing:
        console.print(f"\nNog niemand voor {_counted(len(nothing), 'vraag', 'vragen')}:")
    for item in sorted(nothing, key=_fixable)[:most]:
        text = f"× {escape(_short(asked[item.question]))} [dim]{escape(item.question)}[/dim]: {sentence(item, names)}"
        console.print(Padding(text.rstrip("."), (0, 0, 0, 3)))
    plain = found.top_k
    gap = "bewezen de beste" if not found.gap else f"hoogstens {found.gap:.1%} onder de beste".replace(".", ",")
    helped = _counted(found.helped, "vraag", "vragen")
    console.print(f"\n{helped} geholpen met {_counted(len(found.placed), 'koppeling', 'koppelingen')}; {gap}.")
    console.print(
        f"Ieders eerste keus zonder ronde: {plain.introductions} koppelingen, waarvan {plain.too_many} meer dan er "
        f"uren of plaatsen zijn, bij {plain.over_hours + plain.over_places} keer aanbod."
    )


def agenda_text(console: Console, found: Agenda, most: int) -> None:
    """Print the largest groups of questions and the biggest gaps, in sentences."""
    together = [g for g in found.groups if len(g.questions) > 1]
    console.rule("[bold]Wat bij elkaar hoort[/bold]", align="left")
    for group in together[:most]:
        console.print(Padding(f"- {escape(printable(group_sentences(group)))}", (0, 0, 0, 1)))
    alone = len(found.groups) - len(together)
    console.print(f"[dim] {_counted(len(together), 'groep', 'groepen')}; {alone} vragen staan alleen.[/dim]\n")
    gaps_text(console, found, most)


def gaps_text(console: Console, found: Agenda, most: int) -> None:
    """Print the biggest gaps between what is asked and what is offered."""
    console.rule("[bold]Waar vraag is en geen aanbod[/bold]", align="left")
    for n, gap in enumerate(found.gaps[:most], 1):
        console.print(Padding(f"{n}. {escape(printable(gap_sentences(gap)))}", (0, 0, 0, 1)))
    told = CAUTION if found.gaps else "Voor elke open vraag is er goed en beschikbaar aanbod."
    console.print(Padding(f"[dim]{told}[/dim]", (0, 0, 0, 1)))


def _fixable(item: LeftOver) -> tuple[bool, str]:
    return item.change is None, item.question


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _short(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= 60 else f"{line[:57].rsplit(' ', 1)[0]} ..."


def intake_table(console: Console, intake: Intake) -> None:
    """Print what follows from an application: offers, questions, and what a person has to look at."""
    console.rule(f"[bold]{escape(intake.name)}[/bold] [dim]({intake.kind})[/dim]", align="left")
    for what, found in (("Aanbod", intake.offers), ("Leervraag", intake.questions)):
        for party in found:
            console.print(f"\n[bold]{what}[/bold]  {party.id}")
            text = party.summary if isinstance(party, Offer) else party.text
            console.print(Padding(escape(printable(text)), (0, 0, 0, 3)))
    if intake.partners:
        console.print(f"\n[bold]Partijen[/bold]  {escape(printable('; '.join(intake.partners)))}")
    if intake.doubts:
        console.print("\n[bold]Kijk hier nog naar[/bold]")
    for doubt in intake.doubts:
        console.print(Padding(f"- {escape(printable(doubt))}", (0, 0, 0, 3)))
    console.print()
