"""A folder on somebody else's server that we take files from: settings, and what was seen there.

What was seen is kept in memory only. A process that starts anew waits a little longer for files to
stand still; what was *taken* is in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.channels.remote.ready import Rules, Seen
from gateway.config import Workspace
from gateway.config.mail import MailReceive
from gateway.config.remote import RemoteReceive

MOST_KNOWN = 200_000
"""Files of a channel that were taken before and are recognised without asking the database."""


@dataclass(slots=True)
class Source:
    """One channel that files are fetched from."""

    partner: str
    channel: str
    receive: RemoteReceive | MailReceive
    rules: Rules
    seen: dict[str, Seen] = field(default_factory=dict)
    """By name: files that wait, or could not be fetched."""
    claimed: dict[str, Seen] = field(default_factory=dict)
    """The same of those that were moved away for us."""
    known: dict[str, float] = field(default_factory=dict)
    """By spot: when a file that stays on the server was last known to be the one taken."""

    @property
    def name(self) -> str:
        """``acme-retail/main``, as the inboxes of folders are named."""
        return f"{self.partner}/{self.channel}"[:120]

    def seen_at(self, place: str) -> dict[str, Seen]:
        """What was seen of files that lie in the folder (empty), or where they were claimed to."""
        return self.claimed if place else self.seen

    def remember(self, known: dict[str, float]) -> None:
        """What stays on the server and is ours, as the last look found it."""
        self.known = known if len(known) <= MOST_KNOWN else {}


def sources(workspace: Workspace) -> Iterator[Source]:
    """Every channel that files are fetched from; where all is paused they stay on the server."""
    for name, partner in workspace.partners.items():
        for channel, each in partner.channels.items():
            if each.away is not None and not partner.rests(channel):
                rules = Rules.of(each.away, workspace.limits.file)
                yield Source(name, channel, each.away, rules)


def source_of(workspace: Workspace, partner: str, channel: str) -> Source | None:
    """The one of a channel; ``None`` where nothing is fetched."""
    found = workspace.partners[partner].channels[channel].away
    if found is None:
        return None
    return Source(partner, channel, found, Rules.of(found, workspace.limits.file))
