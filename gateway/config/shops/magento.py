"""Connection to Magento 2 / Adobe Commerce (REST)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout


class Magento(Closed):
    """A Magento 2 site."""

    url: Site = Field(description="address of the site, like https://shop.example.com")
    token: SecretText | None = Field(
        default=None, description="access token of an integration: a reference"
    )
    consumer_key: Text | None = Field(default=None, description="OAuth 1.0a: consumer key")
    consumer_secret: SecretText | None = Field(default=None, description="its secret: a reference")
    access_secret: SecretText | None = Field(
        default=None, description="secret of the access token: a reference; then calls are signed"
    )
    store: Text = Field(default="all", description="code of the store view in addresses")
    source: Text = Field(
        default="default", description="code of the source that stock is set for and ships"
    )
    quantities: Literal["sellable", "physical"] = Field(
        default="sellable",
        description="what a quantity that is sent means: what can be sold (what open orders of "
        "Magento reserve is added), or what lies in the source",
    )
    stock: int = Field(
        default=1, ge=1, description="id of the stock whose reservations are added then"
    )
    catalogue: Literal["with_tax", "without_tax"] = Field(
        default="with_tax", description="whether prices of the catalogue contain tax"
    )
    ean: Text | None = Field(
        default=None, description="code of the attribute that holds the EAN of articles"
    )
    money: Literal["order", "base"] = Field(
        default="order", description="whose currency an order is taken over in"
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
