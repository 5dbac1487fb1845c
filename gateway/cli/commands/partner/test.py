"""``gateway partner test``: the samples of partners, through everything."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.test import tested
from gateway.cli.output import json_option


@click.command(cls=Command)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--update", "renew", is_flag=True, help="Write the expected files anew.")
@json_option
@click.pass_obj
def test(root: Path, names: tuple[str, ...], renew: bool, as_json: bool) -> None:
    """Run the samples of partners: in, document, file for the ERP, and back. Shows what differs.

    A sample is a folder partners/NAME/samples/DOCUMENT/CASE with a file in.edi as the partner sent
    it (or in.csv … as the ERP wrote it) and what it should become: canonical.json, erp.csv,
    back.edi, sent.edi (what the ERP's file becomes for the partner), problems.txt. Each is checked
    against the guide, too; what it finds stands in problems.txt. Without NAME those of all
    partners run. Exit code 1: something differs.

    Example:
        gateway partner test
        gateway partner test acme-retail
        gateway partner test acme-retail --update

    """
    tested(root, names, None, renew=renew, as_json=as_json, partners_only=True)
