"""``gateway partner certs``: all certificates, and what can be done with them."""

from __future__ import annotations

import click

from gateway.cli.command import Group

LIST = "list"
COMMANDS = {
    LIST: "gateway.cli.commands.partner.certs_list:certs_list",
    "new": "gateway.cli.commands.partner.certs_new:certs_new",
    "sheet": "gateway.cli.commands.partner.certs_sheet:certs_sheet",
}


class Listing(Group):
    """Without the name of a command the list is meant: ``gateway partner certs acme-retail``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """With ``list`` in front, where nothing else is."""
        asks = args[:1] in (["-h"], ["--help"])
        if not asks and args[:1] not in ([name] for name in self.commands):
            args = [LIST, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Listing, modules=COMMANDS)
def certs() -> None:
    """List the certificates of all partners and ours; make ours; print fingerprints.

    Without a command it is the list. Exit code 1 when a certificate has ended or cannot be read.

    Example:
        gateway partner certs
        gateway partner certs acme-retail --json
        gateway partner certs new --years 3
        gateway partner certs sheet -o fingerprints.html

    """
