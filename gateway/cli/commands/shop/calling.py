"""What commands share that call a shop beside a gateway that serves: its lane, and its failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.channels.shops.session import ShopError
from gateway.cli.output import cannot
from gateway.config.secrets import SecretError
from gateway.config.shops import Shop
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import House
from gateway.store.lanes import FencedError
from gateway.store.shops.errands import lane_of

PATIENCE = 15.0
"""Seconds for which the lane may be taken by the gateway that serves."""
_BEAT = 8.0


@contextmanager
def holding(gateway: Gateway, shop: Shop, task: str) -> Iterator[House]:
    """The house while a task of a shop is ours: whoever serves leaves it alone meanwhile.

    Where somebody else has it, or takes it over, the command ends with exit code 2.
    """
    core, lane = Core(gateway.house, gateway.name), lane_of(shop.shop, task)
    until = time.monotonic() + PATIENCE
    lease = core.hold(lane)
    while lease is None and time.monotonic() < until:
        time.sleep(0.5)
        lease = core.hold(lane)
    if lease is None:
        cannot(f"{lane} is worked on by another process, or paused (gateway doctor)")
    over = threading.Event()
    beat = threading.Thread(target=_renew, args=(core, over), daemon=True)
    beat.start()
    try:
        yield core.room(lease)
    except FencedError:
        cannot(f"another process took {lane} over; what was done stays done")
    finally:
        over.set()
        beat.join()
        core.let_go(lease)


@contextmanager
def asking(shop: Shop) -> Iterator[None]:
    """What a shop does not answer ends the command with exit code 2."""
    try:
        yield
    except (ShopError, SecretError) as failure:
        cannot(f"{shop.shop} cannot be asked: {failure}")


def called(shop: Shop) -> Shop:
    """The shop, if it can be asked for orders."""
    if shop.connection is None:
        cannot(f"{shop.shop} posts its orders itself: nobody can ask it for any")
    return shop


def at_work(shop: Shop) -> Shop:
    """The shop, unless it is paused: nothing of it is taken over then."""
    if shop.mode == "paused":
        cannot(f"{shop.shop} is paused (mode in its shop.yaml)")
    return shop


def _renew(core: Core, over: threading.Event) -> None:
    while not over.wait(_BEAT):
        core.heartbeat()
