"""Suggestions and figures go in, tables that read well at 80 and at 120 columns come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.agenda import Agenda
from matcher.agenda.picture import CAUTION
from matcher.agenda.wording import gap_sentences, group_sentences
from matcher.evaluation.measures import Mean
from matcher.intake import Intake
from matcher.parties import Offer, Question
from matcher.reasons import KIND_NAMES, PART_NAMES, dutch_date
from matcher.rounds import LeftOver, Round, sentence
from matcher.suggestions import Refused, Suggestion, Suggestions

_REFUSED_SHOWN = 3


def heading(console: Console, question: Question) -> None:
    """Print the question and its demands."""
    demands = [question.region or "alle regio's"]
    if question.needed_on:
        demands.append(f"nodig op {dutch_date(question.needed_on)}")
    if question.forms:
        demands.append(f"als {' of '.join(question.forms)}")
    if question.hours_per_month:
        demands.append(f"{question.hours_per_month:g} uur per maand".replace(".", ","))
    console.print()
    console.rule(f"[bold]{escape(question.title or 'Uw vraag')}[/bold]", align="left")
    console.print(f"[italic]“{escape(_printable(question.text))}”[/italic]")
    console.print(escape(" · ".join(demands)), style="dim")


def suggestions_table(console: Console, found: Suggestions) -> None:
    """Print what was kept with score, parts and reasons, then what was refused and why."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True, show_edge=False)
    table.add_column("", justify="right", width=2)
    table.add_column("Aanbod en waarom", ratio=1)
    table.add_column("Score", justify="right", width=6)
    table.add_column("Delen", width=20)
    for s in found.kept:
        table.add_row(str(s.rank), _offer(s), f"[bold]{_points(s.score.total)}[/bold]", _parts(s))
        table.add_section()
    if found.kept:
        console.print(table)
    else:
        empty = "De catalogus is leeg." if not found.refused else "Niets uit de catalogus kan op deze voorwaarden."
        console.print(f"\n   {empty}")
    _refused(console, found)


def evaluation_table(
    console: Console, means: Mapping[str, Mean], per_question: Mapping[str, Mapping[str, float]]
) -> None:
    """Print the means with their intervals, and the figures per question where asked for."""
    if per_question:
        table = Table(box=SIMPLE_HEAD)
        table.add_column("vraag")
        for name in per_question:
            table.add_column(name, justify="right")
        questions = next(iter(per_question.values()))
        for question in questions:
            table.add_row(escape(question), *(f"{values[question]:.3f}" for values in per_question.values()))
        console.print(table)
    table = Table(box=SIMPLE_HEAD)
    for name in ("maat", "gemiddeld", "95%-interval", "vragen"):
        table.add_column(name, justify="left" if name == "maat" else "right")
    for name, m in means.items():
        table.add_row(name, f"{m.value:.3f}", f"{m.low:.3f}-{m.high:.3f}", str(m.questions))
    console.print(table)


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
        table.add_row(question, f"{escape(names[p.offer])} [dim]{escape(p.offer)}[/dim]{fixed}", _points(p.score))
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
        console.print(Padding(f"- {escape(_printable(group_sentences(group)))}", (0, 0, 0, 1)))
    alone = len(found.groups) - len(together)
    console.print(f"[dim] {_counted(len(together), 'groep', 'groepen')}; {alone} vragen staan alleen.[/dim]\n")
    gaps_text(console, found, most)


def gaps_text(console: Console, found: Agenda, most: int) -> None:
    """Print the biggest gaps between what is asked and what is offered."""
    console.rule("[bold]Waar vraag is en geen aanbod[/bold]", align="left")
    for n, gap in enumerate(found.gaps[:most], 1):
        console.print(Padding(f"{n}. {escape(_printable(gap_sentences(gap)))}", (0, 0, 0, 1)))
    told = CAUTION if found.gaps else "Voor elke open vraag is er goed en beschikbaar aanbod."
    console.print(Padding(f"[dim]{told}[/dim]", (0, 0, 0, 1)))


