"""What was agreed beyond the data: how strict, how it is answered, what references must do.

These groups hold the policies of a partner or of one agreement with him. Their values are words,
not numbers, so that a settings file can be read aloud.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from gateway.config.checks import Checks
from gateway.config.closed import Closed, Text
from gateway.config.values import Duration

Answer = Literal["contrl", "997", "999", "ta1", "none"]
BusinessAnswer = Literal["none", "aperak", "824"]
Policy = Literal["accept", "warn", "hold", "reject"]

ANSWERS: dict[str, tuple[Answer, ...]] = {"edifact": ("contrl",), "x12": ("997", "999", "ta1")}
"""Which acknowledgements a standard has; ``none`` is always possible."""
BUSINESS: dict[str, BusinessAnswer] = {"edifact": "aperak", "x12": "824"}
"""Which message carries a business answer, by standard."""


class Acknowledge(Closed):
    """How a message is answered; for outbound messages, which answer is awaited.

    A refusal is told whatever ``when`` says; only ``none`` keeps silent about it.
    """

    syntax: Answer | None = Field(
        default=None, description="contrl for EDIFACT; 997, 999 or ta1 (alone) for X12; or none"
    )
    when: Literal["always", "on_request", "errors"] = Field(
        default="always",
        description="inbound: always, when the interchange asks for it (UNB 0031, ISA14), or only "
        "to refuse",
    )
    level: Literal["content", "receipt"] = Field(
        default="content",
        description="inbound: what is answered for: the content, or only that it came (UCI 8, TA1)",
    )
    messages: Literal["refused", "all"] | None = Field(
        default=None,
        description="inbound: which messages the answer lists; without it a CONTRL lists the "
        "refused ones, a 997 or 999 all",
    )
    warnings: Literal["silent", "report"] = Field(
        default="silent",
        description="inbound, X12: whether what is accepted with warnings is answered with E",
    )
    ta1: Literal["on_request", "always", "errors", "never"] = Field(
        default="on_request", description="inbound, X12: when a TA1 is sent (on request: ISA14)"
    )
    version: Text | None = Field(
        default=None,
        description="inbound: version of the answer (CONTRL: 3 or 4; 997: 004010; "
        "999: 005010X231A1), where it is not that of the interchange",
    )
    numbers: Literal["shared", "own"] = Field(
        default="shared",
        description="inbound: whether answers share the control numbers of what we send, or have "
        "a range of their own",
    )
    business: BusinessAnswer = Field(
        default="none",
        description="inbound: aperak (EDIFACT) or 824 (X12) tells errors of the content that are "
        "no errors of the syntax",
    )
    business_when: Literal["errors", "always"] = Field(
        default="errors",
        description="inbound: business answers only for what is refused, or for all messages",
    )
    within: Duration | None = Field(
        default=None, description="outbound: no answer after this time is an alarm, like 2h"
    )
    late: Literal["accept", "hold"] = Field(
        default="accept", description="outbound: what is done with an answer after that time"
    )
    answered_within: Duration | None = Field(
        default=None,
        description="inbound, orders and order changes: no order response of ours after this time "
        "is an alarm, like 24h",
    )
    contradiction: Literal["hold", "newest", "first"] = Field(
        default="hold",
        description="outbound: a second answer that contradicts the first: it is held, or the "
        "newest or the first one counts",
    )
    refusal: Literal["alarm", "note"] = Field(
        default="alarm",
        description="outbound: whether a refusal by the partner is an alarm, or only noted",
    )


INBOUND_ONLY = (
    "when",
    "level",
    "messages",
    "warnings",
    "ta1",
    "version",
    "numbers",
    "business",
    "business_when",
    "answered_within",
)
OUTBOUND_ONLY = ("within", "late", "contradiction", "refusal")


class References(Closed):
    """What the references of a partner's interchanges must do (UNB 0020, ISA13).

    They are watched per standard, sender, receiver, and live or test.
    """

    window: Duration | None = Field(
        default=None,
        description="how long a reference counts as a repeat, where it differs from gateway.yaml",
    )

    repeat: Literal["answer", "hold", "reject"] = Field(
        default="answer",
        description="the same reference with the same content: it gets the same answer again, is "
        "held, or is refused; it is never processed twice",
    )
    reuse: Literal["accept", "hold", "reject"] = Field(
        default="reject", description="the same reference with other content"
    )
    gap: Policy = Field(
        default="warn",
        description="references are left out: accept says nothing; warn notes it, with an alarm "
        "when they do not come; hold waits for them with all that follows; reject refuses",
    )
    filled_within: Duration = Field(
        default=timedelta(hours=24),
        description="how long references that were left out may take before it is an alarm",
    )
    late: Policy = Field(
        default="accept",
        description="a reference below the last one that was never seen: it fills a gap, or is "
        "out of order",
    )
    jump: int = Field(
        default=1000,
        ge=2,
        le=1_000_000,
        description="a leap of more than so many numbers, up or down, begins a new range and "
        "leaves no gap",
    )
    groups: Literal["ignore", "warn", "reject"] = Field(
        default="ignore",
        description="a group (GS06, 0048) whose reference came before in another interchange: of "
        "no interest, noted, or refused",
    )
    number: Literal["whole", "suffix", "none"] = Field(
        default="whole",
        description="what counts: references that are numbers; the digits at their end; or "
        "nothing, they are only compared",
    )


__all__ = [
    "ANSWERS",
    "BUSINESS",
    "INBOUND_ONLY",
    "OUTBOUND_ONLY",
    "Acknowledge",
    "Answer",
    "BusinessAnswer",
    "Checks",
    "Policy",
    "References",
]
