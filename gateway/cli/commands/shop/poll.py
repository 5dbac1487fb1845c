"""``gateway shop poll``: ask a shop for what changed, now."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.shop.calling import asking, at_work, called, holding
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.commands.shop.told import NEXT
from gateway.cli.output import OK, cannot, json_option, open_running, print_json
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.pipeline.shops.poll import poll
from gateway.store.shops import cursors, errands


@click.command("poll", cls=Command)
@click.argument("name", metavar="SHOP")
@json_option
@click.pass_obj
def poll_(root: Path, name: str, as_json: bool) -> None:
    """Ask a shop for orders that changed since it was asked last, without waiting for poll.every.

    What is new goes on with the gateway that serves, or with the next gateway run.

    Example:
        gateway shop poll web-shop

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = at_work(called(shop_named(gateway.house.workspace, name)))
        with (
            holding(gateway, shop, "poll") as house,
            telling(f"asking {name}", quiet=as_json) as tell,
            asking(shop),
        ):
            before, pages, due = house.tally.counts["files"], 0, None
            errand = errands.Errand(errands.lane_of(name, "poll"), name, "poll", house.clock())
            while due is None:
                due, pages = poll(house, shop, errand), pages + 1
                tell(f"page {pages}")
            taken = house.tally.counts["files"] - before
            with house.store.write("shop polled") as connection:
                errands.worked(connection, errand, errand.due, house.clock(), due)
            with house.store.read() as connection:
                cursor = cursors.find(connection, name)
    if cursor is None:
        cannot(f"{name} was not asked")
    if as_json:
        print_json({"shop": name, "pages": pages, "taken": taken, "mark": cursor.mark.isoformat()})
    else:
        said = f"{taken} new or changed; {NEXT}" if taken else "nothing is new"
        click.echo(f"{name} was asked, up to {cursor.mark.astimezone():%Y-%m-%d %H:%M:%S}: {said}")
    sys.exit(OK)
