"""Under which agreement documents that are collected leave, as the settings are now."""

from __future__ import annotations

from gateway.config import Workspace
from gateway.config.models import Agreement, Partner
from gateway.store.batches import Batch

FAILED = "P191"
"""Stands at the oldest document of a batch that could not leave."""


def agreed(workspace: Workspace, batch: Batch) -> tuple[Partner | None, Agreement | None, str]:
    """Partner and agreement of a batch as the settings are now, or why there is none."""
    partner = workspace.partners.get(batch.partner)
    if partner is None:
        return None, None, "there is no such partner any more"
    found = [
        one
        for one in partner.agreements
        if one.direction == "outbound"
        and (one.document, str(one.standard)) == (batch.document, batch.standard)
    ]
    if not found:
        return partner, None, "there is no such agreement any more"
    going = [one for one in found if one.mode == ("test" if batch.test else "live")]
    if batch.test:  # who is live by now still gets what was collected as a test
        going += [one for one in found if one.mode == "live"]
    if not going:
        paused = all(one.mode == "paused" for one in found)
        return partner, None, f"the agreement is {'paused' if paused else 'in test'}"
    agreement = going[0].model_copy(update={"mode": "test"}) if batch.test else going[0]
    channel = partner.channel(agreement)
    if channel is None or not channel.sends:
        return partner, None, "no channel sends them"
    return partner, agreement, ""
