"""``gateway shop list``: every shop at a glance."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.output import OK, json_option, open_workspace, print_json, print_table
from gateway.config import Workspace
from gateway.config.shops import Shop

COLUMNS = ("Shop", "Platform", "Mode", "Orders", "Back to it", "Name")
BROKEN = "left out"


@click.command("list", cls=Command)
@click.option("--kind", metavar="PLATFORM", help="Only of this platform.")
@json_option
@click.pass_obj
def list_(root: Path, kind: str | None, as_json: bool) -> None:
    """List the shops: platform, mode, how orders come, and what goes back.

    A shop whose settings have problems is left out of everything; gateway check says why.

    Example:
        gateway shop list
        gateway shop list --kind mirakl --json

    """
    workspace = open_workspace(root, as_json=as_json)
    rows = [glance(each) for each in workspace.shops.values() if kind in (None, each.kind)]
    if as_json:
        print_json({"shops": rows, "broken": list(workspace.broken_shops)})
        sys.exit(OK)
    if not rows and not workspace.broken_shops:
        click.echo(f"no shops; each has a folder in {workspace.settings.shops}/")
        sys.exit(OK)
    print_table(COLUMNS, [*map(_row, rows), *_broken(workspace, kind)])
    sys.exit(OK)


def glance(shop: Shop) -> dict[str, Any]:
    """What a person wants to know first of a shop."""
    ways = [] if shop.kind == "api" else ["asked"]
    ways += ["webhooks"] if shop.webhooks is not None else []
    ways += ["posted"] if shop.api is not None else []
    sends = [name for name in type(shop.send).model_fields if name != "accept"]
    back = [name for name in sends if getattr(shop.send, name) is not None]
    back += ["acceptance"] if shop.send.accept != "none" else []
    return {
        "shop": shop.shop,
        "name": shop.name,
        "kind": shop.kind,
        "mode": shop.mode,
        "orders": ways,
        "back": back,
    }


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    orders, back = (", ".join(row[each]) or "–" for each in ("orders", "back"))
    return row["shop"], row["kind"], row["mode"], orders, back, row["name"]


def _broken(workspace: Workspace, kind: str | None) -> list[tuple[str, ...]]:
    if kind is not None:
        return []
    return [(name, "–", BROKEN, "–", "–", "gateway check says why")
            for name in workspace.broken_shops]  # fmt: skip
