"""``gateway invoice``: electronic invoices by themselves."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "validate": "gateway.cli.commands.invoice.validate:validate",
    "convert": "gateway.cli.commands.invoice.convert:convert",
}


@click.group(cls=Group, modules=COMMANDS)
def invoice() -> None:
    """Check electronic invoices, and turn one syntax into another.

    A file may be UBL 2.1 (Invoice, CreditNote), UN/CEFACT CII, INVOIC (EDIFACT, or the XML of ISO
    20625) or X12 810. Nothing is stored or sent.

    Example:
        gateway invoice validate invoice.xml --artefacts rules/ --json
        gateway invoice convert invoice.xml --to cii -o invoice.cii.xml

    """
