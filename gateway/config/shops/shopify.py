"""Connection to Shopify (Admin GraphQL)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout

Version = Literal["2025-10", "2026-01", "2026-04", "2026-07", "2026-10"]
VERSIONS: tuple[Version, ...] = get_args(Version)
"""Of the API, oldest first: every request is valid in all of them, save for stock."""
STOCK_SINCE: Version = "2026-01"
"""The first version in which stock can be set: only if it is still what we believe
(``changeFromQuantity``), and once however often it is sent (``@idempotent``)."""


class Shopify(Closed):
    """A Shopify store."""

    url: Site = Field(description="address of the store, like https://name.myshopify.com")
    client_id: Text | None = Field(default=None, description="client id of the app")
    client_secret: SecretText | None = Field(
        default=None,
        description="client secret of the app: a reference; it also signs webhooks",
    )
    token: SecretText | None = Field(
        default=None, description="a lasting access token instead: a reference"
    )
    version: Version = Field(default="2026-10", description="version of the API")
    money: Literal["shop", "presentment"] = Field(
        default="presentment",
        description="whose currency an order is taken over in; the other one is kept beside it",
    )
    location: Text | None = Field(
        default=None,
        description="id of the location that stock is set for (gid or number); not needed where "
        "there is only one",
        pattern=r"^(gid://shopify/Location/)?\d{1,20}$",
    )
    b2b: bool = Field(
        default=True,
        description="whether companies and their tax numbers are read with orders; needs the "
        "scope read_companies",
    )
    vat_attributes: tuple[Text, ...] = Field(
        default=("vat_number", "VAT number", "vat_id", "VAT ID"),
        description="names of additional details of an order in which apps keep the buyer's VAT "
        "number",
    )
    invoices: Text = Field(
        default="edi_gateway.invoices",
        description="the order's metafield that gets the addresses of invoices: namespace.key",
        pattern=r"^[A-Za-z0-9_-]{3,64}\.[A-Za-z0-9_-]{2,64}$",
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        pair = self.client_id is not None and self.client_secret is not None
        if self.token is None and not pair:
            raise ValueError("client_id and client_secret are needed, or token")
        if self.token is not None and self.client_id is not None:
            raise ValueError("either client_id or token: only one of them can be used")
        return self
