"""``gateway map``: look at maps, check, test and format them."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "check": "gateway.cli.commands.map.check:check",
    "show": "gateway.cli.commands.map.show:show",
    "diff": "gateway.cli.commands.map.diff:diff",
    "test": "gateway.cli.commands.map.test:test",
    "coverage": "gateway.cli.commands.map.coverage:coverage",
    "fmt": "gateway.cli.commands.map.fmt:fmt",
    "complete": "gateway.cli.commands.map.complete:complete",
    "serve": "gateway.cli.commands.map.serve:serve",
}


@click.group("map", cls=Group, modules=COMMANDS)
def map_() -> None:
    """Check, show, compare, test and format maps.

    A map is a file (mappings/edifact/orders.map), or PARTNER and DOCUMENT: the map of an agreement
    with the partner's overlay. Every command takes --json.

    Example:
        gateway map check partners/acme-retail/orders.map
        gateway map show acme-retail order
        gateway map diff acme-retail northwind order
        gateway map test
        gateway map coverage samples/acme-retail --partner acme-retail
        gateway map fmt mappings --check

    """
