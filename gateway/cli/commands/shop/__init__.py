"""``gateway shop``: web shops and marketplaces, and what is exchanged with them."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "list": "gateway.cli.commands.shop.list:list_",
    "show": "gateway.cli.commands.shop.show:show",
    "dry-run": "gateway.cli.commands.shop.dry_run:dry_run_",
    "orders": "gateway.cli.commands.shop.orders:orders_",
    "order": "gateway.cli.commands.shop.order:order_",
    "reconcile": "gateway.cli.commands.shop.reconcile:reconcile_",
    "poll": "gateway.cli.commands.shop.poll:poll_",
    "fetch": "gateway.cli.commands.shop.fetch:fetch",
    "backfill": "gateway.cli.commands.shop.backfill:backfill",
    "webhooks": "gateway.cli.commands.shop.webhooks:webhooks",
    "stock": "gateway.cli.commands.shop.stock:stock",
}


@click.group(cls=Group, modules=COMMANDS)
def shop() -> None:
    """Web shops and marketplaces: their settings, and what is exchanged with them.

    NAME is the folder of a shop. Listings take --json.

    Example:
        gateway shop list
        gateway shop show web-shop
        gateway shop dry-run web-shop --days 30
        gateway shop orders web-shop --state held
        gateway shop reconcile web-shop
        gateway shop stock web-shop

    """
