"""Connectors of shops, as the settings are: made when they are needed, kept for their thread.

They belong to the settings they were made of. When others run, and the last step that began with
these is over, they are closed.
"""

from __future__ import annotations

import threading
import weakref
from typing import cast

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Connector
from gateway.channels.shops.session import ShopError
from gateway.config import Workspace
from gateway.config.secrets import Secret, resolve
from gateway.pipeline.house import House

_KEPT = "_shop_connections"
_LOCK = threading.Lock()


class Connections:
    """The connectors of one house. May be used by several threads; each has its own connectors."""

    def __init__(self, house: House) -> None:
        # not the house or its workspace: they would keep themselves alive
        self._shops, self._base, self._clock = (
            house.workspace.shops,
            house.workspace.base,
            house.clock,
        )
        self._open: dict[tuple[str, int], Connector] = {}
        weakref.finalize(self, _close, self._open)

    def get(self, shop: str) -> Connector:
        """The connector of a shop for this thread. Raises ``ShopError`` where there is none."""
        key = (shop, threading.get_ident())
        known = self._open.get(key)
        if known is None:
            found = self._shops.get(shop)
            if found is None:
                raise ShopError(f"there is no shop {shop} that can be called")
            known = platforms.connect(found, self._secret, self._clock)
            self._open[key] = known
        return known

    def close(self) -> None:
        """Give all connections back."""
        _close(self._open)

    def _secret(self, secret: Secret) -> str:
        return resolve(secret, self._base)


def connections(house: House) -> Connections:
    """Those of the settings that a house works with."""
    kept = vars(house.workspace)
    with _LOCK:
        known = kept.get(_KEPT)
        if known is None:
            known = kept[_KEPT] = Connections(house)
    return cast(Connections, known)


def close(workspace: Workspace) -> None:
    """At the end of the process: give back what is open."""
    known = vars(workspace).pop(_KEPT, None)
    if known is not None:
        cast(Connections, known).close()


def _close(opened: dict[tuple[str, int], Connector]) -> None:
    while opened:
        opened.popitem()[1].close()
