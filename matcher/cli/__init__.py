"""The command `matcher`: words and files from a person go in, tables and files come out."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from matcher.cli.faults import told
from matcher.errors import MatcherError

# Which room holds each command: only the room that is asked for is opened, so that a quick command stays quick.
ROOMS = {
    "suggest": "answers",
    "rank": "answers",
    "demo": "answers",
    "evaluate": "measures",
    "trials": "measures",
    "tune": "workbench",
    "compare": "workbench",
    "pool": "workbench",
    "gold": "gold",
    "themes": "lists",
    "rules": "lists",
    "start": "proposals",
    "questions": "proposals",
    "propose": "proposals",
    "proposals": "proposals",
    "step": "proposals",
    "round": "rounds",
    "agenda": "rounds",
    "import": "files",
    "export": "files",
    "intake": "files",
    "template": "files",
    "busy": "files",
    "meeting": "files",
    "doctor": "care",
    "backup": "care",
    "restore": "care",
    "log": "care",
    "held": "care",
    "erase": "care",
    "trash": "care",
    "delete": "care",
    "changes": "care",
    "capacity": "care",
    "serve": "service",
    "accounts": "accounts",
    "keys": "accounts",
    "tidy": "care",
    "notices": "notices",
}


class _Group(click.Group):
    """Opens the room of a command; turns what can go wrong into a line on standard error and status 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return None
        room = vars(import_module(f"matcher.cli.{ROOMS[cmd_name]}"))
        # A function cannot be called `import`.
        found: click.Command = room.get(cmd_name) or room[f"{cmd_name}_"]
        return found

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*given, **more)
        except click.UsageError as fault:
            raise _told(fault) from fault

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as fault:
            raise _told(fault) from fault
        except MatcherError as fault:
            click.echo(f"Fout: {fault}", err=True)
        except OSError as fault:
            click.echo(f"Fout: {fault.filename or 'bestand'}: {fault.strerror or fault}", err=True)
        return ctx.exit(2)


def _told(fault: click.UsageError) -> Exception:
    """Return what ends the command, after it was said in Dutch what is wrong with it."""
    if isinstance(fault, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        return fault
    click.echo(told(fault), err=True)
    return click.exceptions.Exit(fault.exit_code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="matcher")
def main() -> None:
    """Brengt een leervraag bij wie echt kan helpen."""
