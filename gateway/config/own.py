"""Ourselves: ``partners/_own.yaml``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from gateway.config.as2own import OwnAs2
from gateway.config.closed import Closed, Text
from gateway.config.identity import Identities


class Own(Closed):
    """Ourselves: ``partners/_own.yaml``."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    name: Text = Field(description="the name of our company")
    identities: Identities = Field(description="our gln, edifact and x12 identities")
    defaults: dict[str, Any] = Field(
        default={},
        description="what holds for every partner whose file and parent do not say otherwise; the "
        "settings are those of partner.yaml",
    )
    as2: OwnAs2 | None = Field(default=None, description="our AS2 id, address and keys")
