"""``gateway channel``: the ways that files travel, by themselves."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "list": "gateway.cli.commands.channel.list_:list_",
    "test": "gateway.cli.commands.channel.test:test",
    "look": "gateway.cli.commands.channel.look:look",
    "hostkey": "gateway.cli.commands.channel.hostkey:hostkey",
    "password": "gateway.cli.commands.channel.password:password",
    "log": "gateway.cli.commands.channel.log:log",
}


@click.group(cls=Group, modules=COMMANDS)
def channel() -> None:
    """Look after channels: what they are, whether they work, what lies at the other end.

    NAME is the folder of a partner. Listings take --json.

    Example:
        gateway channel list
        gateway channel test acme-retail
        gateway channel look acme-retail main

    """
