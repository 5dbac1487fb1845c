"""Where partners call: the application of ``/as2``, on the web port or on one of its own.

Nothing of AS2 is loaded where no partner has a channel of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.config import Workspace
from gateway.config.operation import Partners
from gateway.pipeline import Gateway
from gateway.web.port import Address

if TYPE_CHECKING:
    from gateway.web.as2 import As2
    from gateway.web.server import Room, Tls


def reception(gateway: Gateway) -> Reception | None:
    """What serves the partners of a gateway who call; ``None`` where none does."""
    channels = (
        channel
        for partner in gateway.house.workspace.partners.values()
        for channel in partner.channels.values()
    )
    return Reception(gateway) if any(each.as2 is not None for each in channels) else None


class Reception:
    """The application and the port of a gateway for its partners."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._workspace = gateway.house.workspace

    def application(self) -> As2:
        """It answers 503 until the gateway is at work."""
        from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)
        from gateway.pipeline.as2.receive.receiver import Receiver  # noqa: PLC0415 (slow to load)
        from gateway.web.as2 import As2  # noqa: PLC0415 (slow to load)

        partners = self._workspace.settings.http.partners
        return As2(
            Receiver(self._gateway.house, links_for(self._workspace), self._wake),
            ready=lambda: self._gateway.crew is not None,
            proxies=frozenset(() if partners is None else partners.proxies),
        )

    @contextmanager
    def port(self, as2: As2) -> Iterator[Address | None]:
        """The port that only partners call is open meanwhile; ``None`` where none is set.

        Raises :class:`~gateway.web.port.PortError`.
        """
        partners = self._workspace.settings.http.partners
        if partners is None:
            yield None
            return
        from gateway.web.as2 import partners_only  # noqa: PLC0415 (slow to load)
        from gateway.web.server import opened  # noqa: PLC0415 (slow to load)

        room, tls = _room(partners), _tls(self._workspace, partners)
        setting = "http.partners.listen"
        with opened(partners_only(as2), partners.listen, room, tls, setting) as where:
            yield where

    def _wake(self, lane: str) -> None:
        crew = self._gateway.crew
        if crew is not None:
            crew.wake(lane)


def _room(partners: Partners) -> Room:
    from gateway.web.server import LARGEST_PARTNER_HEAD, Room  # noqa: PLC0415 (slow to load)

    proxies = frozenset(partners.proxies)
    return Room(partners.connections, LARGEST_PARTNER_HEAD, partners.per_address, proxies)


def _tls(workspace: Workspace, partners: Partners) -> Tls | None:
    from gateway.web.server import Tls  # noqa: PLC0415 (slow to load)

    if partners.certificate is None or partners.key is None:
        return None
    authorities = partners.client_authorities
    return Tls(
        workspace.path(partners.certificate),
        workspace.path(partners.key),
        None if authorities is None else workspace.path(authorities),
        partners.clients == "required",
    )
