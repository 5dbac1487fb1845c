"""Connection to Octopia (Cdiscount and others)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.shops.values import Site, Timeout


class Octopia(Closed):
    """A seller's account at Octopia."""

    url: Site = Field(
        default="https://api.octopia-io.net/seller/v2", description="address of the API"
    )
    login: Site = Field(
        default="https://auth.octopia-io.net/auth/realms/maas/protocol/openid-connect/token",
        description="where tokens are got",
    )
    client_id: Text = Field(description="client id")
    client_secret: SecretText = Field(description="client secret: a reference")
    seller: Text = Field(description="id of the seller")
    timeout: Timeout = Field(default=timedelta(seconds=30), description="of one call")
