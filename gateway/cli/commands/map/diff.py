"""``gateway map diff``: what differs between two maps, row by row."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known, Named
from gateway.cli.commands.map.show import row_json
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json
from gateway.mapping import RowInfo
from gateway.mapping.difference import Difference, differences

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


@click.command(cls=Command)
@click.argument("old")
@click.argument("new")
@click.argument("document", required=False)
@json_option
@click.pass_obj
def diff(root: Path, old: str, new: str, document: str | None, as_json: bool) -> None:
    """Show how the rows of map NEW differ from those of map OLD. Exit code 1: they differ.

    OLD and NEW are files, or partners with agreements about DOCUMENT.

    Example:
        gateway map diff acme-retail northwind order
        gateway map diff mappings/edifact/orders.map partners/acme-retail/orders.map

    """
    known = Known(root)
    before, after = (_one(known, name, document) for name in (old, new))
    found = differences(before.compiled.rows(), after.compiled.rows())
    if as_json:
        print_json(
            {
                "old": {"map": before.name, "format": before.compiled.format},
                "new": {"map": after.name, "format": after.compiled.format},
                "changes": [_as_json(one) for one in found],
            }
        )
    else:
        click.echo(f"{before.name} ({before.compiled.format}) → "
                   f"{after.name} ({after.compiled.format})")  # fmt: skip
        for one in found:
            _print(one)
        rows = "row differs" if len(found) == 1 else "rows differ"
        click.echo(f"{len(found) or 'no'} {rows}")
    sys.exit(FOUND if found else OK)


def _one(known: Known, name: str, document: str | None) -> Named:
    if Path(name).is_file() or document is None:
        return known.one([name])[0]
    found = known.one([name, document])
    if len(found) > 1:
        cannot(f"{name} has {len(found)} agreements about {document}; name the message instead")
    return found[0]


def _as_json(one: Difference) -> dict[str, Any]:
    sides = (("old", one.old), ("new", one.new))
    rows = {side: row_json(row) for side, row in sides if row is not None}
    return {"field": one.field, "kind": one.kind, **rows}


def _print(one: Difference) -> None:
    sign, colour = _SIGNS[one.kind]
    click.secho(f"  {sign} {one.field}", fg=colour)
    for mark, row in (("-", one.old), ("+", one.new)):
        if row is not None:
            click.echo(f"      {mark} {_said(row)}")


def _said(row: RowInfo) -> str:
    return f"{row.operator:4} {row.wire}  {row.modifiers}".rstrip() + f"    {row.where}"
