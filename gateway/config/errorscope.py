"""What an error in a message of a partner does, and to how much (``errors``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.config.closed import Closed


class Errors(Closed):
    """What an error does. One line that is wrong is an error of its message: none is left out."""

    scope: Literal["message", "interchange"] = Field(
        default="message",
        description="inbound: an error concerns its message alone, or all of its interchange",
    )
    action: Literal["refuse", "hold"] = Field(
        default="refuse",
        description="inbound: it is refused, and the partner told so; or it waits for a person "
        "here, and the partner is told that it came",
    )
