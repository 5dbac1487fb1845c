"""``gateway as2``: messages of AS2 by themselves."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "received": "gateway.cli.commands.as2.received:received",
    "explain": "gateway.cli.commands.as2.explain:explain",
    "settle": "gateway.cli.commands.as2.settle:settle",
}


@click.group(cls=Group, modules=COMMANDS)
def as2() -> None:
    """Look into AS2 messages and receipts, and settle them.

    Example:
        gateway as2 received --refused
        gateway as2 explain message.raw
        gateway as2 explain --message 4711 --json
        gateway as2 settle 17 --reason "told by phone"

    """
