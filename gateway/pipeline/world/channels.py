"""Of the channels of partners: everything but a message or file at the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from gateway.channels.remote.step import Step
from gateway.config import Workspace
from gateway.pipeline.remote.trial import trial
from gateway.pipeline.remote.trial.terms import Terms
from gateway.pipeline.world import folders
from gateway.pipeline.world.house import secrets_of

Clock = Callable[[], datetime]


def look_at(workspace: Workspace, partner: str, name: str, clock: Clock) -> Iterator[Step]:
    """Secrets first: without them there is no connection."""
    channel = workspace.partners[partner].channels[name]
    text = workspace.texts.get(partner)
    missing = False
    if channel.group is not None:
        file = (
            f"{workspace.settings.partners}/{partner}/partner.yaml" if text is None else text.file
        )
        for step in secrets_of(workspace, channel.group, file):
            missing = missing or step.found is not None
            yield step
    if missing:
        return
    if channel.kind == "folder":
        yield from _folders(workspace, partner, name)
    elif channel.as2 is not None and channel.as2.url is not None:
        yield from _as2(Terms(workspace, partner, name, channel, "", clock, False))
    else:
        yield from trial(workspace, partner, name, token="", clock=clock, write=False)


def _folders(workspace: Workspace, partner: str, name: str) -> Iterator[Step]:
    channel = workspace.partners[partner].channels[name]
    for side in (channel.receive, channel.send):
        if side is not None:
            yield from folders.look_at(workspace.path(side.folder), ours=False)


def _as2(terms: Terms) -> Iterator[Step]:
    """The partner's address answers with a certificate that we trust; no message is sent."""
    from gateway.pipeline.remote.trial.address import answers  # noqa: PLC0415 (slow to load)

    settings = terms.channel.as2
    assert settings is not None
    assert settings.url is not None
    yield terms.described()
    yield from answers(terms, settings.url, settings.http)
