"""``gateway demo``: the whole product on sample files, in a folder of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from click.core import ParameterSource

from gateway.cli.command import Command, Group
from gateway.cli.commands.init import write_workspace
from gateway.cli.output import FOUND, OK, F, cannot, json_option, print_json
from gateway.config.data import find

if TYPE_CHECKING:
    from gateway.cli.telling import Telling

PARTNERS = ("acme-retail", "northwind")
MARK = ".gateway-demo"
"""Only a folder with this file in it is ever emptied."""


def _folder_option(default: str) -> Callable[[F], F]:
    return click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(default),
        show_default=True,
        help="Where to run; made anew each time.",
    )


@click.group(
    "demo",
    cls=Group,
    modules={"shop": "gateway.cli.commands.demo:shop"},
    invoke_without_command=True,
)
@_folder_option("demo")
@json_option
@click.pass_context
def demo(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """See what the gateway does, in a minute.

    Orders come in, acknowledgements go back, despatch advices and invoices go out.

    Two invented partners, one with EDIFACT and one with X12. No network, no services.
    `gateway demo shop` tells the same of a web shop.

    Example:
        gateway demo
        gateway demo --folder /tmp/demo
        gateway demo shop

    """
    if ctx.invoked_subcommand is not None:
        given = (ctx.get_parameter_source(name) for name in ("folder", "as_json"))
        if ParameterSource.COMMANDLINE in given:
            cannot("options stand behind the name: gateway demo shop --json")
        return
    from gateway.cli.story import Story  # noqa: PLC0415 (the other demo needs none of it)

    root = _fresh(folder)
    try:
        write_workspace(root, PARTNERS)
    except OSError as error:
        cannot(f"{root} cannot be used: {error.strerror or error}")
    missing = [name for name in Story.SAMPLES if find(root, "samples", name) is None]
    if missing:
        cannot(f"the sample files are not installed: {missing[0]}")
    story = Story(root, quiet=as_json)
    story.tell()
    _ended(story, as_json=as_json)


@click.command(cls=Command)
@_folder_option("demo-shop")
@click.option(
    "--open",
    "port",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    help="Only keep the shop open at this port of the loopback, to try things with.",
)
@json_option
def shop(folder: Path, port: int | None, as_json: bool) -> None:
    """See an order of a web shop go its whole way, in a minute.

    A small WooCommerce runs on this machine meanwhile. An order is placed there, the shop calls the
    gateway, the ERP finds a file. The ERP answers with a stock report, despatch advices and an
    invoice, and the shop is told. A refund comes, a call is repeated, one is forged, one is lost.
    In the end shop, gateway and ERP are compared, to the cent.

    Nothing leaves this machine. Exit code 1 when anything did not go as it should. With --open
    there is no story: the shop stays open for a gateway of yours until Ctrl-C.

    Example:
        gateway demo shop
        gateway demo shop --folder /tmp/demo-shop
        gateway demo shop --json
        gateway demo shop --open 8070

    """
    if port is not None:
        from gateway.cli.demoshop.keeping import keep_open  # noqa: PLC0415 (needs no database)

        keep_open(port, as_json=as_json)
        sys.exit(OK)
    from gateway.cli.demoshop.story import ShopStory  # noqa: PLC0415 (the other needs none of it)

    story = ShopStory(_fresh(folder), quiet=as_json)
    story.tell()
    _ended(story, as_json=as_json)


def _ended(story: Telling, *, as_json: bool) -> NoReturn:
    if as_json:
        told = {**story.facts, "unexpected": story.unexpected}
        print_json(json.loads(json.dumps(told, default=str)))
    elif story.unexpected:
        click.secho("The demo did not end as it should:", fg="red", bold=True)
        for line in story.unexpected:
            click.echo(f"  {line}")
    sys.exit(FOUND if story.unexpected else OK)


def _fresh(folder: Path) -> Path:
    """An empty demo folder. A folder that is not of an earlier demo is never touched."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                cannot(f"{folder} is not empty and not of an earlier demo; name another --folder")
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by `gateway demo`, which may empty it.\n", "utf-8")
    except OSError as error:
        cannot(f"{folder} cannot be used: {error.strerror or error}")
    return folder
