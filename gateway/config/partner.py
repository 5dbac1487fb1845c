"""A trading partner: ``partners/<name>/partner.yaml``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from gateway.config.agreement import MODES, Agreement, Mode
from gateway.config.alert import Alert
from gateway.config.channel import Channel
from gateway.config.closed import Closed, ListName, Name, Text
from gateway.config.contact import Contact
from gateway.config.envelope import Syntax
from gateway.config.identity import Identities
from gateway.config.policies import References
from gateway.config.retention import PartnerRetention


class Partner(Closed):
    """A trading partner: ``partners/<name>/partner.yaml``."""

    schema_: Literal["1"] = Field(default="1", alias="schema", description="version of the file")
    partner: Name = Field(description="the name of the folder; used in logs and filters")
    name: Text = Field(description="the name of the company")
    like: Name | None = Field(
        default=None,
        description="a file in _like/ whose settings hold here, too, where this file says nothing",
    )
    mode: Mode = Field(
        default="live",
        description="the most that any of its agreements may be: live, test or paused",
    )
    contacts: dict[Name, Contact] = Field(default={}, description="who is called about what")
    identities: Identities = Field(description="how envelopes, documents and the ERP name it")
    channels: dict[Name, Channel] = Field(description="how bytes travel", min_length=1)
    syntax: Syntax = Syntax()
    references: References = References()
    agreements: tuple[Agreement, ...] = Field(default=(), description="what is exchanged")
    alerts: tuple[Alert, ...] = Field(
        default=(), description="who is told of its alarms, besides the house"
    )
    retention: PartnerRetention = PartnerRetention()
    codes: dict[ListName, Text] = Field(
        default={}, description="code lists in the partner's folder that override ours"
    )
    functions: Text | None = Field(
        default=None,
        description="a Python file in the partner's folder with converters of its maps; it is run",
    )

    @field_validator("agreements")
    @classmethod
    def _capped(
        cls, agreements: tuple[Agreement, ...], info: ValidationInfo
    ) -> tuple[Agreement, ...]:
        """No agreement is more than the partner's mode allows."""
        most = info.data.get("mode", MODES[-1])
        return tuple(
            one
            if MODES.index(one.mode) <= MODES.index(most)
            else one.model_copy(update={"mode": most})
            for one in agreements
        )

    def channel_name(self, agreement: Agreement) -> str | None:
        """The channel an agreement uses (where it names none, the only one), by its mode."""
        named = agreement.channel if agreement.channel in self.channels else None
        if agreement.channel is None:
            tests = {each.test for each in self.channels.values()}
            usual = [name for name in self.channels if name not in tests]
            named = usual[0] if len(usual) == 1 else None
        if named is None or agreement.mode != "test":
            return named
        other = self.channels[named].test
        return named if other is None else other if other in self.channels else None

    def rests(self, channel: str) -> bool:
        """Whether nothing goes by a channel, because all that would is paused."""
        modes = {each.mode for each in self.agreements if self.channel_name(each) == channel}
        return modes == {"paused"} or (not modes and self.mode == "paused")

    def channel(self, agreement: Agreement) -> Channel | None:
        """The channel an agreement uses."""
        name = self.channel_name(agreement)
        return None if name is None else self.channels[name]
