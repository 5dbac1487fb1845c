"""Where partners fetch and bring files: the SFTP server, beside the web port.

Nothing of SSH is loaded where no partner has a mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gateway.pipeline import Gateway
from gateway.pipeline.house import House
from gateway.web.port import PortError


@contextmanager
def mailboxes(gateway: Gateway) -> Iterator[str | None]:
    """Mailboxes are served meanwhile; yields where, ``None`` where no partner has one.

    Raises :class:`~gateway.web.port.PortError`.
    """
    workspace = gateway.house.workspace
    settings = workspace.settings.mailboxes
    channels = (each for one in workspace.partners.values() for each in one.channels.values())
    if settings is None or all(each.mailbox is None for each in channels):
        yield None
        return
    from gateway.channels.sftp.server.accounts import Accounts  # noqa: PLC0415 (slow to load)
    from gateway.channels.sftp.server.service import (  # noqa: PLC0415 (slow to load)
        ServiceError,
        serving,
    )
    from gateway.pipeline.mailbox.mailboxes import Mailboxes  # noqa: PLC0415 (slow to load)

    def wake(lane: str) -> None:
        if gateway.crew is not None:  # before it is at work, it finds what there is by itself
            gateway.crew.wake(lane)

    hosting = Mailboxes(gateway.house, settings, owner=gateway.name, wake=wake)
    accounts = Accounts(workspace)

    def furnish(_old: House, new: House) -> None:
        hosting.furnish(new)
        accounts.furnish(new.workspace)

    gateway.changed(furnish)
    with ExitStack() as stack:
        try:
            where = stack.enter_context(serving(workspace, settings, hosting, accounts=accounts))
        except ServiceError as error:
            raise PortError(f"{error.problem.sentence}; {error.problem.remedy}") from error
        hosting.start()
        yield str(where)
