"""``gateway partner``: what concerns one partner and the exchange with him."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "certs": "gateway.cli.commands.partner.certs:certs",
    "ping": "gateway.cli.commands.partner.ping:ping",
}


@click.group(cls=Group, modules=COMMANDS)
def partner() -> None:
    """Look after partners: their certificates and ours, and the connection to them.

    NAME is the folder of a partner. Listings take --json.

    Example:
        gateway partner certs
        gateway partner certs acme-retail --json
        gateway partner certs new
        gateway partner certs sheet acme-retail
        gateway partner ping acme-retail

    """
