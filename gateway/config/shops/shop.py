"""A web shop or marketplace: ``shops/<name>/shop.yaml``."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from gateway.config.agreement import Mode
from gateway.config.alert import Alert
from gateway.config.closed import Closed, Name, Text
from gateway.config.shops.amazon import Amazon
from gateway.config.shops.back import SendRules
from gateway.config.shops.bigcommerce import BigCommerce
from gateway.config.shops.intake import (
    Api,
    ErpRules,
    Import,
    Items,
    Poll,
    Reconcile,
    TaxRules,
    Webhooks,
)
from gateway.config.shops.magento import Magento
from gateway.config.shops.mirakl import Mirakl
from gateway.config.shops.octopia import Octopia
from gateway.config.shops.prestashop import PrestaShop
from gateway.config.shops.shopify import Shopify
from gateway.config.shops.woocommerce import WooCommerce

Kind = Literal[
    "woocommerce", "shopify", "prestashop", "magento", "bigcommerce", "amazon", "octopia",
    "mirakl", "api",
]  # fmt: skip
"""``api``: a shop of any kind that posts its orders to ``/api/orders`` itself."""
Connection = WooCommerce | Shopify | PrestaShop | Magento | BigCommerce | Amazon | Octopia | Mirakl
PLATFORMS = tuple(kind for kind in get_args(Kind) if kind != "api")


USUAL_EVERY = {"mirakl": "15m"}
"""How often a platform is asked where nobody says so, and it is not the general default."""


class Shop(Closed):
    """A web shop or marketplace: ``shops/<name>/shop.yaml``."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    shop: Name = Field(description="the name of the folder; used in logs, filters and addresses")
    name: Text = Field(description="what people call it")
    kind: Kind = Field(description="the platform, or api for a shop that posts its orders itself")
    mode: Mode = Field(
        default="live",
        description="live; test: everything goes to the ERP's sandbox, nothing to the shop; paused",
    )
    woocommerce: WooCommerce | None = Field(default=None, description="its connection")
    shopify: Shopify | None = Field(default=None, description="its connection")
    prestashop: PrestaShop | None = Field(default=None, description="its connection")
    magento: Magento | None = Field(default=None, description="its connection")
    bigcommerce: BigCommerce | None = Field(default=None, description="its connection")
    amazon: Amazon | None = Field(default=None, description="its connection")
    octopia: Octopia | None = Field(default=None, description="its connection")
    mirakl: Mirakl | None = Field(default=None, description="its connection")
    poll: Poll = Poll()
    webhooks: Webhooks | None = Field(default=None, description="calls of the shop")
    api: Api | None = Field(default=None, description="what is posted for the shop")
    reconcile: Reconcile = Reconcile()
    orders: Import = Import()
    items: Items = Items()
    tax: TaxRules = TaxRules()
    erp: ErpRules = ErpRules()
    send: SendRules = SendRules()
    alerts: tuple[Alert, ...] = Field(
        default=(), description="who is told of its alarms, besides the house"
    )

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, data: Any) -> Any:
        """The platform's own default of ``poll.every``."""
        usual = USUAL_EVERY.get(data["kind"]) if _is_named(data, "kind") else None
        poll = data.get("poll") if usual is not None else None
        if usual is None or not isinstance(poll, dict | None) or "every" in (poll or {}):
            return data
        return {**data, "poll": {**(poll or {}), "every": usual}}

    @property
    def connection(self) -> Connection | None:
        """How its platform is reached; ``None`` for one that posts its orders itself.

        Of every other shop of a workspace it is there (C580).
        """
        found: Connection | None = None if self.kind == "api" else getattr(self, self.kind)
        return found


def _is_named(data: Any, name: str) -> bool:
    return isinstance(data, dict) and isinstance(data.get(name), str)
