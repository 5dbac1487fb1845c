"""Connection to BigCommerce (REST v2 and v3)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout


class BigCommerce(Closed):
    """A BigCommerce store."""

    store_hash: Text = Field(
        description="the store's hash, as in its API path", pattern=r"^[a-z0-9]+$"
    )
    token: SecretText = Field(description="access token of the API account: a reference")
    client_secret: SecretText | None = Field(
        default=None, description="client secret of the app, which signs webhooks: a reference"
    )
    url: Site = Field(default="https://api.bigcommerce.com", description="address of the API")
    location: int = Field(
        default=1, ge=1, description="id of the location that stock is set for, and articles lie in"
    )
    vat_fields: tuple[Text, ...] = Field(
        default=("VAT number", "VAT ID", "VAT"),
        description="names of form fields of the billing address that hold the buyer's VAT number",
    )
    invoices: Text = Field(
        default="edi_gateway_invoices",
        description="namespace of the order's metafields that get the addresses of invoices",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
