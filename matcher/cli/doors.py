"""What every command shares: files, days, settings, the console, progress, JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from matcher.matchmaker import Progress
from matcher.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def settings(model: str | None = None, weights: Path | None = None) -> Settings:
    """Return the settings of the environment, with the model and weights that a person named."""
    own = Settings.from_environment(os.environ)
    return replace(own, model=model or own.model, weights=weights or own.weights)


def calendar_day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day has no zone)
    except ValueError:
        raise click.BadParameter(f"{text!r} is geen datum; schrijf die als 2027-03-31", param_hint="--on") from None


def terminal() -> Console:
    """Return the console: as wide as the terminal, up to 120 columns; 80 where there is none, or COLUMNS."""
    width = min(120, Console().width) if sys.stdout.isatty() or os.environ.get("COLUMNS") else 80
    return Console(width=width, highlight=False, emoji=False)


@contextmanager
def working(what: str, quiet: bool) -> Iterator[None]:
    """Show on standard error that something is being done, while it lasts."""
    err = Console(stderr=True)
    if quiet or not err.is_terminal:
        yield
        return
    with err.status(f"{what} ..."):
        yield


@contextmanager
def counting(what: str, quiet: bool) -> Iterator[Progress | None]:
    """Show a progress bar on standard error; yields what to call with (done, of)."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, of: bar.update(task, completed=done, total=of)
