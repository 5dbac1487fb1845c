"""``gateway partner``: what concerns one partner and the exchange with him."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "new": "gateway.cli.commands.partner.new:new",
    "show": "gateway.cli.commands.partner.show:show",
    "test": "gateway.cli.commands.partner.test:test",
    "rehearse": "gateway.cli.commands.partner.rehearse:rehearse_",
    "gate": "gateway.cli.commands.partner.gate:gate_",
    "live": "gateway.cli.commands.partner.live:live",
    "mode": "gateway.cli.commands.partner.mode:mode",
    "guide": "gateway.cli.commands.partner.guide:guide_",
    "certs": "gateway.cli.commands.partner.certs:certs",
    "ping": "gateway.cli.commands.partner.ping:ping",
}


@click.group(cls=Group, modules=COMMANDS)
def partner() -> None:
    """Make partners and look after them: settings, certificates, the connection to them.

    NAME is the folder of a partner. Listings take --json.

    Example:
        gateway partner new contoso-foods --from order-1.edi order-2.edi
        gateway partner show acme-retail --effective
        gateway partner test acme-retail
        gateway partner rehearse acme-retail
        gateway partner gate acme-retail
        gateway partner live acme-retail --dry-run
        gateway partner guide acme-retail -o acme-retail.html
        gateway partner certs
        gateway partner certs acme-retail --json
        gateway partner certs new
        gateway partner certs sheet acme-retail
        gateway partner ping acme-retail

    """
