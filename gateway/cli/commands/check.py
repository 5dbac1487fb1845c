"""``gateway check``: are the settings, grammars and maps right? No network, nothing is changed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import CANNOT, FOUND, OK, json_option, print_json, print_problems, summary
from gateway.cli.translation import translation_of
from gateway.config import Workspace, load_workspace
from gateway.pipeline.as2.check import certificate_problems
from gateway.pipeline.remote.check import connection_problems
from gateway.problems import has_errors


@click.command(cls=Command)
@json_option
@click.pass_obj
def check(root: Path, as_json: bool) -> None:
    """Check the settings, every partner, every certificate, key, map and code list.

    Example:
        gateway check
        gateway -w /srv/edi check --json

    """
    workspace, problems = load_workspace(root)
    if workspace is not None:
        problems = [*problems, *translation_of(workspace).problems()]
        problems += certificate_problems(workspace, datetime.now(UTC))
        problems += connection_problems(workspace, datetime.now(UTC))
    if as_json:
        print_json(
            {
                "ok": workspace is not None and not has_errors(problems),
                "hash": workspace.hash if workspace else None,
                "partners": list(workspace.partners) if workspace else [],
                "broken": list(workspace.broken) if workspace else [],
                "problems": [found.as_json() for found in problems],
            }
        )
    else:
        print_problems(problems, root)
        if workspace is not None:
            _print_partners(workspace)
        click.echo(summary(problems))
    sys.exit(CANNOT if workspace is None else FOUND if has_errors(problems) else OK)


def _print_partners(workspace: Workspace) -> None:
    for name, partner in workspace.partners.items():
        click.secho(f"{name}  {partner.name}", bold=True)
        for agreement in partner.agreements:
            click.echo(
                f"  {agreement.direction:9} {agreement.message:7}"
                f" {agreement.standard!s:22} {agreement.mode:7} {agreement.document}"
            )
    for name in workspace.broken:
        click.secho(f"{name}  left out: its settings have problems", fg="red")
    click.echo(f"configuration {workspace.hash[:12]}")
