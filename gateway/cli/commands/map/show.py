"""``gateway map show``: the rows of a map in effect, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known
from gateway.cli.output import json_option, print_json, print_table
from gateway.mapping import RowInfo

_WIDEST = 60
"""Signs of a path that are shown; --json has all."""


@click.command(cls=Command)
@click.argument("map_", metavar="FILE | PARTNER DOCUMENT", nargs=-1, required=True)
@click.option("--changed", is_flag=True, help="Only rows that an overlay put there.")
@json_option
@click.pass_obj
def show(root: Path, map_: tuple[str, ...], changed: bool, as_json: bool) -> None:
    """Show the rows of a map: parts copied, the partner's overlay applied.

    Example:
        gateway map show acme-retail order
        gateway map show mappings/edifact/orders.map --json

    """
    if len(map_) > 2:
        raise click.UsageError("name a FILE, or a PARTNER and a DOCUMENT")
    found = Known(root).one(map_)
    shown = [
        (one, [row for row in one.compiled.rows() if not changed or row.origin != "base"])
        for one in found
    ]
    if as_json:
        print_json(
            [
                {
                    "map": one.name,
                    "document": one.compiled.document,
                    "format": one.compiled.format,
                    "rows": [row_json(row) for row in rows],
                }
                for one, rows in shown
            ]
        )
        return
    for one, rows in shown:
        click.secho(f"{one.name}: canonical/{one.compiled.document} <-> {one.compiled.format}",
                    bold=True)  # fmt: skip
        print_rows(rows)


def row_json(row: RowInfo) -> dict[str, Any]:
    """A row for ``--json``."""
    shown = asdict(row)
    del shown["where"]
    return {**shown, "file": row.where.file, "line": row.where.line}


def print_rows(rows: Iterable[RowInfo]) -> None:
    """Rows as a table."""
    print_table(
        ("Field", "", "Wire", "Modifiers", "Origin", "Where"),
        [
            (row.field, row.operator, _short(row.wire), row.modifiers, row.origin, str(row.where))
            for row in rows
        ],
    )


def _short(wire: str) -> str:
    return wire if len(wire) <= _WIDEST else f"{wire[: _WIDEST - 1]}…"
