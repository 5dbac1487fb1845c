"""Messages and documents of a partner that came before (``duplicates``).

The interchange as a whole is watched by ``references``.
"""

from __future__ import annotations

from pydantic import Field

from gateway.config.closed import Closed
from gateway.config.policies import Policy
from gateway.config.values import Duration


class Duplicates(Closed):
    """What is done with a message or a document that came before."""

    number: Policy = Field(
        default="accept",
        description="inbound: a document number (BGM 1004, BEG03) that came before: accept, warn "
        "(noted), hold (for a person) or reject",
    )
    message: Policy = Field(
        default="accept",
        description="inbound: a message reference (UNH 0062, ST02) that came before in another "
        "interchange",
    )
    within: Duration | None = Field(
        default=None,
        description="inbound: how long it counts; without it as long as references of interchanges "
        "(references.window)",
    )
