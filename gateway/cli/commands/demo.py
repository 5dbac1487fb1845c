"""``gateway demo``: the whole product on sample files, in a folder of its own."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.init import write_workspace
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json
from gateway.cli.story import Story
from gateway.config.data import find

PARTNERS = ("acme-retail", "northwind")
MARK = ".gateway-demo"
"""Only a folder with this file in it is ever emptied."""


@click.command(cls=Command)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where to run; made anew each time.",
)
@json_option
def demo(folder: Path, as_json: bool) -> None:
    """See what the gateway does, in a minute.

    Orders come in, acknowledgements go back, despatch advices and invoices go out.

    Two invented partners, one with EDIFACT and one with X12. No network, no services.

    Example:
        gateway demo
        gateway demo --folder /tmp/demo

    """
    _fresh(folder)
    missing = [name for name in Story.SAMPLES if find(folder, "samples", name) is None]
    if missing:
        cannot(f"the sample files are not installed: {missing[0]}")
    story = Story(folder, quiet=as_json)
    story.tell()
    if as_json:
        print_json(json.loads(json.dumps(story.facts, default=str)))
    elif story.unexpected:
        click.secho("The demo did not end as it should:", fg="red", bold=True)
        for line in story.unexpected:
            click.echo(f"  {line}")
    sys.exit(FOUND if story.unexpected else OK)


def _fresh(folder: Path) -> None:
    """An empty demo folder. A folder that is not of an earlier demo is never touched."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                cannot(f"{folder} is not empty and not of an earlier demo; name another --folder")
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by `gateway demo`, which may empty it.\n", "utf-8")
        write_workspace(folder, PARTNERS)
    except OSError as error:
        cannot(f"{folder} cannot be used: {error.strerror or error}")
