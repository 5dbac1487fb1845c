"""``gateway demo shop --open``: the shop alone, for whoever wants to connect a gateway to it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from gateway.cli.demoshop.shop import DemoShop
from gateway.cli.demoshop.site import Site, serving
from gateway.cli.output import cannot, print_json

KEY, SECRET = "ck_only_for_trying", "cs_only_for_trying"
STOCK = 20
"""Pieces of each article in the beginning."""


@contextmanager
def opened(port: int) -> Iterator[Site]:
    """The shop is open; it calls its webhooks by itself. Raises ``OSError``."""
    shop = DemoShop("A small shop", 1041)
    for product in shop.products.values():
        product.stock = STOCK
    with serving(Site(shop, KEY, SECRET, eager=True), port) as site:
        yield site


def told(site: Site) -> str:
    """What has to be known to connect to it."""
    return (
        f"a small WooCommerce at {site.url}; Ctrl-C closes it\nconsumer key {KEY}, secret {SECRET}"
    )


def keep_open(port: int, *, as_json: bool) -> None:
    """Until somebody ends it."""
    try:
        with opened(port) as site:
            if as_json:
                print_json({"url": site.url, "key": KEY, "secret": SECRET})
            else:
                click.echo(told(site))
            until_ended()
    except OSError as error:
        cannot(f"the shop cannot be opened at port {port}: {error.strerror or error}")


def until_ended() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    stop.wait()