def _fixable(item: LeftOver) -> tuple[bool, str]:
    return item.change is None, item.question


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _short(text: str) -> str:
    line = " ".join(_printable(text).split())
    return line if len(line) <= 60 else f"{line[:57].rsplit(' ', 1)[0]} ..."


def intake_table(console: Console, intake: Intake) -> None:
    """Print what follows from an application: offers, questions, and what a person has to look at."""
    console.rule(f"[bold]{escape(intake.name)}[/bold] [dim]({intake.kind})[/dim]", align="left")
    for what, found in (("Aanbod", intake.offers), ("Leervraag", intake.questions)):
        for party in found:
            console.print(f"\n[bold]{what}[/bold]  {party.id}")
            text = party.summary if isinstance(party, Offer) else party.text
            console.print(Padding(escape(_printable(text)), (0, 0, 0, 3)))
    if intake.doubts:
        console.print("\n[bold]Kijk hier nog naar[/bold]")
    for doubt in intake.doubts:
        console.print(Padding(f"- {escape(_printable(doubt))}", (0, 0, 0, 3)))
    console.print()


def next_steps(console: Console, offers: Sequence[Offer], questions: int, seconds: float) -> None:
    """Print what was shown and what to try next."""
    console.print()
    console.rule("[bold]En nu zelf[/bold]", align="left")
    console.print(f"{questions} leervragen tegen {len(offers)} aanbiedingen, in {seconds:.1f} s. Probeer:\n")
    for line in (
        '.venv/bin/matcher suggest "mijn zoon zit al maanden thuis en niemand belt"',
        '.venv/bin/matcher suggest "hulp bij AVG-convenant" --region Almere --hours 4',
        ".venv/bin/matcher start --example    # een eigen database om mee te oefenen",
        ".venv/bin/matcher round --keep",
        ".venv/bin/matcher suggest --help",
    ):
        console.print(Text(f"  {line}", style="bold", no_wrap=True, overflow="fold"))


def _printable(text: str) -> str:
    """Return the text without characters that steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _offer(s: Suggestion) -> Text:
    text = Text(s.offer.name, style="bold")
    facts = [KIND_NAMES[s.offer.kind], *([s.offer.perspective] if s.offer.perspective else []), s.offer.id]
    text.append(f"\n{s.offer.organisation}" if s.offer.organisation else "", style="not bold")
    text.append(f"\n{' · '.join(facts)}", style="not bold dim")
    for reason in s.reasons:
        text.append(f"\n- {reason.text}", style="not bold")
        if reason.concept and reason.phrase:
            text.append(f" Het aanbod noemt “{reason.phrase}”.", style="not bold")
    return text


def _parts(s: Suggestion) -> str:
    return "\n".join(f"{PART_NAMES[name]:<12}{_points(value):>6}" for name, value in s.score.parts.items() if value)


def _points(value: float) -> str:
    """Write a score of 0.4123 as 41,23: four decimals, so that the parts visibly add up."""
    return f"{value * 100:.2f}".replace(".", ",")


def _refused(console: Console, found: Suggestions) -> None:
    closer = [r for r in found.refused if found.kept and r.score.total >= found.kept[-1].score.total]
    nearest: Sequence[Refused] = closer or found.near_misses or found.refused
    shown = nearest[:_REFUSED_SHOWN]
    if not shown:
        return
    what = "Geweigerd, al past het bij de vraag" if closer else "Geweigerd, en wat er het dichtst bij komt"
    lines = [f"[dim]{what} ({len(shown)} van {len(found.refused)}):[/dim]"]
    lines += [
        f"× {escape(r.offer.name)} [dim]({_points(r.score.total)})[/dim]: {escape('; '.join(r.reasons))}" for r in shown
    ]
    console.print(Padding("\n".join(lines), (0, 0, 0, 3)))
