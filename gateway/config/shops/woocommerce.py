"""Connection to WooCommerce (REST API v3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout, template

Note = Annotated[
    Text, AfterValidator(template(("carrier", "tracking", "url"), one_of=("tracking",)))
]


class WooCommerce(Closed):
    """A WordPress site with WooCommerce."""

    url: Site = Field(description="address of the site, like https://shop.example.com")
    key: SecretText = Field(description="consumer key: a reference")
    secret: SecretText = Field(description="consumer secret: a reference")
    auth: Literal["basic", "oauth1"] = Field(
        default="basic", description="basic needs https; oauth1 signs each call and works on http"
    )
    vat_keys: tuple[Text, ...] = Field(
        default=("_billing_vat", "_vat_number", "_billing_vat_number", "billing_vat_number"),
        description="keys of meta data in which plug-ins keep the buyer's VAT number",
    )
    tracking: Literal["note", "meta", "none"] = Field(
        default="note", description="where tracking numbers go: a note to the buyer, or meta data"
    )
    note: Note = Field(
        default="{carrier} {tracking} {url}",
        description="that note, a line for each parcel, of {carrier}, {tracking} and {url}",
    )
    tracking_key: Text = Field(
        default="_wc_shipment_tracking_items", description="key of that meta data"
    )
    invoice_key: Text = Field(
        default="_invoice_url", description="key of the meta data that gets the invoice's address"
    )
    credit_note_key: Text = Field(
        default="_credit_note_url", description="the same of credit notes"
    )
    count_stock: bool = Field(
        default=True,
        description="whether stock is counted from now on for an article for which the shop did "
        "not; else it is refused",
    )
    ean_key: Text | None = Field(
        default=None, description="key of meta data with the EAN, before WooCommerce 9.2"
    )
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
