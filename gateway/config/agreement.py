"""What was agreed with a partner for one document in one direction (``agreements``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.config.closed import Closed, Text
from gateway.config.duplicates import Duplicates
from gateway.config.envelope import Deviations
from gateway.config.errorscope import Errors
from gateway.config.matching import Match
from gateway.config.operation import Expect, Retry
from gateway.config.policies import Acknowledge, Answer, Checks
from gateway.config.sending import Sending
from gateway.config.values import StandardText

DocumentName = Literal[
    "order", "orderchange", "orderresponse", "despatch", "receipt", "invoice", "inventory",
    "sales", "catalogue", "remittance", "parties",
]  # fmt: skip
Direction = Literal["inbound", "outbound"]
Mode = Literal["live", "test", "paused"]
MODES: tuple[Mode, ...] = ("paused", "test", "live")
"""From least to most: a partner's mode is the most that his agreements may be."""

ErpFormat = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
"""A folder of maps below ``mappings``: ``csv``, ``json``, ``idoc``, ``ubl``, ``x3`` …"""

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "edifact": {
        "order": "ORDERS",
        "orderchange": "ORDCHG",
        "orderresponse": "ORDRSP",
        "despatch": "DESADV",
        "receipt": "RECADV",
        "invoice": "INVOIC",
        "inventory": "INVRPT",
        "sales": "SLSRPT",
        "catalogue": "PRICAT",
        "remittance": "REMADV",
        "parties": "PARTIN",
    },
    "x12": {
        "order": "850",
        "orderchange": "860",
        "orderresponse": "855",
        "despatch": "856",
        "receipt": "861",
        "invoice": "810",
        "inventory": "846",
        "sales": "852",
        "catalogue": "832",
        "remittance": "820",
        "parties": "816",
    },
}
"""Which message carries a document, by syntax."""


class Agreement(Closed):
    """What was agreed with a partner for one document in one direction."""

    document: DocumentName = Field(description="the business document")
    direction: Direction = Field(description="inbound (partner to us) or outbound")
    standard: StandardText = Field(description="standard and directory of the message")
    mode: Mode = Field(
        default="live",
        description="live, test or paused; never more than the partner's own mode allows",
    )
    channel: Text | None = Field(
        default=None, description="the channel; needed where the partner has several"
    )
    mapping: Text | None = Field(
        default=None, description="a map or overlay in the partner's folder, or under mappings/"
    )
    guide: Text | None = Field(
        default=None,
        description="a guide that narrows the message: a file in the partner's folder, or a name "
        "like eancom1997",
    )
    match: Match = Match()
    checks: Checks = Checks()
    errors: Errors = Errors()
    duplicates: Duplicates = Duplicates()
    acknowledge: Acknowledge = Acknowledge()
    deliver: Literal["erp"] = Field(default="erp", description="where inbound documents go")
    format: ErpFormat | None = Field(
        default=None, description="format of the ERP's file, where it differs from gateway.yaml"
    )
    in_order: bool = Field(
        default=False,
        description="one after the other: what waits to be tried again holds up what follows",
    )
    changed: Literal["send", "hold", "refuse"] = Field(
        default="send",
        description="outbound: what becomes of a document whose number was sent before with other "
        "content: it goes out as a new version, waits for a person, or is refused",
    )
    send: Sending = Sending()
    syntax: Deviations | None = Field(
        default=None, description="how this document is written, where it differs from syntax"
    )
    retry: Retry | None = Field(default=None, description="retries, where they differ")
    expect: Expect | None = Field(default=None, description="inbound: when a document is missed")

    @property
    def message(self) -> str:
        """The message that carries the document: ``ORDERS``, ``850``."""
        return MESSAGES[self.standard.syntax][self.document]

    @property
    def answer(self) -> Answer:
        """The acknowledgement: as set, else the one of the standard for inbound, none outbound."""
        if self.acknowledge.syntax is not None:
            return self.acknowledge.syntax
        if self.direction == "outbound":
            return "none"
        return "contrl" if self.standard.syntax == "edifact" else "997"

    def __str__(self) -> str:
        """``order inbound, EDIFACT D.96A EAN008``."""
        return f"{self.document} {self.direction}, {self.standard}"
