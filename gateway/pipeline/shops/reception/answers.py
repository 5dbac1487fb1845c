"""What the API answers, as models: answers are made of them, and the OpenAPI document is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answered(BaseModel):
    """An answer; what is absent is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def facts(self) -> dict[str, Any]:
        """As JSON has it."""
        return self.model_dump(mode="json", exclude_none=True)


class Taken(Answered):
    """What became of one order or refund that was posted."""

    external_id: str = Field(description="its id, as it was posted")
    outcome: Literal["taken", "same", "older", "waiting", "held", "ours"] = Field(
        description="taken: it goes to the ERP; same: nothing about it is new; older: a newer form "
        "of it is known; waiting: it goes to the ERP when it is paid, or the rules let it; held: a "
        "person looks at it; ours: it was made by us"
    )
    message: int | None = Field(default=None, description="number of its row in the gateway")
    revision: int | None = Field(default=None, description="how often it has changed")
    reason: str | None = Field(default=None, description="what it waits for")
    status: str | None = Field(default=None, description="where one asks what became of it")


class OrdersTaken(Answered):
    """Orders that were posted, in the order of the request."""

    orders: tuple[Taken, ...]


class RefundsTaken(Answered):
    """Refunds that were posted, in the order of the request."""

    refunds: tuple[Taken, ...]


class Finding(Answered):
    """Something that was found in an order or document."""

    document: str | None = Field(default=None, description="which one of a file: kind and number")
    code: str = Field(description="of the problem; its page is docs/codes/CODE.md")
    severity: Literal["error", "warning"]
    sentence: str = Field(description="what is wrong, where, and what would be right")
    remedy: str = Field(description="what to do about it")


class RefundStanding(Answered):
    """A refund of an order."""

    external_id: str
    state: str = Field(description="taken, held, refused …")
    total: str
    currency: str
    message: int | None = None


class ShipmentStanding(Answered):
    """A parcel, or several, that the ERP has told of."""

    number: str = Field(description="of the despatch advice")
    shipped: datetime | None = None
    tracking: tuple[str, ...] = ()
    complete: bool | None = Field(default=None, description="nothing is left to be shipped")


class OrderStanding(Answered):
    """What became of an order."""

    external_id: str
    shop: str
    shop_number: str = Field(description="what the buyer sees")
    number: str | None = Field(default=None, description="the ERP's number of it")
    state: str = Field(
        description="waiting (reason says for what), taken, held (for a person), refused, ours, "
        "gone (the shop has it no more)"
    )
    reason: str | None = None
    status: str = Field(description="of the order itself: pending, paid, shipped, cancelled …")
    revision: int = Field(description="how often it has changed; 1: never")
    currency: str
    total: str = Field(description="with tax")
    placed: datetime | None = None
    updated: datetime | None = Field(default=None, description="when the shop changed it last")
    seen: datetime = Field(description="when a change of it came here last")
    message: int | None = Field(default=None, description="number of its newest row")
    message_state: str | None = Field(default=None, description="how far that row is")
    problems: tuple[Finding, ...] = ()
    refunds: tuple[RefundStanding, ...] = ()
    shipments: tuple[ShipmentStanding, ...] = ()


class DocumentTaken(Answered):
    """A document of the ERP that is durable here; it is worked on at once."""

    message: int = Field(description="number of its row in the gateway")
    name: str
    size: int = Field(description="bytes")
    sha256: str
    status: str = Field(description="where one asks what became of it")
    same_as: int | None = Field(
        default=None, description="the row of the same bytes that came before"
    )


class DocumentStanding(Answered):
    """What became of a document of the ERP."""

    message: int
    name: str
    received: datetime
    state: str
    documents: dict[str, int] = Field(description="how many documents of it are in which state")
    problems: tuple[Finding, ...] = ()


class Where(Answered):
    """Where in the request."""

    model_config = ConfigDict(frozen=True, extra="allow")

    path: str | None = Field(default=None, description="lines[2].quantity; entries count from 1")
    line: int | None = None
    column: int | None = None


class Fault(Answered):
    """A problem with the request, in words."""

    type: str = Field(description="urn:edi-gateway:problem:CODE")
    title: str
    detail: str = Field(description="what is wrong, where, and what would be right")
    code: str
    remedy: str = Field(description="what to do about it")
    place: Where | None = None


class Refusal(Fault):
    """Problem details (RFC 9457); of several problems the first, and all of them in a list."""

    status: int
    problems: tuple[Fault, ...] | None = None
