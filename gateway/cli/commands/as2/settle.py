"""``gateway as2 settle``: the partner has it, whatever its receipt says."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_running, print_json
from gateway.cli.working import open_gateway, person


@click.command(cls=Command)
@click.argument("id", type=int)
@click.option("--reason", required=True, help="Who said so; it stands in history and audit.")
@json_option
@click.pass_obj
def settle(root: Path, id: int, reason: str, as_json: bool) -> None:
    """Enter that the partner has a message, as a person knows.

    For a message that is held because its receipt does not fit, or that was given up without one:
    it is delivered then, and nothing is sent again.

    Example:
        gateway as2 settle 17 --reason "acme-retail has the invoice"

    """
    from gateway.pipeline.as2 import settle_said  # noqa: PLC0415 (slow to load)

    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        why_not = settle_said.settle(gateway.house, id, reason, person())
    if why_not:
        cannot(why_not)
    if as_json:
        print_json({"message": id, "settled": True})
    else:
        click.echo(f"message {id} is settled: the partner has it")
