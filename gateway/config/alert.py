"""Who is told of the alarms of one partner, besides the house (``alerts``)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from gateway.config.closed import Closed
from gateway.config.values import Duration, mail_address

About = Literal[
    "failed", "held", "refused", "silent", "ack_overdue", "unanswered", "gap", "mismatch",
    "unreachable", "certificate_expires", "all",
]  # fmt: skip
MAIL = "email:"
"""Begins an address; anything else is the name of a contact."""
STEPS = (60, 30, 14, 7, 1)
"""Days before the end of a certificate at which there is an alarm."""


def _receiver(value: str) -> str:
    if value.startswith(MAIL):
        mail_address(value.removeprefix(MAIL))
    elif ":" in value or not value.strip():
        raise ValueError(
            "who is told is email:NAME@HOST or the name of a contact; a webhook is set once for "
            "all alarms, in gateway.yaml"
        )
    return value


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _days(value: timedelta) -> timedelta:
    if value not in [timedelta(days=each) for each in STEPS]:
        known = ", ".join(f"{each}d" for each in STEPS)
        raise ValueError(f"certificates are looked at {known} before they end: one of these")
    return value


class Alert(Closed):
    """Which alarms of the partner somebody is told of, by e-mail."""

    on: Annotated[tuple[About, ...], BeforeValidator(_several)] = Field(
        description="what is told: failed (given up), held, refused, silent, ack_overdue, "
        "unanswered, gap, mismatch (documents of an order that do not fit), unreachable, "
        "certificate_expires, or all",
        min_length=1,
    )
    to: Annotated[str, AfterValidator(_receiver)] = Field(
        description="email:NAME@HOST, or the name of a contact with an e-mail address"
    )
    before: Annotated[Duration, AfterValidator(_days)] | None = Field(
        default=None,
        description="certificate_expires: from how long before its end on (60d, 30d, 14d, 7d, 1d)",
    )

    def concerns(self, about: str) -> bool:
        """Whether alarms about something are told."""
        return "all" in self.on or about in self.on
