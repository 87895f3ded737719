"""Suggestions and figures go in, tables that read well at 80 and at 120 columns come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.evaluation.comparing import Difference
from matcher.evaluation.intervals import Mean
from matcher.parties import Offer, Question
from matcher.reasons import KIND_NAMES, PART_NAMES, dutch_date
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
    console.print(f"[italic]“{escape(printable(question.text))}”[/italic]")
    console.print(escape(" · ".join(demands)), style="dim")


def suggestions_table(console: Console, found: Suggestions) -> None:
    """Print what was kept with score, parts and reasons, then what was refused and why."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True, show_edge=False)
    table.add_column("", justify="right", width=2)
    table.add_column("Aanbod en waarom", ratio=1)
    table.add_column("Score", justify="right", width=6)
    table.add_column("Delen", width=20)
    for s in found.kept:
        table.add_row(str(s.rank), _offer(s), f"[bold]{points(s.score.total)}[/bold]", _parts(s))
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


def comparison_table(console: Console, differences: Sequence[Difference]) -> None:
    """Print a row a measure: both means, the difference with its interval, and whether it is more than chance."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("maat", "eerste", "tweede", "verschil", "95%-interval", "p", "beter/slechter/gelijk"):
        table.add_column(name, justify="left" if name == "maat" else "right")
    for d in differences:
        means = [f"{d.a.value:.3f}", f"{d.b.value:.3f}", f"{d.difference.value:+.3f}"]
        interval, sizes = f"{d.difference.low:+.3f} tot {d.difference.high:+.3f}", f"{d.better}/{d.worse}/{d.same}"
        table.add_row(d.measure.mean_name, *means, interval, f"{d.by_randomisation:.4f}", sizes)
    console.print(table)
    clear = [d for d in differences if d.clear]
    told = ", ".join(f"{d.measure.mean_name} ({'tweede' if d.difference.value > 0 else 'eerste'} beter)" for d in clear)
    console.print(escape(f"Meer dan toeval: {told}." if told else "Geen van de verschillen is meer dan toeval."))


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


def printable(text: str) -> str:
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
    return "\n".join(f"{PART_NAMES[name]:<12}{points(value):>6}" for name, value in s.score.parts.items() if value)


def points(value: float) -> str:
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
        f"× {escape(r.offer.name)} [dim]({points(r.score.total)})[/dim]: {escape('; '.join(r.reasons))}" for r in shown
    ]
    console.print(Padding("\n".join(lines), (0, 0, 0, 3)))
