"""The command that mails what waits: settings and the store go in, mails go out until it is stopped."""

from __future__ import annotations

import time

import click

from matcher.bureau import now, open_memory
from matcher.cli.doors import print_json, settings
from matcher.notices import deliver


@click.command()
@click.option("--every", type=click.IntRange(5, 86_400), metavar="SECONDEN", help="Blijf werken, met zoveel rust.")
@click.option("--json", "as_json", is_flag=True, help="Uitvoer als JSON.")
def notices(every: int | None, as_json: bool) -> None:
    """Verstuur de berichten die klaarstaan, per mail: een link en geen inhoud."""
    chosen = settings()
    while True:
        with open_memory(chosen) as store:
            sent, failed = deliver(store, chosen, now())
        if as_json:
            print_json({"verstuurd": sent, "mislukt": failed})
        elif sent or failed or not every:
            click.echo(
                f"{sent} verstuurd, {failed} niet gelukt" + ("; die worden later opnieuw geprobeerd" if failed else "")
            )
        if not every:
            return
        time.sleep(every)
