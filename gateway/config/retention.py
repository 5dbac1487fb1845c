"""How long what a partner sent and got is kept, where it differs from the house (``retention``)."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from gateway.config.closed import Closed
from gateway.config.values import Duration


class PartnerRetention(Closed):
    """Payloads and rows by document; what is not set is kept as ``gateway.yaml`` says."""

    order: Duration | None = Field(default=None, description="orders")
    orderchange: Duration | None = Field(default=None, description="order changes")
    orderresponse: Duration | None = Field(default=None, description="order responses")
    despatch: Duration | None = Field(default=None, description="despatch advices")
    receipt: Duration | None = Field(default=None, description="receiving advices")
    invoice: Duration | None = Field(default=None, description="invoices")
    inventory: Duration | None = Field(default=None, description="inventory reports")
    sales: Duration | None = Field(default=None, description="sales reports")
    catalogue: Duration | None = Field(default=None, description="price catalogues")
    remittance: Duration | None = Field(default=None, description="remittance advices")
    parties: Duration | None = Field(default=None, description="party information")
    acknowledgement: Duration | None = Field(
        default=None, description="acknowledgements that come alone"
    )
    other: Duration | None = Field(
        default=None, description="files in which no document was accepted"
    )

    @property
    def set(self) -> dict[str, timedelta]:
        """What differs, by document."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name))}
