"""A command line that click refuses goes in; the same said in Dutch comes out, with what was perhaps meant.

click words its refusals in English at several places; what it says and this table does not know stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

import click

_WORDS = {"OPTIONS": "OPTIES", "COMMAND": "OPDRACHT", "ARGS": "ARGUMENTEN"}
_NUMBERS = {"integer": "geheel getal", "integer range": "geheel getal", "float": "getal", "float range": "getal"}
_PLACES = {"File": "Het bestand", "Directory": "De map", "Path": "Het pad"}
_HOW = {
    "does not exist": "bestaat niet", "is a file": "is een bestand en geen map", "is a directory": "is een map en geen "
    "bestand", "is not readable": "is niet te lezen", "is not writable": "is niet te schrijven",
}  # fmt: skip
# (what click says, what we say); texts of ours match none of them.
_SAYINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), say) for pattern, say in (
        (r"(?P<value>.+) is not a valid (?P<what>[\w ]+)\.",
         lambda m: f"{m['value']} is geen {_NUMBERS.get(m['what'], m['what'])}."),
        (r"(?P<value>.+) is not one of (?P<known>.+)\.", lambda m: f"{m['value']} kan niet; kies uit {m['known']}."),
        (r"(?P<value>.+) is not in the range (?P<range>.+)\.",
         lambda m: f"{m['value']} kan niet; toegestaan: {m['range']}."),
        (r"(?P<value>.+) does not match the formats? (?P<known>.+)\.",
         lambda m: f"{m['value']} past niet; schrijf het als {_dated(m['known'])}."),
        (rf"(?P<place>{'|'.join(_PLACES)}) (?P<name>.+) (?P<how>{'|'.join(_HOW)})\.",
         lambda m: f"{_PLACES[m['place']]} {m['name']} {_HOW[m['how']]}."),
        (r"Option (?P<name>\S+) requires an argument\.", lambda m: f"Achter de optie {m['name']} hoort een waarde."),
        (r"Option (?P<name>\S+) requires (?P<n>\d+) arguments\.",
         lambda m: f"Achter de optie {m['name']} horen {m['n']} waarden."),
        (r"Option (?P<name>\S+) does not take a value\.", lambda m: f"Achter de optie {m['name']} hoort geen waarde."),
        (r"Argument (?P<name>\S+) takes (?P<n>\d+) values\.", lambda m: f"Bij {m['name']} horen {m['n']} waarden."),
        (r"Got unexpected extra arguments? \((?P<rest>.*)\)",
         lambda m: f"Dit staat er te veel: {m['rest']}. Zet een tekst van meer woorden tussen aanhalingstekens."),
        (r"Missing command\.", lambda m: "Zeg welke opdracht u wilt."),
    )
)  # fmt: skip
_NO_COMMAND = re.compile(r"No such command ['\"](?P<name>.*)['\"]\.", re.DOTALL)


def _dated(formats: str) -> str:
    return formats.replace("%Y", "JJJJ").replace("%m", "MM").replace("%d", "DD").replace("%H", "uu").replace("%M", "mm")


def told(fault: click.UsageError) -> str:
    """Return how the command is used, where its help is, and what was wrong."""
    lines = []
    if (ctx := fault.ctx) is not None:
        pieces = " ".join(ctx.command.collect_usage_pieces(ctx))
        usage = re.sub("|".join(_WORDS), lambda m: _WORDS[m[0]], pieces)
        lines = [f"Gebruik: {ctx.command_path} {usage}".rstrip(), f"Uitleg: {ctx.command_path} --help", ""]
    return "\n".join([*lines, f"Fout: {_wrong(fault)}"])


def _wrong(fault: click.UsageError) -> str:
    if isinstance(fault, click.MissingParameter):
        return _missing(fault)
    if isinstance(fault, click.NoSuchOption):
        return f"De optie {fault.option_name} bestaat niet.{_meant(fault.possibilities or ())}"
    if isinstance(fault, click.BadParameter):
        hint = _hint(fault)
        return f"{hint}: {_said(fault.message)}" if hint else _said(fault.message)
    if found := _NO_COMMAND.fullmatch(fault.message):
        group = fault.ctx.command if fault.ctx else None
        known = group.list_commands(fault.ctx) if fault.ctx and isinstance(group, click.Group) else []
        return f"De opdracht {found['name']} bestaat niet.{_meant(get_close_matches(found['name'], known))}"
    return _said(fault.message)


def _missing(fault: click.MissingParameter) -> str:
    what = "De optie" if isinstance(fault.param, click.Option) else "Het argument"
    kind = fault.param.type if fault.param else None
    choices = f" Kies uit: {', '.join(map(str, kind.choices))}." if isinstance(kind, click.Choice) else ""
    return f"{what} {_hint(fault)} ontbreekt.{choices}"


def _hint(fault: click.BadParameter) -> str:
    hint = fault.param_hint or (fault.param.get_error_hint(fault.ctx) if fault.param and fault.ctx else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _said(message: str) -> str:
    for pattern, say in _SAYINGS:
        if found := pattern.fullmatch(message):
            return say(found)
    return message


def _meant(possible: Iterable[str]) -> str:
    names = list(possible)
    return f" Bedoelde u {' of '.join(names)}?" if names else ""
