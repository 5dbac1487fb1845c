"""``gateway guide``: partners' guides, and what they yield."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "list": "gateway.cli.commands.guide.list_:list_",
    "check": "gateway.cli.commands.guide.check:check",
    "show": "gateway.cli.commands.guide.show:show",
    "validate": "gateway.cli.commands.guide.validate:validate",
    "page": "gateway.cli.commands.guide.publish:page_",
    "schema": "gateway.cli.commands.guide.publish:schema",
    "sample": "gateway.cli.commands.guide.sample:sample_",
    "negatives": "gateway.cli.commands.guide.sample:negatives_",
    "diff": "gateway.cli.commands.guide.diff:diff",
}


@click.group(cls=Group, modules=COMMANDS)
def guide() -> None:
    """Look at guides, check files against them, publish them.

    A guide narrows a message of a directory to what one partner sends and takes. GUIDE is a file,
    or a name: acme-retail/orders is partners/acme-retail/guides/orders.yaml, eancom1997/ORDERS
    comes with the package. Listings take --json.

    Example:
        gateway guide list
        gateway guide page acme-retail/orders -o orders.html
        gateway guide validate order.edi --guide acme-retail/orders
        gateway guide negatives acme-retail/orders -o refused/
        gateway guide diff eancom1997/ORDERS acme-retail/orders

    """
