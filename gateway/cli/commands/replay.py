"""``gateway replay ID --reason``: do it again with the settings of today."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.message import headline
from gateway.cli.output import FOUND, OK, cannot, json_option, open_workspace, print_json
from gateway.cli.working import open_gateway
from gateway.pipeline import Gateway, GatewayBusyError, NothingToReplayError
from gateway.store import History, Message

_BAD = ("refused", "held", "dead")


@click.command(cls=Command)
@click.argument("id", type=int)
@click.option("--reason", required=True, help="Why; it stands in the message's history.")
@json_option
@click.pass_obj
def replay(root: Path, id: int, reason: str, as_json: bool) -> None:
    """Process a message again.

    From its archived bytes, with the settings of today; the reason is kept in its history.

    Example:
        gateway replay 4 --reason "unit BX added to the code list"

    """
    if not reason.strip():
        cannot("a replay needs a reason")
    with open_gateway(open_workspace(root, as_json=as_json)) as gateway:
        try:
            new = gateway.replay(id, reason)
        except NothingToReplayError as nothing:
            cannot(f"{nothing}; `gateway messages` lists what there is")
        elsewhere = _run(gateway)
        found = gateway.message(new)
        assert found is not None
        below = list(_below(gateway, found))
    if as_json:
        print_json(found.message.as_json())
    else:
        _print(id, found.message, below, elsewhere=elsewhere)
    bad = [row for row in (found.message, *below) if row.state in _BAD]
    sys.exit(FOUND if bad else OK)


def _run(gateway: Gateway) -> bool:
    """Run it now; whether another process works on the workspace and will run it instead."""
    try:
        gateway.run_once()
    except GatewayBusyError:
        return True
    return False


def _below(gateway: Gateway, history: History) -> Iterator[Message]:
    """Everything that came out of a row."""
    for child in history.children:
        yield child
        found = gateway.message(child.id)
        if found is not None:
            yield from _below(gateway, found)


def _print(id_: int, row: Message, below: Iterable[Message], *, elsewhere: bool) -> None:
    if elsewhere:
        click.echo(f"{id_} will be processed again by the gateway that is serving")
    else:
        what = "was processed again" if row.id == id_ else f"was processed again as {row.id}"
        click.echo(f"{id_} {what}: {row.state}")
        for child in below:
            click.echo(f"  {child.id}  {headline(child)}  {child.state}")
    click.echo(f"  gateway message {row.id}")
