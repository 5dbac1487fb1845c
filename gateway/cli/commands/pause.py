"""``gateway pause``: take files in, but do nothing more with them for now."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway, person
from gateway.pipeline.resting import UnknownScopeError, rest, resting


@click.command(cls=Command)
@click.argument("scope", required=False)
@click.option("--reason", help="Why; it stands in the audit.")
@json_option
@click.pass_obj
def pause(root: Path, scope: str | None, reason: str | None, as_json: bool) -> None:
    """Pause a partner, channel, agreement, the ERP, or all; without SCOPE list what rests.

    SCOPE is acme-retail, acme-retail/main (a channel), acme-retail/outbound/invoice (an
    agreement), erp, erp/invoice or all. Files are still taken in, so that nothing is lost; they
    wait until `gateway resume`.

    Example:
        gateway pause acme-retail --reason "their ERP moves"
        gateway pause --json

    """
    rested(root, scope, "pause", reason, as_json=as_json)


def rested(root: Path, scope: str | None, mode: str, reason: str | None, *, as_json: bool) -> None:
    """Pause or drain a scope, or list what rests."""
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        if scope is not None:
            if not reason:
                cannot(f"why? gateway {mode} {scope} --reason …")
            try:
                rest(gateway.house, scope, mode, reason, person())
            except UnknownScopeError as unknown:
                cannot(str(unknown))
        found = resting(gateway.house)
    if as_json:
        print_json([each.as_json() for each in found])
    elif found:
        rows = [
            (each.scope, each.mode, f"{each.at.astimezone():%Y-%m-%d %H:%M}", each.who, each.reason)
            for each in found
        ]
        print_table(("Scope", "Mode", "Since", "By", "Reason"), rows)
    else:
        click.echo("nothing rests")
