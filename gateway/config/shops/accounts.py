"""Whose orders a shop reads: the account at the platform, and the part of it that is taken over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gateway.config.shops.shop import Shop

Parts = dict[str, tuple[str, ...]]
"""By the setting that divides an account: what is taken of it; empty: all."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a platform."""

    key: tuple[str, ...]
    """Two shops with the same one speak to the same shop."""
    shown: str
    parts: Parts = field(default_factory=dict)

    @property
    def way(self) -> str:
        """Which settings could divide its orders."""
        return " or ".join(self.parts)

    def meets(self, other: Account) -> bool:
        """Whether an order can be meant by both; their keys are the same."""
        return all(
            not mine or not other.parts[name] or not set(mine).isdisjoint(other.parts[name])
            for name, mine in self.parts.items()
        )


def account(shop: Shop) -> Account | None:
    """Of a shop that is asked for its orders; ``None`` of one that posts them."""
    connection = shop.connection
    if connection is None:
        return None
    key, shown, parts = _ACCOUNTS[shop.kind](connection)
    return Account((shop.kind, *key), shown, {**parts, "orders.channels": shop.orders.channels})


_Told = tuple[tuple[str, ...], str, Parts]


def _site(connection: Any) -> _Told:
    site = address(connection.url)
    return (site,), site, {}


def _prestashop(connection: Any) -> _Told:
    site = address(connection.url)
    number = () if connection.id_shop is None else (str(connection.id_shop),)
    return (site,), site, {"prestashop.id_shop": number}


def _bigcommerce(connection: Any) -> _Told:
    return (connection.store_hash,), f"the store {connection.store_hash}", {}


def _amazon(connection: Any) -> _Told:
    parts = {
        "amazon.marketplaces": connection.marketplaces,
        "amazon.fulfilled_by": connection.fulfilled_by,
    }
    key = (address(connection.url), connection.seller)
    return key, f"the seller {connection.seller}", parts


def _octopia(connection: Any) -> _Told:
    return (connection.seller,), f"the seller {connection.seller}", {}


def _mirakl(connection: Any) -> _Told:
    """A key belongs to one shop of the operator, where no other one is named."""
    site, number = address(connection.url), connection.shop_id
    which = str(connection.key) if number is None else f"shop {number}"
    return (site,), site, {"mirakl.shop_id": (which,)}


_ACCOUNTS: Mapping[str, Callable[[Any], _Told]] = {
    "woocommerce": _site,
    "shopify": _site,
    "prestashop": _prestashop,
    "magento": _site,
    "bigcommerce": _bigcommerce,
    "amazon": _amazon,
    "octopia": _octopia,
    "mirakl": _mirakl,
}


def address(url: object) -> str:
    """One spelling of where a site is; of a reference, the reference."""
    written = str(url)
    if written.startswith("${"):
        return written
    parts = urlsplit(written)
    return (parts.netloc + parts.path).lower().removeprefix("www.").rstrip("/")
