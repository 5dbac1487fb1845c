"""Where partners and shops call: what serves their addresses, on the web port or an own one.

Nothing of a kind is loaded where no partner, and no shop, has a channel of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.config.operation import Partners
from gateway.pipeline import Gateway
from gateway.pipeline.house import House
from gateway.web.port import Address

if TYPE_CHECKING:
    from gateway.web.as2 import As2
    from gateway.web.partners import Partners as Application
    from gateway.web.server import Room, Tls
    from gateway.web.shops.api import Api
    from gateway.web.shops.webhooks import WebhookAddress
    from gateway.web.upload import Uploads


def reception(gateway: Gateway) -> Reception | None:
    """What serves the partners of a gateway who call; ``None`` where none does."""
    asked = (_by_as2, _uploads, _webhooks, _api)
    return Reception(gateway) if any(each(gateway) for each in asked) else None


def _by_as2(gateway: Gateway) -> bool:
    return any(each.as2 is not None for each in _channels(gateway))


def _uploads(gateway: Gateway) -> bool:
    return any(
        each.https is not None and each.https.receive is not None for each in _channels(gateway)
    )


def _webhooks(gateway: Gateway) -> bool:
    shops = gateway.house.workspace.shops
    return any(each.webhooks is not None for each in shops.values())


def _api(gateway: Gateway) -> bool:
    workspace = gateway.house.workspace
    posts = any(each.api is not None for each in workspace.shops.values())
    return posts or workspace.settings.http.api is not None


def _channels(gateway: Gateway) -> Iterator[Channel]:
    for partner in gateway.house.workspace.partners.values():
        yield from partner.channels.values()


class Reception:
    """The application and the port of a gateway for its partners."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._workspace = gateway.house.workspace

    def application(self) -> Application:
        """It answers 503 until the gateway is at work."""
        from gateway.web.partners import Partners as Application  # noqa: PLC0415 (slow to load)

        made = Application(
            self._as2() if _by_as2(self._gateway) else None,
            self._uploads() if _uploads(self._gateway) else None,
            self._webhooks() if _webhooks(self._gateway) else None,
            self._api() if _api(self._gateway) else None,
        )
        self._gateway.changed(lambda _old, new: self._renew(made, new))
        return made

    def _renew(self, application: Application, house: House) -> None:
        """Other settings run now; who calls the first time by a kind is served as well."""
        self._workspace = house.workspace
        if application.as2 is not None:
            from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)

            links = links_for(house.workspace)
            application.as2.renew(application.as2.receiver.renewed(house, links))
        elif _by_as2(self._gateway):
            application.as2 = self._as2()
        if application.uploads is not None:
            application.uploads.renew(application.uploads.receiver.renewed(house))
        elif _uploads(self._gateway):
            application.uploads = self._uploads()
        self._renew_shops(application, house)

    def _renew_shops(self, application: Application, house: House) -> None:
        if application.webhooks is not None:
            application.webhooks.renew(application.webhooks.webhooks.renewed(house))
        elif _webhooks(self._gateway):
            application.webhooks = self._webhooks()
        if application.api is not None:
            application.api.renew(application.api.desk.renewed(house))
        elif _api(self._gateway):
            application.api = self._api()

    def _as2(self) -> As2:
        from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)
        from gateway.pipeline.as2.receive.receiver import Receiver  # noqa: PLC0415 (slow to load)
        from gateway.web.as2 import As2  # noqa: PLC0415 (slow to load)

        receiver = Receiver(self._gateway.house, links_for(self._workspace), self._wake)
        return As2(receiver, ready=self._ready, proxies=self._proxies)

    def _uploads(self) -> Uploads:
        from gateway.pipeline.upload.receive.receiver import Receiver  # noqa: PLC0415
        from gateway.web.upload import Uploads  # noqa: PLC0415 (loaded when used)

        receiver = Receiver(self._gateway.house, self._wake)
        return Uploads(receiver, ready=self._ready, proxies=self._proxies)

    def _webhooks(self) -> WebhookAddress:
        from gateway.pipeline.shops.reception.webhooks import Webhooks  # noqa: PLC0415
        from gateway.web.shops.webhooks import WebhookAddress  # noqa: PLC0415 (loaded when used)

        webhooks = Webhooks(self._gateway.house, self._wake)
        return WebhookAddress(webhooks, ready=self._ready, proxies=self._proxies)

    def _api(self) -> Api:
        from gateway.pipeline.shops.reception.desk import Desk  # noqa: PLC0415
        from gateway.web.shops.api import Api  # noqa: PLC0415 (loaded when used)

        return Api(Desk(self._gateway.house, self._wake), ready=self._ready, proxies=self._proxies)

    @property
    def _proxies(self) -> frozenset[str]:
        partners = self._workspace.settings.http.partners
        return frozenset(() if partners is None else partners.proxies)

    def _ready(self) -> bool:
        return self._gateway.crew is not None

    @contextmanager
    def port(self, application: Application) -> Iterator[Address | None]:
        """The port that only partners call is open meanwhile; ``None`` where none is set.

        Raises :class:`~gateway.web.port.PortError`.
        """
        partners = self._workspace.settings.http.partners
        if partners is None:
            yield None
            return
        from gateway.web.partners import partners_only  # noqa: PLC0415 (slow to load)
        from gateway.web.server import opened  # noqa: PLC0415 (slow to load)

        room, tls = _room(partners), _tls(self._workspace, partners)
        setting = "http.partners.listen"
        with opened(partners_only(application), partners.listen, room, tls, setting) as where:
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
