"""``gateway partner live``: from test to live, through the gate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.partner.gate import demands_of, print_demands
from gateway.cli.commands.partner.mode import Wish, carry_out
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import FOUND, json_option, open_workspace, print_json
from gateway.config.marks import marks_of
from gateway.documents import DOCUMENTS
from gateway.pipeline.golive.gate import is_open, names_of, refused
from gateway.problems import problem


@click.command(cls=Command)
@click.argument("name")
@click.option(
    "--document", type=click.Choice(list(DOCUMENTS)), metavar="D", help="Only this document."
)
@click.option("--anyway", metavar="REASON", help="Though the gate is closed; it is recorded.")
@click.option("--dry-run", is_flag=True, help="Write nothing, only say what would change.")
@json_option
@click.pass_obj
def live(
    root: Path, name: str, document: str | None, anyway: str | None, dry_run: bool, as_json: bool
) -> None:
    """Take a partner live: one value in his file, and say what is different from then on.

    Refused as long as `gateway partner gate` finds something missing. The file keeps its comments
    and its layout. --anyway goes through the closed gate, with a reason that stands in the audit;
    what is marked to be decided cannot be gone round.

    Example:
        gateway partner live acme-retail --dry-run
        gateway partner live acme-retail
        gateway partner live acme-retail --document order --anyway "agreed by telephone"

    """
    workspace = open_workspace(root, as_json=as_json)
    partner = known_partner(workspace, name)
    demands = demands_of(workspace, partner)
    marked = bool(marks_of(workspace.root, workspace.partner_folder(name), partner))
    closed = not is_open(demands)
    if closed and not dry_run and (anyway is None or marked):
        found = refused(name, demands)
        if as_json:
            told = [one.as_json() for one in demands]
            print_json({"partner": name, "problem": found.as_json(), "demands": told})
        else:
            print_demands(demands)
            click.secho(f"\n{found}", fg="red", bold=True)
            click.secho(f"  = {found.remedy}", fg="cyan")
        sys.exit(FOUND)
    said = refused(name, demands) if closed else None
    if closed and anyway is not None:
        names = names_of(demands)
        count = sum(one.state == "missing" for one in demands)
        said = problem("P255", partner=name, count=count, names=names, reason=anyway)
    wish = Wish("live", document, anyway or "the gate is open", said, dry_run, as_json)
    carry_out(workspace, partner, wish)
