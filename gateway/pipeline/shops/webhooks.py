"""The webhooks that a shop needs, beside those that it has for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.channels.shops.connector import Connector, Hook
from gateway.config.shops import Shop

State = Literal["at work", "switched off", "leads elsewhere", "missing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One topic."""

    topic: str
    state: State
    detail: str = ""
    """What the shop says about it."""

    @property
    def good(self) -> bool:
        """Whether it leads here and is switched on."""
        return self.state == "at work"

    def as_json(self) -> dict[str, str]:
        """For ``--json`` and the store."""
        return {"topic": self.topic, "state": self.state, "detail": self.detail}


def path_of(shop: Shop) -> str:
    """Where webhooks of a shop come in, below the address of the gateway."""
    return f"/shops/{shop.shop}/webhook"


def address_of(shop: Shop) -> str | None:
    """The whole address, where the settings say it."""
    base = None if shop.webhooks is None else shop.webhooks.address
    return None if base is None else f"{base}{path_of(shop)}"


def standing(shop: Shop, connector: Connector) -> list[Standing]:
    """How each topic stands. Raises ``ShopError``."""
    hooks = [one for one in connector.webhooks() if _plain(one.address).endswith(path_of(shop))]
    return [_topic(topic, hooks, address_of(shop)) for topic in connector.topics()]


def _topic(topic: str, hooks: Sequence[Hook], address: str | None) -> Standing:
    mine = [one for one in hooks if one.topic == topic]
    here = [one for one in mine if address is None or _plain(one.address) == address]
    if any(one.active for one in here):
        return Standing(topic, "at work")
    if here:
        return Standing(topic, "switched off", here[0].detail or "by the shop")
    if mine:
        return Standing(topic, "leads elsewhere", _plain(mine[0].address))
    return Standing(topic, "missing")


def _plain(address: str) -> str:
    """An address without what may be secret in it."""
    return address.partition("?")[0].rstrip("/")
