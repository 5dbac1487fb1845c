"""``gateway layout``: how files of the ERP are described."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "new": "gateway.cli.commands.layout.new:new",
    "check": "gateway.cli.commands.layout.check:check",
    "schema": "gateway.cli.commands.layout.schema:schema_",
}


@click.group(cls=Group, modules=COMMANDS)
def layout() -> None:
    """Describe files of the ERP: delimited, of fixed width, JSON and Excel.

    LAYOUT is a file, or a name: csv/order is grammars/csv/order.yaml of the workspace, or else the
    one that comes with the package.

    Example:
        gateway layout new export.csv --document order > grammars/csv/our-order.yaml
        gateway layout check csv/our-order export.csv --json
        gateway layout schema json/order

    """
